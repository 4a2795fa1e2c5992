"""The live run on the page: trained a stretch at a time as the player asks, then looked back on."""

from typing import cast

import streamlit as st

from softviz.components.training_player import Held, training_player
from softviz.explain import training as explain_training
from softviz.figures import training as figures
from softviz.records.training_settings import TrainingSettings
from softviz.scores import Scores
from softviz.training.datasets import Dataset
from softviz.training.live import TrainingRun
from softviz.training.numpy_script import numpy_script
from softviz.training.outcome import Outcome, outcome
from softviz.training.own_script import softviz_script
from softviz.training.projection import Plane
from softviz.training.recording import run_name
from softviz.training.script import pytorch_script
from softviz.training.threads import use_one_thread
from softviz.ui import charts, numbers, prose, session, training_controls
from softviz.ui.export import Tables

STRETCH = 0.08
"""Seconds of training for one answer: short enough that other widgets do not wait, long enough to stay ahead."""

HEAD_START = 3
"""Chunks that wait in the browser before anybody plays, 14 steps in all: Play answers in the next frame."""

_STEADY = """<style>
.st-key-training-player[data-stale="true"] { opacity: 1 !important; transition: none !important; }
@media (max-width: 640px) {
  .st-key-training-stage [data-testid="stHorizontalBlock"]:has(.st-key-training-player) {
    flex-direction: column-reverse;
  }
}
</style>"""
"""The player is not faded while it waits for an answer; on a phone it stands above the controls."""

use_one_thread()

_RUN, _HELD, _WANTED, _TOLD = "training:run", "training:held", "training:wanted", "training:told"
_JUDGED = "training:judged"
"""Name of the run that the learner wants judged before its end."""


def current_run(dataset: Dataset, plane: Plane) -> TrainingRun:
    """Return this session's run of the present settings; another configuration begins another and drops the old."""
    config = session.current(TrainingSettings).config
    known = cast(TrainingRun | None, session.remember(_RUN))
    if known is not None and known.name == run_name(config, dataset):
        known.plane = plane
        return known
    run = TrainingRun(config, dataset, plane)
    for _ in range(HEAD_START):
        run.advance(0.0)
    session.keep(_RUN, run)
    return run


@st.fragment
def play(run: TrainingRun) -> None:
    """Show the player. While it asks, this part of the page alone runs again, and trains a little each time."""
    config = session.current(TrainingSettings).config
    if config != run.config:  # the player asked for a new seed
        st.rerun()
    held = cast(Held, session.remember(_HELD, Held()))
    if session.remember(_WANTED) == run.view:
        session.keep(_WANTED, None)
        run.advance(STRETCH if held.hurry else 0.0)
    st.html(_STEADY)
    training_player(run, held, key="training-player", on_want=_want, on_seed=_new_seed)
    if run.finished and session.remember(_TOLD) != run.name:
        session.keep(_TOLD, run.name)
        st.rerun()  # once: the rest of the page looks back on the finished run


def _want(held: Held) -> None:
    session.keep(_HELD, held)
    run = cast(TrainingRun, session.remember(_RUN))
    if held.view == run.view and held.kept >= run.kept:
        session.keep(_WANTED, run.view)


def _new_seed() -> None:
    settings = session.current(TrainingSettings)
    session.change(TrainingSettings, seed=(settings.seed + 1) % 2**31)


def look_back(run: TrainingRun) -> Tables:
    """Show what the run makes of the held-out rows, once it is over or the learner asks; return its data."""
    prose.heading("What it gets right, and what it does not")
    with st.container():
        if not run.finished:
            _offer_to_judge(run)
        return _judge(run) if run.finished or session.remember(_JUDGED) == run.name else {}


def _offer_to_judge(run: TrainingRun) -> None:
    st.markdown("Press **Play** and let the run end: then its held-out rows are judged here.")
    st.button("Judge the last step trained so far", on_click=session.keep, args=(_JUDGED, run.name))


def _judge(run: TrainingRun) -> Tables:
    dataset, judged = run.dataset, outcome(run.last(), run.dataset)
    recording = run.recording()
    st.markdown(explain_training.verdict(recording, judged))
    left, right = st.columns(2, gap="medium")
    with left:
        said = figures.describe_confusion(judged, dataset.class_names)
        charts.show(figures.confusion(judged, dataset.class_names), key="confusion", alt=said)
    with right:
        st.markdown("**The worst mistakes**: the label got the least probability.")
        if judged.worst.size:
            numbers.table(explain_training.worst_table(judged, dataset), key="worst", name="The worst mistakes")
            st.caption(f"{judged.worst.size:,} mistakes in all. The file of held-out logits below has every row.")
        else:
            st.markdown("No held-out row is taken for another class.")
        _hand_over(judged, dataset)
    return {
        "confusion": explain_training.confusion_table(judged, dataset),
        "held-out logits": explain_training.held_out_table(judged, dataset),
        "run": explain_training.curves_table(recording),
    }


def scripts() -> dict[str, str]:
    """Write the present run as scripts; a table too large for one is said so in its place."""
    config, own = session.current(TrainingSettings).config, training_controls.own_examples()
    try:
        return {name: write(config, own) for name, write in _SCRIPTS.items()}
    except ValueError as error:
        return dict.fromkeys(_SCRIPTS, f"# {error}\n")


_SCRIPTS = {"PyTorch": pytorch_script, "NumPy": numpy_script, "softviz.training": softviz_script}


def _hand_over(judged: Outcome, dataset: Dataset) -> None:
    """Give one held-out row's logits to every other page."""
    worst_first = [*judged.worst.tolist(), *sorted(set(range(judged.rows.size)) - set(judged.worst.tolist()))]

    def name(place: int) -> str:
        label, taken = (dataset.class_names[k[place]] for k in (judged.labels, judged.predictions))
        return f"row {judged.rows[place]}: {label}" + ("" if label == taken else f", taken for {taken}")

    place = st.selectbox("Take a held-out row's logits to the other pages", worst_first, format_func=name)

    def take() -> None:
        session.change(own=Scores.of(judged.logits[place], dataset.class_names), target=int(judged.labels[place]))
        session.notify("These logits are now your scores on every page.")

    st.button("Use these logits as scores", on_click=take)
