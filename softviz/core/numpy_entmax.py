r"""alpha-entmax as kernels, see :mod:`numpy_rows`, by the algorithm that suits alpha.

With :math:`\beta = \alpha - 1`, and z shifted so that its maximum is 0, the answer is
:math:`p_i = [1 + \beta (z_i - \lambda)]_+^{1/\beta}` at the one :math:`\lambda \geq 0` where the p_i sum to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from softviz.core.numpy_rows import Floats, Kernel
from softviz.core.numpy_softmax import argmax, peak, softmax, total

Beta: TypeAlias = float | Floats

TOP = 64  # as many of the classes of a long row are looked at first
SHORT_SUM = 32  # terms that may be added one after the other
NEWTON_STEPS = 20  # nine are the most seen; where sums round, the last ones change nothing


def kernel_for(alpha: float) -> Kernel:
    """Return the kernel ``(scratch, axis) -> probabilities`` of one alpha."""
    exact: dict[float, Kernel] = {1.0: softmax, 1.5: entmax15, 2.0: sparsemax, math.inf: argmax}
    return exact.get(alpha) or partial(smooth if alpha < 2 else steep, beta=alpha - 1)


def sparsemax(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    r"""Project onto the simplex: :math:`p_i = [z_i - \tau]_+`."""
    p: Floats = np.subtract(z, peak(z, axis), out=room)
    p -= _threshold(p, axis, _linear_thresholds, _linear_correction)
    np.maximum(p, 0, out=p)
    return p


def entmax15(z: Floats, axis: int, room: Floats | None = None) -> Floats:
    r"""1.5-entmax: :math:`p_i = [z_i / 2 - \tau]_+^2`."""
    p: Floats = np.subtract(z, peak(z, axis), out=room)
    p *= 0.5
    p -= _threshold(p, axis, _square_thresholds, _square_correction)
    np.maximum(p, 0, out=p)
    p *= p
    return p


def _threshold(z: Floats, axis: int, thresholds: Callable[..., Floats], correction: Callable[..., Floats]) -> Floats:
    """Return tau, from as few of the largest logits as hold the support.

    Args:
        z: Logits.
        axis: The axis of the classes.
        thresholds: From sorted logits, a lower bound on tau for each k: what it would be, were the support the k
            largest. The true one is the largest of them.
        correction: From logits minus tau, cut off at zero, what is missing in tau: it undoes the rounding of the
            running sums where they are long.
    """
    count = classes = z.shape[axis]
    if classes > 2 * TOP:
        count = TOP
    while True:
        largest = _largest(z, axis, count)
        tau = peak(thresholds(largest, _ranks(largest, axis), axis), axis)
        smallest = largest[-1] if axis == 0 else largest[:, -1:]
        if count == classes or not np.any(smallest > tau):
            return tau if count <= SHORT_SUM else tau + correction(np.maximum(largest - tau, 0), axis)
        count = min(8 * count, classes)


def _largest(z: Floats, axis: int, count: int) -> Floats:
    """Sort the largest logits of each row, from the top down."""
    start = z.shape[axis] - count
    if start:
        z = np.partition(z, start, axis)
    if axis == 0:
        return np.sort(z[start:], 0)[::-1]
    return np.sort(z[:, start:], -1)[:, ::-1]


def _ranks(largest: Floats, axis: int) -> Floats:
    ranks = np.arange(1, largest.shape[axis] + 1, dtype=largest.dtype)
    return ranks[:, None] if largest.ndim > 1 and axis == 0 else ranks


def _linear_thresholds(largest: Floats, ranks: Floats, axis: int) -> Floats:
    """Solve sum(z - tau) = 1 over the k largest; adding the next raises tau as long as it lies above."""
    thresholds: Floats = (np.cumsum(largest, axis) - 1) / ranks
    return thresholds


def _linear_correction(above: Floats, axis: int) -> Floats:
    support = total((above > 0).astype(above.dtype), axis)
    return (total(above, axis) - 1) / support


def _square_thresholds(largest: Floats, ranks: Floats, axis: int) -> Floats:
    """Solve sum((z - tau)^2) = 1 over the k largest, where they all lie above their tau."""
    mean = np.cumsum(largest, axis) / ranks
    variance = np.cumsum(largest * largest, axis) / ranks - mean * mean
    thresholds = mean - np.sqrt(np.maximum(1 / ranks - variance, 0))
    return np.where(thresholds <= largest, thresholds, -np.inf)


def _square_correction(above: Floats, axis: int) -> Floats:
    norm = np.sqrt(total(above * above, axis))
    return (norm - 1) * norm / total(above, axis)


def smooth(z: Floats, axis: int, beta: Beta, room: Floats | None = None) -> Floats:
    r"""alpha-entmax for alpha up to 2, by Newton's method; beta may differ from row to row.

    With S the sum of the p_i, the residual :math:`(S^\beta - 1) / \beta` falls and is convex in lambda for
    :math:`\beta \leq 1`. So Newton's method climbs to the root from any lower bound, without a bracket. As beta goes to
    zero the residual becomes log S, the answer softmax, and one step is exact.
    """
    z = z - peak(z, axis)
    beta = np.asarray(beta, z.dtype)
    bound: Any = 0
    if z.shape[axis] > 2 * TOP:
        bound = _newton(_largest(z, axis, TOP), axis, beta, bound)  # fewer classes weigh less: a lower bound
    bound = _newton(z, axis, beta, bound)
    p: Floats = np.exp(np.log1p(_lifted(z, beta, bound)) / beta, out=room)
    p /= total(p, axis)
    return p


def _newton(z: Floats, axis: int, beta: Floats, bound: Floats) -> Floats:
    """Raise a lower bound on lambda to lambda."""
    precision = 8 * np.finfo(z.dtype).eps
    for _ in range(NEWTON_STEPS):
        v = _lifted(z, beta, bound)
        p = np.exp(np.log1p(v) / beta)
        mass = total(p, axis)
        p /= np.maximum(1 + v, np.finfo(z.dtype).tiny)  # minus the slope in lambda: zero off the support
        step = -np.expm1(-beta * np.log(mass)) / beta * mass / total(p, axis)
        bound = bound + step
        if not np.any(step > precision * np.maximum(bound, 1)):
            break
    return bound


def _lifted(z: Floats, beta: Floats, bound: Floats) -> Floats:
    """Return u - 1, which log1p takes without the rounding of u."""
    v = z - bound
    v *= beta
    np.maximum(v, -1, out=v)
    return v


def steep(z: Floats, axis: int, beta: Beta, room: Floats | None = None) -> Floats:
    r"""alpha-entmax for alpha above 2, in float64; beta may differ from row to row.

    The sum of the probabilities rises vertically in lambda where a class enters the support. In the least probability
    of the support, w, it does not: :math:`p_i = (w^\beta + \beta (z_i - z_{min}))^{1/\beta}` is convex in w. So the
    support is found first, by bisection over the sorted logits, and then w by Newton's method from above.
    """
    rows = (z.T if axis == 0 else z).astype(np.float64)
    rows, orders = np.atleast_2d(rows), np.atleast_2d(np.transpose(beta) if axis == 0 else beta)
    p = _steep_rows(rows, orders)
    return (p[0] if z.ndim == 1 else p.T if axis == 0 else p).astype(z.dtype)


def _steep_rows(z: Floats, beta: Floats) -> Floats:
    count = min(TOP, z.shape[1])
    while True:
        largest = _largest(z, -1, count)
        size = _support_size(largest, beta)
        if count == z.shape[1] or not np.any(size == count):
            break
        count = min(8 * count, z.shape[1])
    least = np.take_along_axis(largest, size - 1, -1)
    log_w = _log_least(largest[:, : size.max()] - least, size, beta)
    p = np.exp(_log_powers(z - least, log_w, beta))
    p /= total(p, -1)
    return p


def _support_size(largest: Floats, beta: Floats) -> NDArray[np.intp]:
    """Count the classes of each row that would leave some probability to themselves if they were the last one."""
    low, high = np.ones((len(largest), 1), np.intp), np.full((len(largest), 1), largest.shape[1])
    while np.any(low < high):
        middle = (low + high + 1) // 2
        above = np.maximum(largest - np.take_along_axis(largest, middle - 1, -1), 0)
        inside = total(np.exp(np.log(beta * above) / beta), -1) < 1
        low, high = np.where(inside, middle, low), np.where(inside, high, middle - 1)
    return low


def _log_least(above: Floats, size: NDArray[np.intp], beta: Floats) -> Floats:
    """Return log w, from scores measured from the last one of the support: Newton's method, falling from 1 / size."""
    log_w = -np.log(size)
    for _ in range(NEWTON_STEPS):
        log_p = _log_powers(above, log_w, beta)
        excess = total(np.exp(log_p), -1) - 1
        slope = total(np.where(above < 0, 0, np.exp((beta - 1) * (log_w - log_p))), -1)
        lower = log_w + np.log1p(-excess / slope * np.exp(-log_w))
        if not np.any(lower < log_w):
            break
        log_w = np.minimum(lower, log_w)
    return log_w


def _log_powers(above: Floats, log_w: Floats, beta: Floats) -> Floats:
    """log of (w^beta + beta * above)^(1 / beta); -inf below the support. Logs keep w^beta from underflowing."""
    log_p = np.logaddexp(beta * log_w, np.log(beta * np.maximum(above, 0))) / beta
    return np.where(above < 0, -np.inf, log_p)
