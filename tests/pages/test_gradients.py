"""The page about loss and gradients without a browser."""

import sys

import pytest
from streamlit.testing.v1 import AppTest

from softviz.records.descent import Descent
from softviz.records.experiments import EXPERIMENTS
from softviz.state import Exploration
from tests.pages import on_page
from tests.pages.conftest import RunPage
from tests.pages.on_page import tables


def record(app: AppTest, kind: type) -> object:
    return app.session_state[f"softviz:record:{kind.__name__}"]


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def checked(app: AppTest, column: str) -> list[str]:
    """A column of the table that holds the checks."""
    return list(tables(app)[0][column])


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_first_visit_shows_the_loss_in_two_ways_and_the_product(run_page: RunPage) -> None:
    app = run_page("gradients")
    assert not app.exception
    assert not app.warning
    assert app.title[0].value == "Loss and gradients"
    assert r"-\log 0.659 = 0.417" in words(app)
    assert "2.42 - 2.00 = 0.417" in words(app)
    assert "The product ends in p − y" in words(app)
    assert "2 of 3 eigenvalues are not zero" in words(app)
    assert checked(app, "closed form") == ["−0.341", "0.242", "0.0986"]


def test_the_app_starts_without_pytorch(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    app = run_page("gradients")
    assert not app.exception
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert "requirements-torch.txt" in app.info[0].value.replace("\\", "")


@pytest.mark.torch
def test_autograd_stands_beside_the_closed_form(run_page: RunPage) -> None:
    pytest.importorskip("torch")
    app = run_page("gradients", loss="sparsemax", z="2,1.3,0.1")
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert checked(app, "autograd") == checked(app, "closed form")


def test_a_link_sets_target_smoothing_loss_step_and_walk(run_page: RunPage) -> None:
    app = run_page("gradients", y="2", eps="0.1", loss="focal", h="-7", lr="2.5", steps="31", za="2", zb="0", all="1")
    assert not app.exception
    assert record(app, Exploration).target == 2
    assert record(app, Descent) == Descent(
        label_smoothing=0.1,
        loss="focal",
        difference_exponent=-7.0,
        learning_rate=2.5,
        steps=31,
        first=2,
        second=0,
        every_score=True,
    )
    assert r"\sum_i y_i \log p_i" in words(app)
    assert [box.value for box in app.selectbox[1:]] == [2, 0]
    assert "of 31 steps" in words(app)


def test_a_smaller_step_can_be_chosen_and_fails(run_page: RunPage) -> None:
    app = run_page("gradients")
    app.slider[0].set_value(-15.5).run()
    assert record(app, Descent).difference_exponent == -15.5
    table = tables(app)[0]
    assert table.iloc[:, 1].tolist() != table.iloc[:, 2].tolist()


def test_one_step_moves_the_scores_by_the_rule_and_the_loss_falls(run_page: RunPage) -> None:
    app = press(run_page("gradients", lr="1"), "Move my scores by one step")
    assert not app.exception
    moved = record(app, Exploration).scores.values
    assert moved[0] == pytest.approx(2 + 0.3409988615)
    assert moved[1] == pytest.approx(1 - 0.2424329707)
    assert moved[2] == 0.1, "the third score is not on an axis"
    assert "0.271" in words(app)


def test_overshooting_is_said(run_page: RunPage) -> None:
    app = run_page("gradients")
    on_page.press(app, [one.label for one in EXPERIMENTS["gradients"]].index("Overshoot"))
    assert not app.exception
    assert "the walk overshoots" in words(app)


def test_a_target_outside_the_classes_is_named_and_replaced(run_page: RunPage) -> None:
    app = run_page("gradients", y="7")
    assert not app.exception
    assert "Expected a target among 3 classes; got class 8" in app.warning[0].value
    assert r"-\log 0.659" in words(app)


def test_soft_targets_are_taken_and_wrong_ones_refused_with_a_sentence(run_page: RunPage) -> None:
    app = run_page("gradients", state={"supervision:soft": True})
    for text, expected in [("0.7, 0.7, 0.1", "sum to 1; got 1.5"), ("0.5, 0.5", "3 shares"), ("a, b, c", "is not one")]:
        app.text_input(key="supervision:shares").set_value(text)
        app = press(app, "Use this target")
        assert not app.exception
        assert expected in app.warning[0].value.replace("\\", "")
        assert record(app, Descent).soft_target is None
    app.text_input(key="supervision:shares").set_value("0.7, 0.2, 0.1")
    app = press(app, "Use this target")
    assert not app.warning
    assert record(app, Descent).soft_target == (0.7, 0.2, 0.1)
    assert checked(app, "closed form") == ["−0.0410", "0.0424", "−0.00143"]


@pytest.mark.parametrize(
    "query",
    [
        {"lr": "1e9", "eps": "nan", "h": "big", "loss": "<b>", "soft": "2,2", "za": "99999", "zb": "0"},
        {"lr": "0"},
        {"lr": "1000", "eps": "0.5", "steps": "100"},
        {"soft": "0.5,0.5"},
        {"T": "0"},
        {"T": "inf"},
        {"T": "5e-324"},
        {"T": "0.01", "z": "1000000,-1000000,0", "y": "1", "lr": "1000", "steps": "100"},
        {"z": "0,0", "za": "0", "zb": "0"},
        {"z": "1,2", "labels": "<img src=x>,**b**"},
        {"preset": "token-paris", "y": "40000", "eps": "0.1", "all": "1"},
        {"preset": "equal", "eps": "1", "loss": "sparsemax"},
    ],
    ids=str,
)
def test_no_link_breaks_the_page(run_page: RunPage, query: dict[str, str]) -> None:
    app = run_page("gradients", **query)
    assert not app.exception


def test_a_vocabulary_is_gathered_to_twelve_classes_and_says_so(run_page: RunPage) -> None:
    app = run_page("gradients", preset="token-paris", y="40000")
    assert not app.exception
    assert "You have 49,152 classes" in words(app)
    assert len(tables(app)[0]) == 12
    assert checked(app, "class")[-1] == "49,141 others"
    app = press(app, "Move them to the end of this walk")
    assert not app.exception
    assert len(record(app, Exploration).scores) == 49_152
