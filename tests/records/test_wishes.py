"""From a wish to a temperature, in words."""

import math
import re

import pytest
from scipy.special import softmax
from scipy.stats import entropy

from softviz.records.wishes import TemperatureWish
from softviz.scores import Scores

SCORES = Scores.of([2.0, 1.0, 0.1])
TIED = Scores.of([1.0, 1.0, 1.0, 1.0, 1.0])


def reply(wish: TemperatureWish, scores: Scores = SCORES, unit: str = "nats") -> str:
    return wish.reply(wish.granted(scores, unit), unit)


@pytest.mark.parametrize(("unit", "base"), [("nats", math.e), ("bits", 2)])
def test_the_temperature_found_gives_the_entropy_in_the_unit_that_was_asked(unit: str, base: float) -> None:
    wish = TemperatureWish(entropy=0.7)
    answer = wish.granted(SCORES, unit)
    assert answer.temperature is not None
    assert entropy(softmax(SCORES.values / answer.temperature), base=base) == pytest.approx(0.7, abs=1e-12)
    assert reply(wish, unit=unit).endswith(f"gives an entropy of 0.7 {unit}, and no other temperature does.")


def test_the_temperature_found_gives_the_top_probability() -> None:
    wish = TemperatureWish(kind="top", top=0.55)
    answer = wish.granted(SCORES, "nats")
    assert answer.temperature is not None
    assert softmax(SCORES.values / answer.temperature).max() == pytest.approx(0.55, abs=1e-12)
    assert "gives a top probability of 0.55" in reply(wish)


def test_a_wish_out_of_reach_is_answered_with_what_can_be_reached() -> None:
    assert reply(TemperatureWish(entropy=5.0)) == (
        "No temperature gives an entropy of 5 nats. The entropy of these scores rises from 0 at T = 0 to 1.10 at T = ∞."
    )
    assert reply(TemperatureWish(entropy=5.0), unit="bits").endswith("rises from 0 at T = 0 to 1.58 at T = ∞.")
    assert reply(TemperatureWish(kind="top", top=0.2)) == (
        "No temperature gives a top probability of 0.2. "
        "The top probability of these scores falls from 1.00 at T = 0 to 0.333 at T = ∞."
    )


def test_the_ends_are_reached_in_the_limits_alone() -> None:
    assert reply(TemperatureWish(entropy=0.0)) == "Only the limit T = 0 gives an entropy of 0 nats."
    assert reply(TemperatureWish(kind="top", top=0.5), Scores.of([3.0, 1.0])) == (
        "Only the limit T = ∞ gives a top probability of 0.5."
    )


@pytest.mark.parametrize("wished", [1.0, math.log(5)])
def test_scores_that_all_tie_leave_nothing_to_choose(wished: float) -> None:
    assert reply(TemperatureWish(entropy=wished), TIED) == (
        "Every score ties, so every temperature gives an entropy of 1.6094 nats."
    )


def test_a_wish_travels_in_a_link_and_a_broken_one_keeps_its_default() -> None:
    wish = TemperatureWish(kind="top", entropy=1.25, top=0.75)
    assert TemperatureWish.from_query(wish.to_query()).record == wish
    reading = TemperatureWish.from_query({"wish": "fame", "wish.entropy": "-1", "wish.top": "nan"})
    assert reading.record == TemperatureWish()
    assert len(reading.notices) == 3
    assert all(re.search("must be", notice) for notice in reading.notices)
