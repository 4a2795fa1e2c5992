"""One Gumbel-max draw in the open, and intervals whose ends are exact."""

import numpy as np

from softviz.core.temperature import gumbel_draw, gumbel_draws, wilson_interval


def test_a_draw_shown_step_by_step_is_the_first_of_many_from_the_same_seed() -> None:
    scores = np.array([2.0, 1.0, 0.1, -0.5, 1.9])
    for seed in range(31):
        shown = gumbel_draw(scores, 0.7, np.random.default_rng(seed))
        drawn = gumbel_draws(scores, 0.7, 13, np.random.default_rng(seed))
        assert shown.winner == drawn[0]
        np.testing.assert_array_equal(shown.noisy, shown.scaled + shown.noise)


def test_without_temperature_no_noise_can_lift_a_loser() -> None:
    shown = gumbel_draw([1.0, 3.0, 2.0], 0.0, np.random.default_rng(5))
    assert shown.winner == 1
    assert shown.scaled.tolist() == [-np.inf, 0, -np.inf]


def test_an_interval_reaches_exactly_to_zero_and_one_where_it_should() -> None:
    for n in range(1, 401):
        interval = wilson_interval([0, n], n)
        assert interval.low[0] == 0
        assert interval.high[1] == 1
