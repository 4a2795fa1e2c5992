"""Numbers as the learner reads them."""

import math

import pytest

from softviz.numerals import as_given, three_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6590011, "0.659"),
        (1.0, "1.00"),
        (99.96, "100"),
        (0.001, "0.00100"),
        (0.00099949, "9.99e−4"),
        (123.5, "124"),
        (49_152, "49152"),
        (2.5e6, "2.50e6"),
        (-1.5e-7, "−1.50e−7"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "nan"),
        (5e-324, "4.94e−324"),
    ],
)
def test_three_significant_digits_and_an_exact_zero_is_told_from_a_tiny_value(value: float, text: str) -> None:
    assert three_digits(value) == text


def test_a_learners_own_number_is_shown_as_it_was_given() -> None:
    assert [as_given(v) for v in (2.0, -0.1, 1002.0, 0.012345678)] == ["2", "−0.1", "1002", "0.012346"]
