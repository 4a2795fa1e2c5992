"""The live classifier without a browser: controls, links, and what is said of a finished run."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from softviz.records.training_settings import TrainingSettings
from tests.pages.conftest import RunPage
from tests.pages.on_page import press


def settings(app: AppTest) -> TrainingSettings:
    return app.session_state["softviz:record:TrainingSettings"]


def run_of(app: AppTest) -> Any:
    return app.session_state["softviz:page:training:run"]


def trained(app: AppTest) -> AppTest:
    """Do what the player does while it plays: ask until the run is over."""
    while not run_of(app).finished:
        app.session_state["softviz:page:training:wanted"] = run_of(app).view
        app.run()
        assert not app.exception
    return app.run()


def test_the_page_opens_with_the_first_steps_and_trains_no_further_unasked(run_page: RunPage) -> None:
    app = run_page("training")
    assert not app.exception
    assert run_of(app).kept == 15
    app.run()
    assert run_of(app).kept == 15


def test_a_link_carries_the_run_and_moving_one_control_begins_another(run_page: RunPage) -> None:
    app = run_page("training", data="moons", lr="0.05", steps="50", classes="2", init="7")
    assert (settings(app).dataset, settings(app).learning_rate, settings(app).seed) == ("moons", 0.05, 7)
    before = run_of(app).name
    app.selectbox(key="TrainingSettings:learning_rate").select(0.1).run()
    assert not app.exception
    assert run_of(app).config.learning_rate == 0.1
    assert run_of(app).name != before
    assert app.query_params["lr"] in ("0.1", ["0.1"])


def test_a_finished_run_is_judged_on_its_held_out_rows_and_handed_on(run_page: RunPage) -> None:
    app = trained(run_page("training", data="iris", steps="50"))
    assert any("held-out rows" in text.value and "right" in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Use these logits as scores").click().run()
    assert not app.exception
    own = app.session_state["softviz:record:Exploration"].own
    assert len(own.labels) == 3
    assert any("on every page" in warning.value for warning in app.warning)


def test_a_run_left_before_its_end_can_be_judged_and_another_one_is_not(run_page: RunPage) -> None:
    app = run_page("training", data="iris", steps="100000")
    judged = "After 14 steps the network names"
    assert not any(judged in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Judge the last step trained so far").click().run()
    assert not app.exception
    assert not run_of(app).finished
    assert any(judged in text.value for text in app.markdown)
    assert any(button.label == "Use these logits as scores" for button in app.button)
    app.selectbox(key="TrainingSettings:learning_rate").select(0.1).run()
    assert not any("the network names" in text.value for text in app.markdown)


def test_a_run_that_diverges_is_stopped_and_its_page_stands(run_page: RunPage) -> None:
    app = trained(run_page("training", act="relu", opt="sgd", lr="100", layers="3", scale="10", loss="cross_entropy"))
    assert "diverged" in run_of(app).stopped
    assert not app.exception


@pytest.mark.parametrize("preset", range(8))
def test_every_preset_opens(run_page: RunPage, preset: int) -> None:
    app = run_page("training")
    press(app, preset)
    assert not app.exception
    assert not app.warning


def test_a_hostile_link_falls_back_field_by_field(run_page: RunPage) -> None:
    app = run_page("training", lr="nan", steps="1e9", data="<img src=x>", layers="2", plane="1,1", act="tanh")
    assert not app.exception
    assert settings(app) == TrainingSettings(hidden_layers=2)
    assert len(app.warning) == 4


def test_a_link_to_somebody_elses_table_says_so(run_page: RunPage) -> None:
    app = run_page("training", data="table")
    assert not app.exception
    assert any("table" in warning.value for warning in app.warning)
    assert settings(app).dataset == "spirals"
