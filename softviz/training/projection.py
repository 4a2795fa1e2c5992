"""A flat picture of rows with many features: a pair of features, or the first two principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softviz.training.arrays import Floats
from softviz.training.datasets import Dataset

MARGIN = 0.08
"""Empty border of the picture, as a share of its extent."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in feature space: point(u, v) = origin + u * across + v * up.

    Attributes:
        origin: ``[features]``; the mean of the training rows, 0 in standardised features.
        across: Unit direction of the first axis, ``[features]``.
        up: Unit direction of the second axis, at right angles to the first; zeros where there is one feature.
        axes: Names of the two axes.
    """

    origin: Floats
    across: Floats
    up: Floats
    axes: tuple[str, str]

    def positions(self, features: Floats) -> Floats:
        """Where rows fall on the plane, straight down: ``[rows, features]`` to ``[rows, 2]``."""
        positions: Floats = (features - self.origin) @ np.stack([self.across, self.up], axis=1)
        return positions

    def window(self, features: Floats) -> Floats:
        """Lowest u, highest u, lowest v, highest v of a picture that holds all rows, with a margin."""
        positions = self.positions(features)
        low, high = positions.min(axis=0), positions.max(axis=0)
        border = MARGIN * np.maximum(high - low, 1.0)
        return np.stack([low - border, high + border], axis=1).ravel()


def plane_of(dataset: Dataset, pair: tuple[int, int] | None = None) -> Plane:
    """Choose the plane to draw a data set on.

    Args:
        dataset: Two features are drawn as they are.
        pair: Numbers of the two features to draw; the first two principal components of the training rows
            when None.

    Raises:
        ValueError: the pair does not name two different features.
    """
    names = dataset.feature_names
    if pair is not None:
        return _feature_plane(names, pair)
    if len(names) <= 2:
        return _feature_plane(names, (0, 1))
    return _principal_plane(dataset.features[dataset.train])


def _feature_plane(names: tuple[str, ...], pair: tuple[int, int]) -> Plane:
    directions = np.eye(max(2, len(names)))[:, : len(names)]
    if pair[0] == pair[1] or not all(0 <= number < len(directions) for number in pair):
        raise ValueError(f"expected two different features from 0 to {len(names) - 1}; got {pair}")
    axes = (*names, "")[pair[0]], (*names, "")[pair[1]]
    return Plane(np.zeros(len(names)), directions[pair[0]], directions[pair[1]], axes)


def _principal_plane(rows: Floats) -> Plane:
    centred = rows - rows.mean(axis=0)
    _, spread, directions = np.linalg.svd(centred.T @ centred)
    # A component's sign is arbitrary: let its largest entry be positive, so that the picture never flips.
    across, up = (axis * np.sign(axis[np.abs(axis).argmax()]) for axis in directions[:2])
    share = spread[:2] / spread.sum()
    axes = [f"principal component {place} ({part:.0%} of the spread)" for place, part in enumerate(share, 1)]
    return Plane(np.zeros(rows.shape[1]), across, up, (axes[0], axes[1]))
