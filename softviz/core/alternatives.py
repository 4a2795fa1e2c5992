"""What else could turn scores into probabilities: the alternatives of the popular texts, and some of ours.

Most of them are one recipe. Give every score a positive weight g(z), then divide by the sum. Softmax is the
recipe with g = exp; another g gives another map, and loses what only exp has (see ``claims``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from softviz.core.backend import Axis
from softviz.core.backend_namespace import Array, kth_largest, namespace, narrowed, wide_floats
from softviz.core.closed_forms import of_type
from softviz.core.mappings import argmax_map, log_sigmoid, quiet, sigmoid
from softviz.core.scalars import single_axis, whole_number
from softviz.core.temperature_limits import class_axes

Axes: TypeAlias = tuple[int, ...]

_VANISHED = 1e3  # from the centre of a Gaussian: e^-500000 is zero in every float
_COLD_SOFTPLUS = -36.0  # below it softplus(z) = exp(z) to the last bit of a float64


@dataclass(frozen=True)
class Elementwise:
    """A function of each score by itself: no class knows of the others, and nothing makes the sum one."""

    values: Callable[..., Array]
    slopes: Callable[..., Array]
    """Derivative of each output with respect to its own score."""

    @quiet
    def __call__(self, x: Array, *, axis: Axis = -1, **parameters: float) -> Array:
        """Apply the function; ``axis`` changes nothing."""
        return narrowed(self.values(wide_floats(x), **parameters), x)

    @quiet
    def jvp(self, x: Array, tangent: Array, *, axis: Axis = -1, **parameters: float) -> Array:
        """Push a tangent through the diagonal Jacobian."""
        z = wide_floats(x)
        return narrowed(self.slopes(z, **parameters) * of_type(tangent, z), x)

    vjp = jvp


@dataclass(frozen=True)
class Normalised:
    r"""A map that weighs each score and divides by the sum: :math:`p_i = g(z_i) / \sum_j g(z_j)`.

    Weights and slopes may share any positive factor in a row, which cancels: that is how large scores stay
    finite. A row with nothing to divide by, or with NaN in it, becomes NaN and leaves the other rows alone.
    """

    weights: Callable[..., Array]
    """g(z), times the row's own factor."""
    slopes: Callable[..., Array]
    """g'(z), times the same factor."""

    @quiet
    def __call__(self, x: Array, *, axis: Axis = -1, **parameters: float) -> Array:
        """Map scores to probabilities of the same shape and float type."""
        z, axes = _rows(x, axis)
        if 0 in z.shape:
            return narrowed(z, x)
        weights = self.weights(z, axes, **parameters)
        return narrowed(weights / weights.sum(axis=axes, keepdims=True), x)

    @quiet
    def jvp(self, x: Array, tangent: Array, *, axis: Axis = -1, **parameters: float) -> Array:
        r"""Push a tangent v forward: :math:`s v - p \sum_j s_j v_j` with :math:`s = g' / \sum_j g_j`."""
        z, v = _with_direction(x, tangent)
        axes = class_axes(axis, z.ndim)
        if 0 in z.shape:
            return narrowed(z, x)
        p, relative_slopes = self._both(z, axes, parameters)
        direct = relative_slopes * v
        return narrowed(direct - p * direct.sum(axis=axes, keepdims=True), x)

    @quiet
    def vjp(self, x: Array, cotangent: Array, *, axis: Axis = -1, **parameters: float) -> Array:
        r"""Pull a cotangent c back: :math:`s (c - \sum_j p_j c_j)`; symmetric only for g = exp."""
        z, c = _with_direction(x, cotangent)
        axes = class_axes(axis, z.ndim)
        if 0 in z.shape:
            return narrowed(z, x)
        p, relative_slopes = self._both(z, axes, parameters)
        return narrowed(relative_slopes * (c - (p * c).sum(axis=axes, keepdims=True)), x)

    def _both(self, z: Array, axes: Axes, parameters: dict[str, float]) -> tuple[Array, Array]:
        weights = self.weights(z, axes, **parameters)
        total = weights.sum(axis=axes, keepdims=True)
        return weights / total, self.slopes(z, axes, **parameters) / total


def _rows(x: Array, axis: Axis) -> tuple[Array, Axes]:
    """Read scores, and the axes that hold their classes: none of a single number."""
    z = wide_floats(x)
    return z, class_axes(axis, z.ndim)


def _with_direction(x: Array, direction: Array) -> tuple[Array, Array]:
    """Read scores and a direction for them; one row of scores may have many directions, and gets as many axes."""
    z = wide_floats(x)
    moves = of_type(direction, z)
    return z[(None,) * (moves.ndim - z.ndim)], moves


# One-vs-rest logistic: g is the sigmoid. Its tail is that of exp, so the row's factor leaves in the log.
def _logistic_weights(z: Array, axes: Axes) -> Array:
    log_weights = log_sigmoid(z)
    return namespace(z).exp(log_weights - _top(log_weights, axes))


def _logistic_slopes(z: Array, axes: Axes) -> Array:
    return _logistic_weights(z, axes) * sigmoid(-z)


logistic_map = Normalised(_logistic_weights, _logistic_slopes)


def _without_factor(function: Callable[[Array], Array]) -> Callable[..., Array]:
    return lambda z, axes: function(z)


# Arctan: g is 1/2 + atan(z)/pi. atan2 says the same without losing the tail to cancellation.
def _arctan_values(z: Array) -> Array:
    xp = namespace(z)
    return xp.arctan2(xp.ones_like(z), -z) / math.pi


def _arctan_slopes(z: Array) -> Array:
    return 1 / (math.pi * (1 + z * z))


arctan_score = Elementwise(_arctan_values, _arctan_slopes)
arctan_map = Normalised(_without_factor(_arctan_values), _without_factor(_arctan_slopes))


# Gaussian: g is exp(-(z - centre)^2 / 2).
def _gaussian_values(z: Array, centre: float) -> Array:
    xp = namespace(z)
    distance = xp.clip(z - centre, -_VANISHED, _VANISHED)  # the slope at infinity is 0, not 0 times infinity
    return xp.exp(-(distance**2) / 2)


def _gaussian_slopes(z: Array, centre: float) -> Array:
    return _flat_where_zero(_gaussian_values(z, centre), centre - z)


def _gaussian_weights(z: Array, axes: Axes, centre: float) -> Array:
    """Relative to the nearest score; the difference of squares is a product, which does not cancel."""
    xp = namespace(z)
    distance = xp.abs(z - centre)
    nearest = xp.amin(distance, axis=axes, keepdims=True)
    return xp.exp(-(distance - nearest) * (distance + nearest) / 2)


def _gaussian_map_slopes(z: Array, axes: Axes, centre: float) -> Array:
    return _flat_where_zero(_gaussian_weights(z, axes, centre), centre - z)


gaussian_score = Elementwise(_gaussian_values, _gaussian_slopes)
gaussian_map = Normalised(_gaussian_weights, _gaussian_map_slopes)


# Softplus: g is log(1 + exp(z)).
def _softplus_values(z: Array) -> Array:
    xp = namespace(z)
    return xp.logaddexp(z, xp.zeros_like(z))


def _softplus_weights(z: Array, axes: Axes) -> Array:
    """Relative to the largest; far below zero softplus is exp, and the ratio is softmax's."""
    xp = namespace(z)
    top = _top(z, axes)
    return xp.where(top < _COLD_SOFTPLUS, xp.exp(z - top), _softplus_values(z) / _softplus_values(top))


def _softplus_map_slopes(z: Array, axes: Axes) -> Array:
    xp = namespace(z)
    top = _top(z, axes)
    return xp.where(top < _COLD_SOFTPLUS, xp.exp(z - top), sigmoid(z) / _softplus_values(top))


softplus = Elementwise(_softplus_values, sigmoid)
softplus_map = Normalised(_softplus_weights, _softplus_map_slopes)


# Spherical: g is z^2. All scores zero leave nothing to divide: uniform, by symmetry.
def _spherical_weights(z: Array, axes: Axes) -> Array:
    xp = namespace(z)
    size = xp.amax(xp.abs(z), axis=axes, keepdims=True)
    return xp.where(size == 0, xp.ones_like(z), (z / _one_for_zero(size)) ** 2)


def _spherical_slopes(z: Array, axes: Axes) -> Array:
    xp = namespace(z)
    size = xp.amax(xp.abs(z), axis=axes, keepdims=True)
    size = _one_for_zero(size)
    return 2 * (z / size) / size


spherical_softmax = Normalised(_spherical_weights, _spherical_slopes)


# Taylor softmax: g is the Taylor polynomial of exp, which is positive for every even order.
def _taylor_weights(z: Array, axes: Axes, order: int) -> Array:
    if order < 2 or order % 2:
        raise ValueError(f"order must be even and at least 2, or the sum may be negative; got {order}")
    return _exp_polynomial(z, axes, order)


def _exp_polynomial(z: Array, axes: Axes, order: int) -> Array:
    """Sum z^j / j! up to the order in u = z / size, divided by size^order so that no power overflows."""
    xp = namespace(z)
    size = xp.clip(xp.amax(xp.abs(z), axis=axes, keepdims=True), 1.0, None)
    u, shrink = z / size, 1 / size
    total = term = xp.ones_like(z)
    for power in range(1, order + 1):
        term = term * u / power
        total = total * shrink + term
    return total


def _taylor_slopes(z: Array, axes: Axes, order: int) -> Array:
    """The derivative of the polynomial is the polynomial of one order less."""
    xp = namespace(z)
    size = xp.clip(xp.amax(xp.abs(z), axis=axes, keepdims=True), 1.0, None)
    return _exp_polynomial(z, axes, order - 1) / size


taylor_softmax = Normalised(_taylor_weights, _taylor_slopes)


# Top-k softmax: g is exp for the k largest scores and zero for the rest; ties at the k-th place all stay.
def _top_k_weights(z: Array, axes: Axes, k: int) -> Array:
    xp, k = namespace(z), whole_number("k", k, 1)
    kept = xp.exp(z - _top(z, axes))
    return xp.where(z < kth_largest(z, k, _only(axes)), xp.zeros_like(z), kept)


def _only(axes: Axes) -> int:
    if len(axes) != 1:
        raise ValueError(f"axis must be the one whose classes are ranked; got {len(axes)} axes")
    return axes[0]


top_k_softmax = Normalised(_top_k_weights, _top_k_weights)


def maxout(x: Array, pieces: int, *, axis: int = -1) -> Array:
    """Pool values by their maximum, ``pieces`` neighbours at a time: a hidden activation, not a normaliser.

    A unit that takes the largest of k affine functions draws a convex, piecewise-linear curve (ReLU is the
    largest of z and 0). It cannot replace softmax: it returns fewer values than it takes, of any sign.

    Args:
        x: Shape ``[..., units * pieces]`` along ``axis``.
        pieces: How many values make one unit, at least 1.
        axis: The axis to pool along.

    Returns:
        Shape ``[..., units]``.

    Reference: Goodfellow et al. (2013), Maxout Networks, arXiv:1302.4389.
    """
    z, pieces = wide_floats(x), whole_number("pieces", pieces, 1)
    at = single_axis(axis, z.ndim)
    size = z.shape[at]
    if size % pieces:
        raise ValueError(f"maxout needs a multiple of pieces={pieces} values on axis {axis}; got {size}")
    grouped = z.reshape(*z.shape[:at], size // pieces, pieces, *z.shape[at + 1 :])
    return narrowed(namespace(z).amax(grouped, axis=at + 1), x)


@quiet
def logistic_cold(x: Array, *, axis: Axis = -1) -> Array:
    """Limit of the logistic map for T -> 0: positive scores share; without any, the largest wins."""
    z, axes = _rows(x, axis)
    return _step_or(argmax_map(z, axis=axes), z, axes)


@quiet
def arctan_cold(x: Array, *, axis: Axis = -1) -> Array:
    """Limit of the arctan map for T -> 0: the positive scores share; without any, by 1/abs(z)."""
    z, axes = _rows(x, axis)
    xp = namespace(z)
    distance = xp.abs(z)
    tail = xp.amin(distance, axis=axes, keepdims=True) / _one_for_zero(distance)
    return _step_or(tail / _one_for_zero(tail.sum(axis=axes, keepdims=True)), z, axes)


@quiet
def gaussian_cold(x: Array, *, axis: Axis = -1, centre: float) -> Array:
    """Limit of the Gaussian map for T -> 0: the score nearest zero; the centre's sign breaks a tie."""
    z, axes = _rows(x, axis)
    xp = namespace(z)
    nearest = argmax_map(-xp.abs(z), axis=axes) > 0
    side = xp.where(nearest, z, 0.0) * float(np.sign(centre))
    return argmax_map(xp.where(nearest, side, -math.inf), axis=axes)


@quiet
def softplus_cold(x: Array, *, axis: Axis = -1) -> Array:
    """Limit of the softplus map for T -> 0: as the positive scores; without any, the largest wins."""
    z, axes = _rows(x, axis)
    xp = namespace(z)
    positive = xp.clip(z, 0.0, None)
    size = xp.amax(positive, axis=axes, keepdims=True)
    shares = positive / _one_for_zero(size)
    total = _one_for_zero(shares.sum(axis=axes, keepdims=True))
    return xp.where(size > 0, shares / total, argmax_map(z, axis=axes))


@quiet
def taylor_cold(x: Array, *, axis: Axis = -1, order: int) -> Array:
    """Limit of Taylor softmax for T -> 0: its highest power is all that is left, the same for z and -z."""
    z, axes = _rows(x, axis)
    xp = namespace(z)
    size = xp.amax(xp.abs(z), axis=axes, keepdims=True)
    powers = xp.where(size == 0, xp.ones_like(z), (z / _one_for_zero(size)) ** order)
    return powers / powers.sum(axis=axes, keepdims=True)


def top_k_hot(x: Array, *, axis: Axis = -1, k: int) -> Array:
    """Limit of top-k softmax for T -> inf: the k largest share alike."""
    return argmax_map((top_k_softmax(x, axis=axis, k=k) > 0) * 1.0, axis=axis)


def _top(z: Array, axes: Axes) -> Array:
    return namespace(z).amax(z, axis=axes, keepdims=True)


def _one_for_zero(divisor: Array) -> Array:
    """Divide by one where the quotient is not wanted: autograd multiplies what is left out by 0, and 0 * nan is nan."""
    return namespace(divisor).where(divisor == 0, 1.0, divisor)


def _flat_where_zero(weights: Array, log_slopes: Array) -> Array:
    """Multiply g by (log g)' to get g'; where g has vanished its slope has too, however large the factor."""
    xp = namespace(weights)
    return xp.where(weights == 0, xp.zeros_like(weights), weights * log_slopes)


def _step_or(otherwise: Array, z: Array, axes: Axes) -> Array:
    """Share among the positive scores, a zero counting half; where a row has neither, take ``otherwise``."""
    steps = (z > 0) * 1.0 + (z == 0) * 0.5
    total = steps.sum(axis=axes, keepdims=True)
    return namespace(z).where(total > 0, steps / _one_for_zero(total), otherwise)
