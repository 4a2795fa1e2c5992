"""The stability board: move the scores to a size, and see in the same frame which forms break in which type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.core.float_types import FLOAT_TYPES, Edge
from softviz.core.magnitudes import LARGEST_ON_MAP, MOVES, SMALLEST_ON_MAP
from softviz.core.precision import FORMS
from softviz.records.magnitude import Magnitude
from softviz.scores import Scores

_mount = st.components.v2.component(
    "softviz_stability_board",
    html='<div class="softviz stage stability"></div>',
    css=stylesheet("elements.css", "stage.css", "stability_board/stability_board.css"),
    js=javascript(
        "elements.js",
        "stage.js",
        "stability_board/precision.js",
        "stability_board/telling.js",
        "stability_board/stability_board.js",
    ),
)


KINDS: dict[str, Any] = {
    "types": [
        {"key": t.key, "digits": t.digits, "lowest": t.lowest_exponent, "largest": t.largest, "smallest": t.smallest}
        for t in FLOAT_TYPES.values()
    ],
    "forms": [
        {"key": f.key, "name": f.name, "formula": f.formula, "logarithmic": f.logarithmic} for f in FORMS.values()
    ],
    "moves": [{"key": move.key, "name": move.name} for move in MOVES.values()],
}
"""What the board is told of types, forms and moves: Python's lists are the only ones."""


@dataclass(frozen=True)
class BoardChoice:
    """Where the learner's hand came to rest."""

    size: float
    move: str
    float_type: str
    form: str


def stability_board(
    scores: Scores,
    settings: Magnitude,
    edges: Mapping[tuple[str, str], Edge | None],
    *,
    hues: NDArray[np.intp],
    key: str,
    revision: int,
    on_choice: Callable[[BoardChoice], None],
) -> None:
    """Put the board on the page.

    Args:
        scores: As the learner has them, before they are moved; few enough to show each.
        settings: Where they are moved to, and what is looked at.
        edges: Where each form breaks in each type under this move; see ``magnitudes.breaking_points``.
        hues: Rank of each class in the palette.
        key: Of the component on this page.
        revision: Moves whenever somebody else than the board changed anything it shows.
        on_choice: Called with what the learner settled on.
    """

    def settle(chosen: dict[str, Any]) -> None:
        on_choice(BoardChoice(float(chosen["size"]), chosen["move"], chosen["type"], chosen["form"]))

    _mount(
        key=key,
        data={
            "revision": revision,
            "scores": scores.values.tolist(),
            "labels": list(scores.labels),
            "hues": hues.tolist(),
            "size": settings.size,
            "move": settings.move,
            "type": settings.float_type,
            "form": settings.form,
            "range": [SMALLEST_ON_MAP, LARGEST_ON_MAP],
            "edges": _edges_on_the_wire(edges),
            **KINDS,
        },
        on_choice_change=answering(key, "choice", settle),
    )


def _edges_on_the_wire(edges: Mapping[tuple[str, str], Edge | None]) -> dict[str, dict[str, list[float] | None]]:
    wire: dict[str, dict[str, list[float] | None]] = {form: {} for form in FORMS}
    for (form, float_type), edge in edges.items():
        wire[form][float_type] = None if edge is None else [edge.last_good, edge.first_bad]
    return wire
