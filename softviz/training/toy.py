"""Two-dimensional point clouds that a network has to bend its regions around.

Each shape takes the labels it should draw for, ``[examples]``, and returns points, ``[examples, 2]``, about
within [-1, 1]. Noise is the standard deviation of the jitter, in the same units. The functions need NumPy
alone: the PyTorch script that a learner takes away carries their source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from softviz.training.arrays import Floats, Ints


def spirals(labels: Ints, classes: int, noise: float, rng: np.random.Generator) -> Floats:
    """One spiral arm a class, three quarters of a turn, all from the centre."""
    radius = 0.08 + 0.92 * rng.random(labels.size)
    angle = 2 * np.pi * labels / classes + 1.5 * np.pi * radius
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points + 0.5 * noise * rng.standard_normal(points.shape)


def moons(labels: Ints, classes: int, noise: float, rng: np.random.Generator) -> Floats:
    """A chain of half circles, turned up and down by turns, each reaching into the next."""
    angle = np.pi * rng.random(labels.size)
    up = 1 - 2 * (labels % 2)
    x = np.cos(angle) + labels - (classes - 1) / 2
    y = up * (np.sin(angle) - 0.25)
    points = np.stack([x, y], axis=1) * 2 / (classes + 1)
    return points + 0.5 * noise * rng.standard_normal(points.shape)


def circles(labels: Ints, classes: int, noise: float, rng: np.random.Generator) -> Floats:
    """Rings around one centre, a ring a class."""
    angle = 2 * np.pi * rng.random(labels.size)
    radius = (labels + 0.5) / (classes - 0.5)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points + 0.5 * noise * rng.standard_normal(points.shape)


def blobs(labels: Ints, classes: int, noise: float, rng: np.random.Generator) -> Floats:
    """Round clouds on a circle; they overlap as the noise grows."""
    angle = 2 * np.pi * labels / classes + np.pi / 2
    centres = 0.65 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centres + (0.05 + noise) * rng.standard_normal(centres.shape)


def checkerboard(labels: Ints, classes: int, noise: float, rng: np.random.Generator) -> Floats:
    """Squares of a board, coloured so that no two neighbours in a row share a class."""
    side = max(4, classes)
    row = rng.integers(side, size=labels.size)
    shift = 1 if classes <= 3 else 2
    repeats = rng.integers(-(-side // classes), size=labels.size)
    column = (labels - shift * row) % classes + classes * repeats
    column = np.where(column < side, column, (labels - shift * row) % classes)
    corners = np.stack([column, row], axis=1)
    points = 2 * (corners + rng.random(corners.shape)) / side - 1
    return points + 0.3 * noise * rng.standard_normal(points.shape)


SHAPES: Mapping[str, Callable[[Ints, int, float, np.random.Generator], Floats]] = MappingProxyType(
    {"spirals": spirals, "moons": moons, "circles": circles, "blobs": blobs, "checkerboard": checkerboard}
)
