"""Temperature: one knob from certain to undecided, the way back from a wish, and what is drawn at it."""

import numpy as np
import streamlit as st

from softviz.components.temperature_board import TemperatureEdit, handle_sweep, shown_classes, temperature_board
from softviz.core.softmax_sweep import softmax_sweep
from softviz.core.steps import softmax_steps
from softviz.explain import softmax as explain
from softviz.explain import temperature as heat
from softviz.records.wishes import TemperatureWish
from softviz.scripts.maps import map_scripts
from softviz.ui import controls, guess, heating, prose, session, shell

BOARD = "temperature-board"

exploration = shell.open_page("temperature", TemperatureWish)
scores, temperature, unit = exploration.scores, exploration.temperature, exploration.unit
shown = shown_classes(scores)
here = softmax_sweep(scores.values, [temperature], classes=shown)


def settle(edit: TemperatureEdit) -> None:
    """Put what the learner left on the board into the record."""
    session.change(origin=BOARD, temperature=edit.temperature, unit=edit.unit)


temperature_board(scores, here, key=BOARD, revision=session.revision(BOARD), on_edit=settle, unit=unit)
left, right = st.columns(2)
left.latex(explain.softmax_formula(softmax_steps(scores.values, temperature), int(np.argmax(scores.values))))
right.latex(heat.slope_formula(here, unit))

guess.ask("doubling", heat.doubling_question(scores, temperature))

heating.wish_for_temperature(scores, unit)
sample = heating.draw_classes(exploration, shown)

prose.why("temperature")
controls.experiments("temperature")
shell.close_page(
    "temperature",
    {"sweep": heat.sweep_table(handle_sweep(scores), scores), "sample": heat.sample_table(sample)},
    map_scripts(scores, temperature),
)
