"""What rounding does: a map of errors over the size of the scores, and the loss that is rounded away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.core.float_types import FLOAT_TYPES, Edge
from softviz.core.gaps import SurpriseOverGap
from softviz.core.magnitudes import ErrorMap
from softviz.core.precision import FORMS
from softviz.figures.picture import Picture
from softviz.figures.theme import (
    ACCENT,
    AXIS,
    CLASS_INKS,
    DIVERGING,
    GRID,
    MUTED,
    PAPER,
    SEQUENTIAL,
    TEXT,
    colorscale,
    figure,
)
from softviz.numerals import as_given, three_digits

Edges = Mapping[tuple[str, str], Edge | None]
Trace = dict[str, Any]

ROW_HEIGHT = 17
AIR = 1.2
"""Above each form's rows, for its name; in rows."""
BROKEN = DIVERGING[1]

_ROWS = [(form, key) for form in FORMS for key in FLOAT_TYPES]
_GROUP_STARTS = range(0, len(_ROWS), len(FLOAT_TYPES))
_BANDS = np.concatenate([[0], np.cumsum(np.insert(np.ones(len(_ROWS)), _GROUP_STARTS, AIR))])
"""Upper and lower edges of the rows and of the air between them."""
_MIDDLES = np.array([i + 0.5 + AIR * (1 + i // len(FLOAT_TYPES)) for i in range(len(_ROWS))])


def error_map(errors: ErrorMap, edges: Edges, size: float, chosen: tuple[str, str]) -> Picture:
    """Draw the share of digits lost, a row for each form in each type, over the size of the scores.

    Args:
        errors: What was measured.
        edges: Where each form first breaks, by form and type.
        size: Where the learner is.
        chosen: The form and type that the learner looks at, by key.
    """
    x = np.log10(errors.sizes)
    here = float(np.clip(size, errors.sizes[0], errors.sizes[-1]))
    return figure(
        [
            _lost(errors),
            _broken(errors),
            {
                "type": "scatter", "mode": "markers", "x": [here], "y": [float(_MIDDLES[_ROWS.index(chosen)])],
                "marker": {"size": 11, "color": ACCENT.light, "line": {"color": TEXT.light, "width": 1}},
                "hoverinfo": "skip", "cliponaxis": False,
            },
        ],
        height=round(ROW_HEIGHT * float(_BANDS[-1])) + 100,
        margin={"l": 70, "r": 32, "t": 0, "b": 100},
        xaxis=_size_axis(x),
        yaxis=_form_axis(),
        shapes=[{"type": "line", "x0": here, "x1": here, "y0": 0, "y1": 1, "yref": "paper",
                 "line": {"color": ACCENT.light, "width": 2, "dash": "dot"}}],
        annotations=[*_names(x), *_notes(x, errors, edges)],
    )  # fmt: skip


def _size_axis(x: NDArray[np.float64]) -> Trace:
    """Logarithmic: its range and its notes are at powers of ten, all else at the sizes themselves."""
    decades = 10 ** np.arange(np.ceil(x[0] - 1e-9), np.floor(x[-1] + 1e-9) + 1)
    return {
        "type": "log", "title": {"text": "size of the scores"}, "range": [float(x[0]), float(x[-1])], "showgrid": False,
        "tickvals": decades.tolist(), "ticktext": [f"{decade:,.0f}" for decade in decades],
    }  # fmt: skip


def _form_axis() -> Trace:
    return {
        "tickvals": _MIDDLES.tolist(), "ticktext": [key for _, key in _ROWS],
        "tickfont": {"size": 12}, "range": [float(_BANDS[-1]), 0], "showgrid": False, "zeroline": False, "ticks": "",
    }  # fmt: skip


def _lost(errors: ErrorMap) -> Trace:
    return {
        **_cells(errors, np.where(np.isfinite(errors.ulps), errors.digits_lost, np.nan)),
        "colorscale": colorscale(SEQUENTIAL), "customdata": _with_air(errors.ulps).astype(np.float32),
        "hovertemplate": "size %{x:.3~g}: off by %{customdata:.3~g} ulps<extra></extra>",
        "colorbar": {
            "orientation": "h", "y": -0.1, "yanchor": "top", "thickness": 10, "outlinewidth": 0, "len": 0.9,
            "tickvals": [0, 0.5, 1], "ticktext": ["none", "half", "all"],
            "title": {"text": "digits lost", "side": "top"},
        },
    }  # fmt: skip


def _broken(errors: ErrorMap) -> Trace:
    return {
        **_cells(errors, np.where(np.isfinite(errors.ulps), np.nan, 1.0)),
        "colorscale": colorscale([BROKEN, BROKEN]), "showscale": False,
        "hovertemplate": "size %{x:.3~g}: no finite number<extra></extra>",
    }  # fmt: skip


def _cells(errors: ErrorMap, values: NDArray[np.float64]) -> Trace:
    """Lay ``[forms, types, sizes]`` out as a heat map from 0 to 1 that is open where a value is nan."""
    return {
        "type": "heatmap", "x": errors.sizes, "y": _BANDS, "z": _with_air(values), "zmin": 0, "zmax": 1,
        "hoverongaps": False,
    }  # fmt: skip


def _with_air(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay ``[forms, types, sizes]`` out as rows, with an empty row above each form."""
    return np.insert(values.reshape(len(_ROWS), -1), _GROUP_STARTS, np.nan, axis=0)


def _names(x: NDArray[np.float64]) -> list[Trace]:
    """Name each form above its rows."""
    return [
        {
            "x": float(x[0]), "y": float(_MIDDLES[start]) - 1.05, "text": f"<b>{form.name}</b>", "showarrow": False,
            "xanchor": "left", "font": {"size": 13, "color": TEXT.light},
        }
        for start, form in zip(_GROUP_STARTS, FORMS.values(), strict=True)
    ]  # fmt: skip


def _notes(x: NDArray[np.float64], errors: ErrorMap, edges: Edges) -> list[Trace]:
    """Write at each row's edge from which size it breaks, and where its results cease to be finite numbers."""
    notes = []
    for (form, key), middle, ulps in zip(_ROWS, _MIDDLES, errors.ulps.reshape(len(_ROWS), -1), strict=True):
        edge = edges[(form, key)]
        if edge is None:
            continue
        at, text = float(np.log10(edge.first_bad)), f"from {as_given(edge.first_bad)}"
        stretch = _broken_stretch(ulps)
        kind = "" if stretch.size == 0 else "nan" if np.isnan(ulps[stretch[0]]) else "−∞"
        is_one = stretch.size > 0 and errors.sizes[max(stretch[0] - 1, 0)] <= edge.first_bad
        notes.append(_chip(at, middle, f"{kind} {text}" if is_one else text, _is_late(at, x)))
        if kind and not is_one:
            notes.append(_chip(float(x[stretch[-1]]), middle, kind, True))
    return notes


def _broken_stretch(ulps: NDArray[np.float64]) -> NDArray[np.intp]:
    """Places of the first stretch that is all nan or all infinite."""
    broken = np.flatnonzero(~np.isfinite(ulps))
    if broken.size == 0:
        return broken
    same = broken[np.isnan(ulps[broken]) == np.isnan(ulps[broken[0]])]
    stretch: NDArray[np.intp] = same[same - same[0] == np.arange(same.size)]
    return stretch


def _is_late(at: float, x: NDArray[np.float64]) -> bool:
    return bool(at > x[0] + 0.8 * (x[-1] - x[0]))


def _chip(at: float, height: float, text: str, to_the_left: bool) -> Trace:
    return {
        "x": at, "y": float(height), "text": text, "showarrow": False, "xanchor": "right" if to_the_left else "left",
        "xshift": -3 if to_the_left else 3, "borderpad": 0, "font": {"size": 11, "color": TEXT.light},
        "bgcolor": PAPER.light,
    }  # fmt: skip


def surprises(winner: SurpriseOverGap, loser: SurpriseOverGap) -> Picture:
    """Draw the loss over the gap between two scores: target the larger one on the left, the smaller on the right."""
    x = {"title": {"text": "gap"}, "zeroline": False}
    return figure(
        [*_lines(winner, "x", "y"), *_lines(loser, "x2", "y2")],
        height=340,
        margin={"l": 64, "r": 16, "t": 40, "b": 52},
        xaxis={**x, "domain": [0, 0.45], "range": [0, float(winner.gaps[-1])]},
        xaxis2={**x, "domain": [0.55, 1], "range": [0, float(loser.gaps[-1])], "anchor": "y2"},
        yaxis={"type": "log", "exponentformat": "power", "nticks": 6, "title": {"text": "loss −log p (nats)"}},
        yaxis2={"anchor": "x2", "zeroline": False},
        shapes=[_edge(winner, "x", "y"), _edge(loser, "x2", "y2")],
        annotations=[
            _heading("target: larger score", "x"),
            _heading("target: smaller score", "x2"),
            _said(winner, "x", "y", 0.12, "log-softmax:<br>0 from here"),
            _said(loser, "x2", "y2", 0.92, "log(softmax):<br>∞ from here"),
        ],
    )


_STYLES = {
    "log-of-softmax": {"color": CLASS_INKS[5].light, "width": 4},
    "log-softmax": {"color": CLASS_INKS[2].light, "width": 3, "dash": "dash"},
    "log1p": {"color": CLASS_INKS[0].light, "width": 2},
}


def _lines(surprise: SurpriseOverGap, x: str, y: str) -> list[Trace]:
    exact = {"name": "exact", "y": surprise.exact, "line": {"color": GRID.light, "width": 9}}
    computed = [
        {"name": FORMS[key].name, "y": _drawable(surprise.computed[key]), "line": style}
        for key, style in _STYLES.items()
    ]
    shared = {"type": "scatter", "mode": "lines", "x": surprise.gaps, "xaxis": x, "yaxis": y}
    return [
        {**shared, **line, "hovertemplate": f"{line['name']}: %{{y:.3g}}<extra></extra>"} for line in (exact, *computed)
    ]


def _drawable(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out what has no place on the axis: a loss of 0 on a log axis, a loss of infinity anywhere."""
    return np.where((losses > 0) & (losses < np.inf), losses, np.nan)


def _edge(surprise: SurpriseOverGap, x: str, y: str) -> Trace:
    return {
        "type": "line", "xref": x, "yref": f"{y} domain", "x0": surprise.breaks_at, "x1": surprise.breaks_at, "y0": 0,
        "y1": 1, "line": {"color": AXIS.light, "width": 1},
    }  # fmt: skip


def _heading(text: str, x: str) -> Trace:
    return {"text": text, "xref": f"{x} domain", "yref": "paper", "x": 0, "y": 1, "yanchor": "bottom", "yshift": 8,
            "xanchor": "left", "showarrow": False, "font": {"size": 13, "color": TEXT.light}}  # fmt: skip


def _said(surprise: SurpriseOverGap, x: str, y: str, height: float, text: str) -> Trace:
    return {
        "text": text, "xref": x, "x": surprise.breaks_at, "yref": f"{y} domain", "y": height, "xanchor": "right",
        "yanchor": "middle", "xshift": -4, "showarrow": False, "align": "right",
        "font": {"size": 12, "color": MUTED.light}, "bgcolor": PAPER.light,
    }  # fmt: skip


def describe_surprises(winner: SurpriseOverGap, loser: SurpriseOverGap, float_type: str) -> str:
    """Say what the two pictures show, with the gaps at which a form breaks."""
    return (
        f"Two line charts of the loss over the gap between two scores, in {float_type}. Where the target is the "
        f"larger score, log-softmax says 0 from a gap of {three_digits(winner.breaks_at)}; log1p follows the exact "
        f"line. Where it is the smaller one, log(softmax) is infinite from a gap of {three_digits(loser.breaks_at)}; "
        "the others follow the exact line, which is nearly the gap itself."
    )
