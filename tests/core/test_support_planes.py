"""Regions of scores that land on an edge or in a corner."""

import numpy as np
import pytest

from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Relative
from softviz.core.simplex import barycentric_coordinates, ternary_coordinates
from softviz.core.support_planes import CENTRE, support_plane

SCORES = np.array([0.5, 0.3, 0.2])


def relative(key: str, **parameters: float) -> Relative:
    return Relative(MAPPINGS[key], tuple(parameters.items()))


def test_sparsemax_leaves_the_triangle_where_it_is() -> None:
    plane = support_plane(relative("sparsemax"), SCORES, 1.0)
    np.testing.assert_allclose(plane.at, plane.lands, atol=1e-12)  # a distribution is its own nearest distribution
    across, up = np.meshgrid(plane.across, plane.up)
    shares = barycentric_coordinates(np.stack([across, up], axis=-1))
    inside = (shares > 1e-9).all(axis=-1)
    np.testing.assert_array_equal(plane.patterns == 7, inside)


def test_patterns_name_the_classes_that_are_left() -> None:
    plane = support_plane(relative("argmax"), SCORES, 1.0)
    assert set(np.unique(plane.patterns)) >= {1, 2, 4}
    assert plane.patterns[0, 0] == 1, "class 0 is the lower left corner"
    assert plane.patterns[0, -1] == 2
    assert plane.patterns[-1, plane.patterns.shape[1] // 2] == 4


@pytest.mark.parametrize("key", ["softmax", "sigmoid", "logistic", "gaussian"])
def test_a_map_that_is_never_zero_has_no_plane(key: str) -> None:
    assert support_plane(relative(key), SCORES, 1.0) is None


def test_entmax_at_one_has_no_plane_and_close_to_it_a_wide_one() -> None:
    assert support_plane(relative("entmax", alpha=1.0), SCORES, 1.0) is None
    close, far = (support_plane(relative("entmax", alpha=alpha), SCORES, 1.0) for alpha in (1.1, 2.0))
    assert close.half_width > far.half_width


def test_a_temperature_moves_the_scores_and_not_the_regions() -> None:
    warm, cool = (support_plane(relative("sparsemax"), SCORES, T) for T in (1.0, 0.5))
    np.testing.assert_array_equal(warm.patterns, cool.patterns)
    np.testing.assert_allclose(cool.at - CENTRE, 2 * (warm.at - CENTRE), rtol=1e-12)  # two roundings


@pytest.mark.parametrize(("temperature", "lands"), [(0.0, [1.0, 0.0, 0.0]), (np.inf, [1 / 3] * 3)])
def test_limits_have_a_place_in_the_window(temperature: float, lands: list[float]) -> None:
    plane = support_plane(relative("sparsemax"), SCORES, temperature)
    assert np.abs(plane.at - CENTRE).max() <= plane.half_width * (1 + 1e-12)  # at the rim, to rounding
    np.testing.assert_allclose(plane.lands, ternary_coordinates(np.array(lands)), atol=1e-15)
