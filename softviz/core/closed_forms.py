"""Derivatives of the entmax family from its answer alone, written once for NumPy arrays and torch tensors.

At its answer p, alpha-entmax has the Jacobian diag(s) - s s^T / sum(s) with s = p^(2 - alpha) on the support: s = p for
softmax, s = 1 on the support for sparsemax. It is symmetric, so that one product serves as JVP and as VJP.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from softviz.core.backend import Axis
from softviz.core.backend_namespace import Array, like, namespace

_BEND = [(-1) ** k / math.factorial(k + 2) for k in range(16)]


def of_type(values: Any, x: Array) -> Array:
    """Read values as an array of x's kind and float type, on x's device."""
    array = like(values, x)
    return array.astype(x.dtype) if isinstance(array, np.ndarray) else array.to(x.dtype)


def simplex_product(weights: Array, direction: Array, axis: Axis) -> Array:
    """Multiply a direction by diag(s) - s s^T / sum(s), for weights s.

    The weighted mean is taken off the direction, which keeps the sum of the probabilities.
    """
    total = weights.sum(axis=axis, keepdims=True)
    mean = (weights * direction).sum(axis=axis, keepdims=True) / (total + (total == 0))
    return weights * (direction - mean)


def entmax_weights(p: Array, alpha: Any) -> Array:
    """Return s = p^(2 - alpha), zero off the support; at alpha = inf, where the map is flat, all zero."""
    xp = namespace(p)
    order = of_type(alpha, p)
    flat = xp.isinf(order)
    off = p == 0
    weights = xp.where(off, 1.0, p) ** xp.where(flat, 0.0, 2 - order)
    return xp.where(off | flat, p * 0, weights)


def entmax_alpha_slope(p: Array, alpha: Any, axis: Axis) -> Array:
    r"""Differentiate entmax(x, alpha) with respect to alpha, given its value p.

    With :math:`\beta = \alpha - 1`, :math:`y = \log p` and :math:`\varphi(t) = (t + e^{-t} - 1) / t^2`, the slope at a
    fixed threshold is :math:`-p y^2 \varphi(\beta y)`; the threshold then moves to keep the sum at 1. It equals
    Proposition 1 of Correia, Niculae & Martins (2019), arXiv:1909.00015, without its cancellation near alpha = 1.
    """
    xp = namespace(p)
    order = of_type(alpha, p)
    log_p = xp.log(xp.where(p == 0, 1.0, p))
    slope = -p * log_p**2 * _bend((order - 1) * log_p)
    slope = xp.where(xp.isinf(order), p * 0, slope)
    weights = entmax_weights(p, order)
    total = weights.sum(axis=axis, keepdims=True)
    return slope - weights * (slope.sum(axis=axis, keepdims=True) / (total + (total == 0)))


def _bend(t: Array) -> Array:
    """(t + exp(-t) - 1) / t^2, by its series where that cancels."""
    xp = namespace(t)
    near = abs(t) < 0.5
    small, large = xp.where(near, t, 0.0), xp.where(near, 1.0, t)
    series = small * 0
    for coefficient in reversed(_BEND):
        series = series * small + coefficient
    return xp.where(near, series, (large + xp.expm1(-large)) / large**2)
