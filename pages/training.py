"""Watch a classifier learn: every gradient, at every step, and back again."""

import streamlit as st

from softviz.explain import training as explain
from softviz.records.training_settings import TrainingSettings
from softviz.ui import controls, guess, prose, shell, training_controls, training_stage

shell.open_page("training", TrainingSettings, scores=False)

with st.container(key="training-stage"):
    left, centre = st.columns([1, 3.4], gap="medium")
with left:
    training_controls.choose()
    dataset = training_controls.data()
    plane = training_controls.plane(dataset)
run = training_stage.current_run(dataset, plane)
with centre:
    training_stage.play(run)
    training_controls.notes(dataset)

guess.ask("error-sum", explain.error_sum_question(run.last()))
tables = training_stage.look_back(run)
prose.why("training")
controls.experiments("training")
shell.close_page("training", tables, training_stage.scripts())
