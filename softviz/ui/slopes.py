"""Three sections about a loss's slope: checked by other means, compared among losses, followed downhill."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from softviz.core.checks import autograd_gradient, central_differences, difference_errors
from softviz.core.landscape import Walk, along_score, descend, from_wrong_to_right, surface_around
from softviz.core.loss_registry import LOSSES, Loss
from softviz.explain import gradients as explain_gradients
from softviz.explain import softmax as explain
from softviz.figures import gradients, loss_surface
from softviz.figures.loss_surface import WalkedSurface
from softviz.numerals import three_digits
from softviz.records.descent import Descent
from softviz.state import Exploration
from softviz.studies.supervised import SupervisedScores
from softviz.ui import charts, controls, guess, numbers, prose, session
from softviz.ui.prose import literal

STEPS = 10.0 ** np.arange(-16, 1.01, 0.25)
"""Of the finite differences whose error is drawn."""


def choose_loss(supervised: SupervisedScores) -> Loss:
    """Let the learner choose which loss is checked and walked down."""
    key = controls.segmented("loss", "Loss", LOSSES, record=Descent, format_func=lambda key: LOSSES[key].name)
    loss = LOSSES[key]
    prose.formulas(rf"L = {loss.latex} \,", rf"\nabla_z L = {loss.gradient_latex} \,")
    return loss.at(supervised.temperature)


def check(supervised: SupervisedScores, loss: Loss) -> pd.DataFrame:
    """Draw the closed form beside finite differences and, where PyTorch is, autograd; return the numbers."""
    z, y = supervised.logits, supervised.target
    closed = loss.gradient(z, y)

    def value(points: np.ndarray) -> Any:
        return loss.value(points, np.broadcast_to(y, points.shape))

    left, right = st.columns([2, 3], gap="medium")
    with left:
        exponent = controls.slider(
            "difference_exponent", "Step h of the differences", -16.0, 1.0, step=0.25, record=Descent, format="10^%g"
        )
        step = 10.0**exponent
        checks = {f"difference, h = {three_digits(step)}": central_differences(value, z, step)}
        checks |= _autograd(loss, supervised)
        table = explain_gradients.check_table(supervised, closed, checks)
        numbers.table(explain.on_screen(table), key="checks", name="The gradient, and what checks it")
        st.markdown(explain_gradients.check_verdict(closed, checks))
    with right:
        errors = difference_errors(value, closed, z, STEPS)
        said = (
            f"Largest error of finite differences over their step, on two log axes. The central difference is closest "
            f"at h = {three_digits(errors.best_step())}; smaller and larger steps both fail."
        )
        charts.show(gradients.error_over_step(errors, step), key="difference-error", alt=said)
    return table


def _autograd(loss: Loss, supervised: SupervisedScores) -> dict[str, np.ndarray]:
    if not st.toggle("Compare with PyTorch's autograd", key="gradients:autograd"):
        return {}
    try:
        with st.spinner("Loading PyTorch …"):
            gradient = autograd_gradient(lambda z: loss.value(z, supervised.target), supervised.logits)
    except ModuleNotFoundError as missing:
        st.info(literal(str(missing)))
        return {}
    return {"autograd": gradient}


def compare(supervised: SupervisedScores) -> pd.DataFrame:
    """Draw every loss and its slope while the true class's score runs from wrong to right; return the numbers."""
    truth = supervised.truth
    scores = supervised.temperature * from_wrong_to_right(supervised.scaled, truth)
    lines = {
        loss.name: along_score(loss.at(supervised.temperature), supervised.logits, supervised.target, truth, scores)
        for loss in LOSSES.values()
    }
    name, own = supervised.labels[truth], float(supervised.logits[truth])
    said = explain_gradients.vanishing_verdict(lines)
    guess.ask("vanishing", explain_gradients.vanishing_question(lines))
    left, right = st.columns(2)
    with left:
        charts.show(
            gradients.losses_over_score(lines, own, name),
            key="losses",
            alt=explain_gradients.describe_losses(lines, name),
        )
    with right:
        charts.show(gradients.slopes_over_score(lines, own, name), key="slopes", alt=said)
    st.markdown(said)
    return explain_gradients.lines_table(lines)


def descend_surface(supervised: SupervisedScores, loss: Loss) -> pd.DataFrame:
    """Draw a loss over two scores with a walk down its slope; return the walk."""
    across, up, rate, length, every = st.columns([3, 3, 4, 4, 4], vertical_alignment="bottom")
    first, second = _choose_axes(supervised, across, up)
    with rate:
        learning_rate = controls.number_input("learning_rate", "Learning rate", 0.0, 1000.0, record=Descent, step=0.5)
    with length:
        steps = controls.slider("steps", "Steps", 1, 100, record=Descent)
    with every:
        moves_all = controls.toggle("every_score", "Move every score", record=Descent)
    moving = np.full(supervised.logits.size, moves_all)
    moving[[first, second]] = True
    walk = descend(loss, supervised.logits, supervised.target, learning_rate=learning_rate, steps=steps, moving=moving)
    surface = surface_around(loss, walk, supervised.target, first, second)
    walked = WalkedSurface(surface, walk, first, second, supervised.labels)
    said = loss_surface.describe(walked)
    left, right = st.columns(2)
    with left:
        charts.show(loss_surface.contour(walked), key="loss-contour", alt=said)
    with right:
        charts.show(loss_surface.relief(walked), key="loss-relief", alt=said)
    st.markdown(
        f"{explain_gradients.rate_verdict(loss, walk, learning_rate)} "
        f"{explain_gradients.leaving_verdict(walk, surface, first, second)}"
    )
    _follow(supervised, walk)
    return explain_gradients.walk_table(supervised, walk)


def _choose_axes(supervised: SupervisedScores, across: DeltaGenerator, up: DeltaGenerator) -> list[int]:
    """Return where the two chosen classes stand among those shown; others where they are not there."""
    places: list[int] = []
    for field, label, column in zip(("first", "second"), ("Across", "Up"), (across, up), strict=True):
        free = [place for place in range(supervised.positions.size) if place not in places]
        wanted = supervised.place_of(getattr(session.current(Descent), field))
        with column:
            places.append(_choose_axis(supervised, field, label, wanted if wanted in free else free[0], free))
    return places


def _choose_axis(supervised: SupervisedScores, field: str, label: str, place: int, free: list[int]) -> int:
    key = f"gradients:{field}"

    def choose(chosen: int) -> None:
        change: dict[str, Any] = {field: int(supervised.positions[chosen])}
        session.change(Descent, **change)

    on_change = session.bind(key, place, choose)
    st.selectbox(label, free, key=key, format_func=lambda place: supervised.labels[place], on_change=on_change)
    return place


def _follow(supervised: SupervisedScores, walk: Walk) -> None:
    """Let the learner's own scores take one step of the walk, or all of it."""

    def follow(step: int) -> None:
        scores = session.current(Exploration).scores
        try:
            session.change(own=supervised.returned_to(scores, walk.points[step]))
        except ValueError as error:
            session.notify(f"{error} Your last scores are still here.")

    with st.container(horizontal=True):
        st.button("Move my scores by one step", key="gradients:step", on_click=follow, args=(1,))
        st.button("Move them to the end of this walk", key="gradients:follow", on_click=follow, args=(-1,))
