"""The training player: the decision regions, every gradient, and a handle back through the whole run.

The browser pulls. While it plays it asks for what comes after the kept steps it has; each answer is one stretch of
training. A reader who pauses or leaves asks no more, and the work ends with the questions.
"""

import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from softviz.components.assets import javascript, stylesheet
from softviz.training.live import TrainingRun

_mount = st.components.v2.component(
    "softviz_training_player",
    html='<div class="softviz stage training-player"></div>',
    css=stylesheet("elements.css", "stage.css", "training_player/training_player.css"),
    js=javascript(
        "maps.js",
        "elements.js",
        "stage.js",
        "training_player/wire.js",
        "training_player/network.js",
        "training_player/plane.js",
        "training_player/pictures.js",
        "training_player/followed.js",
        "training_player/story.js",
        "training_player/transport.js",
        "training_player/training_player.js",
    ),
)


@dataclass(frozen=True)
class Held:
    """What the browser has of a run, and how it asks for more.

    Attributes:
        view: Name of the run and the plane it is drawn on; empty where the browser has nothing.
        kept: How many kept steps.
        hurry: Whether it wants as many more as can be had, since it plays.
    """

    view: str = ""
    kept: int = 0
    hurry: bool = False


def training_player(
    run: TrainingRun, held: Held, *, key: str, on_want: Callable[[Held], None], on_seed: Callable[[], None]
) -> None:
    """Put the player on the page.

    Args:
        run: What is played; the message holds what the browser lacks of it.
        held: What the browser said it has.
        key: Of the component on this page.
        on_want: Called with what the browser has when it asks for more.
        on_seed: Called when the learner asks for other initial weights.
    """

    def want() -> None:
        wish = st.session_state[key].want
        if wish:
            on_want(Held(str(wish["view"]), int(wish["kept"]), bool(wish["hurry"])))

    def seed() -> None:
        if st.session_state[key].seed:
            on_seed()

    _mount(key=key, data=envelope(run, held), on_want_change=want, on_seed_change=seed)


def envelope(run: TrainingRun, held: Held) -> bytes:
    """Pack what the browser lacks: uint32 length of a JSON header, the header, then the messages of ``wire.py``.

    The header says how far the run is, and the size of each message; every part is a multiple of 4 bytes long.
    """
    knows = held.view == run.view
    messages = [run.message_since(held.kept if knows else 0)]
    if not knows:
        messages.insert(0, run.data_message())
    header = {
        "view": run.view,
        "run": run.name,
        "kept": run.kept,
        "total": run.total,
        "finished": run.finished,
        "stopped": run.stopped,
        "loss": run.config.loss,
        "pinned": run.config.pin_last_logit,
        "sizes": [len(message) for message in messages],
    }
    return _packed(header, messages)


def _packed(header: dict[str, Any], messages: Sequence[bytes]) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(messages)
