"""Three classes: the triangle of distributions, each map's point on it and the path of that point."""

from collections.abc import Iterator, Sequence

import numpy as np

from softviz.core.relatives import Floats
from softviz.core.simplex import TERNARY_CORNERS, ternary_coordinates
from softviz.core.ternary_paths import TernaryPath
from softviz.figures.curves import plain
from softviz.figures.map_marks import MapMark
from softviz.figures.panels import Panel, Span, together
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import AXIS, GRID, MUTED, TEXT
from softviz.numerals import three_digits

HEIGHT = 430
LABEL_HEIGHT = 0.062
"""Of a line of text, in edges of the triangle."""
NAMES_AT = 0.84, 0.9
"""The names start here, beside the upper half of the triangle, and go down."""
GRID_STEPS = (0.25, 0.5, 0.75)
EDGE = np.vstack([TERNARY_CORNERS, TERNARY_CORNERS[:1]])
PANEL = Panel(1)


def triangle(paths: Sequence[TernaryPath], marks: Sequence[MapMark], labels: Sequence[str]) -> Picture:
    """Draw every map's point and path on the triangle.

    Args:
        paths: One a map.
        marks: Of these maps.
        labels: Of the three corners.
    """
    pairs = list(zip(paths, marks, strict=True))
    names = [(NAMES_AT[0], NAMES_AT[1] - LABEL_HEIGHT * place) for place in range(len(paths))]
    traces = [*_grid(), *(_path(*pair) for pair in pairs), *(_point(*pair) for pair in pairs)]
    traces += [_symbol(mark, x, y) for mark, (x, y) in zip(marks, names, strict=True)]
    notes = list(_corner_names(labels))
    for (path, mark), (x, y) in zip(pairs, names, strict=True):
        notes.append(PANEL.note(x, y, plain(path.name, 24), mark.ink, xanchor="left", xshift=8))
    margin = {"l": 8, "r": 8, "t": 8, "b": 8}
    return together(traces, [bare_axes(PANEL, (-0.12, 1.36), (-0.1, 0.98))], notes, height=HEIGHT, margin=margin)


def _grid() -> Iterator[Properties]:
    """Lines of equal share, every quarter, in one trace with gaps; the edges are where one class gets nothing."""
    gap = np.full(3, np.nan)
    strokes = [
        [np.roll([share, 1 - share, 0], corner), np.roll([share, 0, 1 - share], corner), gap]
        for share in GRID_STEPS
        for corner in range(3)
    ]
    yield line(PANEL, ternary_coordinates(np.concatenate(strokes)), {"color": GRID.light, "width": 1})
    yield line(PANEL, EDGE, {"color": AXIS.light, "width": 1.5})


def line(panel: Panel, points: Floats, style: Properties) -> Properties:
    """Join points ``[n, 2]`` of a panel by a line that does not answer the mouse."""
    return panel.trace("scatter", x=points[:, 0], y=points[:, 1], mode="lines", line=style, hoverinfo="skip")


def _path(path: TernaryPath, mark: MapMark) -> Properties:
    return line(PANEL, ternary_coordinates(path.path), {"color": mark.ink, "width": 2, "dash": mark.dash})


def _point(path: TernaryPath, mark: MapMark) -> Properties:
    x, y = ternary_coordinates(path.point)
    shares = ", ".join(three_digits(float(share)) for share in path.point)
    return _symbol(mark, x, y) | {"hoverinfo": "all", "name": plain(path.name), "hovertemplate": shares}


def _symbol(mark: MapMark, x: float, y: float) -> Properties:
    rim = {"color": TEXT.light, "width": 1}
    marker = {"color": mark.ink, "size": 11, "symbol": mark.symbol, "line": rim}
    return PANEL.trace("scatter", x=[x], y=[y], mode="markers", marker=marker, hoverinfo="skip")


def _corner_names(labels: Sequence[str]) -> Iterator[Properties]:
    for (x, y), label, side in zip(TERNARY_CORNERS, labels, (-1, -1, 1), strict=True):
        place: Properties = {"yanchor": "top" if side < 0 else "bottom", "yshift": 8 * side}
        yield PANEL.note(x, y, plain(label, 14), font={"color": MUTED.light, "size": 13}, **place)


def bare_axes(panel: Panel, across: Span, up: Span) -> Properties:
    """Take a panel's axes away and keep the triangle's angles: one unit across is one unit up."""
    bare = {"visible": False, "constrain": "domain"}
    return panel.axes({"range": list(across), **bare}, {"range": list(up), "scaleanchor": panel.x, **bare})


def describe_triangle(paths: Sequence[TernaryPath], labels: Sequence[str]) -> str:
    """Say where every map's point lies, with numbers."""
    corners = ", ".join(labels)
    points = (f"{path.name}: {', '.join(three_digits(float(share)) for share in path.point)}." for path in paths)
    return f"The triangle of distributions over {corners}. " + " ".join(points)
