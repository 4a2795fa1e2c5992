"""The logit board: drag a score, see the probabilities in the same frame."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.core.registry import MAPPINGS
from softviz.scores import Scores

MOST_ROWS = 50
"""More classes than this are shown as the top of the ranking, the gathered rest and a rank plot."""
HEAD_ROWS = 10

_mount = st.components.v2.component(
    "softviz_logit_board",
    html='<div class="softviz stage board"></div>',
    css=stylesheet("elements.css", "stage.css", "logit_board/logit_board.css"),
    js=javascript("maps.js", "elements.js", "stage.js", "keepsake.js", "score_handle.js", "logit_board/logit_board.js"),
)


@dataclass(frozen=True)
class BoardEdit:
    """What the learner left on the board when the hand came off."""

    scores: Scores
    temperature: float


def logit_board(
    scores: Scores,
    temperature: float,
    *,
    key: str,
    revision: int,
    on_edit: Callable[[BoardEdit], None],
    mapping: str = "softmax",
    parameters: dict[str, float] | None = None,
    probabilities: NDArray[np.float64] | None = None,
    temperature_handle: bool = True,
    edit_classes: bool = True,
) -> None:
    """Put the board on the page.

    Args:
        scores: What the board shows; beyond 50 classes its ten largest, and the rest in one bar.
        temperature: In [0, inf].
        key: Of the component on this page.
        revision: Moves whenever somebody else than the board changed the scores or the temperature.
        on_edit: Called with what the learner settled on; a ``ValueError`` from it is told, and the board goes back.
        mapping: Key of the map whose outputs stand beside the scores.
        parameters: Of that map.
        probabilities: Its outputs, in the order of the scores; shown until release for a map without a browser version.
        temperature_handle: Whether the board carries the temperature handle.
        edit_classes: Whether classes may be added, removed, renamed and sorted here.
    """
    shown = np.arange(len(scores)) if len(scores) <= MOST_ROWS else scores.ranking()[:HEAD_ROWS]

    _mount(
        key=key,
        data={
            "revision": revision,
            "scores": scores.values[shown].tolist(),
            "labels": [scores.labels[i] for i in shown],
            "positions": shown.tolist(),
            "rest": gathered_rest(scores, shown),
            "temperature": _wire(temperature),
            "mapping": mapping,
            "parameters": parameters or {},
            "positive": MAPPINGS[mapping].claims_at(**(parameters or {})).strictly_positive,
            "probabilities": None if probabilities is None else probabilities[_order(scores, shown)].tolist(),
            "handles": {"temperature": temperature_handle, "classes": edit_classes},
        },
        on_edit_change=answering(key, "edit", lambda edit: on_edit(read_edit(edit, scores))),
    )


def _order(scores: Scores, shown: NDArray[np.intp]) -> NDArray[np.intp]:
    return shown if shown.size == len(scores) else scores.ranking()


def gathered_rest(scores: Scores, shown: NDArray[np.intp]) -> dict[str, str] | None:
    """Pack the scores that have no row of their own for the browser; None where every class has a row."""
    if shown.size == len(scores):
        return None
    values = scores.values[scores.ranking()[shown.size :]]
    narrow = values.astype(np.float32)
    exact = narrow if np.array_equal(narrow, values) else values
    return {
        "values": base64.b64encode(exact.tobytes()).decode("ascii"),
        "kind": str(exact.dtype),
        "label": f"{values.size:,} others",
    }


def _wire(temperature: float) -> float | str:
    return "inf" if np.isinf(temperature) else temperature


def read_edit(edit: dict[str, Any], before: Scores) -> BoardEdit:
    """Read what the board sent; raises ``ValueError`` for scores that do not fit.

    Args:
        edit: The trigger's value, see logit_board.js.
        before: All scores, as the board got them.
    """
    values = np.asarray(edit["scores"], dtype=np.float64)
    if len(before) > MOST_ROWS:
        whole = before.values.copy()
        whole[np.asarray(edit["positions"], dtype=np.intp)] = values
        scores = Scores(whole, before.labels)
    else:
        scores = Scores.of(values, edit["labels"])
    return BoardEdit(scores, float(edit["temperature"]))
