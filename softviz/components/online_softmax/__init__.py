"""The online softmax at work: scores read a chunk at a time, two numbers remembered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.core.online import OnlineStep
from softviz.scores import Scores

_mount = st.components.v2.component(
    "softviz_online_softmax",
    html='<div class="softviz stage online"></div>',
    css=stylesheet("elements.css", "stage.css", "online_softmax/online_softmax.css"),
    js=javascript("elements.js", "stage.js", "online_softmax/online_softmax.js"),
)


@dataclass(frozen=True)
class Reading:
    """How the learner wants the scores read."""

    chunk: int
    order: str


def online_softmax(
    scores: Scores,
    steps: Sequence[OnlineStep],
    reading: Reading,
    *,
    most: int,
    hues: NDArray[np.intp],
    key: str,
    revision: int,
    on_reading: Callable[[Reading], None],
) -> None:
    """Put the animation on the page; every number comes from ``steps``.

    Args:
        scores: In the order in which they are read.
        steps: What each chunk did.
        reading: The chunk and order that are shown as chosen.
        most: The largest chunk that may be chosen.
        hues: Rank of each class in the palette.
        key: Of the component on this page.
        revision: Moves whenever somebody else than the animation changed the chunk or the order.
        on_reading: Called when the learner chooses another chunk or order.
    """

    def settle(chosen: dict[str, Any]) -> None:
        on_reading(Reading(int(chosen["chunk"]), str(chosen["order"])))

    _mount(
        key=key,
        data={
            "scores": scores.values.tolist(),
            "labels": list(scores.labels),
            "hues": hues.tolist(),
            "steps": [_on_the_wire(step) for step in steps],
            "probabilities": (steps[-1].terms / steps[-1].total).tolist(),
            "chunk": reading.chunk,
            "order": reading.order,
            "most": most,
            "revision": revision,
        },
        on_reading_change=answering(key, "reading", settle),
    )


def _on_the_wire(step: OnlineStep) -> dict[str, Any]:
    return {
        "start": step.start,
        "stop": step.stop,
        "maximum": step.maximum,
        "rescale": step.rescale,
        "kept": step.kept,
        "added": step.added,
        "total": step.total,
        "terms": step.terms.tolist(),
    }
