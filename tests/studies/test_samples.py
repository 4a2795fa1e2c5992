"""Draws beside what was expected."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import binomtest

from softviz.scores import PRESETS, Scores
from softviz.studies.samples import draw_sample

SCORES = Scores.of([2.0, 1.0, 0.1, -1.0, 0.5], ["a", "b", "c", "d", "e"])


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    first, again, other = (draw_sample(SCORES, 1.3, 1_009, seed) for seed in (7, 7, 8))
    assert first.counts.tolist() == again.counts.tolist()
    assert first.counts.tolist() != other.counts.tolist()
    assert first.counts.sum() == 1_009


def test_expectations_are_softmax_at_the_temperature() -> None:
    np.testing.assert_allclose(draw_sample(SCORES, 1.3, 17, 0).expected, softmax(SCORES.values / 1.3), rtol=1e-14)


def test_intervals_are_those_of_wilson_as_scipy_has_them() -> None:
    sample = draw_sample(SCORES, 1.0, 211, 3)
    for count, low, high in zip(sample.counts, sample.interval.low, sample.interval.high, strict=True):
        theirs = binomtest(int(count), 211).proportion_ci(0.95, method="wilson")
        assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_intervals_hold_the_truth_in_about_95_of_100_repetitions() -> None:
    held = np.mean([draw_sample(SCORES, 1.0, 499, seed).covered for seed in range(400)])
    assert 0.935 < held < 0.965  # 2,000 intervals: a standard error of half a percent


@pytest.mark.parametrize("temperature", [0.0, np.inf])
def test_in_the_limits_every_interval_holds(temperature: float) -> None:
    sample = draw_sample(SCORES, temperature, 997, 2)
    if temperature == 0:
        assert sample.counts.tolist() == [997, 0, 0, 0, 0]
        assert sample.covered.all()
    assert sample.gathered(np.array([1, 2])).expected.sum() == pytest.approx(1)


def test_scores_that_tie_share_the_draws_at_zero() -> None:
    counts = draw_sample(Scores.of([1.0, 4.0, 4.0]), 0.0, 1_000, 1).counts
    assert counts[0] == 0
    assert abs(counts[1] - 500) < 80  # five standard deviations of a fair coin


def test_the_classes_not_shown_are_gathered_and_nothing_is_lost() -> None:
    sample = draw_sample(SCORES, 2.0, 1_013, 4)
    part = sample.gathered(np.array([4, 0]))
    assert part.labels == ("e", "a", "3 others")
    assert part.counts.tolist() == [sample.counts[4], sample.counts[0], sample.counts[[1, 2, 3]].sum()]
    assert part.expected.sum() == pytest.approx(1)


def test_all_classes_shown_leave_no_others() -> None:
    assert draw_sample(SCORES, 2.0, 11, 4).gathered(np.arange(5)).labels == SCORES.labels


def test_a_vocabulary_is_drawn_from_in_full() -> None:
    scores = PRESETS["token-paris"].load()
    sample = draw_sample(scores, 1.0, 100_000, 0)
    assert sample.counts.sum() == 100_000
    part = sample.gathered(scores.ranking()[:8])
    assert part.labels[-1] == "49,144 others"
    assert np.abs(part.observed - part.expected).max() < 0.008  # five standard deviations at p = 1/2
