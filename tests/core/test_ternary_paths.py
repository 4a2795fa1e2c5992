"""Paths over the triangle start and end at their limits, and break where a map jumps."""

import numpy as np
import pytest
from scipy.special import softmax

from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Relative
from softviz.core.ternary_paths import VISIBLE_STEP, score_path, temperature_path

SCORES = np.array([2.0, 1.0, 0.1])
ON_SIMPLEX = [key for key, mapping in MAPPINGS.items() if mapping.claims.on_simplex]


def test_softmax_goes_from_the_winner_to_the_middle() -> None:
    path = temperature_path(Relative(MAPPINGS["softmax"]), SCORES, 1.0)
    np.testing.assert_array_equal(path.path[0], [1, 0, 0])
    np.testing.assert_allclose(path.path[-1], np.full(3, 1 / 3), rtol=1e-15)
    np.testing.assert_allclose(path.point, softmax(SCORES), rtol=1e-14)


@pytest.mark.parametrize("key", ON_SIMPLEX)
@pytest.mark.parametrize("moved", [0, 1, 2])
def test_paths_stay_on_the_simplex_and_take_small_steps(key: str, moved: int) -> None:
    relative = Relative(MAPPINGS[key])
    for path in (temperature_path(relative, SCORES, 0.7), score_path(relative, SCORES, 0.7, moved)):
        drawn = path.path[~np.isnan(path.path[:, 0])]
        np.testing.assert_allclose(drawn.sum(axis=-1), 1, atol=1e-12)  # a sum of three
        steps = np.abs(np.diff(path.path, axis=0)).max(axis=-1)
        assert np.nanmax(steps) <= VISIBLE_STEP


def test_a_moving_score_carries_softmax_from_an_edge_to_a_corner() -> None:
    path = score_path(Relative(MAPPINGS["softmax"]), SCORES, 1.0, 2).path
    assert path[0, 2] < 1e-3
    assert path[-1, 2] > 0.999
    ratios = path[:-1, 0] / path[:-1, 1]
    np.testing.assert_allclose(ratios, np.e, rtol=1e-9)  # p0 / p1 = exp(2 - 1), whatever the third score is


def test_only_a_map_that_jumps_has_breaks() -> None:
    breaks = {key: np.isnan(score_path(Relative(MAPPINGS[key]), SCORES, 1.0, 2).path[:, 0]).sum() for key in ON_SIMPLEX}
    assert {key for key, count in breaks.items() if count} == {"argmax", "top_k"}
