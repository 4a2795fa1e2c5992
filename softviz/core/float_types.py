"""Floating-point types as arithmetic: which numbers a type holds, and how a result is rounded to one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_DOUBLE_DIGITS = 53
_EXPONENT_BITS = np.array(np.inf).view(np.int64)
"""Of a float64: the others away, a power of two is left."""


@dataclass(frozen=True)
class FloatType:
    r"""A binary floating-point type of IEEE 754's make.

    Its numbers are carried in float64 arrays. An operation "in the type" is the float64 operation followed by
    ``round``. For ``+ - * /`` that equals the type's own correctly rounded operation bit for bit, because
    float64 has more than twice the digits of the shorter types (Figueroa, 1995, *When is double rounding
    innocuous?*). For exp and log it is the nearest number of the type, which good hardware and libraries come
    within one or two units of.

    Attributes:
        key: As NumPy or PyTorch spell it.
        bits: Of storage.
        digits: Binary digits of the significand, the hidden one counted.
        lowest_exponent: Of two, in the smallest normal number.
        highest_exponent: Of two, in the largest number.
        native: NumPy's type of the same exponents, which overflows where this one does.
    """

    key: str
    bits: int
    digits: int
    lowest_exponent: int
    highest_exponent: int
    native: type[np.floating[Any]]

    @cached_property
    def largest(self) -> float:
        """The largest finite number."""
        return float(np.ldexp(2.0 - self.epsilon, self.highest_exponent))

    @cached_property
    def smallest(self) -> float:
        """The smallest positive number, a subnormal one."""
        return float(np.ldexp(1.0, self.lowest_exponent - self.digits + 1))

    @cached_property
    def epsilon(self) -> float:
        """The distance from 1 to the next number."""
        return float(np.ldexp(1.0, 1 - self.digits))

    def round(self, x: ArrayLike) -> Floats:
        """Round to the nearest number of the type, ties to even; past the largest to infinity."""
        with np.errstate(over="ignore"):  # an infinity is the right answer here
            return self.rounded(np.asarray(x, dtype=np.float64))

    def rounded(self, values: Floats) -> Floats:
        """Round as ``round`` does, for who has silenced NumPy's warnings once for many operations."""
        if self.digits == _DOUBLE_DIGITS:
            return values
        if self._is_in_numpy:
            return values.astype(self.native).astype(np.float64)  # ten times as fast
        return self.round_by_digits(values)

    @cached_property
    def _is_in_numpy(self) -> bool:
        return bool(np.finfo(self.native).nmant + 1 == self.digits)

    def round_by_digits(self, values: Floats) -> Floats:
        """Round as the definition says, for a type that NumPy does not have and to hold NumPy's own to it.

        Beside 1.5 * 2^52 units float64 has no digit left below the unit, and rounds to it as it should.
        """
        unit = np.minimum(self.spacing(values), self.epsilon * 2.0**self.highest_exponent)
        beside = 1.5 * 2.0 ** (_DOUBLE_DIGITS - 1) * unit
        rounded = np.copysign((values + beside) - beside, values)
        return rounded.astype(self.native).astype(np.float64)

    def spacing(self, x: ArrayLike) -> Floats:
        """Distance between neighbours of the type at x, the unit in the last place (ulp)."""
        leading = (np.asarray(x, dtype=np.float64).view(np.int64) & _EXPONENT_BITS).view(np.float64)
        spacing: Floats = np.maximum(leading * self.epsilon, self.smallest)
        return spacing

    def number(self, ordinal: int) -> float:
        """Count the type's numbers from zero upward: 0 is 0, 1 the smallest, then every next one."""
        exponent, fraction = divmod(ordinal, 1 << (self.digits - 1))
        hidden = (1 << (self.digits - 1)) if exponent else 0
        return float(np.ldexp(float(hidden + fraction), max(exponent, 1) - 1 + self._smallest_exponent))

    @property
    def count(self) -> int:
        """How many numbers there are from zero up to the largest."""
        return (self.highest_exponent - self.lowest_exponent + 2) << (self.digits - 1)

    @property
    def _smallest_exponent(self) -> int:
        return self.lowest_exponent - self.digits + 1


FLOAT16 = FloatType("float16", 16, digits=11, lowest_exponent=-14, highest_exponent=15, native=np.float16)
BFLOAT16 = FloatType("bfloat16", 16, digits=8, lowest_exponent=-126, highest_exponent=127, native=np.float32)
FLOAT32 = FloatType("float32", 32, digits=24, lowest_exponent=-126, highest_exponent=127, native=np.float32)
FLOAT64 = FloatType(
    "float64", 64, digits=_DOUBLE_DIGITS, lowest_exponent=-1022, highest_exponent=1023, native=np.float64
)

FLOAT_TYPES: dict[str, FloatType] = {t.key: t for t in (FLOAT16, BFLOAT16, FLOAT32, FLOAT64)}


@dataclass(frozen=True)
class Edge:
    """Two neighbours between which something breaks.

    Attributes:
        last_good: The larger of the numbers that still work.
        first_bad: The next number.
    """

    last_good: float
    first_bad: float


def first_failure(numbers: FloatType, fails: Callable[[float], bool]) -> Edge:
    """Find where a type's numbers, counted from zero, begin to fail.

    Args:
        numbers: Where to look.
        fails: False at zero, true at the largest number, with one change between.

    Returns:
        The edge, found by halving the count of numbers: no threshold is written anywhere.
    """
    good, bad = 0, numbers.count - 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if fails(numbers.number(middle)):
            bad = middle
        else:
            good = middle
    return Edge(numbers.number(good), numbers.number(bad))


@dataclass(frozen=True)
class Limits:
    """What softmax meets at the ends of a type.

    Attributes:
        overflow: Scores of the type between which exp(z) becomes infinite.
        overflow_boundary: The real number where that happens, before the score itself is rounded to the type.
        underflow_gap: Gaps below the largest score between which exp(-gap) becomes zero.
        absorbed_gap: Gaps between which 1 + exp(-gap) becomes 1, and log(1 + exp(-gap)) with it 0.
    """

    overflow: Edge
    overflow_boundary: float
    underflow_gap: Edge
    absorbed_gap: Edge


@cache
def limits(float_type: FloatType) -> Limits:
    """Search a type for the scores and gaps at which softmax's parts break."""
    fl = float_type.round

    def overflows(score: float) -> bool:
        return bool(np.isinf(fl(np.exp(score))))

    def underflows(gap: float) -> bool:
        return bool(fl(np.exp(-gap)) == 0)

    def is_absorbed(gap: float) -> bool:
        return bool(fl(1.0 + fl(np.exp(-gap))) == 1)

    with np.errstate(over="ignore", under="ignore"):  # running over the edge is what finds it
        return Limits(
            overflow=first_failure(float_type, overflows),
            overflow_boundary=first_failure(FLOAT64, overflows).first_bad,
            underflow_gap=first_failure(float_type, underflows),
            absorbed_gap=first_failure(float_type, is_absorbed),
        )
