"""The loss board: click the target, drag a score, see p, y, p - y and the loss in the same frame."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.scores import Scores
from softviz.studies.supervised import SupervisedScores

_mount = st.components.v2.component(
    "softviz_loss_board",
    html='<div class="softviz stage loss-board"></div>',
    css=stylesheet("elements.css", "stage.css", "loss_board/loss_board.css"),
    js=javascript("maps.js", "elements.js", "stage.js", "score_handle.js", "loss_board/loss_board.js"),
)


@dataclass(frozen=True)
class LossEdit:
    """What the learner left on the board.

    Attributes:
        scores: All of them.
        target: Position of the class that was clicked; None where the target is still a soft one.
        label_smoothing: In [0, 1].
    """

    scores: Scores
    target: int | None
    label_smoothing: float


def loss_board(
    scores: Scores,
    supervised: SupervisedScores,
    label_smoothing: float,
    *,
    key: str,
    revision: int,
    on_edit: Callable[[LossEdit], None],
) -> None:
    """Put the board on the page.

    Args:
        scores: All of them; an edit returns them with what was changed.
        supervised: The classes that the board shows, with their target.
        label_smoothing: In [0, 1].
        key: Of the component on this page.
        revision: Moves whenever somebody else than the board changed something that it shows.
        on_edit: Called with what the learner settled on.
    """
    handled = supervised.positions.size
    _mount(
        key=key,
        data={
            "revision": revision,
            "scores": supervised.logits[:handled].tolist(),
            "labels": list(supervised.labels),
            "positions": supervised.positions.tolist(),
            "rest": float(supervised.logits[-1]) if supervised.gathers else None,
            "temperature": supervised.temperature,
            "base": supervised.given_target.tolist(),
            "smoothing": label_smoothing,
            "classes": supervised.classes,
        },
        on_edit_change=answering(key, "edit", lambda edit: on_edit(read_edit(edit, scores))),
    )


def read_edit(edit: dict[str, Any], before: Scores) -> LossEdit:
    """Read what the board sent; raises ``ValueError`` for scores that do not fit.

    Args:
        edit: The trigger's value, see loss_board.js.
        before: All scores, as the board got them.
    """
    values = before.values.copy()
    values[np.asarray(edit["positions"], dtype=np.intp)] = edit["scores"]
    target = edit["target"]
    return LossEdit(before.with_values(values), None if target is None else int(target), float(edit["smoothing"]))
