"""Lines of probabilities over something that is turned: a shift, a scale, a temperature."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from softviz.core.sweeps import Sweep
from softviz.figures.theme import ACCENT, CLASS_INKS, MUTED, TEMPLATE, class_colors
from softviz.numerals import three_digits

MOST_LINES = 20
"""Lines of more classes than this are not told apart; the largest are drawn."""


def shift_and_scale(
    shift: Sweep, scale: Sweep, labels: Sequence[str], hues: NDArray[np.intp], shown: NDArray[np.intp]
) -> go.Figure:
    """Draw probabilities under a constant shift beside those under a scale, one line a class.

    Args:
        shift: Flat lines, if softmax ignores a shift.
        scale: Bent lines, if it does not ignore a scale.
        labels: Of the classes.
        hues: Rank of each class in the palette.
        shown: Positions of the classes that get a line.
    """
    figure = make_subplots(cols=2, rows=1, shared_yaxes=True, horizontal_spacing=0.12)
    for column, sweep in enumerate((shift, scale), start=1):
        _add_lines(figure, sweep, labels, hues, shown, column)
    figure.update_xaxes(title_text="added to every score", col=1)
    figure.update_xaxes(title_text="every score multiplied by", type="log", dtick=1, col=2)
    figure.update_yaxes(title_text="probability", range=[-0.02, 1.04], col=1)
    return figure.update_layout(template=TEMPLATE, height=300, margin={"r": 96})


def _add_lines(
    figure: go.Figure,
    sweep: Sweep,
    labels: Sequence[str],
    hues: NDArray[np.intp],
    shown: NDArray[np.intp],
    column: int,
) -> None:
    for i, color in zip(shown, class_colors(hues[shown].tolist()), strict=True):
        line = {"color": color, "width": 2}
        figure.add_scatter(
            x=sweep.positions, y=sweep.probabilities[:, i], mode="lines", line=line, name=plain(labels[i]),
            hovertemplate="%{y:.3g}", row=1, col=column,
        )  # fmt: skip
    _label_ends(figure, sweep, labels, shown, column)
    figure.add_vline(
        x=sweep.chosen, line={"color": ACCENT.light, "width": 2, "dash": "dot"}, row=1, col=column
    )


def _label_ends(
    figure: go.Figure, sweep: Sweep, labels: Sequence[str], shown: NDArray[np.intp], column: int
) -> None:
    """Name each line at its right end, the names kept apart by a line's height."""
    order = sorted(shown, key=lambda i: sweep.probabilities[-1, i])
    height = -np.inf
    for i in order[-len(CLASS_INKS) :]:
        height = max(float(sweep.probabilities[-1, i]), height + 0.075)
        figure.add_annotation(
            x=1, xref="x domain" if column == 1 else f"x{column} domain", xanchor="left", xshift=4,
            y=height, yref="y" if column == 1 else f"y{column}", text=plain(labels[i], 12), showarrow=False,
            font={"color": MUTED.light, "size": 12},
        )  # fmt: skip


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
