"""The sweep of softmax: what the general sweep says, faster, and exact where entropies are tiny."""

import math

import mpmath
import numpy as np
import pytest

from softviz.core.registry import MAPPINGS
from softviz.core.softmax_sweep import BLOCK, softmax_sweep
from softviz.core.temperature import temperature_sweep

TEMPERATURES = np.array([0.0, 0.013, 0.31, 1.0, 7.0, 97.0, np.inf])


def test_it_agrees_with_the_general_sweep() -> None:
    scores = np.random.default_rng(2).normal(0, 3, 23)
    kept = np.array([17, 3, 5])
    ours = softmax_sweep(scores, TEMPERATURES, classes=kept)
    theirs = temperature_sweep(MAPPINGS["softmax"], scores, TEMPERATURES, classes=kept)
    # sums of 23 terms in another order: a few units in the last place of 1
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, rtol=0, atol=1e-15)
    np.testing.assert_allclose(ours.rest, theirs.rest, rtol=0, atol=1e-15)
    np.testing.assert_allclose(ours.entropies, theirs.entropies, rtol=0, atol=1e-14)
    np.testing.assert_allclose(ours.entropy_slopes, theirs.entropy_slopes, rtol=1e-9, atol=1e-12)
    assert ours.classes.tolist() == kept.tolist()


def test_equal_scores_count_as_often_as_they_occur() -> None:
    scores = np.random.default_rng(3).integers(-4, 5, 101).astype(float)
    sweep = softmax_sweep(scores, [0.7], classes=[0])
    weights = np.exp(scores / 0.7)
    p = weights / weights.sum()
    assert math.isclose(sweep.entropies[0], -(p * np.log(p)).sum(), rel_tol=1e-13)
    assert math.isclose(sweep.rest[0], 1 - p[0], rel_tol=1e-13)
    variance = (p * scores**2).sum() - (p * scores).sum() ** 2
    assert math.isclose(sweep.entropy_slopes[0], variance / 0.7**3, rel_tol=1e-12)


def test_the_limits_are_exact_and_ties_share() -> None:
    sweep = softmax_sweep([2.0, 2.0, 0.5], [0.0, np.inf])
    assert sweep.probabilities.tolist() == [[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_array_max_ulp(sweep.entropies, np.log([2.0, 3.0]))  # log1p(2) and log(3) may round apart
    assert sweep.entropy_slopes.tolist() == [0, 0]


def test_tiny_entropies_and_slopes_keep_their_digits() -> None:
    scores, temperature = [3.0, 1.0, 0.9], 0.02
    sweep = softmax_sweep(scores, [temperature])
    with mpmath.workdps(80):
        weights = [mpmath.exp(mpmath.mpf(z) / mpmath.mpf(temperature)) for z in scores]
        p = [weight / mpmath.fsum(weights) for weight in weights]
        entropy = -mpmath.fsum(share * mpmath.log(share) for share in p)
        mean = mpmath.fsum(share * mpmath.mpf(z) for share, z in zip(p, scores, strict=True))
        variance = mpmath.fsum(share * (mpmath.mpf(z) - mean) ** 2 for share, z in zip(p, scores, strict=True))
        slope = variance / mpmath.mpf(temperature) ** 3
    assert float(entropy) < 1e-40
    # exp(-100) itself carries the rounding of its exponent: 100 units in the last place
    assert math.isclose(sweep.entropies[0], float(entropy), rel_tol=3e-14)
    assert math.isclose(sweep.entropy_slopes[0], float(slope), rel_tol=3e-14)


def test_no_temperature_and_no_gap_is_too_extreme() -> None:
    sweep = softmax_sweep([1e6, -1e6, 3.0], [5e-324, 1e-300, 1e300])
    assert sweep.entropies[:2].tolist() == [0, 0]
    assert math.isclose(sweep.entropies[2], math.log(3))
    assert np.isfinite(sweep.entropy_slopes).all()


def test_more_temperatures_than_one_block_holds_come_back_in_order() -> None:
    scores = np.linspace(0, 5, BLOCK // 3)
    temperatures = np.geomspace(0.1, 10, 11)
    sweep = softmax_sweep(scores, temperatures, classes=[scores.size - 1])
    alone = [softmax_sweep(scores, [t], classes=[scores.size - 1]).entropies[0] for t in temperatures]
    np.testing.assert_allclose(sweep.entropies, alone, rtol=1e-12)  # the product sums in another order
    assert (np.diff(sweep.entropies) > 0).all()


def test_no_temperatures_give_an_empty_sweep() -> None:
    assert softmax_sweep([1.0, 2.0], []).probabilities.shape == (0, 2)


@pytest.mark.parametrize("logits", [[], [[1.0, 2.0]], [1.0, np.nan], [1.0, np.inf]])
def test_anything_but_one_row_of_finite_scores_is_refused(logits: object) -> None:
    with pytest.raises(ValueError, match="expected finite scores of one example"):
        softmax_sweep(logits, [1.0])  # type: ignore[arg-type]
