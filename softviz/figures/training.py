"""Pictures of what a trained classifier gets wrong."""

import numpy as np

from softviz.figures import theme
from softviz.figures.curves import plain
from softviz.figures.picture import Picture
from softviz.training.outcome import Outcome

_CELL = 44


def confusion(outcome: Outcome, class_names: tuple[str, ...]) -> Picture:
    """Draw the confusion matrix: labels down, predictions across, shade by share of the label's rows.

    Args:
        outcome: Of the held-out rows.
        class_names: One a class.
    """
    counts = outcome.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    places = list(range(len(class_names)))
    names = [plain(name) for name in class_names]
    trace = {
        "type": "heatmap",
        "z": shares,
        "x": places,
        "y": places,
        "zmin": 0.0,
        "zmax": 1.0,
        "colorscale": theme.colorscale(theme.SEQUENTIAL[:4]),  # light enough for dark numbers on top
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": counts.astype(str),
        "texttemplate": "%{text}",
        "textfont": {"color": theme.TEXT.light},
        "customdata": [[f"{label} taken for {name}" for name in names] for label in names],
        "hovertemplate": "%{customdata}: %{text} rows, %{z:.1%} of the label<extra></extra>",
    }
    ticks = {"tickvals": places, "ticktext": names, "showgrid": False}
    return theme.figure(
        [trace],
        height=110 + _CELL * max(3, len(class_names)),
        xaxis=ticks | {"title": {"text": "taken for"}, "side": "bottom"},
        yaxis=ticks | {"title": {"text": "label"}, "autorange": "reversed"},
    )


def describe_confusion(outcome: Outcome, class_names: tuple[str, ...]) -> str:
    """Say what the matrix shows: how many are right, and which two classes are confused most."""
    right = int(np.trace(outcome.confusion))
    said = f"Confusion matrix of {outcome.labels.size:,} held-out rows: {right:,} on the diagonal are right."
    mistakes = outcome.confusion * (1 - np.eye(len(class_names), dtype=int))
    if mistakes.any():
        label, taken = np.unravel_index(mistakes.argmax(), mistakes.shape)
        said += f" Most often wrong: {class_names[label]} taken for {class_names[taken]}, {mistakes.max():,} times."
    return said
