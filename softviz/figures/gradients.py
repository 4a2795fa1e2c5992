"""The backward pass in pictures: a matrix product, the error of differences, losses from wrong to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.chain import Chain
from softviz.core.checks import DifferenceErrors
from softviz.core.landscape import LossLine
from softviz.figures.curves import plain
from softviz.figures.panels import Panel, together
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import ACCENT, CLASS_INKS, DIVERGING, MUTED, TEXT, Ink, colorscale, figure
from softviz.numerals import three_digits

Floats = NDArray[np.float64]

_GAP = 0.7
"""Room for a sign between two blocks, in cells."""


@dataclass(frozen=True)
class _Stroke:
    """How a line is drawn, known without its colour, and the sign that stands for it beside its name."""

    ink: Ink
    dash: str
    sign: str

    def named(self, name: str) -> str:
        """Put the sign before a name; the name itself stays in the ink of text."""
        return f'<span style="color:{self.ink.light}">{self.sign}</span> {name}'


LOSS_STROKES = (
    _Stroke(TEXT, "solid", "——"),
    _Stroke(CLASS_INKS[5], "solid", "——"),
    _Stroke(CLASS_INKS[0], "dash", "– –"),
    _Stroke(CLASS_INKS[7], "dashdot", "– ·"),
)
"""In the order of the registry."""

SMALLEST_ERROR = 1e-17
"""An exact zero has no place on a logarithmic axis; it is drawn here."""


MOST_NUMBERED = 8
"""A matrix of more classes than this shows colours alone; each number is under the pointer and in the export."""


@dataclass(frozen=True)
class _Block:
    """One matrix of a product.

    Attributes:
        title: What it is called.
        values: What it holds.
        columns: Names under its columns.
        width: On the page, in cells of the first matrix.
    """

    title: str
    values: Floats
    columns: tuple[str, ...]
    width: float


def chain_product(chain: Chain, labels: Sequence[str]) -> Picture:
    """Draw J times dL/dp equals dL/dz; where the product breaks, its closed form beside it.

    Args:
        chain: Of one row of scores.
        labels: Of the classes.
    """
    names = tuple(plain(label, 12) for label in labels)
    blocks = _chain_blocks(chain, names)
    width = sum(block.width for block in blocks) + _GAP * (len(blocks) - 1)
    traces, axes, notes, left = [], [], [], 0.0
    for number, (block, sign) in enumerate(zip(blocks, ("×", "=", "≠", ""), strict=False), start=1):
        right = left + block.width
        panel = Panel(number, (left / width, min(right / width, 1.0)))
        traces.append(_heat_map(panel, block, len(names)))
        axes.append(_block_axes(panel, block, names))
        notes += _block_notes(panel, block)
        if number < len(blocks):
            notes.append(_sign(sign, (right + _GAP / 2) / width))
        left = right + _GAP
    height = 80 + max(34 * len(names), 130)
    return together(traces, axes, notes, height=height, margin={"l": 8, "r": 8, "t": 36, "b": 8})


def _chain_blocks(chain: Chain, names: tuple[str, ...]) -> list[_Block]:
    column = max(1.0, len(names) / 7)  # wide enough for a number, however narrow the cells of the matrix are
    blocks = [
        _Block("J = dp/dz", chain.jacobian, names, len(names)),
        _Block("dL/dp = −y/p", chain.by_probability[:, None], ("",), column),
        _Block("dL/dz", chain.product[:, None], ("",), column),
    ]
    return blocks if chain.holds else [*blocks, _Block("p − y", chain.closed_form[:, None], ("",), column)]


def _heat_map(panel: Panel, block: _Block, rows: int) -> Properties:
    finite = block.values[np.isfinite(block.values)]
    size = max(float(np.abs(finite).max(initial=0.0)), 1e-300)
    numbered = {"texttemplate": "%{text}"} if len(block.columns) <= MOST_NUMBERED else {}
    return panel.trace(
        "heatmap",
        z=block.values,
        zmin=-size,
        zmax=size,
        colorscale=colorscale(DIVERGING),
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[three_digits(value) for value in row] for row in block.values],
        textfont={"size": 13 if rows <= 4 else 11},
        hovertemplate="%{text}<extra></extra>",
        **numbered,
    )


def _block_axes(panel: Panel, block: _Block, rows: tuple[str, ...]) -> Properties:
    bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    across = {
        "tickvals": list(range(len(block.columns))),
        "ticktext": list(block.columns),
        "range": [-0.5, len(block.columns) - 0.5],
    }
    down = {
        "tickvals": list(range(len(rows))),
        "ticktext": list(rows),
        "showticklabels": panel.number == 1,
        "range": [len(rows) - 0.5, -0.5],
    }
    return panel.axes(bare | across, bare | down)


def _block_notes(panel: Panel, block: _Block) -> list[Properties]:
    place: Properties = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 6, "font": {"size": 13}}
    notes = [panel.note(sum(panel.across) / 2, 1, block.title, **place)]
    for row, column in zip(*np.nonzero(~np.isfinite(block.values)), strict=True):  # a heat map leaves such a cell empty
        notes.append(panel.note(int(column), int(row), three_digits(block.values[row, column]), font={}))
    return notes


def _sign(sign: str, x: float) -> Properties:
    font = {"size": 20, "color": MUTED.light}
    return {"text": sign, "x": x, "xref": "paper", "y": 0.5, "yref": "paper", "showarrow": False, "font": font}


def error_over_step(errors: DifferenceErrors, step: float) -> Picture:
    """Draw how far finite differences are from the closed form, over their step, both axes logarithmic.

    Args:
        errors: Over many steps.
        step: The learner's.
    """
    forward, central = _Stroke(CLASS_INKS[5], "dash", "– –"), _Stroke(CLASS_INKS[0], "solid", "——")
    lines = [_error_line("forward", errors.steps, errors.forward, forward)]
    lines.append(_error_line("central", errors.steps, errors.central, central))
    notes = [
        _error_name(lines[0], forward, -5, {"xanchor": "right", "xshift": -6, "yshift": 12}),
        _error_name(lines[1], central, -3, {"xanchor": "left", "xshift": 10, "yshift": -8}),
    ]
    for x, anchor, text in ((-16, "left", "too small: rounding"), (1, "right", "too large: bending")):
        muted = {"color": MUTED.light, "size": 12}
        notes.append({"x": x, "y": -15.5, "text": text, "xanchor": anchor, "showarrow": False, "font": muted})
    powers = {"type": "log", "exponentformat": "power", "showexponent": "all", "dtick": 3}
    return figure(
        lines,
        annotations=notes,
        shapes=[_marked(step)],
        xaxis={"title": {"text": "step h"}, "range": [-16.2, 1.2], **powers},
        yaxis={"title": {"text": "largest error"}, "range": [-17.2, 2.2], **powers},
    )


def _error_line(name: str, steps: Floats, errors: Floats, stroke: _Stroke) -> Properties:
    return {
        "type": "scatter",
        "x": steps,
        "y": np.maximum(errors, SMALLEST_ERROR),
        "mode": "lines",
        "line": {"color": stroke.ink.light, "width": 2, "dash": stroke.dash},
        "name": name,
        "hovertemplate": "step %{x:.2g}, error %{y:.2g}",
    }


def _error_name(line: Properties, stroke: _Stroke, power: float, side: Properties) -> Properties:
    """Name a line where it stands alone."""
    place = int(np.searchsorted(line["x"], 10.0**power))
    x, y = (float(np.log10(line[axis][place])) for axis in "xy")
    return {"x": x, "y": y, "text": stroke.named(line["name"]), "showarrow": False, **side}


def _marked(x: float) -> Properties:
    """Draw an upright line where the learner is."""
    ends = {"x0": x, "x1": x, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
    return {"type": "line", **ends, "line": {"color": ACCENT.light, "width": 2, "dash": "dot"}}


def losses_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> Picture:
    """Draw several losses while one score runs from very wrong to very right.

    Args:
        lines: By the losses' names, in the order of the registry.
        score: Where the learner's own score is.
        name: Of the class whose score runs.
    """
    return _over_score(lines, {key: line.losses for key, line in lines.items()}, score, name, "loss")


def slopes_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> Picture:
    """Draw the size of the losses' slopes while one score runs; takes what ``losses_over_score`` does."""
    sizes = {key: np.abs(line.slopes) for key, line in lines.items()}
    return _over_score(lines, sizes, score, name, "size of the gradient")


def _over_score(
    lines: Mapping[str, LossLine], values: Mapping[str, Floats], score: float, name: str, quantity: str
) -> Picture:
    traces = [
        {
            "type": "scatter",
            "x": line.scores,
            "y": values[key],
            "mode": "lines",
            "line": {"color": stroke.ink.light, "width": 2.5, "dash": stroke.dash},
            "name": key,
            "hovertemplate": "%{y:.3g}",
        }
        for (key, line), stroke in zip(lines.items(), LOSS_STROKES, strict=True)
    ]
    top = max(float(drawn_values.max()) for drawn_values in values.values())
    scores = next(iter(lines.values())).scores
    title, ends = f"score of {plain(name)}: wrong → right", [float(scores[0]), float(scores[-1])]
    return figure(
        traces,
        margin={"r": 16, "t": 16},
        annotations=_names_at_the_start(values, top),
        shapes=[_marked(score)],
        xaxis={"title": {"text": title}, "zeroline": False, "range": ends},
        yaxis={"title": {"text": quantity}, "range": [-0.04 * top, 1.3 * top]},
    )


def _names_at_the_start(values: Mapping[str, Floats], top: float) -> list[Properties]:
    """Name each line where the answer is very wrong, the names kept apart by a line's height."""
    height, notes = -np.inf, []
    starts = sorted(zip(values.items(), LOSS_STROKES, strict=True), key=lambda item: float(item[0][1][0]))
    for (key, line), stroke in starts:
        height = max(float(line[0]), height + 0.085 * top)
        place = {"x": 0, "xref": "x domain", "xanchor": "left", "xshift": 6, "y": height, "yanchor": "bottom"}
        notes.append({**place, "text": stroke.named(key), "showarrow": False, "font": {"size": 12}})
    return notes
