"""The target of the scores on screen: clicked on the board, or typed as shares."""

from functools import partial

import streamlit as st

from softviz.components.loss_board import LossEdit, loss_board
from softviz.numerals import as_given
from softviz.records.descent import MOST_SHARES, Descent, read_shares
from softviz.state import Exploration
from softviz.studies.supervised import SupervisedScores, supervise
from softviz.ui import folded, session

_BOARD, _SOFT = "loss-board", "supervision:soft"

COLDEST, HOTTEST = 0.01, 100.0
"""Temperatures at which this page follows slopes; beyond, softmax is a step or flat."""


def supervised_scores() -> SupervisedScores:
    """Return the scores with the learner's target; where a target or temperature does not fit, say what is shown."""
    exploration, descent = session.current(Exploration), session.current(Descent)
    targets: list[int | tuple[float, ...]] = [exploration.target, 0]
    if descent.soft_target is not None:
        targets.insert(0, descent.soft_target)
    with st.container():  # a place of its own, so that the board keeps its place when a sentence comes or goes
        temperature, smoothing = _with_a_slope(exploration.temperature), descent.label_smoothing
        for target in targets:
            try:
                return supervise(exploration.scores, target, temperature=temperature, label_smoothing=smoothing)
            except ValueError as error:
                st.warning(f"{error} The target shown is one class of yours.")
    raise AssertionError("class 1 is always there")


def _with_a_slope(temperature: float) -> float:
    if temperature == 1:
        return temperature
    followed = COLDEST <= temperature <= HOTTEST
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"Your temperature is {as_given(temperature)}: softmax sees z / T, and the gradient is (p − y) / T."
            if followed
            else f"At T = {as_given(temperature)} softmax has no slope that can be followed. This page shows T = 1."
        )
        st.button("Set T = 1", key="supervision:cool", on_click=_set_temperature_to_one)
    return temperature if followed else 1.0


def _set_temperature_to_one() -> None:
    session.change(temperature=1.0)


def board(supervised: SupervisedScores) -> None:
    """Draw the board, and say which classes are on it where it cannot hold all."""
    loss_board(
        session.current(Exploration).scores,
        supervised,
        session.current(Descent).label_smoothing,
        key=_BOARD,
        revision=session.revision(_BOARD),
        on_edit=_settle,
    )
    with st.container():
        if supervised.gathers:
            st.caption(
                f"You have {supervised.classes:,} classes. This page shows {supervised.positions.size} of them, the "
                "most probable and the target, and gathers the rest into one class: its score is the logsumexp of "
                "theirs, so no other probability changes."
            )


def _settle(edit: LossEdit) -> None:
    """Put the board's answer into the records without sending it back to the board."""
    exploration = session.current(Exploration)
    own = exploration.own if edit.scores == exploration.scores else edit.scores
    target = exploration.target if edit.target is None else edit.target
    session.change(origin=_BOARD, own=own, target=target)
    soft = session.current(Descent).soft_target if edit.target is None else None
    session.change(Descent, origin=_BOARD, label_smoothing=edit.label_smoothing, soft_target=soft)


def soft_target(supervised: SupervisedScores) -> None:
    """Offer a field for a target of shares, where a link can carry one."""
    classes = supervised.classes
    if classes > MOST_SHARES:
        return
    folded.popover("Soft target", partial(_ask_for_shares, classes), key=_SOFT)


def _ask_for_shares(classes: int) -> None:
    st.text_input(
        f"Shares of the {classes:,} classes, together 1", key="supervision:shares", placeholder="0.7, 0.2, 0.1",
        persist_state="session",
    )  # fmt: skip
    st.button("Use this target", key="supervision:use", on_click=_use_shares, type="primary")


def _use_shares() -> None:
    exploration = session.current(Exploration)
    try:
        shares = read_shares(session.widget("supervision:shares"))
        supervise(exploration.scores, shares)
    except ValueError as error:
        session.notify(f"{str(error).rstrip('.')}. Your last target is still here.")
        return
    if session.change(Descent, soft_target=shares):
        session.fold(_SOFT)
