"""Which scores land inside the triangle, on an edge or in a corner: only a sparse map has such regions.

The plane holds all scores of three classes with one and the same mean, divided by the temperature. It is drawn
in the triangle's own coordinates, so that scores and probabilities share a picture: sparsemax leaves a point inside the
triangle where it is, and takes a point outside to the nearest edge or corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from softviz.core.relatives import Floats, Relative
from softviz.core.simplex import barycentric_coordinates, ternary_coordinates

RESOLUTION = 161
CENTRE = np.array([0.5, np.sqrt(0.75) / 3])
HALF_WIDTHS = tuple(1.8 * 2.0**k for k in range(7))
"""Of the window, in edges of the triangle: the smallest that shows a region and the learner's scores is taken."""
WIDEST_FOR_SCORES = 15.0
"""Scores further out than this are drawn at the rim: a wider window would shrink the regions to lines."""
_ALL = 7


@dataclass(frozen=True)
class SupportPlane:
    """A map's regions on the plane of scores.

    Attributes:
        name: Of the map.
        half_width: Of the window around the middle of the triangle, in edges of the triangle.
        patterns: Which classes are not zero, as a sum of 1, 2 and 4; shape ``[up, across]``, evenly spaced.
        at: Where the learner's scores lie, shape ``[2]``; a point outside the window is drawn at its rim.
        lands: Where the map takes them, shape ``[2]``.
    """

    name: str
    half_width: float
    patterns: NDArray[np.int8]
    at: Floats
    lands: Floats

    @property
    def across(self) -> Floats:
        """Coordinates of the columns of ``patterns``."""
        return _steps(CENTRE[0], self.half_width, self.patterns.shape[1])

    @property
    def up(self) -> Floats:
        """Coordinates of the rows of ``patterns``."""
        return _steps(CENTRE[1], self.half_width, self.patterns.shape[0])


def _steps(middle: float, half_width: float, count: int) -> Floats:
    steps: Floats = middle + np.linspace(-half_width, half_width, count)
    return steps


def support_plane(relative: Relative, logits: Floats, temperature: float) -> SupportPlane | None:
    """Draw up the plane of a map that sends a region of scores to an edge or a corner.

    Args:
        relative: Any map.
        logits: Of the three classes.
        temperature: In [0, inf].

    Returns:
        None for a map without such a region.
    """
    claims = relative.mapping.claims_at(**relative.parameters)
    if not (claims.sparse and claims.on_simplex):
        return None
    at = _place(logits, temperature)
    mean = 0.0 if claims.shift_invariant else float(logits.mean() / np.clip(temperature, 0.01, 100.0))
    distance = 1.1 * np.abs(at - CENTRE).max()
    needed = distance if distance <= WIDEST_FOR_SCORES else 0.0
    for half_width in (width for width in HALF_WIDTHS if width >= needed):
        patterns = _patterns(relative, mean, half_width)
        if (patterns != _ALL).any():
            lands = ternary_coordinates(relative.outputs(logits, temperature))
            return SupportPlane(relative.name, half_width, patterns, _at_rim(at, half_width), lands)
    return None


def _place(logits: Floats, temperature: float) -> Floats:
    """Coordinates of ``logits / temperature``; far away in its direction at T = 0."""
    centred = logits - logits.mean()
    return ternary_coordinates(1 / 3 + centred / np.clip(temperature, 1e-9, None))


def _at_rim(at: Floats, half_width: float) -> Floats:
    """Draw a point outside the window back to its rim, towards the middle."""
    offset = at - CENTRE
    drawn: Floats = CENTRE + offset * min(1.0, half_width / max(np.abs(offset).max(), 1e-300))
    return drawn


@lru_cache(maxsize=64)
def _patterns(relative: Relative, mean: float, half_width: float) -> NDArray[np.int8]:
    """Evaluate the map over the window: this does not depend on where the learner's point is."""
    across, up = np.meshgrid(*(_steps(middle, half_width, RESOLUTION) for middle in CENTRE))
    scores = barycentric_coordinates(np.stack([across, up], axis=-1)) - 1 / 3 + mean
    patterns: NDArray[np.int8] = ((relative.outputs(scores, 1.0) > 0) @ np.array([1, 2, 4])).astype(np.int8)
    patterns.setflags(write=False)
    return patterns
