"""How a map is marked where several are drawn together: ink, dash and symbol by its place, its name at the end.

The same inks head the columns of the map board (components/map_board/map_board.js).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.figures.theme import CLASS_INKS, TEXT

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MapMark:
    """What tells one map from another, in colour and without."""

    ink: str
    dash: str
    symbol: str


_BLUE, _ORANGE, _GREEN, _MAGENTA, _SKY, _VERMILION, _YELLOW, _GREY = CLASS_INKS
_INKS = (TEXT, _VERMILION, _SKY, _MAGENTA, _YELLOW, _GREY)
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")

MAP_MARKS = tuple(MapMark(ink.light, dash, symbol) for ink, dash, symbol in zip(_INKS, _DASHES, _SYMBOLS, strict=True))
"""By a map's place on the page; as many as can be compared at once."""


def apart(heights: Sequence[float], gap: float, ceiling: float) -> Floats:
    """Move heights as little as needed so that labels a ``gap`` high do not overlap, and none rises past a ceiling.

    Args:
        heights: Where the labels belong.
        gap: Height of a label.
        ceiling: Of the highest label.

    Returns:
        Where they go, in the given order.
    """
    order = np.argsort(heights, kind="stable")
    placed = np.array(heights, dtype=np.float64)[order]
    for i in range(1, placed.size):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    for i in range(placed.size - 1, -1, -1):
        placed[i] = min(placed[i], ceiling if i == placed.size - 1 else placed[i + 1] - gap)
    answer = np.empty_like(placed)
    answer[order] = placed
    return answer
