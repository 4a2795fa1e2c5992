"""A link carries the whole view, and no link can hurt."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz import fields
from softviz.core.registry import MAPPINGS
from softviz.scores import PRESETS, Scores
from softviz.state import MAX_LINK_CLASSES, Exploration, join_labels, split_labels

finite = st.floats(-1e6, 1e6)
labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@st.composite
def own_scores(draw: st.DrawFn) -> Scores:
    count = draw(st.integers(2, 11))
    values = draw(st.lists(finite, min_size=count, max_size=count))
    return Scores.of(values, draw(st.none() | st.lists(labels, min_size=count, max_size=count)))


explorations = st.builds(
    Exploration,
    preset=st.sampled_from(sorted(PRESETS)),
    own=st.none() | own_scores(),
    temperature=st.floats(0, math.inf),
    mapping=st.sampled_from(sorted(MAPPINGS)),
    maps=st.lists(st.sampled_from(sorted(MAPPINGS)), min_size=2, max_size=6, unique=True).map(tuple),
    parameters=st.floats(1, 4).map(lambda alpha: (("entmax.alpha", alpha),)),
    target=st.integers(0, 99_999),
    seed=st.integers(0, 2**32 - 1),
    draws=st.integers(1, 100_000),
)


@given(explorations)
def test_what_goes_into_a_link_comes_out_to_the_last_digit(exploration: Exploration) -> None:
    reading = Exploration.from_query(exploration.to_query())
    assert reading.notices == ()
    assert reading.record == exploration


def test_values_left_at_their_default_are_left_out() -> None:
    assert Exploration().to_query() == {}
    assert Exploration(temperature=2.0).to_query() == {"T": "2"}


@given(st.dictionaries(st.sampled_from(sorted(Exploration.query_keys())), st.text(max_size=60)))
def test_a_hostile_link_never_raises_and_each_broken_part_keeps_its_default(query: dict[str, str]) -> None:
    reading = Exploration.from_query(query)
    assert Exploration.from_query(reading.record.to_query()).record == reading.record


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"z": "1,nan"}, "finite"),
        ({"z": "1,inf"}, "finite"),
        ({"z": "7"}, "2"),
        ({"z": ""}, "not one"),
        ({"z": "1," * 10**6}, "8,192 characters"),
        ({"z": ",".join("1" * 65)}, "at most 64 scores; got 65"),
        ({"labels": "a,b"}, "labels alone"),
        ({"z": "1,2", "labels": "a"}, "label"),
        ({"T": "-3"}, r"T must be in \[0, inf\]; got -3"),
        ({"T": "nan"}, "nan"),
        ({"T": "<script>"}, "number"),
        ({"map": "softmaxx"}, "one of softmax"),
        ({"maps": "softmax"}, "2 to 6"),
        ({"maps": "softmax,nothing"}, "nothing"),
        ({"entmax.alpha": "1e9"}, "alpha"),
        ({"preset": "../../etc/passwd"}, "one of"),
        ({"n": "1000000000"}, "100000"),
        ({"n": "9" * 5000}, "whole number"),
        ({"seed": "1.5"}, "whole number"),
    ],
)
def test_each_kind_of_broken_link_gets_one_sentence(query: dict[str, str], sentence: str) -> None:
    reading = Exploration.from_query(query)
    assert reading.record == Exploration()
    assert len(reading.notices) == 1
    assert re.search(sentence, reading.notices[0])
    assert len(reading.notices[0]) < 2_500


def test_markup_in_a_label_stays_text() -> None:
    record = Exploration.from_query({"z": "1,2", "labels": "<script>alert(1)</script>,b"}).record
    assert record.scores.labels[0] == "<script>alert(1)</script>"


def test_a_label_of_ten_thousand_characters_is_cut() -> None:
    record = Exploration.from_query({"z": "1,2", "labels": "x" * 8_000 + ",b"}).record
    assert len(record.scores.labels[0]) <= 80


def test_more_scores_than_a_link_carries_stay_out_of_it_and_say_so() -> None:
    large = Exploration(own=Scores.of(np.arange(MAX_LINK_CLASSES + 1.0)))
    assert not large.travels_by_link
    assert "z" not in large.to_query()
    assert Exploration(own=Scores.of(np.arange(64.0))).travels_by_link
    assert Exploration(preset="token-paris").travels_by_link


@given(st.lists(st.text(max_size=20), min_size=1, max_size=7))
def test_labels_with_commas_and_backslashes_survive(names: list[str]) -> None:
    assert split_labels(join_labels(names)) == names


def test_a_parameter_of_a_map_is_kept_beside_the_others_defaults() -> None:
    record = Exploration().with_parameter("entmax", "alpha", 1.7)
    assert record.parameters_of("entmax") == {"alpha": 1.7}
    assert record.with_parameter("entmax", "alpha", 1.5) == Exploration()
    with pytest.raises(ValueError, match=r"alpha"):
        record.with_parameter("entmax", "alpha", math.nan)


@dataclass(frozen=True)
class Walk(fields.LinkRecord):
    steps: int = fields.integer("steps", default=10, minimum=1, maximum=100)
    loud: bool = fields.flag("loud")


def test_a_record_refuses_what_does_not_fit_with_what_came() -> None:
    with pytest.raises(ValueError, match=r"steps must be a whole number in \[1, 100\]; got 0"):
        Walk(steps=0)
    with pytest.raises(ValueError, match="got 'ten'"):
        Walk().changed(steps="ten")


def test_records_share_a_query_without_taking_each_others_names() -> None:
    reading = Walk.from_query({"steps": "3", "T": "2", "loud": "1"})
    assert reading.record == Walk(steps=3, loud=True)
    assert Walk.query_keys() == {"steps", "loud"}
    assert not Walk.query_keys() & Exploration.query_keys()
