"""Sweeps, entropy and its slope, the solved wish, and samples that follow the law they claim."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from softviz.core import (
    MAPPINGS,
    entropy,
    softmax,
    softmax_at,
    softmax_entropy,
    temperature_for_entropy,
    temperature_for_top_probability,
    temperature_sweep,
)
from softviz.core.temperature import (
    GUMBEL_BLOCK,
    GUMBEL_BUDGET,
    entropy_slope,
    gumbel_draws,
    sample_counts,
    uses_gumbel,
    wilson_interval,
)

LOGITS = np.array([2.0, 1.0, 0.1, -0.7, 1.3])
TEMPERATURES = np.geomspace(0.01, 100, 41)


def test_entropy_at_a_temperature_is_the_entropy_of_softmax():
    expected = entropy(softmax(LOGITS / TEMPERATURES[:, None]))
    np.testing.assert_allclose(softmax_entropy(LOGITS, TEMPERATURES), expected, rtol=1e-9, atol=1e-16)


def test_entropy_keeps_its_digits_where_it_is_almost_zero():
    with mpmath.workdps(60):
        weights = [mpmath.exp((mpmath.mpf(float(z)) - 2) / mpmath.mpf(0.01)) for z in LOGITS]
        p = [w / sum(weights) for w in weights]
        truth = float(-sum(q * mpmath.log(q) for q in p))
    assert truth < 1e-28
    # z/T is rounded at 200, and exp turns that into a relative 200 * 2^-53
    assert softmax_entropy(LOGITS, 0.01) == pytest.approx(truth, rel=1e-12)


def test_the_slope_of_entropy_is_the_variance_of_the_scores_over_t_cubed():
    p = softmax(LOGITS / TEMPERATURES[:, None])
    variance = (p * LOGITS**2).sum(-1) - (p * LOGITS).sum(-1) ** 2
    slopes = entropy_slope(LOGITS, TEMPERATURES)
    # the textbook variance cancels: absolute error 1e-15, over T^3
    np.testing.assert_allclose(slopes, variance / TEMPERATURES**3, rtol=1e-9, atol=1e-8)
    step = 1e-5 * TEMPERATURES
    rise = softmax_entropy(LOGITS, TEMPERATURES + step) - softmax_entropy(LOGITS, TEMPERATURES - step)
    np.testing.assert_allclose(slopes, rise / (2 * step), rtol=1e-4, atol=1e-9)


@given(st.lists(st.integers(-300, 300), min_size=2, max_size=7), st.floats(0.02, 50), st.floats(1.01, 3))
def test_entropy_rises_with_temperature_unless_all_scores_tie(whole, temperature, factor):
    logits = np.array(whole) / 64
    cool, warm = softmax_entropy(logits, [temperature, temperature * factor])
    assert entropy_slope(logits, temperature) >= 0
    if np.ptp(logits) == 0:
        assert warm == pytest.approx(cool, rel=1e-15)
    else:
        assert warm >= cool * (1 - 1e-14)


def test_low_temperature_is_one_hot_with_ties_shared_and_high_temperature_is_uniform():
    tied = np.array([2.0, 2.0, 1.0])
    np.testing.assert_array_equal(softmax_at(tied, 0.0), [0.5, 0.5, 0])
    np.testing.assert_allclose(softmax_at(tied, 1e-3), [0.5, 0.5, 0])
    np.testing.assert_allclose(softmax_at(tied, np.inf), [1 / 3] * 3)
    assert softmax_entropy(tied, 0.0) == pytest.approx(np.log(2))
    assert softmax_entropy(tied, np.inf) == pytest.approx(np.log(3))
    np.testing.assert_array_equal(entropy_slope(tied, [0.0, np.inf]), [0, 0])


def test_softmax_amplifies_differences_only_while_the_temperature_is_low():
    """Ratios of probabilities are exponentials of gaps, yet a high temperature is flatter than the scores."""
    shares = LOGITS.clip(0.1) / LOGITS.clip(0.1).sum()
    assert softmax_entropy(LOGITS, 0.5) < entropy(shares) < softmax_entropy(LOGITS, 5.0)


@pytest.mark.parametrize("key", ["softmax", "sigmoid", "entmax", "gaussian", "taylor", "top_k"])
def test_a_sweep_is_the_map_at_each_temperature(key):
    mapping = MAPPINGS[key]
    temperatures = np.array([0.0, 0.05, 1.0, 7.0, np.inf])
    sweep = temperature_sweep(mapping, LOGITS, temperatures)
    for i, temperature in enumerate(temperatures):
        expected = mapping.at(LOGITS, temperature)
        np.testing.assert_allclose(sweep.probabilities[i], expected, rtol=1e-12)
        assert sweep.entropies[i] == pytest.approx(float(entropy(expected)), rel=1e-12, abs=1e-300)
    np.testing.assert_array_equal(sweep.rest, 0)


def test_the_slope_in_a_sweep_is_the_chain_rule_for_any_map():
    for mapping in MAPPINGS.values():
        if not mapping.claims.on_simplex:
            continue
        temperature, step = 1.7, 1e-6
        sweep = temperature_sweep(mapping, LOGITS, [temperature - step, temperature, temperature + step])
        rise = (sweep.entropies[2] - sweep.entropies[0]) / (2 * step)
        # rounding of the entropy, 1e-16, over the step
        assert sweep.entropy_slopes[1] == pytest.approx(rise, abs=2e-9), mapping.key


def test_a_sweep_may_keep_a_few_classes_and_sum_the_rest():
    many = np.random.default_rng(5).normal(size=1009)
    temperatures = np.geomspace(0.1, 10, 7)
    sweep = temperature_sweep(MAPPINGS["softmax"], many, temperatures, classes=[3, 0])
    whole = softmax(many / temperatures[:, None])
    np.testing.assert_allclose(sweep.probabilities, whole[:, [3, 0]], rtol=1e-12)
    np.testing.assert_allclose(sweep.rest, 1 - whole[:, [3, 0]].sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(sweep.entropies, entropy(whole), rtol=1e-12)


def test_a_sweep_in_blocks_is_the_sweep_at_once(monkeypatch):
    whole = temperature_sweep(MAPPINGS["softmax"], LOGITS, TEMPERATURES)
    monkeypatch.setattr("softviz.core.temperature.SWEEP_BLOCK", 13)
    blocks = temperature_sweep(MAPPINGS["softmax"], LOGITS, TEMPERATURES)
    np.testing.assert_array_equal(blocks.probabilities, whole.probabilities)
    np.testing.assert_array_equal(blocks.entropy_slopes, whole.entropy_slopes)


@settings(deadline=None)
@given(st.lists(st.integers(-300, 300), min_size=2, max_size=7, unique=True), st.floats(0.01, 0.99))
def test_a_wished_entropy_between_the_limits_is_granted(whole, fraction):
    logits = np.array(whole) / 64
    wish = fraction * np.log(len(whole))
    answer = temperature_for_entropy(logits, wish)
    assert answer.reason == ""
    # bisection ends between two neighbouring floats of log T, each 1e-16 or so of T apart
    assert softmax_entropy(logits, answer.temperature) == pytest.approx(wish, rel=1e-11)


@settings(deadline=None)
@given(st.lists(st.integers(-300, 300), min_size=2, max_size=7, unique=True), st.floats(0.01, 0.99))
def test_a_wished_top_probability_between_the_limits_is_granted(whole, fraction):
    logits = np.array(whole) / 64
    wish = 1 / len(whole) + fraction * (1 - 1 / len(whole))
    answer = temperature_for_top_probability(logits, wish)
    assert softmax(logits / answer.temperature).max() == pytest.approx(wish, rel=1e-11)


def test_scores_that_all_tie_have_one_entropy_and_the_answer_says_so():
    refused = temperature_for_entropy([1.0, 1.0, 1.0], 0.5)
    assert refused.temperature is None
    assert refused.reason == "Every score ties, so every temperature gives the same answer."
    assert temperature_for_entropy([1.0, 1.0, 1.0], np.log(3)).temperature == 1.0
    assert temperature_for_top_probability([4.0], 1.0).temperature == 1.0


def test_a_wish_out_of_reach_is_refused_with_the_reach():
    tied_on_top = [1.0, 1.0, 0.0]
    answer = temperature_for_entropy(tied_on_top, 0.5)
    assert answer.temperature is None
    assert answer.reason == (
        "No temperature gives an entropy of 0.5 nats: these scores go from 0.693 at T = 0 to 1.1 at T = inf."
    )
    assert temperature_for_top_probability(tied_on_top, 0.6).temperature is None
    assert temperature_for_top_probability(tied_on_top, 0.2).temperature is None
    for nonsense in (-1.0, 1.3, np.nan, np.inf):
        assert temperature_for_entropy(tied_on_top, nonsense).temperature is None


def test_a_wish_at_a_limit_is_answered_with_the_limit():
    assert temperature_for_entropy([2.0, 1.0], 0.0).temperature == 0
    assert temperature_for_entropy([2.0, 1.0], np.log(2)).temperature == np.inf
    assert temperature_for_top_probability([2.0, 1.0], 1.0).temperature == 0
    assert temperature_for_top_probability([2.0, 1.0], 0.5).temperature == np.inf


def test_a_masked_score_is_no_class():
    assert temperature_for_entropy([2.0, -np.inf, 1.0], 0.5) == temperature_for_entropy([2.0, 1.0], 0.5)
    with pytest.raises(ValueError, match="at least one finite score"):
        temperature_for_entropy([-np.inf], 0.5)
    with pytest.raises(ValueError, match=r"shape \[classes\]; got shape \(1, 2\)"):
        temperature_for_entropy([[1.0, 2.0]], 0.5)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_the_solver_does_not_mind_the_scale_of_the_scores(scale):
    answer = temperature_for_entropy(LOGITS * scale, 0.9)
    assert answer.temperature == pytest.approx(scale * temperature_for_entropy(LOGITS, 0.9).temperature, rel=1e-11)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
@pytest.mark.parametrize("n", [20_011, GUMBEL_BUDGET // 5 + 1])
def test_counts_follow_softmax_whichever_way_they_are_drawn(temperature, n):
    counts = sample_counts(LOGITS, temperature, n, np.random.default_rng(37))
    assert counts.sum() == n
    expected = softmax_at(LOGITS, temperature) * n
    # the seed is fixed, so this cannot flicker; a wrong law at these n gives p-values far below 1e-6
    assert scipy.stats.chisquare(counts, expected).pvalue > 1e-3


def test_few_draws_are_gumbel_max_draws_and_many_are_not():
    assert uses_gumbel(10, 100_000)
    assert not uses_gumbel(49_152, 100_000)
    drawn = gumbel_draws(LOGITS, 0.7, 1009, np.random.default_rng(5))
    counts = sample_counts(LOGITS, 0.7, 1009, np.random.default_rng(5))
    np.testing.assert_array_equal(np.bincount(drawn, minlength=5), counts)


def test_a_gumbel_draw_is_the_largest_noisy_score():
    noise = np.random.default_rng(3).gumbel(size=(7, 5))
    expected = (LOGITS / 0.7 + noise).argmax(axis=-1)
    np.testing.assert_array_equal(gumbel_draws(LOGITS, 0.7, 7, np.random.default_rng(3)), expected)


def test_drawing_in_blocks_bounds_the_memory_and_not_the_number(monkeypatch):
    assert GUMBEL_BLOCK * 8 <= 4_000_000  # bytes held at once
    monkeypatch.setattr("softviz.core.temperature.GUMBEL_BLOCK", 12)
    whole = np.random.default_rng(3).gumbel(size=(11, 5))
    expected = (LOGITS + whole).argmax(axis=-1)
    np.testing.assert_array_equal(gumbel_draws(LOGITS, 1.0, 11, np.random.default_rng(3)), expected)


@pytest.mark.parametrize("n", [10_007, 6_000_011])
def test_at_temperature_zero_only_the_winners_are_drawn(n):
    counts = sample_counts([3.0, 1.0, 3.0], 0.0, n, np.random.default_rng(7))
    assert counts[1] == 0
    assert abs(counts[0] / n - 0.5) < 0.02


@pytest.mark.parametrize("n", [10_007, 6_000_011])
def test_a_class_without_probability_is_never_drawn(n):
    assert sample_counts([0.0, -1e4, 1.0, -np.inf], 1.0, n, np.random.default_rng(7))[[1, 3]].sum() == 0


def test_the_same_seed_draws_the_same_counts():
    first, second = (sample_counts(LOGITS, 1.0, 997, np.random.default_rng(11)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_no_draws_are_no_counts_and_fewer_are_refused():
    np.testing.assert_array_equal(sample_counts(LOGITS, 1.0, 0, np.random.default_rng(0)), np.zeros(5))
    for wrong in (-1, 2.5):
        with pytest.raises(ValueError, match="whole number, at least 0"):
            sample_counts(LOGITS, 1.0, wrong, np.random.default_rng(0))


def test_the_interval_is_scipy_s_wilson_interval():
    for count, n in ((0, 7), (3, 7), (7, 7), (530, 997)):
        ours = wilson_interval(count, n)
        theirs = scipy.stats.binomtest(count, n).proportion_ci(0.95, method="wilson")
        assert float(ours.low) == pytest.approx(theirs.low, abs=1e-12)
        assert float(ours.high) == pytest.approx(theirs.high, abs=1e-12)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    p = softmax(LOGITS)
    counts = np.random.default_rng(41).multinomial(499, p, size=4001)
    interval = wilson_interval(counts, 499)
    covered = ((interval.low <= p) & (p <= interval.high)).mean()
    assert 0.94 < covered < 0.96  # 20,005 intervals: a deviation of 1 % would be 6 standard errors


def test_an_interval_of_nothing_is_refused():
    with pytest.raises(ValueError, match="n must be at least 1"):
        wilson_interval(0, 0)
    with pytest.raises(ValueError, match="level in"):
        wilson_interval(1, 2, level=1.0)
