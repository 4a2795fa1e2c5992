"""What the public functions ask of NumPy; :mod:`torch_kernels` answers to the same names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core import numpy_entmax, numpy_softmax
from softviz.core.numpy_rows import (
    Axis,
    Floats,
    Rows,
    as_floats,
    float_type,
    mapped,
    quietly,
    reals,
    reduced,
    working_type,
)

__all__ = [
    "argmax_map",
    "as_floats",
    "entmax",
    "gumbel_noise",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "reals",
    "sigmoid",
    "softmax",
    "straight_through",
]


def softmax(x: ArrayLike, axis: Axis) -> Floats:
    """Exponentials over their sum."""
    return mapped(numpy_softmax.softmax, x, axis, turn=False)


def log_softmax(x: ArrayLike, axis: Axis) -> Floats:
    """Log of the softmax."""
    return mapped(numpy_softmax.log_softmax, x, axis)


def logsumexp(x: ArrayLike, axis: Axis) -> Floats:
    """Log of the sum of exponentials."""
    return reduced(numpy_softmax.logsumexp, x, axis, empty=-np.inf)


def argmax_map(x: ArrayLike, axis: Axis) -> Floats:
    """All on the largest, which ties share."""
    return mapped(numpy_softmax.argmax, x, axis)


def straight_through(noisy: Floats, soft: Floats, axis: Axis) -> Floats:
    """All on the first of the largest; what soft is for, a gradient, an array has not."""
    return mapped(numpy_softmax.first_winner, noisy, axis)


def entmax(x: ArrayLike, alpha: float | Floats, axis: Axis) -> Floats:
    """alpha-entmax; alpha is a number, or an array that broadcasts against x with size 1 along axis."""
    if not np.all(np.greater(alpha, 0)):
        raise ValueError(f"alpha must be positive; got {alpha!r}")
    if isinstance(alpha, float) or alpha.ndim == 0:
        return mapped(numpy_entmax.kernel_for(float(alpha)), x, axis)
    values = np.asarray(x)
    shape = np.broadcast_shapes(values.shape, alpha.shape)
    if 0 in shape:
        return np.empty(shape, float_type(values.dtype))
    orders = Rows.of(np.broadcast_to(alpha.astype(np.float64), shape), axis)
    rows = Rows.of(np.broadcast_to(values, shape), axis)
    return rows.back(_entmax_by_regime(rows.values, orders.values[:, :1]))


def _entmax_by_regime(rows: NDArray[Any], alpha: NDArray[np.float64]) -> Floats:
    """Give each row to the kernel that serves its alpha."""
    out = np.empty(rows.shape, float_type(rows.dtype))
    order = alpha[:, 0]
    for kernel, members in (
        (numpy_softmax.softmax, order == 1),
        (numpy_softmax.argmax, np.isinf(order)),
        (numpy_entmax.smooth, (order <= 2) & (order != 1)),
        (numpy_entmax.steep, (order > 2) & np.isfinite(order)),
    ):
        takes_beta = kernel in (numpy_entmax.smooth, numpy_entmax.steep)
        out[members] = mapped(kernel, rows[members], -1, *((alpha[members] - 1,) if takes_beta else ()))
    return out


def sigmoid(x: ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), elementwise."""
    return _elementwise(_sigmoid, x)


def log_sigmoid(x: ArrayLike) -> Floats:
    """Log of the sigmoid, elementwise."""
    return _elementwise(_log_sigmoid, x)


def _elementwise(function: Callable[[Floats], Floats], x: ArrayLike) -> Floats:
    values = np.asarray(x)
    answer: Floats = quietly(1, function, values.astype(working_type(values.dtype)))
    return answer.astype(float_type(values.dtype), copy=False)


def _sigmoid(z: Floats) -> Floats:
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    return np.divide(1, z, out=z)


def _log_sigmoid(z: Floats) -> Floats:
    """min(z, 0) - log1p(exp(-abs(z))): no exponential overflows, no small number meets a large one."""
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


def gumbel_noise(x: ArrayLike, rng: np.random.Generator) -> Floats:
    """Draw standard Gumbel noise, float64, in the shape of x."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator; got {type(rng).__name__}")
    return rng.gumbel(size=np.shape(x))
