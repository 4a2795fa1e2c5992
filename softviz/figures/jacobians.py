"""Slopes of every map side by side, on one diverging scale centred on zero."""

from collections.abc import Sequence

import numpy as np

from softviz.core.relatives import Floats
from softviz.figures.curves import plain
from softviz.figures.panels import Panel, grid, together
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import DIVERGING, colorscale
from softviz.numerals import three_digits

PANEL_HEIGHT = 220
MOST_COLUMNS = 3
MOST_WRITTEN = 4
"""More classes than this leave no room for the numbers in the cells."""


def jacobian_heat_maps(names: Sequence[str], jacobians: Floats, labels: Sequence[str]) -> Picture:
    """Draw one heat map a map: row i, column j is the change of output i per unit of score j.

    Args:
        names: Of the maps.
        jacobians: Shape ``[maps, classes, classes]``.
        labels: Of the classes.
    """
    columns = 2 if len(names) == 4 else min(len(names), MOST_COLUMNS)
    rows = -(-len(names) // columns)
    panels = grid(len(names), columns, gap_up=0.18)
    return together(
        [_heat_map(panel, values) for panel, values in zip(panels, jacobians, strict=True)],
        [_axes(panel, labels, lowest=panel.number > len(names) - columns) for panel in panels],
        [panel.title(plain(name, 30)) for panel, name in zip(panels, names, strict=True)],
        coloraxis=_one_scale(jacobians), height=PANEL_HEIGHT * rows + 80, margin={"t": 30, "r": 8},
    )  # fmt: skip


def _heat_map(panel: Panel, values: Floats) -> Properties:
    texts = [[three_digits(float(value)) for value in row] for row in values]
    written = {"texttemplate": "%{text}"} if len(values) <= MOST_WRITTEN else {}
    return panel.trace(
        "heatmap", z=values, coloraxis="coloraxis", xgap=1, ygap=1, text=texts, hovertemplate="%{text}<extra></extra>",
        **written,
    )  # fmt: skip


def _axes(panel: Panel, labels: Sequence[str], *, lowest: bool) -> Properties:
    names = [plain(label, 10) for label in labels]
    plain_axis = {"tickvals": list(range(len(names))), "ticktext": names, "ticks": "", "showline": False}
    plain_axis |= {"showgrid": False, "zeroline": False}
    leftmost = panel.across[0] == 0
    return panel.axes(
        plain_axis | {"title": {"text": "score" if lowest else ""}},
        plain_axis
        | {"title": {"text": "output" if leftmost else ""}, "autorange": "reversed", "showticklabels": leftmost},
    )


def _one_scale(jacobians: Floats) -> Properties:
    """Zero in the middle, the steepest slope of all maps at an end."""
    steepest = float(np.abs(jacobians[np.isfinite(jacobians)]).max(initial=0)) or 1.0
    bar = {"thickness": 12, "outlinewidth": 0, "title": {"text": "slope"}}
    return {"colorscale": colorscale(DIVERGING), "cmin": -steepest, "cmid": 0, "cmax": steepest, "colorbar": bar}


def describe_jacobians(names: Sequence[str], jacobians: Floats) -> str:
    """Say how steep every map is, with numbers."""
    sentences = " ".join(_sentence(name, values) for name, values in zip(names, jacobians, strict=True))
    return f"Slopes of each output with respect to each score, blue rises and vermilion falls. {sentences}"


def _sentence(name: str, values: Floats) -> str:
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return f"{name}: no slope is a number here."
    return f"{name}: from {three_digits(float(finite.min()))} to {three_digits(float(finite.max()))}."
