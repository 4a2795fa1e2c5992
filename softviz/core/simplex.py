"""Where probabilities live: entropy, support, distances between distributions, and triangle coordinates.

Every measure takes arrays or tensors whose ``axis`` holds the classes, reports nats where a logarithm is
involved, and treats ``0 log 0`` as its limit 0. Sums of 16-bit floats are taken in float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.backend import kernels_for
from softviz.core.backend_namespace import Array, kth_largest, like, namespace, narrowed, refuted, wide_floats

Floats = NDArray[np.floating[Any]]

TERNARY_CORNERS: Floats = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
"""Corners of the unit triangle on the plane: class 0 lower left, class 1 lower right, class 2 on top."""
TERNARY_CORNERS.setflags(write=False)


def entropy(probabilities: Array, *, axis: int = -1) -> Array:
    r"""Measure how undecided a distribution is, in nats.

    Computes :math:`H(p) = -\sum_i p_i \log p_i`, from 0 (one class has it all) to :math:`\log K` (uniform).
    Values that do not sum to one are measured by the same formula as they stand; a negative value gives NaN.

    Args:
        probabilities: Shape ``[..., classes]``.
        axis: The axis that holds the classes.

    Returns:
        Nats, the shape without ``axis``.

    Reference: Shannon (1948), A Mathematical Theory of Communication.
    """
    p = wide_floats(probabilities)
    summed = -(p * _log_or_zero(p)).sum(axis=axis) + 0.0  # + 0.0 turns -0.0 into 0.0
    return narrowed(summed, probabilities)


def perplexity(probabilities: Array, *, axis: int = -1) -> Array:
    """Count the classes that are effectively in play: ``exp(entropy)``, from 1 to K.

    A uniform distribution over m classes has perplexity m.
    """
    nats = entropy(wide_floats(probabilities), axis=axis)
    return narrowed(namespace(nats).exp(nats), probabilities)


def support_size(probabilities: Array, *, axis: int = -1) -> Array:
    """Count the classes whose probability is not exactly zero."""
    return (wide_floats(probabilities) != 0).sum(axis=axis)


def margin(probabilities: Array, *, axis: int = -1) -> Array:
    """Subtract the runner-up from the top value; a tie at the top gives 0.

    With one class only, the runner-up counts as 0.
    """
    p = wide_floats(probabilities)
    if p.shape[axis] == 0:
        raise ValueError("margin needs at least one class; got an empty axis")
    top = kth_largest(p, 1, axis)
    runner_up = kth_largest(p, 2, axis) if p.shape[axis] > 1 else 0 * top
    return narrowed((top - runner_up).sum(axis=axis), probabilities)


def kl_divergence(probabilities: Array, reference: Array, *, axis: int = -1) -> Array:
    r"""Measure in nats what it costs to take ``reference`` for ``probabilities``.

    Computes the generalised divergence :math:`\sum_i p_i \log(p_i/q_i) - p_i + q_i`. It equals the familiar
    :math:`\sum_i p_i \log(p_i/q_i)` when both sum to one, and stays non-negative when one does not (sigmoid).

    Args:
        probabilities: p, shape ``[..., classes]``.
        reference: q, a shape that broadcasts with p.
        axis: The axis that holds the classes.

    Returns:
        Nats; ``inf`` where q gives exact zero to a class that p does not.

    Reference: Kullback & Leibler (1951); Csiszár (1991) for the generalised form.
    """
    p, q = _broadcast(probabilities, reference)
    xp = namespace(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_q = xp.log(xp.where(p == 0, xp.ones_like(q), q))  # what p never does costs nothing, whatever q says
    total = (p * (_log_or_zero(p) - log_q) - p + q).sum(axis=axis)
    return narrowed(xp.clip(total, 0.0, None), probabilities)  # rounding may leave -1e-17


def total_variation(probabilities: Array, reference: Array, *, axis: int = -1) -> Array:
    """Halve the summed difference of two distributions: 0 when equal, 1 when they share no class.

    It is the largest difference in probability that the two give to any set of classes.
    """
    p, q = _broadcast(probabilities, reference)
    return narrowed(abs(p - q).sum(axis=axis) / 2, probabilities)


def ternary_coordinates(probabilities: ArrayLike) -> Floats:
    """Place distributions over three classes on the unit triangle.

    Args:
        probabilities: Shape ``[..., 3]``, each row summing to one.

    Returns:
        Points ``[..., 2]`` on the plane; the corners are ``TERNARY_CORNERS``.
    """
    p = wide_floats(probabilities)
    if p.shape[-1:] != (3,):
        raise ValueError(f"ternary_coordinates needs three classes on the last axis; got shape {p.shape}")
    # One product a coordinate instead of a matrix product: a NaN row must not disturb its neighbours.
    return np.stack([p[..., 1] + p[..., 2] / 2, p[..., 2] * np.sqrt(p.dtype.type(0.75))], axis=-1)


def barycentric_coordinates(points: ArrayLike) -> Floats:
    """Read distributions over three classes back from points on the plane.

    The inverse of ``ternary_coordinates``.

    Args:
        points: Shape ``[..., 2]``.

    Returns:
        Shape ``[..., 3]``, summing to one; a negative coordinate lies outside the triangle.
    """
    xy = wide_floats(points)
    if xy.shape[-1:] != (2,):
        raise ValueError(f"barycentric_coordinates needs points [..., 2]; got shape {xy.shape}")
    top = xy[..., 1] / np.sqrt(xy.dtype.type(0.75))
    right = xy[..., 0] - top / 2
    return np.stack([1 - right - top, right, top], axis=-1)


def simplex_grid(resolution: int) -> Floats:
    """List evenly spaced distributions over three classes, corners and edges included.

    Args:
        resolution: Steps along an edge, at least 1.

    Returns:
        Shape ``[(resolution + 1)(resolution + 2) / 2, 3]``.
    """
    if resolution < 1:
        raise ValueError(f"resolution must be at least 1; got {resolution}")
    first, second = np.nonzero(np.tri(resolution + 1)[::-1])
    return np.stack([first, second, resolution - first - second], axis=-1) / resolution


def check_distributions(given: Array, name: str) -> None:
    """Refuse rows that are no distributions over the last axis, give or take what their own float type rounds.

    Raises:
        ValueError: If a number is negative or nan, or a row does not sum to 1.
    """
    p, xp = wide_floats(given), namespace(given)
    rounding = float(xp.finfo(kernels_for(given).as_floats(given).dtype).eps)
    total = p.sum(axis=-1)
    off = abs(total - 1)
    if refuted(p >= 0):
        raise ValueError(f"{name} must be at least 0 and sum to 1; got {p[~(p >= 0)].ravel()[0]}")
    if refuted(off <= max(1e-6, rounding**0.5)):
        raise ValueError(f"{name} must be at least 0 and sum to 1; got a sum of {total.ravel()[off.argmax()]}")


def _log_or_zero(p: Array) -> Array:
    """Take the log, and 0 where p is 0: p log p then has its limit, and autograd a finite slope."""
    xp = namespace(p)
    with np.errstate(invalid="ignore"):
        return xp.log(xp.where(p == 0, xp.ones_like(p), p))


def _broadcast(probabilities: Array, reference: Array) -> tuple[Array, Array]:
    p, q = wide_floats(probabilities), wide_floats(like(reference, probabilities))
    try:
        shape = np.broadcast_shapes(tuple(p.shape), tuple(q.shape))
    except ValueError:
        raise ValueError(f"shapes do not match: {tuple(p.shape)} and {tuple(q.shape)}") from None
    return namespace(p).broadcast_to(p, shape), namespace(p).broadcast_to(q, shape)
