"""What the home page says of its numbers."""

import numpy as np
import pytest
from scipy.special import logsumexp

from softviz.core.steps import softmax_steps
from softviz.explain import softmax as explain


def test_the_two_totals_are_what_the_columns_lack() -> None:
    z = np.array([2.0, 1.0, 0.1])
    said = explain.totals(softmax_steps(z, 0.5))
    assert said == f"The maximum of z / T is 4.00; the exponentials sum to {np.exp(logsumexp(z / 0.5) - 4):.2f}."


@pytest.mark.parametrize(
    ("shift", "ending"),
    [(0.0, " 0. Your"), (2.78e-17, "2.78e−17, which is rounding. Your"), (1e-3, " 0.00100. Your")],
)
def test_what_is_rounding_is_called_so(shift: float, ending: str) -> None:
    assert ending in explain.moved_by(shift, 0.25)
    assert explain.moved_by(shift, 0.25).endswith("Your scale moves one by 0.250.")
