"""A browser that is behind undoes nothing."""

import pytest
from streamlit.testing.v1 import AppTest

from softviz.scores import Scores
from softviz.state import Exploration
from softviz.ui import session


def script() -> None:
    import streamlit as st

    from softviz.state import Exploration
    from softviz.ui import session

    session.follow_link("home", Exploration)
    session.write_link(Exploration)
    shown = session.current(Exploration).temperature
    on_change = session.bind("T", shown, lambda chosen: session.change(temperature=chosen))
    st.slider("T", 0.0, 10.0, key="T", on_change=on_change)
    st.button("Hot", on_click=lambda: session.change(temperature=8.0))
    st.text(str(session.current(Exploration).temperature))


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(script)
    app.run()
    app.slider(key="T").set_value(2.0).run()
    app.button[0].click().run()
    return app


def temperature(app: AppTest) -> float:
    return float(app.text[0].value)


def test_a_button_overrules_a_slider_and_the_slider_shows_it(app: AppTest) -> None:
    assert temperature(app) == app.slider(key="T").value == 8.0


def test_a_value_the_browser_brings_back_before_it_has_heard_of_the_newer_one_is_passed_over(app: AppTest) -> None:
    app.slider(key="T").set_value(2.0).run()
    assert temperature(app) == app.slider(key="T").value == 8.0


def test_a_value_brought_back_with_an_older_link_is_passed_over(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BEHIND_SECONDS", 0.0)
    app.query_params["T"] = "2"
    app.slider(key="T").set_value(2.0).run()
    assert temperature(app) == 8.0


def test_the_same_value_chosen_anew_counts(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BEHIND_SECONDS", 0.0)
    app.slider(key="T").set_value(2.0).run()
    assert temperature(app) == 2.0


def test_another_value_always_counts(app: AppTest) -> None:
    app.slider(key="T").set_value(3.0).run()
    assert temperature(app) == 3.0


def test_an_older_link_does_not_undo_what_was_set_since(app: AppTest) -> None:
    app.query_params["T"] = "2"
    app.run()
    assert temperature(app) == 8.0
    assert app.query_params["T"] in ("8", ["8"])


def went_back(app: AppTest, monkeypatch: pytest.MonkeyPatch, **query: str) -> None:
    monkeypatch.setattr(session, "_came_through_history", lambda: True)
    app.query_params.clear()
    for key, value in query.items():
        app.query_params[key] = value
    app.run()


def test_back_to_an_address_without_values_undoes_the_first_setting(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_back(app, monkeypatch)
    assert temperature(app) == app.slider(key="T").value == 1.0
    assert not app.query_params, "the address is not written over: Forward still works"


def test_back_to_an_address_with_other_values_puts_the_rest_at_its_default(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_back(app, monkeypatch, y="1")
    assert temperature(app) == 1.0


def test_back_takes_away_no_scores_that_a_link_cannot_carry(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Scores.of(range(67))
    app.session_state["softviz:record:Exploration"] = Exploration(own=own, temperature=8.0)
    went_back(app, monkeypatch)
    assert temperature(app) == 1.0
    assert app.session_state["softviz:record:Exploration"].own == own
