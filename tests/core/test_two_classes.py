"""Two classes: the curve of softmax is the sigmoid, and slopes are slopes."""

import numpy as np
import pytest
from scipy.special import expit

from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Relative
from softviz.core.two_classes import two_class_curve


@pytest.mark.parametrize("second", [0.0, 3.5])
def test_softmax_of_two_classes_is_the_sigmoid_of_the_gap(second: float) -> None:
    curve = two_class_curve(Relative(MAPPINGS["softmax"]), 0.7, second)
    np.testing.assert_allclose(curve.outputs, expit(curve.gaps / 0.7), rtol=1e-13)  # a few roundings


def test_sigmoid_moves_with_the_second_score_and_softmax_does_not() -> None:
    at = {
        key: [two_class_curve(Relative(MAPPINGS[key]), 1.0, c).outputs for c in (0.0, 2.0)]
        for key in ("softmax", "sigmoid")
    }
    assert np.abs(np.diff(at["softmax"], axis=0)).max() < 1e-12
    assert np.abs(np.diff(at["sigmoid"], axis=0)).max() > 0.4


@pytest.mark.parametrize("key", [key for key, mapping in MAPPINGS.items() if mapping.claims.smooth])
def test_slopes_are_differences_of_outputs(key: str) -> None:
    curve = two_class_curve(Relative(MAPPINGS[key]), 1.3, 0.5)
    differences = np.gradient(curve.outputs, curve.gaps)
    np.testing.assert_allclose(
        curve.slopes[1:-1], differences[1:-1], atol=5e-3
    )  # a slope may bend within a step of 0.025


@pytest.mark.parametrize("temperature", [0.0, np.inf])
def test_limits_have_outputs_and_no_slopes(temperature: float) -> None:
    curve = two_class_curve(Relative(MAPPINGS["sparsemax"]), temperature, 0.0)
    assert curve.slopes is None
    expected = np.full_like(curve.gaps, 0.5) if temperature else np.heaviside(curve.gaps, 0.5)
    np.testing.assert_array_equal(curve.outputs, expected)
