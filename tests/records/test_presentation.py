"""A teacher decides what of a page is shown, by its link."""

import pytest

from softviz.records.presentation import PARTS, Presentation


def test_by_default_everything_is_shown() -> None:
    assert all(Presentation().shows(part) for part in PARTS)
    assert Presentation().to_query() == {}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_can_be_left_out(part: str) -> None:
    shown = Presentation.from_query({"hide": part}).record
    assert [p for p in PARTS if not shown.shows(p)] == [part]


def test_on_the_projector_the_stage_the_questions_and_the_experiments_stay() -> None:
    assert [part for part in PARTS if Presentation(present=True).shows(part)] == ["guess", "try"]


def test_an_unknown_part_is_named_and_nothing_is_hidden() -> None:
    reading = Presentation.from_query({"hide": "menu,everything"})
    assert reading.record == Presentation()
    assert "everything" in reading.notices[0]


def test_it_travels_in_the_link() -> None:
    record = Presentation(present=True, hide=("why", "try"))
    assert record.to_query() == {"present": "1", "hide": "why,try"}
    assert Presentation.from_query(record.to_query()).record == record
