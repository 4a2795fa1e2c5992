"""An answer counts only where it is an answer to what the board shows now, and one that does not fit is told."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from softviz.components import answers, logit_board, loss_board, map_board
from softviz.records.moves import Moves
from softviz.scores import Scores
from softviz.ui import session

ROOM = Path(answers.__file__).parent
ASKED = sorted(path.parent for path in ROOM.glob("*/__init__.py") if "_change=" in path.read_text(encoding="utf-8"))
BOARDS = [room for room in ASKED if room.name not in ("menu", "experiments")]
"""What shows the learner's scores; a menu and a list of experiments answer for no scores, and cannot be outdated."""
THREE = Scores.of([2.0, 1.0, 0.1])
LATE = {"scores": [1.0], "labels": ["a"], "positions": [49_151], "temperature": 1.0, "target": None, "smoothing": 0.0}


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    state: dict[str, Any] = {}
    screen = SimpleNamespace(session_state=state)
    monkeypatch.setattr(answers, "st", screen)
    monkeypatch.setattr(session, "st", screen)
    return state


def answer(state: dict[str, Any], revision: int, take: Any, **values: Any) -> None:
    state["board"] = {"edit": {"revision": revision, **values}}
    answers.answering("board", "edit", take)()


def test_an_answer_to_what_the_board_shows_is_taken(state: dict[str, Any]) -> None:
    taken: list[Any] = []
    answer(state, answers.revision("board"), taken.append, scores=[1.0, 2.0])
    assert [one["scores"] for one in taken] == [[1.0, 2.0]]


def test_an_answer_to_scores_that_are_gone_is_passed_over(state: dict[str, Any]) -> None:
    seen = answers.revision("board")
    answers.count_change(other_scores=True)
    answers.count_change()
    answer(state, seen, lambda edit: pytest.fail("it was taken"))
    assert answers.take_refusals() == []


@pytest.mark.parametrize("read", [map_board.read_edit, loss_board.read_edit], ids=["map board", "loss board"])
def test_a_late_edit_of_a_vocabulary_touches_no_three_classes(state: dict[str, Any], read: Any) -> None:
    seen = answers.revision("board")
    answers.count_change(other_scores=True)
    with pytest.raises(IndexError):
        read(LATE | {"chosen": (), "parameters": {}}, THREE)  # what it would do to them
    answer(state, seen, lambda edit: read(edit, THREE), **LATE)


def test_the_boards_own_changes_do_not_make_its_next_answer_late(state: dict[str, Any]) -> None:
    taken: list[Any] = []
    seen = answers.revision("board")
    answers.count_change("board", other_scores=True)
    answer(state, seen, taken.append)
    assert len(taken) == 1


def test_an_answer_that_crossed_another_setting_on_its_way_counts(state: dict[str, Any]) -> None:
    taken: list[Any] = []
    session.change(preset="tie")
    seen = answers.revision("board")
    session.change(temperature=2.0)
    session.change(Moves, added=3.0)
    answer(state, seen, taken.append)
    session.change(preset="wide")
    answer(state, seen, lambda edit: pytest.fail("those scores are gone"))
    assert len(taken) == 1


def test_an_answer_that_does_not_fit_is_told_and_the_board_goes_back(state: dict[str, Any]) -> None:
    seen = answers.revision("board")
    beyond = {"scores": [1.2e6, 0.0], "labels": ["cat", "dog"], "temperature": 1.0}
    answer(state, seen, lambda edit: logit_board.read_edit(edit, THREE), **beyond)
    (sentence,) = session.take_notices()
    assert sentence.startswith("Expected scores between -1,000,000 and 1,000,000; got 1.2e+06")
    assert sentence.endswith(". What you had is still here.")
    assert answers.revision("board") > seen


def test_a_change_that_the_record_refuses_makes_its_board_go_back(state: dict[str, Any]) -> None:
    seen = session.revision("board")
    assert not session.change(origin="board", temperature=-3.0)
    assert session.revision("board") > seen
    assert len(session.take_notices()) == 1


@pytest.mark.parametrize("board", [board for board in BOARDS if board.name != "training_player"], ids=lambda b: b.name)
def test_every_board_answers_in_the_one_way(board: Path) -> None:
    assert "_change=answering(" in (board / "__init__.py").read_text(encoding="utf-8")
    script = (board / f"{board.name}.js").read_text(encoding="utf-8")
    assert "answerTo(data, " in script
    assert "setTriggerValue(" not in script
