"""Losses along one score, over two, and down the slope, with what is promised of learning rates."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from softviz.core.landscape import along_score, descend, from_wrong_to_right, over_two_scores, surface_around
from softviz.core.loss_registry import LOSSES

Z = np.array([2.0, 1.0, 0.1, -0.7, 0.4])
HARD = np.eye(5)[1]
SMOOTH = 0.7 * HARD + 0.3 / 5
ALL = np.ones(5, dtype=bool)
CROSS_ENTROPY = LOSSES["cross-entropy"]


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
def test_the_slope_along_a_score_is_the_derivative_of_the_loss(loss):
    scores = np.linspace(-3.03, 4.01, 503)
    line = along_score(loss, Z, SMOOTH, 1, scores)
    by_differences = np.gradient(line.losses, scores)[1:-1]
    np.testing.assert_allclose(
        line.slopes[1:-1], by_differences, atol=0.02
    )  # the grid is 0.014; slopes change by 1 a unit


def test_squared_error_vanishes_where_the_answer_is_most_wrong_and_cross_entropy_does_not():
    scores = from_wrong_to_right(Z, 1)
    slopes = {key: abs(along_score(loss, Z, HARD, 1, scores).slopes[0]) for key, loss in LOSSES.items()}
    assert slopes["cross-entropy"] > 0.99999
    assert slopes["sparsemax"] == 1
    assert slopes["focal"] > 0.999
    assert slopes["squared-error"] < 2e-5


def test_a_line_from_wrong_to_right_holds_even_odds_in_its_middle_and_the_own_score_if_it_is_near():
    scores = from_wrong_to_right(Z, 1)
    moved = Z.copy()
    moved[1] = scores[60]
    assert softmax(moved)[1] == pytest.approx(0.5)
    moved[1] = -30.0
    assert from_wrong_to_right(moved, 1)[0] < -30
    moved[1] = -1e6
    assert np.isfinite(from_wrong_to_right(moved, 1)).all()


def test_a_surface_holds_the_loss_with_the_first_class_along_its_columns():
    across, up = np.linspace(-1, 1, 7), np.linspace(-2, 3, 11)
    surface = over_two_scores(CROSS_ENTROPY, Z, SMOOTH, 3, 1, across, up)
    assert surface.losses.shape == (11, 7)
    point = Z.copy()
    point[3], point[1] = across[5], up[2]
    assert surface.losses[2, 5] == pytest.approx(-(SMOOTH * log_softmax(point)).sum())


def test_a_surface_around_a_walk_is_a_square_that_holds_it():
    walk = descend(CROSS_ENTROPY, Z, SMOOTH, learning_rate=3.0, steps=13, moving=ALL)
    surface = surface_around(CROSS_ENTROPY, walk, SMOOTH, 0, 1)
    assert all(surface.contains(*point) for point in walk.points[:, [0, 1]])
    assert np.ptp(surface.across) == pytest.approx(np.ptp(surface.up))


def test_a_surface_does_not_run_after_a_walk_that_flies_away():
    walk = descend(CROSS_ENTROPY, Z, SMOOTH, learning_rate=1000.0, steps=13, moving=ALL)
    surface = surface_around(CROSS_ENTROPY, walk, SMOOTH, 0, 1)
    assert surface.contains(Z[0], Z[1])
    assert np.ptp(surface.across) <= 80 + 1e-9


def test_one_step_is_the_rule():
    walk = descend(CROSS_ENTROPY, Z, SMOOTH, learning_rate=0.5, steps=1, moving=ALL)
    np.testing.assert_allclose(walk.points[1], Z - 0.5 * (softmax(Z) - SMOOTH), rtol=1e-14)


def test_scores_that_do_not_move_stay():
    moving = np.array([True, False, True, False, False])
    walk = descend(CROSS_ENTROPY, Z, HARD, learning_rate=2.0, steps=11, moving=moving)
    np.testing.assert_array_equal(walk.points[:, ~moving], np.tile(Z[~moving], (12, 1)))
    assert (walk.points[-1, moving] < Z[moving]).all(), "a score that is not the truth falls"


@pytest.mark.parametrize("key", ["cross-entropy", "sparsemax"])
@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
def test_a_learning_rate_of_two_over_the_curvature_never_raises_the_loss(key, temperature):
    loss = LOSSES[key].at(temperature)
    rng = np.random.default_rng(41)
    for _ in range(37):
        z, y = rng.normal(size=5) * 4, rng.dirichlet(np.full(5, 0.3))
        walk = descend(loss, z, y, learning_rate=2 / loss.curvature, steps=29, moving=ALL)
        assert walk.rises() == 0


@pytest.mark.parametrize("key", ["cross-entropy", "sparsemax"])
def test_the_curvature_is_reached_and_not_passed(key):
    """Differences of the gradient along random directions, with two equal scores among the points."""
    loss, rng, step = LOSSES[key], np.random.default_rng(43), 1e-5
    steepest = 0.0
    for _ in range(211):
        z = np.array([0.0, 0.0, -50.0, -50.0, -50.0]) if rng.random() < 0.1 else rng.normal(size=5)
        direction = np.array([1.0, -1, 0, 0, 0]) if z[2] == -50 else rng.normal(size=5)
        direction /= np.linalg.norm(direction)
        change = (loss.gradient(z + step * direction, HARD) - loss.gradient(z - step * direction, HARD)) / (2 * step)
        steepest = max(steepest, float(change @ direction))
    assert steepest <= loss.curvature + 1e-6
    assert steepest == pytest.approx(loss.curvature, abs=1e-6)


@pytest.mark.parametrize("learning_rate", [0.1, 4.0, 60.0, 1000.0])
def test_with_one_true_class_no_learning_rate_overshoots(learning_rate):
    walk = descend(CROSS_ENTROPY, Z, HARD, learning_rate=learning_rate, steps=23, moving=ALL)
    assert walk.rises() == 0


def test_with_smoothed_labels_a_large_learning_rate_overshoots():
    walk = descend(CROSS_ENTROPY, Z, SMOOTH, learning_rate=60.0, steps=41, moving=ALL)
    assert walk.rises() > 5
    assert np.isfinite(walk.points).all()


def test_a_learning_rate_of_zero_stays_and_a_negative_one_is_refused():
    walk = descend(CROSS_ENTROPY, Z, HARD, learning_rate=0.0, steps=3, moving=ALL)
    np.testing.assert_array_equal(walk.points, np.tile(Z, (4, 1)))
    for rate in (-1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match="learning_rate must be zero or positive"):
            descend(CROSS_ENTROPY, Z, HARD, learning_rate=rate, steps=3, moving=ALL)
