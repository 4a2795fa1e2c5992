"""The temperature page without a browser."""

import json

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy
from streamlit.testing.v1 import AppTest

from softviz.records.wishes import TemperatureWish
from softviz.state import Exploration
from tests.pages.conftest import RunPage


def record(app: AppTest, kind: type = Exploration) -> Exploration:
    return app.session_state[f"softviz:record:{kind.__name__}"]


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_a_first_visit_shows_the_textbook_scores_at_one(run_page: RunPage) -> None:
    app = run_page("temperature")
    assert not app.exception
    assert not app.warning
    assert app.title[0].value == "Temperature"
    assert r"\frac{e^{2}}{e^{2} + e^{1} + e^{0.1}} = 0.659" in app.latex[0].value
    assert r"\frac{0.414}{1^3} = 0.414" in app.latex[1].value
    assert "T = 0.537 gives an entropy of 0.5 nats" in words(app)


def test_a_link_sets_temperature_unit_draws_seed_and_wish(run_page: RunPage) -> None:
    app = run_page("temperature", T="0.5", unit="bits", n="17", seed="3", wish="top", wish__top="0.75")
    assert not app.exception
    assert (record(app).temperature, record(app).unit, record(app).draws, record(app).seed) == (0.5, "bits", 17, 3)
    assert "gives a top probability of 0.75" in words(app)
    assert r"\ln 2" in app.latex[1].value


@pytest.mark.parametrize("limit", ["0", "inf"])
def test_both_limits_open_from_a_link(run_page: RunPage, limit: str) -> None:
    app = run_page("temperature", T=limit, preset="tie")
    assert not app.exception
    assert record(app).temperature == float(limit)
    assert r"\longrightarrow\; 0" in app.latex[1].value


@pytest.mark.parametrize("T", ["5e-324", "1e-9", "12345.678", "1e308"])
def test_a_temperature_beyond_the_handle_is_kept(run_page: RunPage, T: str) -> None:
    app = run_page("temperature", T=T, preset="giant")
    assert not app.exception
    assert record(app).temperature == float(T)


def test_the_answer_becomes_the_temperature(run_page: RunPage) -> None:
    app = run_page("temperature")
    button = next(button for button in app.button if button.label == "Set this temperature")
    button.click().run()
    assert entropy(softmax(np.array([2.0, 1.0, 0.1]) / record(app).temperature)) == pytest.approx(0.5, abs=1e-12)
    assert not app.exception


def test_a_wish_that_nothing_grants_is_answered_and_cannot_be_set(run_page: RunPage) -> None:
    app = run_page("temperature")
    app.number_input(key="TemperatureWish:entropy").set_value(3.0).run()
    assert record(app, TemperatureWish).entropy == 3.0
    assert "No temperature gives an entropy of 3 nats." in words(app)
    assert next(button for button in app.button if button.label == "Set this temperature").disabled


def test_drawing_again_takes_the_next_seed_and_wraps_at_the_last(run_page: RunPage) -> None:
    app = run_page("temperature", seed=str(2**32 - 1))
    next(button for button in app.button if button.label == "Draw again").click().run()
    assert record(app).seed == 0
    next(button for button in app.button if button.label == "Draw again").click().run()
    assert record(app).seed == 1


def test_a_vocabulary_opens_with_a_small_payload(run_page: RunPage) -> None:
    app = run_page("temperature", preset="token-paris")
    assert not app.exception
    assert "49,152,000 noises" in words(app)
    board = next(e.proto for e in app.get("bidi_component") if e.proto.component_name.endswith("temperature_board"))
    data = json.loads(board.json)
    assert len(data["labels"]) == 8
    assert data["rest"] == "49,144 others"
    assert len(board.json) < 30_000


@pytest.mark.parametrize("scores", ["1,1,1,1", "1000000,-1000000", "5,5,-3", "0,0"])
def test_ties_and_giants_are_no_trouble(run_page: RunPage, scores: str) -> None:
    app = run_page("temperature", z=scores, T="0.01")
    assert not app.exception
    assert not app.warning


def test_a_hostile_link_keeps_defaults_and_says_so(run_page: RunPage) -> None:
    app = run_page(
        "temperature", T="-3", n="1000000000", seed="<script>", unit="kelvin", wish="fame", wish__entropy="nan",
        wish__top="2", z="1,abc", labels="<b>x</b>",
    )  # fmt: skip
    assert not app.exception
    assert record(app) == Exploration()
    assert record(app, TemperatureWish) == TemperatureWish()
    assert len(app.warning) == 8
