"""What the page about gradients carries in a link."""

import re

import pytest

from softviz.records.descent import Descent, read_shares
from softviz.state import Exploration


def test_a_link_carries_every_setting_and_back():
    set_up = Descent(
        label_smoothing=0.1, soft_target=(0.5, 0.25, 0.25), loss="focal", difference_exponent=-7.25,
        learning_rate=3.5, steps=41, first=2, second=0, every_score=True,
    )  # fmt: skip
    reading = Descent.from_query(set_up.to_query())
    assert reading.record == set_up
    assert reading.notices == ()
    assert Descent().to_query() == {}


def test_its_names_in_a_link_are_its_own():
    assert not Descent.query_keys() & Exploration.query_keys()


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("lr", "1e9", r"lr must be in \[0, 1000\]; got 1000000000.0"),
        ("lr", "nan", r"lr must be in"),
        ("eps", "1.5", r"eps must be in \[0, 1\]"),
        ("loss", "<script>", r"loss must be one of cross-entropy"),
        ("h", "-99", r"h must be in \[-16, 1\]"),
        ("steps", "10^9", "steps must be a whole number"),
        ("za", "-1", r"za must be a whole number in \[0"),
        ("soft", "0.7,0.7", "must sum to 1; got 1.4"),
        ("soft", "1.5,-0.5", r"must be in \[0, 1\]; got 1.5"),
        ("soft", "nan,1", r"must be in \[0, 1\]; got nan"),
        ("soft", "1", "must have 2 to 64 shares; got 1"),
        ("soft", ",".join(["0.01"] * 100), "must have 2 to 64 shares; got 100"),
        ("soft", "a,b", "'a' is not one"),
    ],
)
def test_a_broken_value_keeps_its_default_and_says_why(key, text, expected):
    reading = Descent.from_query({key: text})
    assert reading.record == Descent()
    (notice,) = reading.notices
    assert re.search(expected, notice)


def test_shares_may_be_thirds_and_stand_apart_by_spaces():
    assert read_shares("0.3333333 0.3333333,  0.3333334") == (0.3333333, 0.3333333, 0.3333334)
