"""A loss over two scores, from above and as a relief, with a walk down its slope."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from softviz.core.landscape import LossSurface, Walk
from softviz.figures.curves import plain
from softviz.figures.theme import ACCENT, AXIS, GRID, PAPER, SEQUENTIAL, TEXT, colorscale, figure
from softviz.numerals import three_digits

ARROW = 2.0
"""Length of the arrow in scores, per unit of the gradient."""

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

    def axis_title(self, position: int) -> str:
        """Name the axis of a class."""
        return f"score of {plain(self.labels[position], 16)}"


def contour(walked: WalkedSurface) -> go.Figure:
    """Draw the loss from above, with one frame a step: the walk so far, and the arrow downhill from its end."""
    surface = walked.surface
    drawn = figure(height=440, margin={"l": 56, "r": 8, "t": 32, "b": 48})
    drawn.add_contour(
        x=surface.across,
        y=surface.up,
        z=surface.losses,
        colorscale=colorscale(SEQUENTIAL),
        showscale=False,
        ncontours=16,
        contours={"coloring": "fill", "showlabels": True},
        line={"color": AXIS.light, "width": 0.5},
        hovertemplate="loss %{z:.3g}<extra></extra>",
    )
    last = len(walked.path) - 1
    drawn.add_traces(_trail(walked, last))
    drawn.update_layout(annotations=_notes(walked, last))
    drawn.update_xaxes(title_text=walked.axis_title(walked.first), range=_ends(surface.across), constrain="domain")
    drawn.update_yaxes(
        title_text=walked.axis_title(walked.second), range=_ends(surface.up), scaleanchor="x", constrain="domain"
    )
    drawn.frames = [
        go.Frame(
            name=str(step), data=_trail(walked, step), traces=[1, 2, 3], layout={"annotations": _notes(walked, step)}
        )
        for step in range(last + 1)
    ]
    return drawn


def _ends(values: NDArray[np.float64]) -> list[float]:
    return [float(values[0]), float(values[-1])]


def _trail(walked: WalkedSurface, step: int) -> list[go.Scatter]:
    """Draw the way to a step, the point there, and the start, which is the learner's own."""
    path = walked.path[: step + 1]
    losses = walked.walk.losses[: step + 1]
    way = go.Scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines+markers",
        line={"color": TEXT.light, "width": 1.5},
        marker={"size": 5, "color": TEXT.light},
        customdata=losses,
        hovertemplate="loss %{customdata:.3g}<extra></extra>",
    )
    here = go.Scatter(
        x=path[-1:, 0],
        y=path[-1:, 1],
        mode="markers",
        hoverinfo="skip",
        marker={"size": 11, "color": PAPER.light, "line": {"color": TEXT.light, "width": 2.5}},
    )
    start = go.Scatter(
        x=path[:1, 0],
        y=path[:1, 1],
        mode="markers",
        hovertemplate="your scores<extra></extra>",
        marker={"size": 12, "color": ACCENT.light, "line": {"color": PAPER.light, "width": 2}},
    )
    return [way, here, start]


def _notes(walked: WalkedSurface, step: int) -> list[dict[str, object]]:
    gradient = walked.walk.gradients[step]
    size = float(np.linalg.norm(gradient[[walked.first, walked.second]]))
    said = f"step {step}: loss {three_digits(walked.walk.losses[step])}, gradient {three_digits(size)}"
    title: dict[str, object] = {
        "text": said,
        "x": 0,
        "xref": "paper",
        "y": 1,
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "yshift": 4,
    }
    return [title, _arrow(walked, step)] if size > 0 else [title]


def _arrow(walked: WalkedSurface, step: int) -> dict[str, object]:
    tail = walked.path[step]
    head = tail - ARROW * walked.walk.gradients[step][[walked.first, walked.second]]
    return {
        "x": head[0],
        "y": head[1],
        "ax": tail[0],
        "ay": tail[1],
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 1.2,
        "arrowwidth": 2.5,
        "arrowcolor": ACCENT.light,
    }


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
    axis = {"backgroundcolor": PAPER.light, "gridcolor": GRID.light, "color": TEXT.light, "showspikes": False}
    drawn.update_scenes(
        xaxis=axis | {"title": {"text": walked.axis_title(walked.first)}},
        yaxis=axis | {"title": {"text": walked.axis_title(walked.second)}},
        zaxis=axis | {"title": {"text": "loss"}},
        camera={"eye": {"x": 1.5, "y": 1.4, "z": 0.9}},
        aspectmode="cube",
    )
    return drawn


def _add_slope(drawn: go.Figure, walked: WalkedSurface, height: float) -> None:
    """Draw the tangent downhill at the learner's point."""
    slope = walked.walk.gradients[0][[walked.first, walked.second]]
    head = walked.path[0] - ARROW * slope
    drawn.add_scatter3d(
        x=[walked.path[0, 0], head[0]],
        y=[walked.path[0, 1], head[1]],
        z=[height, height - ARROW * float(slope @ slope)],
        mode="lines",
        line={"color": ACCENT.light, "width": 8},
        hoverinfo="skip",
    )


def describe(walked: WalkedSurface) -> str:
    """Say what the pictures of the surface show, with their numbers."""
    start, end = walked.path[0], walked.path[-1]
    return (
        f"The loss over the {walked.axis_title(walked.first)} and the {walked.axis_title(walked.second)}. A walk of "
        f"{len(walked.path) - 1} steps goes from ({three_digits(start[0])}, {three_digits(start[1])}) at loss "
        f"{three_digits(walked.walk.losses[0])} to ({three_digits(end[0])}, {three_digits(end[1])}) at loss "
        f"{three_digits(walked.walk.losses[-1])}."
    )
