"""Sentences of the pages' prose that state a number or a rule, each beside the computation that it stands on."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz.core.checks import autograd_gradient
from softviz.core.float_types import FLOAT_TYPES
from softviz.core.loss_registry import LOSSES
from softviz.core.magnitudes import moved
from softviz.core.mappings import softmax
from softviz.core.precision import FORMS, trace
from softviz.training.configuration import TrainingConfig
from softviz.training.optimizers import BETA_1, BETA_2, EPSILON, update_calls

TEXT = Path(__file__).parents[2] / "softviz" / "text"
SCORES = np.array([2.0, 1.0, 0.1])


def says(page: str, sentence: str) -> bool:
    """Whether a page's prose holds a sentence, however its lines are broken."""
    return sentence in " ".join((TEXT / f"{page}.md").read_text(encoding="utf-8").split())


def shifted(key: str, size: float) -> np.ndarray:
    return trace(FORMS["shifted"], FLOAT_TYPES[key], moved(SCORES, size, "add")).outputs


@given(z=st.lists(st.floats(-30, 30), min_size=3, max_size=3).map(np.array), rate=st.floats(0.001, 1000))
def test_with_one_true_class_a_step_of_any_length_raises_the_truth_against_every_rival(
    z: np.ndarray, rate: float
) -> None:
    assert says("gradients", "a step of any length raises the truth against every rival, so this loss cannot rise")
    loss, truth = LOSSES["cross-entropy"], np.array([1.0, 0.0, 0.0])
    step = -rate * loss.gradient(z, truth)
    assert (step[0] >= step[1:]).all()
    assert loss.value(z + step, truth) <= loss.value(z, truth) + 1e-13  # rounding of scores up to 1,000


def test_a_leading_truth_runs_further_ahead_so_its_gaps_grow() -> None:
    assert not says("gradients", "shrinks every gap")
    z, truth = np.array([8.0, 0.0, 0.0]), np.array([1.0, 0.0, 0.0])
    after = z - LOSSES["cross-entropy"].gradient(z, truth)
    assert after[0] - after[1] > z[0] - z[1]


@pytest.mark.torch
def test_autograd_through_the_fused_form_ends_at_p_minus_y_where_p_vanishes() -> None:
    pytest.importorskip("torch")
    assert says("gradients", "sends PyTorch's autograd through that form with logsumexp: it ends at p − y as well")
    z, y = np.array([1000.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    gradient = autograd_gradient(lambda scores: LOSSES["cross-entropy"].value(scores, y), z)
    np.testing.assert_array_equal(gradient, softmax(z) - y)


def test_the_shifted_row_stays_in_the_long_types_and_drifts_in_the_short_ones() -> None:
    assert says("stability", "the row *shifted* stays in float64, and in float32 up to about 10,000")
    assert says("stability", "In float16 and bfloat16 it drifts much earlier, and not through the formula")
    exact = softmax(SCORES)
    for size in np.geomspace(2, 1e5, 61):
        assert np.abs(shifted("float64", size) - exact).max() < 1e-11
    for size in np.geomspace(2, 1e4, 61):
        assert np.abs(shifted("float32", size) - exact).max() < 2e-4, "the third digit"
    for key in ("float16", "bfloat16"):
        held = FLOAT_TYPES[key].round(moved(SCORES, 100.0, "add"))
        assert np.abs(shifted(key, 100.0) - exact).max() > 1e-3
        np.testing.assert_allclose(shifted(key, 100.0), softmax(held), rtol=0.01)  # the formula alone loses little


def test_a_score_leaves_float16_from_65520_on_and_not_from_its_largest_number() -> None:
    assert says("stability", "float16 ends at 65,504; from 65,520 on a score rounds to ∞")
    held = FLOAT_TYPES["float16"].round(np.array([65_504.0, 65_519.0, 65_520.0]))
    assert held.tolist() == [65_504.0, 65_504.0, np.inf]


def test_the_map_says_which_of_its_two_measures_is_the_colour() -> None:
    assert says("stability", "the larger the share of its digits that is lost")
    assert says("stability", "ulps) is written in the cell under your mouse and in the file *errors*")


def updated(optimizer: str, gradients: np.ndarray) -> float:
    """Where one parameter ends up after a few gradients, by the training room's own calls."""
    parameter, gradient = np.zeros(1), np.zeros(1)
    calls = update_calls(TrainingConfig(optimizer=optimizer, learning_rate=0.3, momentum=0.7), parameter, gradient)
    for value in gradients:
        gradient[:] = value
        for call in calls:
            call()
    return float(parameter[0])


def test_the_formulas_of_the_optimizers_are_those_that_are_run() -> None:
    for formula in (
        r"\theta \leftarrow \theta - \eta\, g",
        r"v \leftarrow \mu v + g",
        r"\hat m / (\sqrt{\hat s} + 10^{-8})",
    ):
        assert says("training", formula)
    assert (BETA_1, BETA_2, EPSILON) == (0.9, 0.999, 1e-8)
    gradients = np.array([0.5, -2.0, 0.25, 3.0, 0.125])
    theta, v, m, s, adam = 0.0, 0.0, 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        v = 0.7 * v + g
        theta -= 0.3 * v
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        adam -= 0.3 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
    assert updated("sgd", gradients) == pytest.approx(-0.3 * gradients.sum(), rel=1e-14)
    assert updated("momentum", gradients) == pytest.approx(theta, rel=1e-14)
    assert updated("adam", gradients) == pytest.approx(adam, rel=1e-12)
