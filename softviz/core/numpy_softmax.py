"""Softmax, log-softmax, log-sum-exp and argmax on scratch arrays that :mod:`numpy_rows` hands over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softviz.core.numpy_rows import Floats


def peak(z: Floats, axis: int) -> Floats:
    """Return the maximum along axis, in a shape that broadcasts against z; nan wins."""
    if z.ndim == 1:
        return z[z.argmax()]  # type: ignore[no-any-return]  # a third of the time of the reduction
    top: Floats = np.maximum.reduce(z) if axis == 0 else np.maximum.reduce(z, axis, keepdims=True)
    return top


def total(z: Floats, axis: int) -> Floats:
    """Return the sum along axis, in a shape that broadcasts against z."""
    if z.ndim == 2 and axis == 0:
        return _column_sums(z)
    summed: Floats = np.add.reduce(z) if z.ndim == 1 else np.add.reduce(z, axis, keepdims=True)
    return summed


def _column_sums(z: Floats) -> Floats:
    """Sum by halves, which rounds less than one after the other: along a row NumPy does so itself."""
    if len(z) <= 8:
        summed: Floats = np.add.reduce(z)
        return summed
    half = len(z) // 2
    return _column_sums(z[:half]) + _column_sums(z[half:])


def softmax(z: Floats, axis: int) -> Floats:
    """Divide the exponentials by their sum, in place.

    Taking the maximum off rounds every logit, which is most of the error of the textbook formula, and costs a third of
    its time. So it stays in a row where it is moderate: there no exponential overflows, and none that matters vanishes.
    """
    low, high = -8, 64 if z.itemsize == 4 else 512
    largest = z.item(z.argmax())  # by position: faster than np.max
    lowest = largest if z.ndim == 1 else z.item(z.argmin())
    if not (low <= lowest and largest <= high):
        top = peak(z, axis)
        z -= np.where((low <= top) & (top <= high), 0, top)
    np.exp(z, out=z)
    z /= total(z, axis)
    return z


def log_softmax(z: Floats, axis: int) -> Floats:
    """Subtract the log of the sum of the exponentials, in place."""
    z -= peak(z, axis)
    z -= np.log1p(_rest(z, axis))
    return z


def logsumexp(z: Floats, axis: int) -> Floats:
    """Return the log of the sum of the exponentials of each row; overwrites z."""
    top = peak(z, axis)
    z -= top
    answer: Floats = np.fmax(top, top + np.log1p(_rest(z, axis)))  # fmax: inf - inf left nan behind
    return answer if axis == 0 else answer[:, 0]


def argmax(z: Floats, axis: int) -> Floats:
    """Share 1 among the largest, in place; a maximum that is not finite makes its row nan."""
    top = peak(z, axis)
    z -= top
    np.equal(z, 0, out=z)
    z /= total(z, axis) * np.isfinite(top)
    return z


def first_winner(z: Floats, axis: int) -> Floats:
    """Put 1 on the first of the largest, in place; a maximum that is not finite makes its row nan."""
    top, winner = peak(z, axis), _winner(z, axis)
    z[...] = top - top
    z[winner] += 1
    return z


def _rest(shifted: Floats, axis: int) -> Floats:
    """Sum the exponentials without the maximum's own, which is exactly 1.

    Added to that 1, the rest would be rounded away where one class is far ahead.
    """
    exponentials = np.exp(shifted)
    if shifted.ndim == 2 and axis == 0:  # the winners of a column are found faster together
        winners = shifted == 0
        exponentials -= winners
        ties: Floats = np.add.reduce(winners, 0, dtype=shifted.dtype)
        return total(exponentials, 0) + (ties - 1)
    exponentials[_winner(shifted, axis)] -= 1
    return total(exponentials, axis)


def _winner(z: Floats, axis: int) -> tuple[NDArray[np.intp], ...]:
    """Index the first maximum of each row."""
    winner = z.argmax(axis)
    if z.ndim == 1:
        return (winner,)
    return (winner, np.arange(z.shape[1])) if axis == 0 else (np.arange(len(z)), winner)
