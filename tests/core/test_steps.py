"""Softmax taken apart: each step is what its name says, and the last is softmax."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import logsumexp, softmax, softmax_steps


def test_the_textbook_example_step_by_step():
    steps = softmax_steps([2.0, 1.0, 0.1], temperature=0.5)
    np.testing.assert_array_equal(steps.scaled, [4.0, 2.0, 0.2])
    assert steps.maximum == 4.0
    np.testing.assert_array_equal(steps.shifted, [0.0, -2.0, 0.2 - 4.0])
    np.testing.assert_array_equal(steps.exponentials, np.exp(steps.shifted))
    assert steps.total == pytest.approx(steps.exponentials.sum(), rel=1e-15)
    np.testing.assert_allclose(steps.probabilities, steps.exponentials / steps.total, rtol=1e-15)
    np.testing.assert_allclose(steps.log_probabilities, np.log(steps.probabilities), rtol=1e-14)
    assert steps.log_partition == pytest.approx(float(logsumexp(steps.scaled)), rel=1e-15)


def test_softmax_turns_scores_into_positive_numbers_that_sum_to_one():
    logits = np.random.default_rng(3).normal(size=(7, 5)) * 10
    p = softmax_steps(logits).probabilities
    assert (p > 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=5e-16)  # five roundings of numbers below one


def test_a_small_entry_underflows_to_zero_though_it_is_positive_on_paper():
    """In float16 at a gap of 18, in float32 of 104, in float64 of 746: a gap of one less or so survives."""
    for dtype, survives, vanishes in ((np.float16, 17, 18), (np.float32, 103, 104), (np.float64, 745, 746)):
        assert softmax(np.array([0, -survives], dtype))[1] > 0, dtype
        assert softmax(np.array([0, -vanishes], dtype))[1] == 0, dtype


def test_the_log_odds_of_two_classes_are_their_score_gap_over_the_temperature():
    """A larger score gets an exponentially larger probability, whatever the other classes do."""
    for others in ([0.0], [5.0, -3.0, 2.0]):
        for temperature in (0.5, 1.0, 4.0):
            log_p = softmax_steps([3.0, 1.0, *others], temperature).log_probabilities
            assert log_p[0] - log_p[1] == pytest.approx(2.0 / temperature, rel=1e-14)


def test_scaling_by_a_is_the_temperature_one_over_a():
    logits = np.array([2.0, 1.0, 0.1])
    np.testing.assert_array_equal(softmax_steps(logits * 4).probabilities, softmax_steps(logits, 0.25).probabilities)


def test_the_limits_are_steps_as_well():
    cold, hot = softmax_steps([2.0, 1.0, 2.0], 0.0), softmax_steps([2.0, 1.0, 2.0], np.inf)
    np.testing.assert_array_equal(cold.probabilities, [0.5, 0.0, 0.5])
    np.testing.assert_array_equal(cold.exponentials, [1.0, 0.0, 1.0])
    np.testing.assert_allclose(hot.probabilities, [1 / 3] * 3, rtol=1e-15)


def test_rows_are_taken_apart_one_by_one():
    logits = np.random.default_rng(5).normal(size=(3, 2, 7))
    steps = softmax_steps(logits, 0.7)
    assert steps.total.shape == (3, 2, 1)
    assert steps.log_partition.shape == (3, 2)
    np.testing.assert_allclose(steps.probabilities[1, 1], softmax_steps(logits[1, 1], 0.7).probabilities)


@pytest.mark.parametrize("wrong", [[], [np.nan, 1.0], [np.inf, 1.0], 3.0, ["a"], [1j]])
def test_what_is_not_a_list_of_finite_numbers_is_refused(wrong):
    with pytest.raises(ValueError, match="logits must be finite numbers, at least one"):
        softmax_steps(wrong)


def test_what_is_soft_is_the_arg_max_and_the_soft_maximum_is_log_sum_exp():
    """It lies between the maximum and the maximum plus log K, and T times it closes in on the maximum."""
    logits = np.array([2.0, 1.0, 0.1])
    soft = float(softmax_steps(logits).log_partition)
    assert logits.max() < soft < logits.max() + np.log(3)
    excess = [t * float(softmax_steps(logits, t).log_partition) - logits.max() for t in (1.0, 0.3, 0.1)]
    assert excess == sorted(excess, reverse=True)
    assert 0 <= excess[-1] < 1e-5  # T times e^(-gap/T), with a gap of 1
