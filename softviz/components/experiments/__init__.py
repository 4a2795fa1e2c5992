"""A page's experiments, drawn as one element."""

from collections.abc import Callable, Sequence

import streamlit as st

from softviz.components.answers import answering
from softviz.components.assets import javascript, stylesheet
from softviz.records.experiments import Experiment

_mount = st.components.v2.component(
    "softviz_experiments",
    html='<div class="softviz experiments"></div>',
    css=stylesheet("elements.css", "experiments/experiments.css"),
    js=javascript("elements.js", "experiments/experiments.js"),
)


def list_experiments(experiments: Sequence[Experiment], *, key: str, on_choose: Callable[[Experiment], None]) -> None:
    """Put a button for every experiment on the page, and beside it what to look for.

    Args:
        experiments: In their order.
        key: Of the component on this page.
        on_choose: Called with the one whose button was pressed.
    """

    def choose(answer: dict[str, int]) -> None:
        on_choose(experiments[answer["place"]])

    shown = [{"label": one.label, "look_for": one.look_for} for one in experiments]
    _mount(key=key, data={"list": shown}, on_chosen_change=answering(key, "chosen", choose))
