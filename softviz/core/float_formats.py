"""Number formats, bfloat16 included, with arithmetic that rounds after every operation."""

from __future__ import annotations

import math
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class FloatFormat:
    """A binary floating-point format.

    Values of float16, float32 and float64 are held in that type and every operation is NumPy's own.
    bfloat16, which NumPy lacks, is held in float64: each operation is done there and rounded once to 8
    bits. With more than twice the bits and two to spare, rounding twice gives what rounding once would.
    """

    key: str
    name: str
    bits: int
    """Bits of the significand, the hidden one included."""
    exponent_bits: int
    dtype: Any
    """NumPy type in which values are held."""

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return math.ldexp(2 - math.ldexp(1.0, 1 - self.bits), (1 << (self.exponent_bits - 1)) - 1)

    @property
    def smallest(self) -> float:
        """The smallest positive number, a subnormal."""
        return math.ldexp(1.0, self._lowest_exponent + 1 - self.bits)

    @property
    def epsilon(self) -> float:
        """The distance from 1 to the next larger number."""
        return math.ldexp(1.0, 1 - self.bits)

    def ulp(self, values: ArrayLike) -> Floats:
        """Spacing of the format's numbers at each value: its unit in the last place."""
        _, exponents = np.frexp(np.asarray(values, dtype=np.float64))
        spacing: Floats = np.ldexp(1.0, np.maximum(exponents - 1, self._lowest_exponent) + 1 - self.bits)
        return spacing

    def rounded(self, values: ArrayLike) -> Floats:
        """Round to the nearest number of the format, ties to even; past the largest is inf."""
        with np.errstate(all="ignore"):
            if self.key != "bfloat16":
                return np.asarray(values).astype(self.dtype, copy=False)
            wide = np.asarray(values, dtype=np.float64)
            spacing = self.ulp(wide)
            nearest = np.rint(wide / spacing) * spacing
            return np.where(np.abs(nearest) > self.largest, np.copysign(np.inf, wide), nearest)

    def apply(self, operation: np.ufunc, *operands: Floats) -> Floats:
        """Do one elementwise operation in the format."""
        with np.errstate(all="ignore"):
            return self.rounded(operation(*operands))

    def running(self, operation: np.ufunc, values: Floats) -> Floats:
        """Accumulate along the last axis from left to right, rounding after every step."""
        if self.key != "bfloat16":
            with np.errstate(all="ignore"):
                return operation.accumulate(values, axis=-1, dtype=self.dtype)
        totals = values.copy()
        for i in range(1, values.shape[-1]):
            totals[..., i] = self.apply(operation, totals[..., i - 1], values[..., i])
        return totals

    @property
    def _lowest_exponent(self) -> int:
        return 2 - (1 << (self.exponent_bits - 1))


FORMATS: ReadOnly[str, FloatFormat] = MappingProxyType(
    {
        format_.key: format_
        for format_ in (
            FloatFormat("float16", "float16", 11, 5, np.float16),
            FloatFormat("bfloat16", "bfloat16", 8, 8, np.float64),
            FloatFormat("float32", "float32", 24, 8, np.float32),
            FloatFormat("float64", "float64", 53, 11, np.float64),
        )
    }
)
"""By key, from the narrowest significand that hardware trains in to the widest."""


def float_format(key: str) -> FloatFormat:
    """Look a format up by its key."""
    if key not in FORMATS:
        raise ValueError(f"formats are {list(FORMATS)}; got {key!r}")
    return FORMATS[key]


def exp_overflow(format_: FloatFormat) -> float:
    """Find the largest number of the format whose exponential is still finite in it."""
    return _last(format_, lambda x: bool(np.isfinite(format_.apply(np.exp, x))), 2048.0)


def exp_underflow(format_: FloatFormat) -> float:
    """Find the largest number x of the format for which exp(-x) is still not zero in it."""
    return _last(format_, lambda x: bool(format_.apply(np.exp, -x) > 0), 2048.0)


def _last(format_: FloatFormat, holds: Any, beyond: float) -> float:
    """Bisect the format's own numbers for the last one at which a property holds that holds at 0."""
    low, high = 0.0, beyond
    while True:
        middle = format_.rounded((low + high) / 2)
        if float(middle) in (low, high):
            return low
        low, high = (float(middle), high) if holds(middle) else (low, float(middle))
