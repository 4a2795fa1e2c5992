"""Temperature, top-k, top-p and min-p, and a draw that follows what they leave."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from softviz.core import MAPPINGS, softmax
from softviz.core.decoding import Decoding, decode, min_p_mask, sample, top_k_mask, top_p_mask

LOGITS = np.log([0.4, 0.3, 0.15, 0.1, 0.05])


def test_without_filters_decoding_is_softmax_at_a_temperature():
    np.testing.assert_allclose(
        decode(LOGITS, Decoding(temperature=0.5)).probabilities, softmax(LOGITS / 0.5), rtol=1e-15
    )


def test_temperature_zero_is_greedy():
    np.testing.assert_array_equal(decode(LOGITS, Decoding(temperature=0)).probabilities, [1, 0, 0, 0, 0])


def test_top_k_keeps_the_k_likeliest_as_the_registered_map_does():
    logits = np.random.default_rng(3).normal(size=(7, 11))
    np.testing.assert_allclose(
        decode(logits, Decoding(top_k=3)).probabilities, MAPPINGS["top_k"](logits, k=3), rtol=1e-14
    )


def test_top_p_keeps_the_smallest_set_that_has_enough():
    p = softmax(LOGITS)
    np.testing.assert_array_equal(top_p_mask(p, 0.39), [True, False, False, False, False])
    np.testing.assert_array_equal(top_p_mask(p, 0.41), [True, True, False, False, False])
    np.testing.assert_array_equal(top_p_mask(p, 0.86), [True, True, True, True, False])
    np.testing.assert_array_equal(top_p_mask(p, 1.0), [True] * 5)


@given(st.lists(st.integers(-200, 200), min_size=1, max_size=9), st.floats(0.01, 1))
def test_a_nucleus_has_enough_and_without_its_least_likely_not(whole, top_p):
    p = softmax(np.array(whole) / 64)
    kept = top_p_mask(p, top_p)
    assert p[kept].sum() >= top_p - 1e-12
    assert p[kept & (p > p[kept].min())].sum() < top_p + 1e-12


def test_min_p_keeps_what_has_a_share_of_the_likeliest():
    np.testing.assert_array_equal(min_p_mask(softmax(LOGITS), 0.3), [True, True, True, False, False])
    np.testing.assert_array_equal(min_p_mask(softmax(LOGITS), 0.0), [True] * 5)


def test_ties_stay_together_so_that_the_order_of_the_classes_does_not_matter():
    tied = np.array([1.0, 1.0, 1.0, 0.0])
    np.testing.assert_array_equal(top_k_mask(tied, 2), [True, True, True, False])
    np.testing.assert_array_equal(top_p_mask(softmax(tied), 0.4), [True, True, True, False])


def test_each_filter_sees_what_the_one_before_left():
    decoded = decode(LOGITS, Decoding(top_k=3, top_p=0.8, min_p=0.8))
    np.testing.assert_array_equal(decoded.kept_by_top_k, [True, True, True, False, False])
    np.testing.assert_array_equal(decoded.kept_by_top_p, [True, True, False, False, False])  # .7/.85 >= .8
    np.testing.assert_array_equal(decoded.kept_by_min_p, [True, False, False, False, False])
    np.testing.assert_array_equal(decoded.kept, [True, False, False, False, False])
    np.testing.assert_array_equal(decoded.probabilities, [1, 0, 0, 0, 0])


def test_rows_are_decoded_one_by_one():
    logits = np.random.default_rng(5).normal(size=(3, 7))
    settings = Decoding(temperature=0.8, top_k=5, top_p=0.9, min_p=0.1)
    together = decode(logits, settings).probabilities
    for row, alone in zip(together, logits, strict=True):
        np.testing.assert_allclose(row, decode(alone, settings).probabilities, rtol=1e-14)


def test_draws_follow_the_probabilities_and_never_pick_a_zero():
    p = np.array([0.0, 0.5, 0.0, 0.3, 0.2, 0.0])
    counts = np.bincount(sample(p, 20_011, np.random.default_rng(7)), minlength=6)
    assert counts[p == 0].sum() == 0
    # the seed is fixed; a wrong law gives a p-value far below 1e-6 at this n
    assert scipy.stats.chisquare(counts[p > 0], p[p > 0] * 20_011).pvalue > 1e-3


def test_the_same_seed_draws_the_same_tokens():
    first, second = (sample(softmax(LOGITS), 101, np.random.default_rng(11)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Decoding(temperature=-1.0), "temperature must be zero or positive"),
        (Decoding(top_k=0), "top_k must be a whole number, at least 1; got 0"),
        (Decoding(top_k=2.5), "got 2.5"),
        (Decoding(top_p=0.0), r"top_p must be in \(0, 1\]; got 0"),
        (Decoding(top_p=1.1), "got 1.1"),
        (Decoding(min_p=-0.1), r"min_p must be in \[0, 1\]; got -0.1"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        decode(LOGITS, settings)


def test_what_is_no_distribution_is_not_drawn_from():
    for wrong in ([0.5, 0.4], [1.5, -0.5], [[1.0]], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="that sum to 1"):
            sample(wrong, 3, np.random.default_rng(0))
