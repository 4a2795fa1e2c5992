"""Numbers of twice float64's digits: a reference that float64's own errors can be measured against.

A value is the unevaluated sum of two float64 numbers, the second below half a unit of the first: 106 binary
digits, about 31 decimal ones, on every platform (``np.longdouble`` is float64 on some).

Reference: Dekker (1971), A floating-point technique for extending the available precision; Hida, Li & Bailey
(2001), Algorithms for quad-double precision floating point arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SPLITTER = float(2**27 + 1)
_HALVINGS = 9
_TAYLOR_TERMS = 10
"""With nine halvings the first term left out is below 2^-120 of the sum."""


@dataclass(frozen=True)
class DoubleDouble:
    """The sum ``high + low``, arrays of one shape."""

    high: Floats
    low: Floats

    def __add__(self, other: DoubleDouble) -> DoubleDouble:
        total = _two_sum(self.high, other.high)
        return _renormalised(total.high, total.low + (self.low + other.low))

    def __sub__(self, other: DoubleDouble) -> DoubleDouble:
        return self + DoubleDouble(-other.high, -other.low)

    def __mul__(self, other: DoubleDouble) -> DoubleDouble:
        product = _two_product(self.high, other.high)
        return _renormalised(product.high, product.low + (self.high * other.low + self.low * other.high))

    def __getitem__(self, rows: int) -> DoubleDouble:
        return DoubleDouble(self.high[rows], self.low[rows])

    def scaled(self, twos: NDArray[np.int32] | int) -> DoubleDouble:
        """Multiply by a power of two, exactly where nothing underflows."""
        return DoubleDouble(np.ldexp(self.high, twos), np.ldexp(self.low, twos))

    def sum(self) -> DoubleDouble:
        """Add up along the last axis, which stays with size 1."""
        total = DoubleDouble(self.high[..., :1], self.low[..., :1])
        for i in range(1, self.high.shape[-1]):
            total = total + DoubleDouble(self.high[..., i : i + 1], self.low[..., i : i + 1])
        return total


def exactly(x: Floats) -> DoubleDouble:
    """Take float64 numbers as they are."""
    return DoubleDouble(x, np.zeros_like(x))


def difference(x: Floats, y: Floats) -> DoubleDouble:
    """Subtract float64 numbers without an error."""
    return _two_sum(x, -y)


def exp(x: DoubleDouble) -> DoubleDouble:
    """e to the x, for x in [-2000, 700]; relative error below 1e-27 where the result is a normal float64."""
    twos = _twos(x)
    return (_expm1_of_remainder(x, twos) + exactly(np.ones_like(x.high))).scaled(twos)


def expm1(x: DoubleDouble) -> DoubleDouble:
    """e to the x, less 1, for x in [-1, 700]; a tiny x keeps its digits."""
    twos = _twos(x)
    return _expm1_of_remainder(x, twos).scaled(twos) + exactly(np.ldexp(1.0, twos) - 1)


def log1p(x: DoubleDouble) -> DoubleDouble:
    """log(1 + x) for x >= 0, in one Newton step from float64's answer; a tiny x keeps its digits."""
    start = exactly(np.log1p(x.high))
    miss = expm1(start) - x
    return start - DoubleDouble(miss.high / (1 + x.high), miss.low / (1 + x.high))


def _dd(value: Fraction) -> DoubleDouble:
    high = float(value)
    return DoubleDouble(np.array(high), np.array(float(value - Fraction(high))))


_LN2 = _dd(Fraction("0.693147180559945309417232121458176568075500134360255254"))
_INVERSE_FACTORIALS = [_dd(Fraction(1, factorial(n))) for n in range(1, _TAYLOR_TERMS + 1)]


def _twos(x: DoubleDouble) -> NDArray[np.int32]:
    return np.rint(x.high / _LN2.high).astype(np.int32)


def _expm1_of_remainder(x: DoubleDouble, twos: NDArray[np.int32]) -> DoubleDouble:
    """expm1(x - twos ln 2): Taylor's series at a 512th of it, then doubled nine times."""
    small = (x - exactly(twos.astype(np.float64)) * _LN2).scaled(-_HALVINGS)
    total = _INVERSE_FACTORIALS[-1]
    for coefficient in reversed(_INVERSE_FACTORIALS[:-1]):
        total = total * small + coefficient
    result = total * small
    for _ in range(_HALVINGS):
        result = result.scaled(1) + result * result  # expm1(2 y) = 2 expm1(y) + expm1(y)^2
    return result


def _two_sum(a: Floats, b: Floats) -> DoubleDouble:
    """Add with the rounding error kept (Knuth)."""
    total = a + b
    kept = total - a
    return DoubleDouble(total, (a - (total - kept)) + (b - kept))


def _two_product(a: Floats, b: Floats) -> DoubleDouble:
    """Multiply with the rounding error kept (Dekker); factors below 2^996."""
    product = a * b
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return DoubleDouble(product, error)


def _upper_half(a: Floats) -> Floats:
    scaled: Floats = _SPLITTER * a
    return scaled - (scaled - a)


def _renormalised(high: Floats, low: Floats) -> DoubleDouble:
    total: Floats = high + low
    return DoubleDouble(total, low - (total - high))
