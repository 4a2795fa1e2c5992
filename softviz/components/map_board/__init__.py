"""The map board: the same scores through several maps, side by side, in the frame in which a score moves."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.components.logit_board import gathered_rest
from softviz.core.registry import MAPPINGS, Mapping
from softviz.core.relatives import Floats
from softviz.scores import Scores
from softviz.state import Exploration, ParameterValues
from softviz.studies.comparison import Comparison

MOST_ROWS = 12
"""More classes than this are shown as the ten largest and the gathered rest."""
HEAD_ROWS = 10
FEWEST_MAPS, MOST_MAPS = 2, 6

_mount = st.components.v2.component(
    "softviz_map_board",
    html='<div class="softviz stage maps"></div>',
    css=stylesheet("elements.css", "stage.css", "map_board/map_board.css"),
    js=javascript("maps.js", "elements.js", "stage.js", "score_handle.js", "map_board/map_board.js"),
)


@dataclass(frozen=True)
class MapEdit:
    """What the learner left on the board when the hand came off.

    Attributes:
        scores: All of them.
        temperature: In [0, inf].
        maps: Keys of the columns.
        parameters: Of these maps, as the shared record holds them.
    """

    scores: Scores
    temperature: float
    maps: tuple[str, ...]
    parameters: ParameterValues


def map_board(
    comparison: Comparison,
    exploration: Exploration,
    *,
    key: str,
    revision: int,
    on_edit: Callable[[MapEdit], None],
) -> None:
    """Put the board on the page.

    Args:
        comparison: What the board shows; beyond 12 classes its ten largest, and the rest in one row.
        exploration: Holds the parameters of the maps that may yet be chosen.
        key: Of the component on this page.
        revision: Moves whenever somebody else than the board changed something that it shows.
        on_edit: Called with what the learner settled on; a ``ValueError`` from it is told, and the board goes back.
    """
    scores = comparison.scores
    shown = np.arange(len(scores)) if len(scores) <= MOST_ROWS else scores.ranking()[:HEAD_ROWS]

    _mount(
        key=key,
        data={
            "revision": revision,
            "scores": scores.values[shown].tolist(),
            "labels": [scores.labels[i] for i in shown],
            "positions": shown.tolist(),
            "rest": gathered_rest(scores, shown),
            "temperature": _number(comparison.temperature),
            "chosen": list(exploration.maps),
            "parameters": {name: exploration.parameters_of(name) for name in MAPPINGS},
            "catalogue": [_entry(mapping, exploration.parameters_of(mapping.key)) for mapping in MAPPINGS.values()],
            "fewest": FEWEST_MAPS,
            "most": MOST_MAPS,
            "settled": _settled(comparison, shown),
        },
        on_edit_change=answering(key, "edit", lambda edit: on_edit(read_edit(edit, scores))),
    )


def _entry(mapping: Mapping, chosen: dict[str, float]) -> dict[str, Any]:
    parameters = [asdict(parameter) for parameter in mapping.parameters]
    positive = mapping.claims_at(**chosen).strictly_positive
    return {"key": mapping.key, "name": mapping.name, "parameters": parameters, "positive": positive}


def _settled(comparison: Comparison, shown: NDArray[np.intp]) -> dict[str, Any]:
    """Python's own outputs, for maps that the browser cannot follow."""
    return {
        relative.mapping.key: _outcome(outputs, shown)
        for relative, outputs in zip(comparison.relatives, comparison.outputs, strict=True)
    }


def _outcome(outputs: Floats, shown: NDArray[np.intp]) -> dict[str, Any]:
    total, head = float(outputs.sum()), outputs[shown]
    return {
        "shown": [_number(value) for value in head],
        "rest": _number(float(np.delete(outputs, shown).sum())),
        "sum": _number(total),
        "zeros": int(np.count_nonzero(outputs == 0)),
    }


def _number(value: float) -> str:
    """Write a number so that JavaScript reads it back, infinity included; JSON has no word for that."""
    return repr(float(value)).replace("inf", "Infinity").replace("nan", "NaN")


def read_edit(edit: dict[str, Any], before: Scores) -> MapEdit:
    """Read what the board sent; raises ``ValueError`` for scores that do not fit.

    Args:
        edit: The trigger's value, see map_board.js.
        before: All scores, as the board got them.
    """
    values = before.values.copy()
    values[np.asarray(edit["positions"], dtype=np.intp)] = edit["scores"]
    parameters = tuple(
        (f"{key}.{name}", float(value)) for key, own in edit["parameters"].items() for name, value in own.items()
    )
    return MapEdit(before.with_values(values), float(edit["temperature"]), tuple(edit["chosen"]), parameters)
