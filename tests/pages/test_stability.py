"""The page on numerical stability, without a browser."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from softviz.core.float_types import FLOAT_TYPES
from softviz.core.precision import FORMS
from softviz.records.magnitude import Magnitude
from tests.pages.conftest import RunPage
from tests.pages.on_page import press, tables


def settings(app: AppTest) -> Magnitude:
    return app.session_state["softviz:record:Magnitude"]


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.warning, *app.caption])


def test_the_page_opens_at_a_score_that_float32_does_not_survive(run_page: RunPage) -> None:
    app = run_page("stability")
    assert not app.exception
    assert app.title[0].value == "Numerical stability"
    assert "**naive in float32**: the result is no number." in words(app)
    assert [len(table) for table in tables(app)] == [len(FLOAT_TYPES), 3, 10]


def test_a_shared_link_brings_back_every_setting(run_page: RunPage) -> None:
    app = run_page("stability", size="40.5", move="add", dtype="bfloat16", form="log1p", chunk="3", order="falling")
    assert not app.exception
    assert settings(app) == Magnitude(40.5, "add", "bfloat16", "log1p", 3, "falling")
    assert "**log1p in bfloat16**: the worst result is off by" in words(app)


@pytest.mark.parametrize("move", ["scale", "add", "subtract"])
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_a_size_past_the_type_is_shown_and_not_refused(run_page: RunPage, move: str, dtype: str) -> None:
    app = run_page("stability", size="1e300", move=move, dtype=dtype, form="shifted")
    assert not app.exception
    expected = "cannot hold these scores" if dtype == "float16" else "units in the last place"
    assert expected in words(app)


def test_a_hostile_link_falls_back_field_by_field_and_says_so(run_page: RunPage) -> None:
    app = run_page("stability", size="1e999", move="<script>", dtype="float8", form="naive", chunk="10^9", order="nan")
    assert not app.exception
    assert settings(app) == Magnitude()
    assert len(app.warning) == 5
    assert "\\<script\\>" in words(app)


def test_a_vocabulary_is_cut_to_what_can_be_shown_and_says_so(run_page: RunPage) -> None:
    app = run_page("stability", preset="token-paris")
    assert not app.exception
    assert "This page computes with the 12 largest of your" in words(app)


def test_scores_that_are_all_equal_open_too(run_page: RunPage) -> None:
    for z in ("0,0", "-5,-5,-5"):
        app = run_page("stability", z=z)
        assert not app.exception


def test_an_experiment_sets_the_state_and_the_link(run_page: RunPage) -> None:
    app = run_page("stability")
    press(app, 3)
    assert not app.exception
    assert settings(app) == Magnitude(size=100.0, float_type="float64", form="log-softmax")
    assert app.query_params["dtype"] == "float64"
    assert "no digit right" in words(app)


def test_the_pictures_say_what_they_show(run_page: RunPage) -> None:
    app = run_page("stability")
    alts = [
        json.loads(item.proto.json).get("alt", "") for item in app.get("bidi_component") if "alt" in item.proto.json
    ]
    assert any("The naive form breaks in float16 from 11.09" in alt for alt in alts)
    assert any("log-softmax says 0 from a gap of 16.6" in alt for alt in alts)


def test_every_form_opens(run_page: RunPage) -> None:
    app = run_page("stability")
    for form, dtype in zip(FORMS, [*FLOAT_TYPES, "float16", "bfloat16"], strict=True):
        app.session_state["softviz:record:Magnitude"] = Magnitude(form=form, float_type=dtype)
        app.run()
        assert not app.exception, (form, dtype)
