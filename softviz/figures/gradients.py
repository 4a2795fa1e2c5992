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

_GAP = 0.9
"""Room for a sign between two blocks, in cells."""

LOSS_INKS: tuple[tuple[Ink, str], ...] = (
    (TEXT, "solid"),
    (CLASS_INKS[5], "solid"),
    (CLASS_INKS[0], "dash"),
    (CLASS_INKS[7], "dashdot"),
)
"""Ink and dash of each loss, in the order of the registry: a line is known without its colour."""

SMALLEST_ERROR = 1e-17
"""An exact zero has no place on a logarithmic axis; it is drawn here."""


@dataclass(frozen=True)
class _Block:
    """One matrix of a product: what it is called and what it holds."""

    title: str
    values: Floats
    columns: tuple[str, ...]


def chain_product(chain: Chain, labels: Sequence[str]) -> go.Figure:
    """Draw J times dL/dp equals dL/dz, every number in its cell.

    Args:
        chain: Of one row of scores.
        labels: Of the classes.
    """
    names = tuple(plain(label, 12) for label in labels)
    blocks = (
        _Block("J = dp/dz", chain.jacobian, names),
        _Block("dL/dp = −y/p", chain.by_probability[:, None], ("",)),
        _Block("dL/dz", chain.product[:, None], ("",)),
        _Block("p − y", chain.closed_form[:, None], ("",)),
    )
    drawn = figure(height=110 + max(34 * len(names), 110), margin={"l": 8, "r": 8, "t": 36, "b": 8})
    width = len(names) + 3 + 3 * _GAP
    left = 0.0
    for place, block in enumerate(blocks, start=1):
        right = left + block.values.shape[1]
        _draw_block(drawn, block, place, (left / width, min(right / width, 1.0)), names)
        if place < len(blocks):
            _write(drawn, ("×", "=", "=")[place - 1], (right + _GAP / 2) / width)
        left = right + _GAP
    return drawn


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
        texttemplate="%{text}",
        hovertemplate="%{text}<extra></extra>",
        xaxis=f"x{suffix}",
        yaxis=f"y{suffix}",
    )
    plain_axis = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    drawn.update_layout(
        {
            f"xaxis{suffix}": plain_axis
            | {
                "domain": domain,
                "anchor": f"y{suffix}",
                "side": "bottom",
                "tickvals": list(range(len(block.columns))),
                "ticktext": block.columns,
            },
            f"yaxis{suffix}": plain_axis
            | {
                "anchor": f"x{suffix}",
                "autorange": "reversed",
                "tickvals": list(range(len(rows))),
                "ticktext": rows,
                "showticklabels": place == 1,
            },
        }
    )
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
    lines = (("forward", errors.forward, CLASS_INKS[5]), ("central", errors.central, CLASS_INKS[0]))
    for name, values, ink in lines:
        shown = np.maximum(values, SMALLEST_ERROR)
        drawn.add_scatter(
            x=errors.steps,
            y=shown,
            mode="lines",
            line={"color": ink.light, "width": 2},
            name=name,
            hovertemplate="step %{x:.2g}, error %{y:.2g}",
        )
        middle = int(np.searchsorted(errors.steps, 1e-2))
        drawn.add_annotation(
            x=np.log10(errors.steps[middle]),
            y=np.log10(shown[middle]),
            text=name,
            showarrow=False,
            xanchor="left",
            xshift=8,
            yshift=-10,
            font={"color": ink.light},
        )
    drawn.add_vline(x=step, line={"color": ACCENT.light, "width": 2, "dash": "dot"})
    for x, text in ((-14, "too small: rounding"), (-0.2, "too large:<br>bending")):
        drawn.add_annotation(x=x, y=-16.4, text=text, showarrow=False, font={"color": MUTED.light, "size": 12})
    powers = {"type": "log", "exponentformat": "power", "showexponent": "all"}
    drawn.update_xaxes(title_text="step h", dtick=3, range=[-16.2, 1.2], **powers)
    drawn.update_yaxes(title_text="largest error", dtick=3, range=[-17.2, 2.2], **powers)
    return drawn


def losses_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> go.Figure:
    """Draw several losses while one score runs from very wrong to very right.

    Args:
        lines: By the losses' names, in the order of the registry.
        score: Where the learner's own score is.
        name: Of the class whose score runs.
    """
    return _over_score(
        {key: line.scores for key, line in lines.items()},
        {key: line.losses for key, line in lines.items()},
        score,
        name,
        "loss",
    )


def slopes_over_score(lines: Mapping[str, LossLine], score: float, name: str) -> go.Figure:
    """Draw the size of the losses' slopes while one score runs; takes what ``losses_over_score`` does."""
    return _over_score(
        {key: line.scores for key, line in lines.items()},
        {key: np.abs(line.slopes) for key, line in lines.items()},
        score,
        name,
        "size of the gradient",
    )


def _over_score(
    scores: Mapping[str, Floats], values: Mapping[str, Floats], score: float, name: str, quantity: str
) -> go.Figure:
    drawn = figure(height=320, margin={"r": 16, "t": 16})
    for (key, x), (ink, dash) in zip(scores.items(), LOSS_INKS, strict=True):
        drawn.add_scatter(
            x=x,
            y=values[key],
            mode="lines",
            line={"color": ink.light, "width": 2.5, "dash": dash},
            name=key,
            hovertemplate="%{y:.3g}",
        )
    top = max(float(line.max()) for line in values.values())
    _label_starts(drawn, values, top)
    drawn.add_vline(x=score, line={"color": ACCENT.light, "width": 2, "dash": "dot"})
    drawn.update_xaxes(title_text=f"score of {plain(name)}: wrong → right")
    return drawn.update_yaxes(title_text=quantity, range=[-0.04 * top, 1.12 * top])


def _label_starts(drawn: go.Figure, values: Mapping[str, Floats], top: float) -> None:
    """Name each line where the answer is very wrong, the names kept apart by a line's height."""
    height = -np.inf
    for (key, line), (ink, _) in sorted(zip(values.items(), LOSS_INKS, strict=True), key=lambda item: item[0][1][0]):
        height = max(float(line[0]), height + 0.075 * top)
        drawn.add_annotation(
            x=0,
            xref="x domain",
            xanchor="left",
            xshift=6,
            y=height,
            yanchor="bottom",
            text=key,
            showarrow=False,
            font={"color": ink.light, "size": 12},
        )
