"""The softmax family in sixty digits, by definition and bisection: what the kernels are held to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

DIGITS = 60
HALVINGS = 220  # more than 60 digits


def _exact(row: Sequence[float]) -> list[mp.mpf]:
    return [mp.mpf(float(value)) for value in row]


def softmax(row: Sequence[float]) -> list[mp.mpf]:
    """Exponentials over their sum."""
    with mp.workdps(DIGITS):
        exponentials = [mp.exp(value) for value in _exact(row)]
        total = mp.fsum(exponentials)
        return [value / total for value in exponentials]


def logsumexp(row: Sequence[float]) -> mp.mpf:
    """Log of the sum of exponentials."""
    with mp.workdps(DIGITS):
        return mp.log(mp.fsum(mp.exp(value) for value in _exact(row)))


def log_softmax(row: Sequence[float]) -> list[mp.mpf]:
    """Log of the softmax; the winner's by log1p of the others, which sixty digits would not hold."""
    with mp.workdps(DIGITS):
        z = _exact(row)
        return [
            -mp.log1p(mp.fsum(mp.exp(other - own) for j, other in enumerate(z) if j != i)) for i, own in enumerate(z)
        ]


def entmax(row: Sequence[float], alpha: float) -> list[mp.mpf]:
    """[1 + beta (z - lambda)]_+ ^ (1 / beta), for the lambda at which they sum to one."""
    if alpha == 1:
        return softmax(row)
    with mp.workdps(DIGITS):
        z, beta = _exact(row), mp.mpf(float(alpha)) - 1
        top = max(z)

        def probabilities(largest: mp.mpf) -> list[mp.mpf]:
            bases = [largest**beta + beta * (value - top) for value in z]
            return [base ** (1 / beta) if base > 0 else mp.mpf(0) for base in bases]

        return probabilities(_root(lambda largest: mp.fsum(probabilities(largest)) - 1, mp.mpf(1) / len(z), mp.mpf(1)))


def _root(rising: Callable[[mp.mpf], mp.mpf], low: mp.mpf, high: mp.mpf) -> mp.mpf:
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return low


def units_off(values: NDArray[np.floating], exact: Sequence[mp.mpf]) -> float:
    """Return the largest error in units of the last place of the exact value."""
    with mp.workdps(DIGITS):
        return max(
            float(abs(mp.mpf(float(value)) - true) / mp.mpf(float(np.spacing(values.dtype.type(abs(float(true)))))))
            for value, true in zip(values, exact, strict=True)
        )
