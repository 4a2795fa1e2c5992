"""The texts' alternatives against SciPy, mpmath and autograd, and stable where a plain formula is not."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats

from softviz.core import MAPPINGS, maxout, softmax
from softviz.core.alternatives import (
    arctan_map,
    arctan_score,
    gaussian_map,
    logistic_map,
    softplus,
    softplus_map,
    spherical_softmax,
    taylor_softmax,
    top_k_softmax,
)

LOGITS = np.random.default_rng(5).normal(size=(7, 5)) * 3


def normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=-1, keepdims=True)


# A handful of roundings of numbers of size one: 1e-14 is fifty units in the last place.
CLOSE = {"rtol": 1e-13, "atol": 1e-15}


def test_the_logistic_map_is_sigmoids_over_their_sum():
    np.testing.assert_allclose(logistic_map(LOGITS), normalised(scipy.special.expit(LOGITS)), **CLOSE)


def test_the_arctan_map_is_the_cauchy_distribution_function_over_its_sum():
    np.testing.assert_allclose(arctan_map(LOGITS), normalised(scipy.stats.cauchy.cdf(LOGITS)), **CLOSE)


def test_the_gaussian_map_is_the_normal_density_over_its_sum():
    for centre in (-2.0, 0.0, 1.3):
        expected = normalised(scipy.stats.norm.pdf(LOGITS, loc=centre))
        np.testing.assert_allclose(gaussian_map(LOGITS, centre=centre), expected, rtol=1e-12)


def test_the_softplus_map_is_softplus_over_its_sum():
    np.testing.assert_allclose(softplus_map(LOGITS), normalised(np.log1p(np.exp(LOGITS))), **CLOSE)


def test_the_spherical_map_is_squares_over_their_sum():
    np.testing.assert_allclose(spherical_softmax(LOGITS), normalised(LOGITS**2), **CLOSE)
    np.testing.assert_array_equal(spherical_softmax(np.zeros(4)), [0.25] * 4)


@pytest.mark.parametrize("order", [2, 4, 8, 12])
def test_taylor_softmax_is_the_polynomial_of_exp_over_its_sum(order):
    polynomial = sum(LOGITS**j / math.factorial(j) for j in range(order + 1))
    # far below zero the terms of high orders cancel to a few hundredths of their size
    np.testing.assert_allclose(taylor_softmax(LOGITS, order=order), normalised(polynomial), rtol=1e-10)


def test_taylor_softmax_approaches_softmax_as_its_order_grows():
    near = np.clip(LOGITS, -2, 2)
    errors = [np.abs(taylor_softmax(near, order=n) - softmax(near)).max() for n in (2, 4, 6, 8, 10, 12)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-5  # 2^13 / 13! = 1.3e-6, relative to e^-2


def test_an_odd_order_or_no_classes_kept_are_refused():
    with pytest.raises(ValueError, match="order must be even"):
        taylor_softmax(LOGITS, order=3)
    with pytest.raises(ValueError, match="k must be at least 1; got 0"):
        top_k_softmax(LOGITS, k=0)


def test_top_k_softmax_is_softmax_among_the_k_largest():
    expected = np.zeros_like(LOGITS)
    for row, logits in enumerate(LOGITS):
        kept = np.argsort(logits)[-2:]
        expected[row, kept] = softmax(logits[kept])
    np.testing.assert_allclose(top_k_softmax(LOGITS, k=2), expected, **CLOSE)
    np.testing.assert_allclose(top_k_softmax(LOGITS, k=50), softmax(LOGITS), **CLOSE)


def test_ties_at_the_kth_place_all_stay():
    np.testing.assert_allclose(top_k_softmax(np.array([1.0, 1.0, 1.0, 0.0]), k=2), [1 / 3, 1 / 3, 1 / 3, 0])


def exact(weight, logits):
    """Normalise 60-digit weights and return floats."""
    with mpmath.workdps(400):
        weights = [weight(mpmath.mpf(float(z))) for z in logits]
        return np.array([float(w / sum(weights)) for w in weights])


FAR = [
    [-800.0, -801.0, -803.0],
    [-700.0, -36.5, -35.5],
    [-36.1, -35.9, -36.0],
    [40.0, -5.0, -745.0],
    [300.0, 200.0, 299.0],
    [1e8, 3e8, -1e8],
    [-1e8, -2e8, -1.5e8],
]


@pytest.mark.parametrize("logits", FAR)
def test_far_from_zero_every_map_still_agrees_with_four_hundred_digits(logits):
    z = np.array(logits)
    # relative: the smallest entries keep their digits too; e^z of a rounded z = -800 is off by 800 * 2^-53
    close = {"rtol": 1e-12, "atol": 5e-324}
    np.testing.assert_allclose(logistic_map(z), exact(lambda x: 1 / (1 + mpmath.exp(-x)), z), **close)
    np.testing.assert_allclose(softplus_map(z), exact(lambda x: mpmath.log1p(mpmath.exp(x)), z), **close)
    np.testing.assert_allclose(
        arctan_map(z), exact(lambda x: mpmath.mpf(1) / 2 + mpmath.atan(x) / mpmath.pi, z), **close
    )
    np.testing.assert_allclose(
        gaussian_map(z, centre=0.25), exact(lambda x: mpmath.exp(-((x - 0.25) ** 2) / 2), z), rtol=1e-10
    )


def test_arctan_keeps_its_tail_where_one_half_plus_atan_cancels():
    assert 0.5 + math.atan(-1e20) / math.pi == 0
    assert arctan_score(np.array(-1e20)) == pytest.approx(1e-20 / math.pi, rel=1e-15)


def test_arctan_tails_are_heavy():
    """Far below zero a share falls like 1/distance, not like an exponential."""
    shares = arctan_map(np.array([[0.0, -1e3], [0.0, -2e3]]))[:, 1]
    assert shares[0] / shares[1] == pytest.approx(2, rel=2e-3)  # the next term is 1/distance


def test_the_slope_of_softplus_is_the_sigmoid_and_vanishes_for_low_scores():
    z = np.array([-40.0, -1.0, 0.0, 3.0])
    slopes = softplus.jvp(z, np.ones(4))
    np.testing.assert_allclose(slopes, scipy.special.expit(z), rtol=1e-14)
    assert slopes[0] < 1e-17


def test_normalised_logistic_does_change_with_a_shift():
    assert np.abs(logistic_map(LOGITS + 1) - logistic_map(LOGITS)).max() > 0.01


def test_a_masked_score_gets_nothing_from_every_rising_map():
    z = np.array([1.0, -np.inf, 0.5])
    for key in ("softmax", "sparsemax", "entmax", "argmax", "logistic", "arctan", "softplus", "top_k"):
        result = MAPPINGS[key](z)
        assert result[1] == 0, key
        np.testing.assert_allclose(result[[0, 2]], MAPPINGS[key](z[[0, 2]]), rtol=1e-14, err_msg=key)


def test_maxout_is_the_largest_of_each_group():
    np.testing.assert_array_equal(maxout(np.array([1.0, 5.0, -2.0, -3.0, 0.0, 7.0]), 2), [5, -2, 7])
    np.testing.assert_array_equal(maxout(np.arange(12.0).reshape(6, 2), 3, axis=0), [[4, 5], [10, 11]])


def test_maxout_of_z_and_zero_is_relu():
    z = np.random.default_rng(2).normal(size=11)
    np.testing.assert_array_equal(maxout(np.stack([z, np.zeros(11)], axis=-1), 2)[:, 0], np.maximum(z, 0))


@pytest.mark.parametrize(
    ("x", "pieces", "axis", "message"),
    [
        (3.0, 1, -1, "axis -1 is out of bounds"),
        (np.zeros(3), 1, 5, "axis 5 is out of bounds"),
        (np.zeros(3), 1, None, "axis must be a single integer; got None"),
        (np.zeros(3), 1.5, -1, "pieces must be a whole number; got 1.5"),
        (np.zeros(3), 0, -1, "pieces must be at least 1; got 0"),
    ],
)
def test_maxout_says_what_it_cannot_pool(x, pieces, axis, message):
    with pytest.raises(ValueError, match=message):
        maxout(x, pieces, axis=axis)


@pytest.mark.parametrize("key", ["logistic", "arctan", "gaussian", "softplus", "spherical", "taylor"])
def test_several_axes_may_hold_the_classes(key):
    together = MAPPINGS[key](LOGITS.ravel()).reshape(LOGITS.shape)
    np.testing.assert_allclose(MAPPINGS[key](LOGITS, axis=None), together, **CLOSE)
    np.testing.assert_allclose(MAPPINGS[key](LOGITS, axis=(0, 1)), together, **CLOSE)


@pytest.mark.parametrize("key", ["logistic", "softplus", "taylor", "top_k"])
@pytest.mark.parametrize("axis", [5, 1.5, "rows", (0, 0)])
def test_an_axis_that_is_not_there_is_refused(key, axis):
    with pytest.raises(ValueError, match="axis"):
        MAPPINGS[key](LOGITS, axis=axis)


@pytest.mark.parametrize(("x", "axis"), [(LOGITS, None), (LOGITS, (0, 1)), (3.0, -1)])
def test_top_k_ranks_along_one_axis_only(x, axis):
    with pytest.raises(ValueError, match=r"axis must be the one whose classes are ranked; got [02] axes"):
        top_k_softmax(x, axis=axis, k=2)


@pytest.mark.parametrize("key", ["logistic", "arctan_raw", "top_k"])
@pytest.mark.parametrize("direction", [[1j, 0], [None, 0], ["a", "b"]])
def test_a_direction_that_is_no_real_number_is_refused(key, direction):
    for product in (MAPPINGS[key].jvp, MAPPINGS[key].vjp):
        with pytest.raises(ValueError, match="expected real numbers; got an array of"):
            product([1.0, 2.0], direction, **MAPPINGS[key].defaults())


def test_maxout_refuses_a_size_that_does_not_divide():
    with pytest.raises(ValueError, match="multiple of pieces=2 values on axis -1; got 3"):
        maxout(np.zeros(3), 2)
