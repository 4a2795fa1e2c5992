"""The home page without a browser: default, shared link, moved widget, bad input."""

import re

import numpy as np
import pytest
from scipy.special import softmax
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import RunPage
from tests.pages.on_page import captions, tables


def probabilities(app: AppTest) -> list[str]:
    return list(tables(app)[0].iloc[:, 5])


def warnings(app: AppTest) -> str:
    return " ".join(warning.value.replace("\\", "") for warning in app.warning)


def test_a_first_visitor_sees_the_textbook_example(run_page: RunPage) -> None:
    app = run_page("home")
    assert not app.exception
    assert app.title[0].value == "Scores in, probabilities out"
    assert probabilities(app) == [f"{p:.3g}" for p in softmax([2.0, 1.0, 0.1])]
    assert any("e^{2}" in text.value for text in app.markdown)


def test_a_shared_link_shows_its_scores_labels_and_temperature(run_page: RunPage) -> None:
    app = run_page("home", z="3,1,1", labels="a,b\\,c,d", T="2")
    assert list(tables(app)[0].iloc[:, 0]) == ["a", "b,c", "d"]
    assert probabilities(app) == [f"{p:.3g}" for p in softmax(np.array([3.0, 1.0, 1.0]) / 2)]
    assert not app.warning


def test_choosing_an_example_replaces_the_scores_and_goes_into_the_link(run_page: RunPage) -> None:
    app = run_page("home", z="3,1,1")
    app.selectbox(key="scores:preset").select("equal").run()
    assert set(probabilities(app)) == {f"{1 / len(tables(app)[0]):.3f}"}
    assert app.query_params["preset"] == "equal"
    assert "z" not in app.query_params


@pytest.mark.parametrize(
    ("text", "second"),
    [("2.0, 5.0", "5.00"), ("cat 2\ndog 5", "5.00"), ('{"cat": 2, "dog": 5}', "5.00"), ("tensor([2., 5.])", "5.00")],
)
def test_pasted_scores_are_taken(run_page: RunPage, text: str, second: str) -> None:
    app = run_page("home", state={"scores:paste": True})
    app.text_area(key="scores:text").input(text)
    app.button(key="scores:use").click().run()
    assert tables(app)[0].iloc[1, 1] == second
    assert app.query_params["z"] == "2,5"
    assert not app.session_state["scores:paste"], "the popover makes way for what came of it"


@pytest.mark.parametrize("text", ["", "abc", "1, nan", "1, inf", "7", "<script>alert(1)</script>", "1 " * 100_001])
def test_text_that_holds_no_scores_gets_a_sentence_and_the_last_scores_stay(run_page: RunPage, text: str) -> None:
    app = run_page("home", state={"scores:paste": True}, z="3,1,1")
    app.text_area(key="scores:text").input(text)
    app.button(key="scores:use").click().run()
    assert not app.exception
    assert "Expected" in warnings(app)
    assert "still here" in warnings(app)
    assert app.text_area(key="scores:text").value == text, "what is wrong can be mended"
    assert app.query_params["z"] == "3,1,1"


def test_a_hostile_link_is_survived_part_by_part_with_one_visible_notice_each(run_page: RunPage) -> None:
    app = run_page("home", z="nan,1", T="-5", preset="<b>", maps="a,b,c", T2="x", entmax__alpha="1e9")
    assert not app.exception
    assert len(app.warning) == 5
    assert probabilities(app) == [f"{p:.3g}" for p in softmax([2.0, 1.0, 0.1])]


def test_markup_in_a_label_is_shown_and_never_read(run_page: RunPage) -> None:
    app = run_page("home", z="1,2", labels="![x](http://example.com/x.png),<img src=x>")
    assert list(tables(app)[0].iloc[:, 0]) == ["![x](http://example.com/x.png)", "<img src=x>"], "written as text"
    assert not app.exception


def test_a_moved_shift_moves_no_probability_and_a_scale_does(run_page: RunPage) -> None:
    app = run_page("home")
    app.slider(key="Moves:added").set_value(7.5)
    app.slider(key="Moves:factor").set_value(3.0).run()
    assert (app.query_params["add"], app.query_params["times"]) == ("7.5", "3"), "the link opens exactly this view"
    sentence = next(said for said in captions(app) if said.startswith("Your shift")).replace("−", "-")
    moved, bent = (float(part) for part in re.findall(r"\d\S*\d", sentence))
    assert moved < 1e-15
    expected = np.abs(softmax([6.0, 3.0, 0.3]) - softmax([2.0, 1.0, 0.1])).max()
    assert bent == pytest.approx(expected, rel=5e-3)  # three digits are shown


@pytest.mark.parametrize("temperature", ["0", "inf", "0.01", "100"])
def test_the_limits_of_temperature_are_pages_like_any_other(run_page: RunPage, temperature: str) -> None:
    app = run_page("home", T=temperature)
    assert not app.exception
    limit = {"0": [1.0, 0.0, 0.0], "inf": [1 / 3] * 3}.get(temperature)
    if limit is not None:
        assert probabilities(app) == [{1.0: "1.00", 0.0: "0"}.get(p, f"{p:.3f}") for p in limit]


def test_a_whole_vocabulary_is_cut_to_a_table_that_fits_and_says_of_how_many(run_page: RunPage) -> None:
    app = run_page("home", preset="token-paris")
    assert len(tables(app)[0]) == 20
    assert any("49,152" in caption for caption in captions(app))


def test_on_the_projector_the_menu_and_the_prose_are_gone_and_steps_are_there(run_page: RunPage) -> None:
    app = run_page("home", present="1")
    assert not app.exception
    assert not app.sidebar.get("bidi_component"), "no menu"
    assert not any("network gives each class" in m.value for m in app.markdown)
    app.button(key="home:next").click().run()
    assert app.query_params["preset"] == "tie"
    assert app.query_params["present"] == "1"
    assert any("1 of 3" in m.value for m in app.markdown)


def test_a_teacher_can_leave_parts_out_of_a_link(run_page: RunPage) -> None:
    app = run_page("home", hide="try,take,scores,why")
    assert not app.exception
    assert [s.value for s in app.header] == ["Step by step", "What softmax ignores, and what it does not"]
    assert app.sidebar.get("bidi_component"), "the menu"


def test_a_guess_is_shown_beside_the_truth(run_page: RunPage) -> None:
    app = run_page("home")
    app.segmented_control(key="guess:shift").set_value("It grows").run()
    assert any(m.value.replace("\\", "").startswith("You said It grows; it is It stays.") for m in app.markdown)
