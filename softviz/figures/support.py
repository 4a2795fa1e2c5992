"""Where scores land: the regions of the plane of scores that a sparse map sends to an edge or a corner."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from softviz.core.relatives import Floats
from softviz.core.support_planes import SupportPlane
from softviz.figures.curves import plain
from softviz.figures.panels import Panel, Span, evenly, grid, together
from softviz.figures.picture import Picture, Properties
from softviz.figures.simplex import EDGE, bare_axes, line
from softviz.figures.theme import ACCENT, AXIS, SEQUENTIAL, TEXT
from softviz.numerals import three_digits

PANEL_HEIGHT = 300
MOST_COLUMNS = 3
_INKS = (AXIS, *SEQUENTIAL[2::-1])  # a border, one class, two, three
SMALLEST_NAMED = 0.012
"""Share of the window below which a region has no room for a name."""


def support_planes(planes: Sequence[SupportPlane], labels: Sequence[str]) -> Picture:
    """Draw one panel a map: regions by the classes that keep a share, the learner's scores and where they land.

    Args:
        planes: One a map, at least one.
        labels: Of the three classes.
    """
    panels = grid(len(planes), min(len(planes), MOST_COLUMNS))
    pairs = list(zip(panels, planes, strict=True))
    traces = [trace for panel, plane in pairs for trace in _traces(panel, plane)]
    notes = [note for panel, plane in pairs for note in _notes(panel, plane, labels)]
    axes = [bare_axes(panel, _ends(plane.across), _ends(plane.up)) for panel, plane in pairs]
    height = PANEL_HEIGHT * -(-len(planes) // MOST_COLUMNS) + 30
    return together(traces, axes, notes, height=height, margin={"l": 8, "r": 8, "t": 30, "b": 8})


def _ends(places: Floats) -> Span:
    return float(places[0]), float(places[-1])


def _traces(panel: Panel, plane: SupportPlane) -> Iterator[Properties]:
    yield panel.trace(
        "heatmap", **evenly("x", plane.across), **evenly("y", plane.up), z=_bordered(plane.patterns), zmin=-0.5,
        zmax=3.5, colorscale=_bands(), showscale=False, hoverinfo="skip",
    )  # fmt: skip
    yield line(panel, EDGE, {"color": TEXT.light, "width": 1.5})
    ends = np.stack([plane.at, plane.lands])
    yield line(panel, ends, {"color": ACCENT.light, "width": 1.5, "dash": "dot"})
    marker = {"color": ACCENT.light, "size": 10, "symbol": ["circle-open", "circle"], "line": {"width": 2}}
    yield panel.trace(
        "scatter", x=ends[:, 0], y=ends[:, 1], mode="markers", marker=marker,
        hovertemplate=["your scores<extra></extra>", "where they land<extra></extra>"],
    )  # fmt: skip


def _kept(patterns: NDArray[np.int8]) -> NDArray[np.int8]:
    """How many classes keep a share."""
    kept: NDArray[np.int8] = (patterns & 1) + (patterns >> 1 & 1) + (patterns >> 2)
    return kept


def _bordered(patterns: NDArray[np.int8]) -> NDArray[np.int8]:
    """How many classes keep a share, and 0 where one region meets another."""
    bordered = _kept(patterns)
    bordered[:, :-1][patterns[:, :-1] != patterns[:, 1:]] = 0
    bordered[:-1][patterns[:-1] != patterns[1:]] = 0
    return bordered


def _bands() -> list[list[float | str]]:
    """One flat ink for each number of classes."""
    steps = np.repeat(np.linspace(0, 1, len(_INKS) + 1), 2)[1:-1]
    return [[float(share), _INKS[place // 2].light] for place, share in enumerate(steps)]


def _notes(panel: Panel, plane: SupportPlane, labels: Sequence[str]) -> Iterator[Properties]:
    """Title the panel, and write which classes are left in the middle of every region that has room for it."""
    yield panel.title(plain(plane.name, 30))
    columns, rows = plane.across, plane.up
    sizes = np.bincount(plane.patterns.ravel(), minlength=8)
    for pattern in range(1, 8):
        if sizes[pattern] < SMALLEST_NAMED * plane.patterns.size:
            continue
        up, across = np.nonzero(plane.patterns == pattern)
        middle = np.argmin((up - up.mean()) ** 2 + (across - across.mean()) ** 2)
        yield panel.note(float(columns[across[middle]]), float(rows[up[middle]]), _region_name(labels, pattern))


def _region_name(labels: Sequence[str], pattern: int) -> str:
    kept = [plain(labels[i], 9) for i in range(3) if pattern >> i & 1]
    return "all three" if len(kept) == 3 else " + ".join(kept)


def describe_support_planes(planes: Sequence[SupportPlane], labels: Sequence[str]) -> str:
    """Say for every map how much of its window keeps how many classes."""
    sentences = " ".join(_sentence(plane) for plane in planes)
    return f"Planes of scores of {', '.join(labels)}, by the classes that keep a share. {sentences}"


def _sentence(plane: SupportPlane) -> str:
    shares = [three_digits(float(np.mean(_kept(plane.patterns) == count))) for count in (1, 2, 3)]
    return f"{plane.name}: one class on {shares[0]} of the window, two on {shares[1]}, three on {shares[2]}."
