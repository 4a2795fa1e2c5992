"""The softmax family gives the numbers of its definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from softviz.core import (
    argmax_jvp,
    argmax_map,
    gumbel_softmax,
    log_sigmoid,
    log_softmax,
    logsumexp,
    sigmoid,
    sigmoid_jvp,
    softmax,
    softmax_at,
    softmax_jvp,
    softmax_vjp,
    tempered,
)

RNG = np.random.default_rng(7)
CUBE = RNG.normal(size=(3, 5, 7)) * 4
# 23 classes by 211 rows takes the class-major way, 509 classes the blocks of long rows, the rest the small ones
SHAPES = [(11,), (5, 13), (211, 23), (257, 509), (3, 70_001)]


def _lost(function):
    return 4e-16 if function is log_softmax else 1e-300


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spread", [1.0, 40.0, 900.0])
@pytest.mark.parametrize(
    ("ours", "reference"),
    [(softmax, special.softmax), (log_softmax, special.log_softmax), (logsumexp, special.logsumexp)],
)
def test_scipy_gives_the_same_numbers(ours, reference, shape, spread):
    x = RNG.normal(size=shape) * spread
    # SciPy subtracts the maximum, which rounds scores of this spread by as many units as they have above 1; and it
    # has lost what log p of a confident winner is less than 2e-16
    np.testing.assert_allclose(ours(x), reference(x, axis=-1), rtol=2e-15 * max(spread, 8), atol=_lost(ours))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3, (0, 2), (2, 0), (-1, 1), (0, 1, 2), None])
@pytest.mark.parametrize(
    ("ours", "reference"),
    [(softmax, special.softmax), (log_softmax, special.log_softmax), (logsumexp, special.logsumexp)],
)
def test_any_axes_may_hold_the_classes(ours, reference, axis):
    np.testing.assert_allclose(ours(CUBE, axis=axis), reference(CUBE, axis=axis), rtol=1e-13, atol=_lost(ours))


def test_softmax_ignores_a_constant_shift():
    np.testing.assert_allclose(softmax(CUBE + 31), softmax(CUBE), rtol=1e-13)  # the shift rounds the scores


def test_equal_scores_share_equally():
    for classes in (2, 3, 7, 49, 1009):
        for score in (0.0, -3.0, 17.5, 1e5):
            np.testing.assert_allclose(softmax(np.full(classes, score)), 1 / classes, rtol=4e-16)


@pytest.mark.parametrize("offset", [0, -6, -9, -40])
def test_a_row_gives_the_same_bits_whatever_else_is_in_the_batch(offset):
    batch = RNG.normal(size=(13, 11)) * 3 + offset
    company = batch.copy()
    company[5:] *= 1e4
    np.testing.assert_array_equal(softmax(batch)[:5], softmax(company)[:5])
    np.testing.assert_array_equal(softmax(batch)[:5], [softmax(row) for row in batch[:5]])


def test_the_sigmoid_and_its_log_are_scipys():
    x = np.linspace(-700, 700, 1009)
    np.testing.assert_allclose(sigmoid(x), special.expit(x), rtol=1e-15)
    np.testing.assert_allclose(log_sigmoid(x), special.log_expit(x), rtol=1e-15)


def test_softmax_of_two_is_the_sigmoid_of_their_difference():
    x = np.linspace(-30, 30, 101)
    both = softmax(np.stack([x, np.zeros_like(x)], axis=-1))
    np.testing.assert_allclose(both[:, 0], sigmoid(x), rtol=1e-15)


def test_argmax_shares_between_ties():
    np.testing.assert_array_equal(argmax_map([2, 7, 7, 1]), [0, 0.5, 0.5, 0])
    np.testing.assert_array_equal(argmax_map([[1.0, 3], [3, 1]], axis=None), [[0, 0.5], [0.5, 0]])


class TestTemperature:
    def test_it_divides_the_scores(self):
        np.testing.assert_array_equal(tempered(CUBE, 2.0), CUBE / 2)
        np.testing.assert_allclose(softmax_at(CUBE, 0.7), softmax(CUBE / 0.7), rtol=1e-13)

    def test_zero_is_argmax_with_shared_ties(self):
        np.testing.assert_array_equal(tempered([1.0, 3, 3], 0), [-np.inf, 0, 0])
        np.testing.assert_array_equal(softmax_at(CUBE, 0), argmax_map(CUBE))

    def test_infinity_is_uniform_over_what_is_possible(self):
        np.testing.assert_array_equal(tempered([1.0, -4, 0], np.inf), 0)
        np.testing.assert_array_equal(softmax_at([1.0, -np.inf, 5], np.inf), [0.5, 0, 0.5])

    def test_a_column_of_temperatures_is_a_sweep(self):
        temperatures = np.array([0.0, 0.3, 1.0, 5.0, np.inf])[:, None]
        sweep = softmax_at([1.0, 2.0, 4.0], temperatures)
        assert sweep.shape == (5, 3)
        for row, temperature in zip(sweep, temperatures[:, 0], strict=True):
            np.testing.assert_allclose(row, softmax_at([1.0, 2.0, 4.0], temperature), rtol=1e-15)

    def test_every_row_may_have_its_own(self):
        temperatures = np.array([0.5, 2.0, 1.0])[:, None, None]
        np.testing.assert_allclose(softmax_at(CUBE, temperatures)[1], softmax_at(CUBE[1], 2.0), rtol=1e-15)

    @pytest.mark.parametrize("temperature", [1e-300, 1e-30, 1e300])
    def test_quotients_that_overflow_give_the_limit(self, temperature):
        scores = [1e308, -1e308, 1e308]
        assert np.isfinite(softmax_at(scores, temperature)).all()
        np.testing.assert_array_equal(softmax_at([5.0, 7.0], 1e-320), [0, 1])
        np.testing.assert_array_equal(tempered([5.0, 7.0], 1e-320), [-np.inf, 0])

    def test_a_large_common_part_of_the_scores_costs_nothing(self):
        np.testing.assert_array_equal(softmax_at([1e9, 1e9 + 1], 0.3), softmax_at([0.0, 1.0], 0.3))

    def test_quotients_past_the_range_of_half_precision_give_the_limit(self):
        np.testing.assert_array_equal(tempered(np.float16([1, 2, 60000]), 1e-3), [-np.inf, -np.inf, 0])
        np.testing.assert_array_equal(tempered(np.float16([1, 2]), 0.5), [2, 4])

    def test_a_single_precision_score_stays_one(self):
        assert softmax_at(np.float32([1, 2]), np.float64(0.5)).dtype == np.float32
        assert tempered(np.float32([1, 2]), np.array([[0.5], [2.0]])).dtype == np.float32


class TestDerivatives:
    @pytest.mark.parametrize("axis", [-1, 1, (0, 2), None])
    def test_softmax_moves_as_finite_differences_say(self, axis):
        tangent, step = RNG.normal(size=CUBE.shape), 1e-6
        moved = softmax(CUBE + step * tangent, axis=axis) - softmax(CUBE - step * tangent, axis=axis)
        # central differences: step^2 of truncation, 1e-16 / step of rounding
        np.testing.assert_allclose(softmax_jvp(CUBE, tangent, axis=axis), moved / (2 * step), atol=1e-9)

    def test_pushing_forward_and_pulling_back_are_adjoint(self):
        tangent, cotangent = RNG.normal(size=(2, 11))
        x = RNG.normal(size=11)
        assert cotangent @ softmax_jvp(x, tangent) == pytest.approx(softmax_vjp(x, cotangent) @ tangent, rel=1e-13)

    def test_the_sigmoid_keeps_its_slope_in_both_tails(self):
        np.testing.assert_allclose(sigmoid_jvp([-40.0, 40.0], 1.0), np.exp(-40.0), rtol=1e-15)

    def test_argmax_is_flat(self):
        np.testing.assert_array_equal(argmax_jvp([1.0, 2.0, 2.0], [3.0, 1.0, 5.0]), 0)


class TestGumbelSoftmax:
    def test_hard_draws_follow_softmax(self):
        scores, draws = np.array([0.0, 1.0, -1.0]), 40_009
        picked = gumbel_softmax(np.tile(scores, (draws, 1)), 0.5, np.random.default_rng(3), hard=True)
        np.testing.assert_array_equal(picked.sum(axis=-1), 1)
        # five standard errors of a share of 40,009 draws are 0.0125
        np.testing.assert_allclose(picked.mean(axis=0), softmax(scores), atol=0.0125)

    def test_the_same_generator_gives_the_same_draw(self):
        draws = [gumbel_softmax(CUBE, 0.5, np.random.default_rng(5)) for _ in range(2)]
        np.testing.assert_array_equal(*draws)
        np.testing.assert_allclose(draws[0].sum(axis=-1), 1, rtol=1e-14)

    def test_a_hard_draw_is_where_the_soft_one_is_largest(self):
        soft = gumbel_softmax(CUBE, 0.5, np.random.default_rng(5), axis=1)
        hard = gumbel_softmax(CUBE, 0.5, np.random.default_rng(5), hard=True, axis=1)
        np.testing.assert_array_equal(hard, argmax_map(soft, axis=1))

    def test_a_hard_draw_has_a_row_for_every_temperature(self):
        heats = [[0.1], [5.0], [2.0]]
        soft, hard = (gumbel_softmax(np.zeros(2), heats, np.random.default_rng(3), hard=h) for h in (False, True))
        assert soft.shape == hard.shape == (3, 2)
        np.testing.assert_array_equal(hard.argmax(axis=-1), soft.argmax(axis=-1))

    def test_what_is_impossible_is_never_drawn(self):
        draws = gumbel_softmax(np.tile([0.0, -np.inf], (101, 1)), 1.0, np.random.default_rng(5), hard=True)
        np.testing.assert_array_equal(draws, [[1, 0]] * 101)

    def test_it_takes_a_generator_only(self):
        with pytest.raises(ValueError, match=r"numpy\.random\.Generator; got int"):
            gumbel_softmax(CUBE, 1.0, 7)
