"""The softmax family on NumPy arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
Axis: TypeAlias = int | tuple[int, ...] | None

_quiet = np.errstate(all="ignore")
BISECTIONS = 110


def as_floats(x: ArrayLike) -> Floats:
    """Read x as floats: float types are kept, integers and booleans become float64.

    Raises:
        ValueError: If x holds complex numbers, objects or text.
    """
    values = np.asarray(x)
    if values.dtype.kind == "f" or values.dtype.name == "bfloat16":
        return values
    if values.dtype.kind in "iub":
        return values.astype(np.float64)
    raise ValueError(f"expected real numbers; got an array of {values.dtype}")


def _wide(x: Floats) -> Floats:
    """Widen 16-bit floats to float32, in which their sums are kept."""
    return x.astype(np.float32) if x.dtype.itemsize < 4 else x


def _axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    try:
        return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim)
    except TypeError as wrong:
        raise ValueError(f"axis must be an integer, a tuple of integers or None; got {axis!r}") from wrong


def _along(kernel: Callable[..., Floats], x: ArrayLike, axis: Axis, reduces: bool = False) -> Floats:
    """Apply a kernel of 2-D rows ``[rows, classes]`` along the given axes of x."""
    given = as_floats(x)
    values = np.atleast_1d(_wide(given))
    axes = _axes(axis, values.ndim)
    others = tuple(i for i in range(values.ndim) if i not in axes)
    order = others + axes
    moved = values.transpose(order)
    kept = moved.shape[: len(others)]
    classes = int(np.prod(moved.shape[len(others) :], dtype=int))
    with np.errstate(all="ignore"):
        out = kernel(moved.reshape(int(np.prod(kept, dtype=int)), classes))
    if reduces:
        return out.astype(given.dtype, copy=False).reshape(kept if given.ndim else ())
    back = out.reshape(moved.shape).transpose(np.argsort(order))
    return back.astype(given.dtype, copy=False).reshape(given.shape)


def _maximum(rows: Floats) -> Floats:
    return np.max(rows, axis=-1, keepdims=True, initial=-np.inf)


def _softmax_rows(rows: Floats) -> Floats:
    exponentials = np.exp(rows - _maximum(rows))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _rest(rows: Floats) -> Floats:
    """Sum of exp(z - max) without the maximum's own term."""
    shifted = rows - _maximum(rows)
    winners = shifted == 0
    return (np.exp(shifted) - winners).sum(axis=-1, keepdims=True) + (winners.sum(axis=-1, keepdims=True) - 1)


def _logsumexp_rows(rows: Floats) -> Floats:
    top = _maximum(rows)
    return np.where(np.isinf(top), top, top + np.log1p(_rest(rows)))


def _log_softmax_rows(rows: Floats) -> Floats:
    if rows.shape[-1] == 0:
        return rows.copy()
    return rows - _maximum(rows) - np.log1p(_rest(rows))


def _argmax_rows(rows: Floats) -> Floats:
    top = _maximum(rows)
    winners = (rows == top).astype(rows.dtype)
    shared = winners / winners.sum(axis=-1, keepdims=True)
    return np.where(np.isfinite(top), shared, np.nan).astype(rows.dtype, copy=False)


def _entmax_rows(rows: Floats, alpha: Floats) -> Floats:
    if rows.size == 0:
        return rows.copy()
    order = np.broadcast_to(alpha, (len(rows), 1)).astype(np.float64)
    out = np.empty(rows.shape)
    for special, kernel in ((order == 1, _softmax_rows), (np.isinf(order), _argmax_rows)):
        out[special[:, 0]] = kernel(rows[special[:, 0]])
    general = ((order != 1) & np.isfinite(order))[:, 0]
    out[general] = _bisected(rows[general].astype(np.float64), order[general])
    return out.astype(rows.dtype, copy=False)


def _bisected(rows: Floats, alpha: Floats) -> Floats:
    gap, beta = _maximum(rows) - rows, alpha - 1
    low, high = np.zeros_like(beta), -np.expm1(-beta * np.log(rows.shape[-1])) / beta
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        heavy = _power(gap + middle, beta).sum(axis=-1, keepdims=True) >= 1
        low, high = np.where(heavy, middle, low), np.where(heavy, high, middle)
    p = _power(gap + low, beta)
    return p / p.sum(axis=-1, keepdims=True)


def _power(depth: Floats, beta: Floats) -> Floats:
    """[1 - beta * depth]_+ ** (1 / beta), smooth as beta goes to zero."""
    return np.exp(np.log1p(np.maximum(-beta * depth, -1)) / beta)


def softmax(x: ArrayLike, axis: Axis) -> Floats:
    """Softmax along axis."""
    return _along(_softmax_rows, x, axis)


def log_softmax(x: ArrayLike, axis: Axis) -> Floats:
    """Log-softmax along axis."""
    return _along(_log_softmax_rows, x, axis)


def logsumexp(x: ArrayLike, axis: Axis) -> Floats:
    """Log of the sum of exponentials along axis."""
    return _along(_logsumexp_rows, x, axis, reduces=True)


def argmax_map(x: ArrayLike, axis: Axis) -> Floats:
    """One over the number of winners at each winner, zero elsewhere."""
    return _along(_argmax_rows, x, axis)


def entmax(x: ArrayLike, alpha: ArrayLike, axis: Axis) -> Floats:
    """alpha-entmax along axis; an array of alpha broadcasts against x."""
    orders = as_floats(alpha)
    if not np.all(orders > 0):
        raise ValueError(f"alpha must be positive; got {alpha!r}")
    if orders.size == 1:
        return _along(functools.partial(_entmax_rows, alpha=orders.reshape(1, 1)), x, axis)
    values = as_floats(x)
    shape = np.broadcast_shapes(values.shape, orders.shape)
    axes = _axes(axis, len(shape))
    orders = orders.reshape((1,) * (len(shape) - orders.ndim) + orders.shape)
    if any(orders.shape[i] != 1 for i in axes):
        raise ValueError(f"alpha must have size 1 along axis {axis}; got shape {np.shape(alpha)}")
    per_row = tuple(1 if i in axes else n for i, n in enumerate(shape))
    per_row_orders = np.broadcast_to(orders, per_row).reshape(-1, 1)
    return _along(functools.partial(_entmax_rows, alpha=per_row_orders), np.broadcast_to(values, shape), axis)


def sigmoid(x: ArrayLike) -> Floats:
    """1 / (1 + exp(-x)), elementwise."""
    given = as_floats(x)
    with np.errstate(all="ignore"):
        return np.asarray(1 / (1 + np.exp(-_wide(given)))).astype(given.dtype, copy=False)


def log_sigmoid(x: ArrayLike) -> Floats:
    """Log of the sigmoid, elementwise."""
    given = as_floats(x)
    values = _wide(given)
    with np.errstate(all="ignore"):
        out = np.minimum(values, 0) - np.log1p(np.exp(-np.abs(values)))
    return np.asarray(out).astype(given.dtype, copy=False)


def tempered(x: ArrayLike, temperature: ArrayLike, axis: Axis) -> Floats:
    """Logits over temperature, with the limits at 0 and infinity."""
    given, heat = as_floats(x), as_floats(temperature)
    if not np.all(heat >= 0):
        raise ValueError(f"temperature must be zero or positive; got {temperature!r}")
    values = _wide(given)
    axes = _axes(axis, max(values.ndim, 1)) if values.ndim else ()
    with np.errstate(all="ignore"):
        top = values.max(axis=axes, keepdims=True, initial=-np.inf)
        heat = heat.astype(values.dtype)
        scaled = values / heat
        shifted = np.where(values == top, 0, (values - top) / heat)
        lost = np.any(np.isfinite(values) & ~np.isfinite(scaled), axis=axes, keepdims=True)
        out = np.where(np.isfinite(values), np.where(lost, shifted, scaled), values)
    return np.asarray(out).astype(given.dtype, copy=False)
