"""The temperature board: turn one knob, and every class, the curves and the entropy follow in the same frame.

The browser holds no distribution. For each place of the handle Python sends four numbers (the top probability, the
mass of the classes not shown, the entropy and its slope); a class that lies d below the top then has the probability
``top * exp(-d / T)``, so 49,152 classes cost as little as three.
"""

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.core.softmax_sweep import softmax_sweep
from softviz.core.temperature import TemperatureSweep
from softviz.scores import Scores

MOST_SHOWN = 20
"""More classes than this are shown as the head of the ranking, the gathered rest and a rank plot."""
HEAD = 8
RANKS = 160

_mount = st.components.v2.component(
    "softviz_temperature_board",
    html='<div class="softviz stage heat"></div>',
    css=stylesheet("elements.css", "stage.css", "temperature_board/temperature_board.css"),
    js=javascript(
        "elements.js",
        "stage.js",
        "keepsake.js",
        "temperature_board/axes.js",
        "temperature_board/plots.js",
        "temperature_board/temperature_board.js",
    ),
)


def _handle_temperatures() -> NDArray[np.float64]:
    """List where the handle of ``stage.js`` can stand: 401 places on a log scale, and both limits."""
    places = [float(f"{10 ** (4 * place / 400 - 2):.3g}") for place in range(401)]
    return np.array([0.0, *places, math.inf])


HANDLE_TEMPERATURES = _handle_temperatures()
HANDLE_TEMPERATURES.setflags(write=False)


@dataclass(frozen=True)
class TemperatureEdit:
    """What the learner left on the board when the hand came off."""

    temperature: float
    unit: str


def shown_classes(scores: Scores) -> NDArray[np.intp]:
    """Choose the classes that get a bar and a line: all of a few, the largest of many."""
    return np.arange(len(scores)) if len(scores) <= MOST_SHOWN else scores.ranking()[:HEAD]


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs={Scores: lambda scores: scores.values.tobytes()})
def handle_sweep(scores: Scores) -> TemperatureSweep:
    """Sweep softmax over every place of the handle, for the classes shown."""
    return softmax_sweep(scores.values, HANDLE_TEMPERATURES, classes=shown_classes(scores))


def temperature_board(
    scores: Scores,
    here: TemperatureSweep,
    *,
    key: str,
    revision: int,
    on_edit: Callable[[TemperatureEdit], None],
    unit: str = "nats",
) -> None:
    """Put the board on the page.

    Args:
        scores: What is divided by the temperature.
        here: The sweep at the one temperature on screen; it need not be a place of the handle.
        key: Of the component on this page.
        revision: Moves whenever somebody else than the board changed something.
        on_edit: Called with what the learner settled on.
        unit: Of entropies: nats or bits.
    """
    shown = shown_classes(scores)

    def settle(edit: dict[str, Any]) -> None:
        on_edit(TemperatureEdit(float(edit["temperature"]), str(edit["unit"])))

    _mount(
        key=key,
        data={
            "revision": revision,
            "unit": unit,
            "classes": len(scores),
            "labels": [scores.labels[i] for i in shown],
            "depths": (scores.values.max() - scores.values[shown]).tolist(),
            "rest": f"{len(scores) - shown.size:,} others" if shown.size < len(scores) else None,
            "ranks": _ranks(scores) if shown.size < len(scores) else None,
            "places": _columns(handle_sweep(scores), scores),
            "here": {"temperature": _wire(float(here.temperatures[0])), "columns": _columns(here, scores)},
        },
        on_edit_change=answering(key, "edit", settle),
    )


def _columns(sweep: TemperatureSweep, scores: Scores) -> str:
    """Pack the four numbers of each temperature, float64, row after row."""
    top = sweep.probabilities[:, int(np.argmax(scores.values[sweep.classes]))]
    rows = np.stack([top, sweep.rest, sweep.entropies, sweep.entropy_slopes], axis=1)
    return base64.b64encode(rows.tobytes()).decode("ascii")


def _ranks(scores: Scores) -> dict[str, list[float]]:
    """Pick ranks evenly on a log scale, and how far below the top each lies."""
    ranks = np.unique(np.geomspace(1, len(scores), RANKS).round().astype(np.intp))
    descending = scores.values[scores.ranking()]
    return {"ranks": ranks.tolist(), "depths": (descending[0] - descending[ranks - 1]).tolist()}


def _wire(temperature: float) -> float | str:
    return "inf" if math.isinf(temperature) else temperature
