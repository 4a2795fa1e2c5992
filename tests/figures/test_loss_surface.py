"""The landscape of a loss and the walk on it."""

import numpy as np
import pytest

from softviz.core.landscape import descend, surface_around
from softviz.core.loss_registry import LOSSES
from softviz.figures.loss_surface import WalkedSurface, contour, describe, relief
from softviz.figures.theme import ACCENT, INKS

SEEN = 1e-5
"""Places are drawn to five decimals: a millionth of the narrowest surface."""
LOSS = LOSSES["cross-entropy"]
Z, Y = np.array([2.0, 1.0, 0.1]), np.array([0.1, 0.8, 0.1])


def walked(*, learning_rate: float = 2.0, steps: int = 7, z: np.ndarray = Z, y: np.ndarray = Y) -> WalkedSurface:
    moving = np.array([True, True, False])
    walk = descend(LOSS, z, y, learning_rate=learning_rate, steps=steps, moving=moving)
    return WalkedSurface(surface_around(LOSS, walk, y, 0, 1), walk, 0, 1, ("cat", "<b>dog</b>", "bird"))


def test_there_is_one_frame_a_step_and_the_figure_is_its_last():
    on_screen = walked()
    drawn = contour(on_screen)
    assert len(drawn.frames) == 8
    for step, frame in enumerate(drawn.frames):
        np.testing.assert_allclose(frame.data[0].x, on_screen.walk.points[: step + 1, 0], atol=SEEN)
        np.testing.assert_allclose(frame.data[0].y, on_screen.walk.points[: step + 1, 1], atol=SEEN)
        assert frame.name.startswith(f"step {step}: loss ")
    assert drawn.data[3].x == drawn.frames[-1].data[0].x


def test_the_arrow_at_the_own_point_goes_against_the_gradient():
    on_screen = walked()
    arrow = contour(on_screen).data[1]
    assert arrow.line.color == ACCENT.light
    way = np.array([arrow.x[1] - arrow.x[0], arrow.y[1] - arrow.y[0]])
    np.testing.assert_allclose(way, -on_screen.arrow_scale * on_screen.slope(0), atol=2 * SEEN)
    assert (arrow.x[0], arrow.y[0]) == (2.0, 1.0)


def test_the_moving_arrow_starts_where_the_walk_is():
    on_screen = walked()
    for step, frame in enumerate(contour(on_screen).frames):
        np.testing.assert_allclose((frame.data[1].x[0], frame.data[1].y[0]), on_screen.path[step], atol=SEEN)


def test_an_arrow_ends_at_the_frame_of_the_surface():
    on_screen = walked(z=np.array([400.0, 1.0, 0.1]), learning_rate=16.0, steps=1)
    _, head = on_screen.arrow(1)
    assert on_screen.surface.contains(*head)
    assert head[0] == pytest.approx(on_screen.surface.across[0]) or head[1] == pytest.approx(on_screen.surface.up[-1])


def test_no_arrow_where_there_is_no_slope_or_no_surface():
    flat = walked(z=np.zeros(3), y=np.full(3, 1 / 3), learning_rate=0.0)
    assert flat.arrow(0).shape == (0, 2)
    assert walked(learning_rate=1000.0).arrow(1).shape == (0, 2)


def test_a_walk_that_flies_away_leaves_the_relief_at_its_frame():
    on_screen = walked(learning_rate=1000.0, steps=11)
    path = relief(on_screen).data[1]
    assert 1 <= len(path.x) < 12
    assert np.abs(path.x).max() <= on_screen.surface.across[-1]


def test_the_relief_carries_the_walk_a_little_above_itself():
    on_screen = walked()
    surface, path, *_ = relief(on_screen).data
    np.testing.assert_array_equal(surface.z, on_screen.surface.losses)
    lift = path.z - on_screen.walk.losses
    assert lift.min() > 0
    assert lift.max() < 0.02 * np.ptp(on_screen.surface.losses)


def test_the_description_tells_start_and_end():
    on_screen = walked()
    said = describe(on_screen)
    assert "A walk of 7 steps goes from (2.00, 1.00)" in said
    assert "scores of cat and <b>dog</b>." in said


@pytest.mark.parametrize("draw", [contour, relief])
def test_only_inks_with_a_dark_counterpart_are_used(draw):
    spec = draw(walked()).to_json().upper()
    used = {f"#{part[:6]}" for part in spec.split("#")[1:]}
    assert used <= {ink.light.upper() for ink in INKS}
