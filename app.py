"""The front door: scores in, probabilities out."""

import numpy as np
import streamlit as st

from softviz.components.logit_board import logit_board
from softviz.core.steps import softmax_steps
from softviz.core.sweeps import scale_sweep, shift_sweep
from softviz.explain import softmax as explain
from softviz.figures import curves
from softviz.hues import hue_ranks
from softviz.records.moves import FARTHEST_SHIFT, LARGEST_FACTOR, SMALLEST_FACTOR, Moves
from softviz.scripts.maps import map_scripts
from softviz.ui import charts, controls, guess, numbers, prose, session, shell

exploration = shell.open_page("home", Moves)
scores, temperature = exploration.scores, exploration.temperature
steps = softmax_steps(scores.values, temperature)

board, beside = st.columns([2, 1], gap="medium")
with board:
    on_edit = controls.settle_board("board")
    logit_board(scores, temperature, key="board", revision=session.revision("board"), on_edit=on_edit)
with beside:
    formula = explain.softmax_formula(steps, int(np.argmax(steps.probabilities)))
    numbers.show(explain.measures(steps), under=f"$$\n{formula}\n$$")

prose.heading("Step by step")
table = explain.steps_table(scores, steps)
numbers.table(
    explain.on_screen(table, scores.ranking()),
    key="steps",
    name="Softmax, step by step",
    of=len(table),
    note=explain.totals(steps),
)

prose.heading("What softmax ignores, and what it does not")
guess.ask("shift", explain.shift_question(scores, temperature))
with st.container(horizontal=True, gap="medium"):
    added = controls.slider("added", "Add to every score", -FARTHEST_SHIFT, FARTHEST_SHIFT, step=0.5, record=Moves)
    factor = controls.slider(
        "factor", "Multiply every score by", SMALLEST_FACTOR, LARGEST_FACTOR, step=0.1, record=Moves
    )
head = scores.ranking()[: curves.MOST_LINES]
shift, scale = shift_sweep(scores.values, temperature, added), scale_sweep(scores.values, temperature, factor)
moved, bent = (np.abs(sweep.at_chosen - steps.probabilities).max() for sweep in (shift, scale))
charts.show(
    curves.shift_and_scale(shift, scale, scores.labels, hue_ranks(scores.values), head),
    key="shift-and-scale",
    alt=curves.describe_shift_and_scale(shift, scale, scores.labels),
    caption=explain.moved_by(moved, bent),
)

prose.why("home")
controls.experiments("home")
shell.close_page("home", {"steps": table}, map_scripts(scores, temperature))
