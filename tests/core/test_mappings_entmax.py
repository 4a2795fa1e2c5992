"""Sparsemax and alpha-entmax solve the problems they are defined by, for every alpha and every layout."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import argmax_map, entmax, entmax_alpha_derivative, entmax_jvp, entmax_vjp, softmax, sparsemax
from tests.core import exact

RNG = np.random.default_rng(19)
ALPHAS = [0.2, 0.5, 0.9, 1.0, 1 + 1e-9, 1.0001, 1.25, 1.5, 1.75, 1.999, 2.0, 2.5, 4.0, 9.0]
ROWS = {
    "spread": RNG.normal(size=11) * 3,
    "close": RNG.normal(size=11) * 0.03,
    "ties": np.array([1.0, 0.5, 1.0, -2.0, 0.5, 0.5, 1.0]),
    "far": np.array([0.0, -1.0, -700.0, 1e4, 1e4 - 0.5]),
    "one": np.array([3.0]),
}


def in_every_layout(row, function):
    """The answer for one row: alone, among few rows, and among so many that they are walked class-major."""
    return [function(row), function(np.tile(row, (3, 1)))[1], function(np.tile(row, (131, 1)))[77]]


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("name", ROWS)
def test_entmax_is_what_sixty_digits_say(name, alpha):
    row = ROWS[name]
    expected = np.array([float(value) for value in exact.entmax(row, alpha)])
    # above 2 a probability near zero moves by p^(2 - alpha) times what rounding moves the scores
    tolerance = 2e-15 if alpha <= 2 else 1e-9
    for answer in in_every_layout(row, lambda x: entmax(x, alpha)):
        np.testing.assert_allclose(answer, expected, atol=tolerance)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_an_array_of_alphas_is_one_call_for_all(alpha):
    row = ROWS["spread"]
    np.testing.assert_allclose(entmax(row, np.array([[alpha], [1.3]]))[0], entmax(row, alpha), atol=1e-14)


def test_a_path_of_alphas_runs_from_dense_through_softmax_and_sparsemax_to_argmax():
    row, alphas = ROWS["spread"], np.array([0.5, 1.0, 1.5, 2.0, 3.0, np.inf])
    path = entmax(row, alphas[:, None])
    np.testing.assert_array_equal(path[1], softmax(row))
    np.testing.assert_allclose(path[3], sparsemax(row), atol=1e-15)
    np.testing.assert_array_equal(path[5], argmax_map(row))
    assert np.all(np.diff((path > 0).sum(axis=-1)) <= 0)


@pytest.mark.parametrize("alpha", [0.7, 1.2, 1.5, 2.0, 3.5])
@pytest.mark.parametrize("classes", [97, 1009, 20_011])
@pytest.mark.parametrize("spread", [1e-6, 0.3, 1.0, 12.0])
def test_long_rows_meet_the_conditions_of_the_optimum(classes, spread, alpha):
    """p^(alpha-1) / (alpha-1) is the score less a common threshold on the support; no score off it lies higher."""
    x = RNG.normal(size=(3, classes)) * spread
    p = entmax(x, alpha)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-13)
    marginal = x - (p ** (alpha - 1)) / (alpha - 1)
    support = p > 0
    threshold = np.where(support, marginal, -np.inf).max(axis=-1, keepdims=True)
    # one unit of rounding in p of size 1/classes weighs this much in p^(alpha-1)
    slack = 1e-11 * max(1, spread)
    assert np.all(np.abs(np.where(support, marginal - threshold, 0)) < slack)
    assert np.all(x[~support] <= np.broadcast_to(threshold, x.shape)[~support] + slack)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("alpha", [1.5, 2.0])
def test_running_sums_over_a_wide_support_do_not_drift(alpha, dtype):
    x = (RNG.normal(size=(2, 40_009)) * 1e-5).astype(dtype)
    p = entmax(x, alpha)
    assert (p > 0).mean() > 0.4
    np.testing.assert_allclose(p.sum(axis=-1, dtype=np.float64), 1, rtol=8 * np.finfo(dtype).eps)


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    x = RNG.normal(size=7)
    nearest = sparsemax(x)
    others = RNG.dirichlet(np.full(7, 0.3), size=5003)
    assert np.all(np.linalg.norm(others - x, axis=-1) >= np.linalg.norm(nearest - x))


def test_simple_cases_are_exact():
    np.testing.assert_array_equal(sparsemax([3.0, 1.0, 0.2]), [1, 0, 0])
    np.testing.assert_array_equal(sparsemax([0.5, 0.5, -1.0]), [0.5, 0.5, 0])
    np.testing.assert_array_equal(entmax([4.0, 4.0, 0.0], np.inf), [0.5, 0.5, 0])
    for alpha in (3.0, 50.0, 1e4, 1e300):
        np.testing.assert_allclose(entmax([4.0, 4.0, 0.0], alpha), [0.5, 0.5, 0], rtol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, (0, 2), None])
@pytest.mark.parametrize("alpha", [1.3, 2.0])
def test_any_axes_may_hold_the_classes(axis, alpha):
    cube = RNG.normal(size=(3, 5, 7))
    answer = entmax(cube, alpha, axis=axis)
    np.testing.assert_allclose(answer.sum(axis=axis), 1, rtol=1e-14)
    if axis == 0:
        np.testing.assert_allclose(answer[:, 2, 3], entmax(cube[:, 2, 3], alpha), atol=1e-15)
    if axis == (0, 2):
        np.testing.assert_allclose(answer[:, 2], entmax(cube[:, 2], alpha, axis=None), atol=1e-15)


def test_alphas_follow_the_axis_too():
    cube, alphas = RNG.normal(size=(3, 5, 7)), np.array([1.0, 1.5, 3.0])[:, None, None]
    answer = entmax(cube, alphas, axis=1)
    np.testing.assert_allclose(answer[2, :, 4], entmax(cube[2, :, 4], 3.0), atol=1e-14)


class TestDerivatives:
    @pytest.mark.parametrize("alpha", [0.5, 1.0, 1.2, 1.5, 2.0, 3.0])
    def test_scores_move_it_as_finite_differences_say(self, alpha):
        x, tangent, step = ROWS["spread"], RNG.normal(size=11), 1e-6
        moved = entmax(x + step * tangent, alpha) - entmax(x - step * tangent, alpha)
        # central differences: step^2 of truncation, 1e-15 / step of rounding
        np.testing.assert_allclose(entmax_jvp(x, tangent, alpha), moved / (2 * step), atol=1e-8)

    @pytest.mark.parametrize("alpha", [0.5, 0.999, 1.0, 1.001, 1.2, 1.5, 2.0, 3.0])
    def test_alpha_moves_it_as_finite_differences_say(self, alpha):
        x, step = ROWS["spread"], 1e-5
        moved = entmax(x, alpha + step) - entmax(x, alpha - step)
        np.testing.assert_allclose(entmax_alpha_derivative(x, alpha), moved / (2 * step), atol=1e-8)

    def test_the_slope_in_alpha_is_smooth_through_softmax(self):
        alphas = 1 + np.array([-1e-6, -1e-9, 0, 1e-9, 1e-6])[:, None]
        slopes = entmax_alpha_derivative(ROWS["spread"], alphas)
        np.testing.assert_allclose(slopes, np.broadcast_to(slopes[2], slopes.shape), atol=1e-5)

    def test_neither_moves_argmax(self):
        np.testing.assert_array_equal(entmax_alpha_derivative(ROWS["spread"], np.inf), 0)
        np.testing.assert_array_equal(entmax_vjp(ROWS["spread"], np.ones(11), np.inf), 0)

    def test_an_array_of_alphas_has_a_derivative_each(self):
        x, alphas = ROWS["spread"], np.array([[1.0], [1.5], [2.0]])
        together = entmax_jvp(x, np.arange(11.0), alphas)
        for row, alpha in zip(together, alphas[:, 0], strict=True):
            np.testing.assert_allclose(row, entmax_jvp(x, np.arange(11.0), alpha), atol=1e-13)


class TestErrors:
    @pytest.mark.parametrize("alpha", [0, -1.0, np.nan, [[1.5], [-2.0]]])
    def test_alpha_must_be_positive(self, alpha):
        with pytest.raises(ValueError, match=r"alpha must be positive; got"):
            entmax(ROWS["spread"], alpha)

    def test_alpha_must_not_differ_along_the_classes(self):
        with pytest.raises(ValueError, match=r"alpha must have size 1 along axis -1 of \(11,\); got shape \(11,\)"):
            entmax(ROWS["spread"], np.full(11, 1.5))

    def test_alpha_must_broadcast(self):
        with pytest.raises(ValueError, match=r"alpha must broadcast against logits of shape \(5, 11\)"):
            entmax(np.zeros((5, 11)), np.full((3, 1), 1.5))
