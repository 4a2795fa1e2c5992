"""Lines of probabilities over something that is turned: a shift, a scale, a temperature."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from softviz.core.sweeps import Sweep
from softviz.figures.picture import Picture
from softviz.figures.theme import ACCENT, MUTED, class_colors, figure
from softviz.hues import HUES
from softviz.numerals import three_digits

MOST_LINES = 20
"""Lines of more classes than this are not told apart; the largest are drawn."""


def shift_and_scale(
    shift: Sweep, scale: Sweep, labels: Sequence[str], hues: NDArray[np.intp], shown: NDArray[np.intp]
) -> Picture:
    """Draw probabilities under a constant shift beside those under a scale, one line a class.

    Args:
        shift: Flat lines, if softmax ignores a shift.
        scale: Bent lines, if it does not ignore a scale.
        labels: Of the classes.
        hues: Rank of each class in the palette.
        shown: Positions of the classes that get a line.
    """
    traces, annotations, markers = [], [], []
    for axis, sweep in (("", shift), ("2", scale)):
        traces += _lines(sweep, labels, hues, shown, axis)
        annotations += _names(sweep, labels, shown, axis)
        markers.append(_marker(sweep.chosen, axis))
    probability = {"title": {"text": "probability"}, "range": [-0.02, 1.04]}
    return figure(
        traces,
        height=300,
        margin={"r": 96},
        annotations=annotations,
        shapes=markers,
        xaxis={"title": {"text": "scores + c"}, "domain": [0, 0.43], "nticks": 5, "tickangle": 0},
        xaxis2={
            "title": {"text": "scores × c"},
            "domain": [0.57, 1],
            "type": "log",
            "dtick": 1,
            "anchor": "y2",
        },
        yaxis=probability,
        yaxis2={**probability, "title": None, "anchor": "x2", "showticklabels": False},
    )


def _lines(
    sweep: Sweep, labels: Sequence[str], hues: NDArray[np.intp], shown: NDArray[np.intp], axis: str
) -> list[dict[str, object]]:
    return [
        {
            "type": "scatter",
            "x": sweep.positions,
            "y": sweep.probabilities[:, i],
            "mode": "lines",
            "line": {"color": color, "width": 2},
            "name": plain(labels[i]),
            "hovertemplate": "%{y:.3g}",
            "xaxis": f"x{axis}",
            "yaxis": f"y{axis}",
        }
        for i, color in zip(shown, class_colors(hues[shown].tolist()), strict=True)
    ]


def _marker(position: float, axis: str) -> dict[str, object]:
    """Draw where the learner is."""
    line = {"color": ACCENT.light, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": position, "x1": position, "y0": 0, "y1": 1, "line": line} | _place(axis, across="y")


def _names(sweep: Sweep, labels: Sequence[str], shown: NDArray[np.intp], axis: str) -> list[dict[str, object]]:
    """Name each line at its right end, the names kept apart by a line's height."""
    order = sorted(shown, key=lambda i: sweep.probabilities[-1, i])[-HUES:]
    heights = np.maximum.accumulate([sweep.probabilities[-1, i] - 0.075 * rank for rank, i in enumerate(order)])
    common = {"x": 1, "xanchor": "left", "xshift": 4, "showarrow": False, "font": {"color": MUTED.light, "size": 12}}
    return [
        common | _place(axis, across="x") | {"y": height + 0.075 * rank, "text": plain(labels[i], 12)}
        for rank, (i, height) in enumerate(zip(order, heights, strict=True))
    ]


def _place(axis: str, across: str) -> dict[str, str]:
    """Refer to one of the two pictures; ``across`` is the direction in which it counts from 0 to 1."""
    return {f"{d}ref": f"{d}{axis}" + (" domain" if d == across else "") for d in "xy"}


def plain(label: str, limit: int = 24) -> str:
    """Make a label plain text for Plotly, which reads a few HTML tags, and shorten it."""
    short = label if len(label) <= limit else label[: limit - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def describe_shift_and_scale(shift: Sweep, scale: Sweep, labels: Sequence[str]) -> str:
    """Say what the picture of shift and scale shows, with its numbers."""
    top = int(np.argmax(scale.probabilities[-1]))
    first, last = scale.probabilities[0, top], scale.probabilities[-1, top]
    return (
        f"Two line charts of {len(labels)} classes. Over the shift every line is flat: the largest change is "
        f"{three_digits(shift.largest_change())}. Over the scale, {labels[top]} goes from {three_digits(first)} to "
        f"{three_digits(last)}."
    )
