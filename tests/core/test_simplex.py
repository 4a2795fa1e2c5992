"""Entropy, support, distances and triangle coordinates, against SciPy and their own laws."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.spatial
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from softviz.core import (
    entropy,
    kl_divergence,
    margin,
    perplexity,
    sigmoid,
    softmax,
    sparsemax,
    support_size,
    total_variation,
)
from softviz.core.simplex import (
    TERNARY_CORNERS,
    barycentric_coordinates,
    simplex_grid,
    ternary_coordinates,
)

P = np.random.default_rng(7).dirichlet(np.ones(5), size=7)
Q = np.random.default_rng(11).dirichlet(np.ones(5), size=7)


def test_entropy_is_scipy_s():
    # sums of five terms of size one
    np.testing.assert_allclose(entropy(P), scipy.stats.entropy(P, axis=-1), rtol=1e-14)
    np.testing.assert_allclose(entropy(P.T, axis=0), entropy(P), rtol=1e-14)


def test_entropy_is_zero_for_a_winner_and_log_k_for_everyone_alike():
    assert entropy([0.0, 1.0, 0.0]) == 0
    assert not np.signbit(entropy([0.0, 1.0, 0.0]))
    assert entropy(np.full(11, 1 / 11)) == pytest.approx(np.log(11), rel=1e-15)


def test_perplexity_counts_the_classes_in_play():
    assert perplexity([0.25, 0.25, 0.25, 0.25, 0.0]) == pytest.approx(4, rel=1e-15)


def test_float16_probabilities_sum_in_float32():
    many = np.full(4099, 1 / 4099, dtype=np.float16)
    assert entropy(many).dtype == np.float16
    # each 1/4099 is off by up to 2^-11 of itself in float16, so the whole is too
    assert float(entropy(many)) == pytest.approx(np.log(4099), rel=2e-3)


def test_support_counts_exact_zeros_only():
    assert support_size(sparsemax([2.0, 1.5, -3.0])) == 2
    assert support_size(softmax([0.0, -700.0])) == 2


def test_margin_is_top_minus_runner_up():
    np.testing.assert_allclose(margin([[0.5, 0.2, 0.3], [0.4, 0.4, 0.2]]), [0.2, 0.0], atol=1e-16)
    assert margin([1.0]) == 1.0
    with pytest.raises(ValueError, match="at least one class"):
        margin([])


def test_divergence_is_scipy_s_and_costs_infinity_where_the_reference_says_never():
    expected = [scipy.stats.entropy(p, q) for p, q in zip(P, Q, strict=True)]
    np.testing.assert_allclose(kl_divergence(P, Q), expected, rtol=1e-13)
    assert kl_divergence([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert kl_divergence([1.0, 0.0], [0.5, 0.5]) == pytest.approx(np.log(2), rel=1e-15)


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=7), st.floats(0.1, 10))
def test_divergence_is_never_negative_even_where_a_map_does_not_sum_to_one(logits, temperature):
    z = np.array(logits)
    assert kl_divergence(softmax(z), softmax(z / temperature)) >= 0
    assert kl_divergence(sigmoid(z), softmax(z)) >= 0
    assert kl_divergence(softmax(z), softmax(z)) == 0


def test_total_variation_is_the_largest_disagreement_about_any_set_of_classes():
    p, q = P[0], Q[0]
    sets = np.array([[(n >> i) & 1 for i in range(5)] for n in range(32)])
    assert total_variation(p, q) == pytest.approx(np.abs(sets @ p - sets @ q).max(), rel=1e-14)
    assert total_variation([1.0, 0.0], [0.0, 1.0]) == 1


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match=r"\(7, 5\) and \(3,\)"):
        kl_divergence(P, np.ones(3))
    with pytest.raises(ValueError, match="real numbers"):
        entropy(["a"])


def test_corners_of_the_simplex_are_corners_of_the_triangle():
    np.testing.assert_array_equal(ternary_coordinates(np.eye(3)), TERNARY_CORNERS)
    sides = scipy.spatial.distance.pdist(TERNARY_CORNERS)
    np.testing.assert_allclose(sides, 1, rtol=1e-15)


@given(st.lists(st.floats(0.001, 1), min_size=3, max_size=3))
def test_the_way_to_the_triangle_and_back_changes_nothing(weights):
    p = np.array(weights) / sum(weights)
    np.testing.assert_allclose(barycentric_coordinates(ternary_coordinates(p)), p, atol=1e-15)


def test_a_point_outside_the_triangle_has_a_negative_coordinate():
    assert barycentric_coordinates([0.5, -0.1]).min() < 0
    assert barycentric_coordinates([0.5, 0.1]).min() > 0


def test_coordinates_need_three_classes_and_two_numbers():
    with pytest.raises(ValueError, match=r"three classes on the last axis; got shape \(4,\)"):
        ternary_coordinates([0.25] * 4)
    with pytest.raises(ValueError, match=r"points \[..., 2\]; got shape \(3,\)"):
        barycentric_coordinates([0.0, 1.0, 2.0])


def test_a_grid_covers_the_simplex_once():
    grid = simplex_grid(13)
    assert grid.shape == (14 * 15 // 2, 3)
    assert len(np.unique(grid, axis=0)) == len(grid)
    np.testing.assert_allclose(grid.sum(axis=-1), 1, rtol=1e-15)
    assert (grid >= 0).all()
    with pytest.raises(ValueError, match="at least 1; got 0"):
        simplex_grid(0)
