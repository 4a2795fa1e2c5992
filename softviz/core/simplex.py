"""Where probabilities live: entropy, support, distances between distributions, and triangle coordinates.

Every measure takes arrays whose ``axis`` holds the classes, reports nats where a logarithm is involved, and
treats ``0 log 0`` as its limit 0. Sums of 16-bit floats are taken in float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]

TERNARY_CORNERS: Floats = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
"""Corners of the unit triangle on the plane: class 0 lower left, class 1 lower right, class 2 on top."""
TERNARY_CORNERS.setflags(write=False)


def entropy(probabilities: ArrayLike, *, axis: int = -1) -> Floats:
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
    p = _working_floats(probabilities)
    summed = -_plogp(p).sum(axis=axis) + 0.0  # + 0.0 turns -0.0 into 0.0
    return _like_input(summed, probabilities)


def perplexity(probabilities: ArrayLike, *, axis: int = -1) -> Floats:
    """Count the classes that are effectively in play: ``exp(entropy)``, from 1 to K.

    A uniform distribution over m classes has perplexity m.
    """
    return _like_input(np.exp(entropy(_working_floats(probabilities), axis=axis)), probabilities)


def support_size(probabilities: ArrayLike, *, axis: int = -1) -> NDArray[np.intp]:
    """Count the classes whose probability is not exactly zero."""
    count: NDArray[np.intp] = np.count_nonzero(_working_floats(probabilities), axis=axis)
    return count


def margin(probabilities: ArrayLike, *, axis: int = -1) -> Floats:
    """Subtract the runner-up from the top value; a tie at the top gives 0.

    With one class only, the runner-up counts as 0.
    """
    p = np.moveaxis(_working_floats(probabilities), axis, -1)
    if p.shape[-1] == 0:
        raise ValueError("margin needs at least one class; got an empty axis")
    if p.shape[-1] == 1:
        return _like_input(p[..., 0], probabilities)
    top_two = np.partition(p, -2, axis=-1)[..., -2:]
    return _like_input(top_two[..., 1] - top_two[..., 0], probabilities)


def kl_divergence(probabilities: ArrayLike, reference: ArrayLike, *, axis: int = -1) -> Floats:
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
    p, q = _same_shape(probabilities, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = np.where(p == 0, 0.0, p * (np.log(p) - np.log(q)))
    total = np.maximum((surprise - p + q).sum(axis=axis), 0.0)  # rounding may leave -1e-17
    return _like_input(total, probabilities)


def total_variation(probabilities: ArrayLike, reference: ArrayLike, *, axis: int = -1) -> Floats:
    """Halve the summed difference of two distributions: 0 when equal, 1 when they share no class.

    It is the largest difference in probability that the two give to any set of classes.
    """
    p, q = _same_shape(probabilities, reference)
    return _like_input(np.abs(p - q).sum(axis=axis) / 2, probabilities)


def ternary_coordinates(probabilities: ArrayLike) -> Floats:
    """Place distributions over three classes on the unit triangle.

    Args:
        probabilities: Shape ``[..., 3]``, each row summing to one.

    Returns:
        Points ``[..., 2]`` on the plane; the corners are ``TERNARY_CORNERS``.
    """
    p = _working_floats(probabilities)
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
    xy = _working_floats(points)
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


def _working_floats(values: ArrayLike) -> Floats:
    """Integers as float64, 16-bit floats as float32, the rest as it is; complex and objects are refused."""
    array = np.asarray(values)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise ValueError(f"expected real numbers; got dtype {array.dtype}")
    return array.astype(np.float32) if array.dtype.itemsize == 2 else array


def _like_input(result: Floats, values: ArrayLike) -> Floats:
    """Return a 16-bit answer to a 16-bit question."""
    dtype = getattr(values, "dtype", None)
    return result.astype(np.float16) if dtype == np.float16 else result


def _plogp(p: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p == 0, p.dtype.type(0), p * np.log(p))


def _same_shape(probabilities: ArrayLike, reference: ArrayLike) -> list[Floats]:
    p, q = _working_floats(probabilities), _working_floats(reference)
    try:
        return list(np.broadcast_arrays(p, q))
    except ValueError:
        raise ValueError(f"shapes do not match: {p.shape} and {q.shape}") from None
