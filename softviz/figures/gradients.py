"""The backward pass in pictures: a matrix product, the error of differences, losses from wrong to right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from softviz.core.chain import Chain
from softviz.core.checks import DifferenceErrors
from softviz.core.landscape import LossLine
from softviz.figures.curves import plain
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


def chain_product(chain: Chain, labels: Sequence[str]) -> go.Figure:
    """Draw J times dL/dp equals dL/dz; where the product breaks, its closed form beside it.

    Args:
        chain: Of one row of scores.
        labels: Of the classes.
    """
    names = tuple(plain(label, 12) for label in labels)
    blocks = _chain_blocks(chain, names)
    drawn = figure(height=80 + max(34 * len(names), 130), margin={"l": 8, "r": 8, "t": 36, "b": 8})
    width = sum(block.width for block in blocks) + _GAP * (len(blocks) - 1)
    left = 0.0
    for place, (block, sign) in enumerate(zip(blocks, ("×", "=", "≠", ""), strict=False), start=1):
        right = left + block.width
        _draw_block(drawn, block, place, (left / width, min(right / width, 1.0)), names)
        if place < len(blocks):
            _write(drawn, sign, (right + _GAP / 2) / width)
        left = right + _GAP
    return drawn


def _chain_blocks(chain: Chain, names: tuple[str, ...]) -> list[_Block]:
    column = max(1.0, len(names) / 7)  # wide enough for a number, however narrow the cells of the matrix are
    blocks = [
        _Block("J = dp/dz", chain.jacobian, names, len(names)),
        _Block("dL/dp = −y/p", chain.by_probability[:, None], ("",), column),
        _Block("dL/dz", chain.product[:, None], ("",), column),
    ]
    return blocks if chain.holds else [*blocks, _Block("p − y", chain.closed_form[:, None], ("",), column)]


def _draw_block(
    drawn: go.Figure, block: _Block, place: int, domain: tuple[float, float], rows: tuple[str, ...]
) -> None:
    suffix = "" if place == 1 else str(place)
    finite = block.values[np.isfinite(block.values)]
    size = max(float(np.abs(finite).max(initial=0.0)), 1e-300)
    drawn.add_heatmap(
        z=block.values,
        zmin=-size,
        zmax=size,
        colorscale=colorscale(DIVERGING),
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[three_digits(value) for value in row] for row in block.values],
        texttemplate="%{text}" if len(block.columns) <= MOST_NUMBERED else None,
        textfont={"size": 13 if len(rows) <= 4 else 11},
        hovertemplate="%{text}<extra></extra>",
        xaxis=f"x{suffix}",
        yaxis=f"y{suffix}",
    )
    _lay_axes(drawn, block, suffix, domain, rows)
    drawn.add_annotation(
        text=block.title,
        x=sum(domain) / 2,
        xref="paper",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=6,
        showarrow=False,
        font={"size": 13},
    )
    for row, column in zip(*np.nonzero(~np.isfinite(block.values)), strict=True):
        drawn.add_annotation(  # a heat map leaves such a cell empty
            text=three_digits(block.values[row, column]),
            x=int(column),
            y=int(row),
            xref=f"x{suffix}",
            yref=f"y{suffix}",
            showarrow=False,
        )


def _lay_axes(drawn: go.Figure, block: _Block, suffix: str, domain: tuple[float, float], rows: tuple[str, ...]) -> None:
    bare = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    across = {
        "domain": domain,
        "anchor": f"y{suffix}",
        "tickvals": list(range(len(block.columns))),
        "ticktext": block.columns,
        "range": [-0.5, len(block.columns) - 0.5],
    }
    down = {
        "anchor": f"x{suffix}",
        "tickvals": list(range(len(rows))),
        "ticktext": rows,
        "showticklabels": suffix == "",
        "range": [len(rows) - 0.5, -0.5],
    }
    drawn.update_layout({f"xaxis{suffix}": bare | across, f"yaxis{suffix}": bare | down})


def _write(drawn: go.Figure, sign: str, x: float) -> None:
    drawn.add_annotation(
        text=sign, x=x, xref="paper", y=0.5, yref="paper", showarrow=False, font={"size": 20, "color": MUTED.light}
    )


def error_over_step(errors: DifferenceErrors, step: float) -> go.Figure:
    """Draw how far finite differences are from the closed form, over their step, both axes logarithmic.

    Args:
        errors: Over many steps.
        step: The learner's.
    """
    drawn = figure(height=320)
    _add_error(drawn, "forward", errors.steps, errors.forward, _Stroke(CLASS_INKS[5], "dash", "– –"), -5)
    _add_error(drawn, "central", errors.steps, errors.central, _Stroke(CLASS_INKS[0], "solid", "——"), -3)
    drawn.add_vline(x=step, line={"color": ACCENT.light, "width": 2, "dash": "dot"})
    for x, anchor, text in ((-16, "left", "too small: rounding"), (1, "right", "too large: bending")):
        drawn.add_annotation(
            x=x, y=-15.5, text=text, xanchor=anchor, showarrow=False, font={"color": MUTED.light, "size": 12}
        )
    powers = {"type": "log", "exponentformat": "power", "showexponent": "all"}
    drawn.update_xaxes(title_text="step h", dtick=3, range=[-16.2, 1.2], **powers)
    drawn.update_yaxes(title_text="largest error", dtick=3, range=[-17.2, 2.2], **powers)
    return drawn


def _add_error(drawn: go.Figure, name: str, steps: Floats, errors: Floats, stroke: _Stroke, named_at: float) -> None:
    """Draw one line, named where it stands alone."""
    shown = np.maximum(errors, SMALLEST_ERROR)
    drawn.add_scatter(
        x=steps,
        y=shown,
        mode="lines",
        line={"color": stroke.ink.light, "width": 2, "dash": stroke.dash},
        name=name,
        hovertemplate="step %{x:.2g}, error %{y:.2g}",
    )
    place = int(np.searchsorted(steps, 10.0**named_at))
    above = name == "forward"
    drawn.add_annotation(
        x=np.log10(steps[place]),
        y=np.log10(shown[place]),
        text=stroke.named(name),
        showarrow=False,
        xanchor="right" if above else "left",
        xshift=-6 if above else 10,
        yshift=12 if above else -8,
    )


def losses_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> go.Figure:
    """Draw several losses while one score runs from very wrong to very right.

    Args:
        lines: By the losses' names, in the order of the registry.
        score: Where the learner's own score is.
        name: Of the class whose score runs.
    """
    return _over_score(lines, {key: line.losses for key, line in lines.items()}, score, name, "loss")


def slopes_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> go.Figure:
    """Draw the size of the losses' slopes while one score runs; takes what ``losses_over_score`` does."""
    sizes = {key: np.abs(line.slopes) for key, line in lines.items()}
    return _over_score(lines, sizes, score, name, "size of the gradient")


def _over_score(
    lines: Mapping[str, LossLine], values: Mapping[str, Floats], score: float, name: str, quantity: str
) -> go.Figure:
    drawn = figure(height=320, margin={"r": 16, "t": 16})
    for (key, line), stroke in zip(lines.items(), LOSS_STROKES, strict=True):
        drawn.add_scatter(
            x=line.scores,
            y=values[key],
            mode="lines",
            line={"color": stroke.ink.light, "width": 2.5, "dash": stroke.dash},
            name=key,
            hovertemplate="%{y:.3g}",
        )
    top = max(float(drawn_values.max()) for drawn_values in values.values())
    _label_starts(drawn, values, top)
    drawn.add_vline(x=score, line={"color": ACCENT.light, "width": 2, "dash": "dot"})
    scores = next(iter(lines.values())).scores
    ends = [float(scores[0]), float(scores[-1])]
    drawn.update_xaxes(title_text=f"score of {plain(name)}: wrong → right", zeroline=False, range=ends)
    return drawn.update_yaxes(title_text=quantity, range=[-0.04 * top, 1.3 * top])


def _label_starts(drawn: go.Figure, values: Mapping[str, Floats], top: float) -> None:
    """Name each line where the answer is very wrong, the names kept apart by a line's height."""
    height = -np.inf
    starts = sorted(zip(values.items(), LOSS_STROKES, strict=True), key=lambda item: float(item[0][1][0]))
    for (key, line), stroke in starts:
        height = max(float(line[0]), height + 0.085 * top)
        drawn.add_annotation(
            x=0,
            xref="x domain",
            xanchor="left",
            xshift=6,
            y=height,
            yanchor="bottom",
            text=stroke.named(key),
            showarrow=False,
            font={"size": 12},
        )
