"""Softmax, log-softmax, log-sum-exp and argmax as kernels, see :mod:`numpy_rows`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softviz.core.numpy_rows import MANY_ROWS, Floats, many_short

LOW, HIGHEST = -8.0, 512.0
HIGH = {4: 64.0}
"""By the bytes of a float, else HIGHEST: up to there neither an exponential nor a sum of them overflows."""


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


def softmax(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    """Divide the exponentials by their sum.

    Taking the maximum off rounds every logit, which is most of the error of the textbook formula, and costs a third of
    its time. So it stays in a row where it is moderate: there no exponential overflows, and none vanishes that would be
    left without it.
    """
    largest = z.item(z.argmax())  # by position: faster than np.max
    lowest = 0 if z.ndim == 1 and largest >= 0 else z.item(z.argmin())
    if lowest >= LOW and largest <= HIGH.get(z.itemsize, HIGHEST):
        p = np.exp(z, room)
    else:
        p = np.subtract(z, _along(_shift, z, axis), room)
        np.exp(p, p)
    p /= _along(total, p, axis)
    return p


def _shift(z: Floats, axis: int) -> Floats:
    """Return what to take off each row: nothing where it is moderate, else its maximum."""
    top, bottom = peak(z, axis), -peak(-z, axis)
    return np.where((top <= HIGH.get(z.itemsize, HIGHEST)) & ((top >= 0) | (bottom >= LOW)), 0, top)


def _along(reduction: Callable[[Floats, int], Floats], z: Floats, axis: int) -> Floats:
    """Reduce rows along axis; many short ones turned, across them."""
    if axis == 0 or len(z) < MANY_ROWS or not many_short(z):
        return reduction(z, axis)
    return reduction(z.T.copy(), 0)[:, None]


def log_softmax(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    """Subtract the log of the sum of the exponentials."""
    winner = _winner(z, axis)
    shifted: Floats = np.subtract(z, _top(z, axis, winner), out=room)
    shifted -= np.log1p(_rest(shifted, np.exp(shifted), axis, winner))
    return shifted


def logsumexp(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    """Return the log of the sum of the exponentials of each row; works in ``room``."""
    winner = _winner(z, axis)
    top = _top(z, axis, winner)
    shifted = np.subtract(z, top, out=room)
    rest = _rest(shifted, np.exp(shifted, out=room), axis, winner)
    answer: Floats = np.fmax(top, top + np.log1p(rest))  # fmax: inf - inf left nan behind
    return answer if axis == 0 else answer[:, 0]


def argmax(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    """Share 1 among the largest; a maximum that is not finite makes its row nan."""
    top = peak(z, axis)
    p: Floats = np.subtract(z, top, out=room)
    np.equal(p, 0, out=p)
    p /= total(p, axis) * np.isfinite(top)
    return p


def first_winner(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    """Put 1 on the first of the largest; a maximum that is not finite makes its row nan."""
    top = peak(z, axis)
    p: Floats = np.full(z.shape, top - top, z.dtype)
    np.put_along_axis(p, z.argmax(axis, keepdims=True), top - top + 1, axis)
    return p


def _winner(z: Floats, axis: int) -> Any:
    """Index the first maximum of each row; None for columns, whose winners are found faster together."""
    if z.ndim == 1:
        return z.argmax()
    return None if axis == 0 else (np.arange(len(z)), z.argmax(axis))


def _top(z: Floats, axis: int, winner: Any) -> Floats:
    """Return the maximum as ``peak`` does, where its place is known."""
    if winner is None:
        return peak(z, axis)
    return z[winner] if z.ndim == 1 else z[winner][:, None]  # type: ignore[no-any-return]


def _rest(shifted: Floats, exponentials: Floats, axis: int, winner: Any) -> Floats:
    """Sum the exponentials, which are overwritten, without the maximum's own, which is exactly 1.

    Added to that 1, the rest would be rounded away where one class is far ahead.
    """
    if winner is None:
        winners = shifted == 0
        exponentials -= winners
        ties: Floats = np.add.reduce(winners, 0, dtype=shifted.dtype)
        return total(exponentials, 0) + (ties - 1)
    exponentials[winner] -= 1
    return total(exponentials, axis)
