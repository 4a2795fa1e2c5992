"""The reference's arithmetic, against mpmath at sixty digits."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from softviz.core import double_double as dd

RNG = np.random.default_rng(11)


def exact(x: dd.DoubleDouble) -> list[mpmath.mpf]:
    return [mpmath.mpf(float(high)) + mpmath.mpf(float(low)) for high, low in zip(x.high, x.low, strict=True)]


def drawn(low: float, high: float, count: int = 31) -> dd.DoubleDouble:
    """Numbers with digits in both halves."""
    values = RNG.uniform(low, high, count)
    return dd.DoubleDouble(values, values * RNG.uniform(-1, 1, count) * 2.0**-54)


def assert_close(found: dd.DoubleDouble, truth: list[mpmath.mpf], tolerance: str) -> None:
    for ours, theirs in zip(exact(found), truth, strict=True):
        assert abs(ours - theirs) <= mpmath.mpf(tolerance) * abs(theirs)


@pytest.mark.parametrize("reach", [1e-12, 1.0, 700.0])
def test_exp_has_twenty_seven_digits(reach: float) -> None:
    with mpmath.workdps(60):
        x = drawn(-reach, reach)
        assert_close(dd.exp(x), [mpmath.exp(v) for v in exact(x)], "1e-27")


@pytest.mark.parametrize("reach", [1e-300, 1e-12, 1.0, 11.0])
def test_log1p_keeps_its_digits_however_small_its_argument(reach: float) -> None:
    with mpmath.workdps(400):
        x = drawn(reach / 2, reach)
        # below 1e-290 the low half of the number is itself among float64's smallest
        assert_close(dd.log1p(x), [mpmath.log1p(v) for v in exact(x)], "1e-27" if reach > 1e-290 else "1e-20")


def test_expm1_of_a_tiny_number_keeps_its_digits() -> None:
    with mpmath.workdps(60):
        x = drawn(-1e-9, 1e-9)
        assert_close(dd.expm1(x), [mpmath.expm1(v) for v in exact(x)], "1e-27")


def test_sums_differences_and_products_have_thirty_digits() -> None:
    with mpmath.workdps(60):
        x, y = drawn(1, 2), drawn(1e-3, 1)
        a, b = exact(x), exact(y)
        assert_close(x + y, [p + q for p, q in zip(a, b, strict=True)], "1e-30")
        assert_close(x - y, [p - q for p, q in zip(a, b, strict=True)], "1e-27")  # cancels up to 1 - 1e-3
        assert_close(x * y, [p * q for p, q in zip(a, b, strict=True)], "1e-30")
        assert_close(x.sum(), [mpmath.fsum(a)], "1e-30")


def test_a_difference_of_float64_numbers_has_no_error_at_all() -> None:
    x, y = np.array([1.0, 1e16, 1e300, 0.1]), np.array([2.0**-60, 1.0, 1e-300, -3e-17])
    found = dd.difference(x, y)
    for i in range(x.size):
        assert Fraction(found.high[i]) + Fraction(found.low[i]) == Fraction(x[i]) - Fraction(y[i])
