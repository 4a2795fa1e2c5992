"""A loss over two scores, from above and as a relief, with a walk down its slope."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softviz.core.landscape import LossSurface, Walk
from softviz.figures.curves import plain
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import ACCENT, AXIS, GRID, PAPER, SEQUENTIAL, TEXT, Ink, colorscale, figure
from softviz.numerals import three_digits

ARROW = 0.25
"""Length of the arrow downhill, in sides of the surface per unit of the gradient."""

_READABLE = 4
"""As many steps of the scale, from the lightest, as the labels of the lines stand out from."""

_LIFT = 0.01
"""The walk is drawn this share of the relief above it, so that the relief does not swallow it."""


DECIMALS = 5
"""Of a place on a surface; the narrowest surface is eight scores wide."""


@dataclass(frozen=True)
class WalkedSurface:
    """A surface with a walk on it.

    Attributes:
        surface: Over the scores of two classes.
        walk: In all scores.
        first: Position of the class on the first axis.
        second: Position of the class on the second axis.
        labels: Of all classes.
    """

    surface: LossSurface
    walk: Walk
    first: int
    second: int
    labels: Sequence[str]

    @cached_property
    def path(self) -> NDArray[np.float64]:
        """The walk's two scores, shape ``[steps + 1, 2]``."""
        return self.walk.points[:, [self.first, self.second]]

    def slope(self, step: int) -> NDArray[np.float64]:
        """Return the gradient on the two scores after so many steps, shape ``[2]``."""
        return self.walk.gradients[step, [self.first, self.second]]

    @property
    def arrow_scale(self) -> float:
        """Length of an arrow in scores, per unit of the gradient."""
        return ARROW * float(np.ptp(self.surface.across))

    def arrow(self, step: int) -> NDArray[np.float64]:
        """Return tail and head of the arrow downhill, shape ``[2, 2]``; none, ``[0, 2]``, without slope or outside.

        It goes against the gradient and is shortened to the frame of the surface.
        """
        tail, way = self.path[step], -self.arrow_scale * self.slope(step)
        if not (np.any(way) and self.surface.contains(*tail)):
            return np.empty((0, 2))
        low = np.array([self.surface.across[0], self.surface.up[0]])
        high = np.array([self.surface.across[-1], self.surface.up[-1]])
        room = np.where(way > 0, high - tail, low - tail)[way != 0] / way[way != 0]
        return np.array([tail, tail + min(1.0, float(room.min())) * way])

    def axis_title(self, position: int) -> str:
        """Name the axis of a class."""
        return f"score of {plain(self.labels[position], 16)}"


def contour(walked: WalkedSurface) -> Picture:
    """Draw the loss from above, with one frame a step: the walk so far, and the arrow downhill from its end."""
    surface, last = walked.surface, len(walked.path) - 1
    valley = {
        "type": "contour",
        "x": surface.across,
        "y": surface.up,
        "z": surface.losses,
        "colorscale": colorscale(SEQUENTIAL[:_READABLE]),
        "showscale": False,
        "ncontours": 16,
        "contours": {"coloring": "fill", "showlabels": True, "labelfont": {"size": 11, "color": TEXT.light}},
        "line": {"color": AXIS.light, "width": 0.5},
        "hovertemplate": "loss %{z:.3g}<extra></extra>",
    }
    moving = [style | place for style, place in zip(_moving_styles(), _places(walked, last), strict=True)]
    across, up = (walked.axis_title(position) for position in (walked.first, walked.second))
    return figure(
        [valley, _arrow_style(ACCENT) | _coordinates(walked.arrow(0)), _start(walked), *moving],
        height=420,
        margin={"l": 56, "r": 8, "t": 8, "b": 48},
        xaxis={"title": {"text": across}, "range": _ends(surface.across), "constrain": "domain"},
        yaxis={"title": {"text": up}, "range": _ends(surface.up), "scaleanchor": "x", "constrain": "domain"},
        frames=[
            {"name": _said(walked, step), "data": _places(walked, step), "traces": [3, 4, 5]}
            for step in range(last + 1)
        ],
    )


def _ends(values: NDArray[np.float64]) -> list[float]:
    return [float(values[0]), float(values[-1])]


def _moving_styles() -> list[Properties]:
    """Style what a frame moves: the way so far, the arrow downhill from its end, and the point there."""
    way = {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"color": TEXT.light, "width": 1.5},
        "marker": {"size": 5, "color": TEXT.light},
        "hoverinfo": "skip",
    }
    here = {
        "type": "scatter",
        "mode": "markers",
        "marker": {"size": 11, "color": PAPER.light, "line": {"color": TEXT.light, "width": 2.5}},
        "hoverinfo": "skip",
    }
    return [way, _arrow_style(TEXT), here]


def _places(walked: WalkedSurface, step: int) -> list[Properties]:
    """Say where the moving traces are after so many steps."""
    path = walked.path[: step + 1]
    # lists, not arrays: Plotly takes ten times as long to check many small arrays
    return [_coordinates(places) for places in (path, walked.arrow(step), path[-1:])]


def _coordinates(places: NDArray[np.float64]) -> Properties:
    across, up = np.round(places, DECIMALS).T.tolist()
    return {"x": across, "y": up}


def _arrow_style(ink: Ink) -> Properties:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"color": ink.light, "width": 2.5},
        "marker": {"symbol": "arrow", "size": [0, 15], "angleref": "previous", "color": ink.light, "opacity": 1},
        "hoverinfo": "skip",
    }


def _start(walked: WalkedSurface) -> Properties:
    return {
        **_coordinates(walked.path[:1]),
        "type": "scatter",
        "mode": "markers",
        "hovertemplate": "your scores<extra></extra>",
        "marker": {"size": 12, "color": ACCENT.light, "line": {"color": PAPER.light, "width": 2}},
    }


def _said(walked: WalkedSurface, step: int) -> str:
    size = float(np.linalg.norm(walked.slope(step)))
    return f"step {step}: loss {three_digits(walked.walk.losses[step])}, gradient {three_digits(size)}"


def relief(walked: WalkedSurface) -> Picture:
    """Draw the loss as a landscape that can be turned, with the whole walk on it."""
    surface = walked.surface
    inside = np.array([surface.contains(*point) for point in walked.path])
    lifted = walked.walk.losses[inside] + _LIFT * np.ptp(surface.losses)
    way = walked.path[inside]
    axis = {
        "backgroundcolor": PAPER.light,
        "gridcolor": GRID.light,
        "color": TEXT.light,
        "showspikes": False,
        "tickfont": {"size": 11},
    }
    return figure(
        [
            _ground(walked),
            _in_space(
                way, lifted, mode="lines+markers", line={"color": TEXT.light, "width": 5},
                marker={"size": 3, "color": TEXT.light},
            ),
            _in_space(way[:1], lifted[:1], mode="markers", marker={"size": 6, "color": ACCENT.light}),
            _slope(walked, float(lifted[0])),
        ],
        height=440,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        dragmode="turntable",
        scene={
            "xaxis": axis | {"title": {"text": walked.axis_title(walked.first)}},
            "yaxis": axis | {"title": {"text": walked.axis_title(walked.second)}},
            "zaxis": axis | {"title": {"text": "loss"}},
            "camera": {"eye": {"x": 1.7, "y": 1.5, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.1}},
            "aspectmode": "cube",
        },
    )  # fmt: skip


def _ground(walked: WalkedSurface) -> Properties:
    surface = walked.surface
    lines = {
        "show": True,
        "color": AXIS.light,
        "width": 1,
        "size": float(np.ptp(surface.losses)) / 12 or 1.0,
        "start": float(surface.losses.min()),
        "end": float(surface.losses.max()),
    }
    return {
        "type": "surface",
        "x": surface.across,
        "y": surface.up,
        "z": surface.losses,
        "colorscale": colorscale(SEQUENTIAL),
        "showscale": False,
        "opacity": 0.92,
        "hovertemplate": "loss %{z:.3g}<extra></extra>",
        "contours": {"z": lines},
    }


def _in_space(places: NDArray[np.float64], heights: NDArray[np.float64], **style: object) -> Properties:
    return {"type": "scatter3d", **_coordinates(places), "z": heights, "hoverinfo": "skip", **style}


def _slope(walked: WalkedSurface, height: float) -> Properties:
    """Draw the tangent downhill at the learner's point."""
    slope, scale = walked.slope(0), walked.arrow_scale
    ends = np.stack([walked.path[0], walked.path[0] - scale * slope])
    heights = np.array([height, height - scale * float(slope @ slope)])
    return _in_space(ends, heights, mode="lines", line={"color": ACCENT.light, "width": 8})


def describe(walked: WalkedSurface) -> str:
    """Say what the pictures of the surface show, with their numbers."""
    start, end = walked.path[0], walked.path[-1]
    return (
        f"The loss over the scores of {walked.labels[walked.first]} and {walked.labels[walked.second]}. A walk of "
        f"{len(walked.path) - 1} steps goes from ({three_digits(start[0])}, {three_digits(start[1])}) at loss "
        f"{three_digits(walked.walk.losses[0])} to ({three_digits(end[0])}, {three_digits(end[1])}) at loss "
        f"{three_digits(walked.walk.losses[-1])}."
    )
