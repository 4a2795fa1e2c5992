"""A loss over two scores, from above and as a relief, with a walk down its slope."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from softviz.core.landscape import LossSurface, Walk
from softviz.figures.curves import plain
from softviz.figures.theme import ACCENT, AXIS, GRID, PAPER, SEQUENTIAL, TEXT, Ink, colorscale, figure
from softviz.numerals import three_digits

ARROW = 0.25
"""Length of the arrow downhill, in sides of the surface per unit of the gradient."""

_READABLE = 4
"""As many steps of the scale, from the lightest, as the labels of the lines stand out from."""

_LIFT = 0.01
"""The walk is drawn this share of the relief above it, so that the relief does not swallow it."""


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

    @property
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


def contour(walked: WalkedSurface) -> go.Figure:
    """Draw the loss from above, with one frame a step: the walk so far, and the arrow downhill from its end."""
    surface = walked.surface
    drawn = figure(height=420, margin={"l": 56, "r": 8, "t": 8, "b": 48})
    drawn.add_contour(
        x=surface.across,
        y=surface.up,
        z=surface.losses,
        colorscale=colorscale(SEQUENTIAL[:_READABLE]),
        showscale=False,
        ncontours=16,
        contours={"coloring": "fill", "showlabels": True, "labelfont": {"size": 11, "color": TEXT.light}},
        line={"color": AXIS.light, "width": 0.5},
        hovertemplate="loss %{z:.3g}<extra></extra>",
    )
    drawn.add_traces([_arrow(walked, 0, ACCENT), _start(walked)])
    last = len(walked.path) - 1
    for trace, place in zip(_moving_traces(), _places(walked, last), strict=True):
        drawn.add_trace(trace.update(place))
    drawn.update_xaxes(title_text=walked.axis_title(walked.first), range=_ends(surface.across), constrain="domain")
    drawn.update_yaxes(
        title_text=walked.axis_title(walked.second), range=_ends(surface.up), scaleanchor="x", constrain="domain"
    )
    drawn.frames = [
        {"name": _said(walked, step), "data": _places(walked, step), "traces": [3, 4, 5]} for step in range(last + 1)
    ]
    return drawn


def _ends(values: NDArray[np.float64]) -> list[float]:
    return [float(values[0]), float(values[-1])]


def _moving_traces() -> list[go.Scatter]:
    """Style what a frame moves: the way so far, the arrow downhill from its end, and the point there."""
    way = go.Scatter(
        mode="lines+markers",
        line={"color": TEXT.light, "width": 1.5},
        marker={"size": 5, "color": TEXT.light},
        hoverinfo="skip",
    )
    here = go.Scatter(
        mode="markers",
        marker={"size": 11, "color": PAPER.light, "line": {"color": TEXT.light, "width": 2.5}},
        hoverinfo="skip",
    )
    return [way, _arrow_trace(TEXT), here]


def _places(walked: WalkedSurface, step: int) -> list[dict[str, object]]:
    """Say where the moving traces are after so many steps."""
    path = walked.path[: step + 1]
    # lists, not arrays: Plotly takes ten times as long to check many small arrays
    return [_coordinates(places) for places in (path, walked.arrow(step), path[-1:])]


def _coordinates(places: NDArray[np.float64]) -> dict[str, object]:
    across, up = places.T.tolist()
    return {"x": across, "y": up}


def _arrow_trace(ink: Ink) -> go.Scatter:
    return go.Scatter(
        mode="lines+markers",
        line={"color": ink.light, "width": 2.5},
        marker={"symbol": "arrow", "size": [0, 15], "angleref": "previous", "color": ink.light, "opacity": 1},
        hoverinfo="skip",
    )


def _arrow(walked: WalkedSurface, step: int, ink: Ink) -> go.Scatter:
    return _arrow_trace(ink).update(_coordinates(walked.arrow(step)))


def _start(walked: WalkedSurface) -> go.Scatter:
    return go.Scatter(
        x=walked.path[:1, 0],
        y=walked.path[:1, 1],
        mode="markers",
        hovertemplate="your scores<extra></extra>",
        marker={"size": 12, "color": ACCENT.light, "line": {"color": PAPER.light, "width": 2}},
    )


def _said(walked: WalkedSurface, step: int) -> str:
    size = float(np.linalg.norm(walked.slope(step)))
    return f"step {step}: loss {three_digits(walked.walk.losses[step])}, gradient {three_digits(size)}"


def relief(walked: WalkedSurface) -> go.Figure:
    """Draw the loss as a landscape that can be turned, with the whole walk on it."""
    surface = walked.surface
    drawn = figure(height=440, margin={"l": 0, "r": 0, "t": 8, "b": 0}, dragmode="turntable")
    drawn.add_surface(
        x=surface.across,
        y=surface.up,
        z=surface.losses,
        colorscale=colorscale(SEQUENTIAL),
        showscale=False,
        opacity=0.92,
        hovertemplate="loss %{z:.3g}<extra></extra>",
        contours={
            "z": {
                "show": True,
                "color": AXIS.light,
                "width": 1,
                "size": float(np.ptp(surface.losses)) / 12 or 1.0,
                "start": float(surface.losses.min()),
                "end": float(surface.losses.max()),
            }
        },
    )
    inside = np.array([surface.contains(*point) for point in walked.path])
    lifted = walked.walk.losses[inside] + _LIFT * np.ptp(surface.losses)
    drawn.add_scatter3d(
        x=walked.path[inside, 0],
        y=walked.path[inside, 1],
        z=lifted,
        mode="lines+markers",
        hoverinfo="skip",
        line={"color": TEXT.light, "width": 5},
        marker={"size": 3, "color": TEXT.light},
    )
    drawn.add_scatter3d(
        x=walked.path[:1, 0],
        y=walked.path[:1, 1],
        z=lifted[:1],
        mode="markers",
        hoverinfo="skip",
        marker={"size": 6, "color": ACCENT.light},
    )
    _add_slope(drawn, walked, float(lifted[0]))
    axis = {
        "backgroundcolor": PAPER.light,
        "gridcolor": GRID.light,
        "color": TEXT.light,
        "showspikes": False,
        "tickfont": {"size": 11},
    }
    drawn.update_scenes(
        xaxis=axis | {"title": {"text": walked.axis_title(walked.first)}},
        yaxis=axis | {"title": {"text": walked.axis_title(walked.second)}},
        zaxis=axis | {"title": {"text": "loss"}},
        camera={"eye": {"x": 1.7, "y": 1.5, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.1}},
        aspectmode="cube",
    )
    return drawn


def _add_slope(drawn: go.Figure, walked: WalkedSurface, height: float) -> None:
    """Draw the tangent downhill at the learner's point."""
    slope = walked.slope(0)
    scale = walked.arrow_scale
    head = walked.path[0] - scale * slope
    drawn.add_scatter3d(
        x=[walked.path[0, 0], head[0]],
        y=[walked.path[0, 1], head[1]],
        z=[height, height - scale * float(slope @ slope)],
        mode="lines",
        line={"color": ACCENT.light, "width": 8},
        hoverinfo="skip",
    )


def describe(walked: WalkedSurface) -> str:
    """Say what the pictures of the surface show, with their numbers."""
    start, end = walked.path[0], walked.path[-1]
    return (
        f"The loss over the scores of {walked.labels[walked.first]} and {walked.labels[walked.second]}. A walk of "
        f"{len(walked.path) - 1} steps goes from ({three_digits(start[0])}, {three_digits(start[1])}) at loss "
        f"{three_digits(walked.walk.losses[0])} to ({three_digits(end[0])}, {three_digits(end[1])}) at loss "
        f"{three_digits(walked.walk.losses[-1])}."
    )
