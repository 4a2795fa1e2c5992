"""Two classes: every map's curve over the gap between the scores, and its slope under it."""

from collections.abc import Iterator, Sequence

import numpy as np

from softviz.core.relatives import Floats
from softviz.core.two_classes import TwoClassCurve
from softviz.figures.curves import plain
from softviz.figures.map_marks import MAP_MARKS, apart
from softviz.figures.panels import Panel, evenly, together
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import ACCENT, MUTED
from softviz.numerals import three_digits

HEIGHT = 430
LABEL_HEIGHT = 17
"""Pixels that a line of label text needs."""
OUTPUTS, SLOPES = Panel(1, up=(0.47, 1.0)), Panel(2, up=(0.0, 0.4))
_ROOM = HEIGHT - 72


def two_class_curves(curves: Sequence[TwoClassCurve], gap: float) -> Picture:
    """Draw the first class's output over the gap z1 - z2, and its slope below.

    Args:
        curves: One a map, in the order of the page.
        gap: Where the learner's two largest scores are, marked when it is in view.
    """
    upper = [curve.outputs for curve in curves]
    lower = [curve.slopes for curve in curves if curve.slopes is not None]
    traces = [*_lines(OUTPUTS, curves, upper), *_lines(SLOPES, curves, lower)]
    notes = [*_names(OUTPUTS, curves, upper), *_names(SLOPES, curves, lower)]
    if not lower:
        text = "no slope at this temperature:<br>a map may jump, or nothing moves"
        notes.append(SLOPES.note(0, 0.5, text, MUTED.light))
    axes = [
        OUTPUTS.axes(
            {"matches": "x2", "showticklabels": False}, {"title": {"text": "output p₁"}, "range": _range(upper, 1.0)}
        ),
        SLOPES.axes(
            {"title": {"text": "score gap z₁ − z₂"}, "range": [curves[0].gaps[0], curves[0].gaps[-1]]},
            {"title": {"text": "slope dp₁/dz₁"}, "range": _range(lower, 0.1), "showticklabels": bool(lower)},
        ),
    ]
    return together(traces, axes, notes, shapes=_marked(gap, curves), height=HEIGHT, margin={"r": 158})


def _lines(panel: Panel, curves: Sequence[TwoClassCurve], lines: Sequence[Floats]) -> Iterator[Properties]:
    for curve, line, mark in zip(curves, lines, MAP_MARKS, strict=False):
        yield panel.trace(
            "scatter", **evenly("x", curve.gaps), y=line, mode="lines", name=plain(curve.name),
            line={"color": mark.ink, "width": 2, "dash": mark.dash}, hovertemplate="%{y:.3g} at a gap of %{x:.3g}",
        )  # fmt: skip


def _range(lines: Sequence[Floats], floor: float) -> list[float]:
    """Room for every line; at least ``floor`` high, so that a flat line looks flat."""
    if not lines:
        return [0.0, 1.0]
    finite = np.concatenate([line[np.isfinite(line)] for line in lines])
    low, high = min(0.0, float(finite.min(initial=0))), max(floor, float(finite.max(initial=0)))
    pad = 0.05 * (high - low)
    return [low - pad, high + pad]


def _names(panel: Panel, curves: Sequence[TwoClassCurve], lines: Sequence[Floats]) -> Iterator[Properties]:
    """Name each line at its right end, the names kept apart."""
    low, high = _range(lines, 1.0 if panel is OUTPUTS else 0.1)
    ends = [float(line[-1]) if np.isfinite(line[-1]) else low for line in lines]
    label = (high - low) * LABEL_HEIGHT / (_ROOM * (panel.up[1] - panel.up[0]))
    for curve, mark, height in zip(curves, MAP_MARKS, apart(ends, label, high), strict=False):
        place = {"xref": f"{panel.x} domain", "xanchor": "left", "xshift": 4}
        yield panel.note(1, height, plain(curve.name, 25), mark.ink, **place)


def _marked(gap: float, curves: Sequence[TwoClassCurve]) -> list[Properties]:
    if abs(gap) > curves[0].gaps[-1]:
        return []
    line = {"color": ACCENT.light, "width": 2, "dash": "dot"}
    return [
        {"type": "line", "x0": gap, "x1": gap, "y0": 0, "y1": 1, "xref": p.x, "yref": f"{p.y} domain", "line": line}
        for p in (OUTPUTS, SLOPES)
    ]


def describe_two_class_curves(curves: Sequence[TwoClassCurve]) -> str:
    """Say what the curves show, with numbers: the output at a gap of 1, and the steepest slope."""
    sentences = " ".join(_sentence(curve) for curve in curves)
    return f"Output of the first of two classes over the score gap, with its slope below. {sentences}"


def _sentence(curve: TwoClassCurve) -> str:
    at_one = three_digits(float(curve.outputs[np.argmin(np.abs(curve.gaps - 1))]))
    if curve.slopes is None:
        return f"{curve.name}: {at_one} at a gap of 1."
    return f"{curve.name}: {at_one} at a gap of 1, slope at most {three_digits(float(np.nanmax(curve.slopes)))}."
