"""Derivatives of any registered map with respect to its scores, by the closed forms on its record."""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend_namespace import Array, like, narrowed, wide_floats
from softviz.core.record import Mapping


def jvp(
    mapping: Mapping,
    x: Array,
    tangent: Array,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    **parameters: float,
) -> Array:
    """Push a tangent forward: how the outputs change when the scores move along it.

    Args:
        mapping: A record of the registry.
        x: Scores, shape ``[..., classes]``.
        tangent: A direction for the scores, a shape that broadcasts with x.
        axis: The axis that holds the classes.
        temperature: The scores are divided by it first; positive and finite.
        parameters: The map's own.

    Returns:
        ``J @ tangent``, the shape of the two broadcast.
    """
    scores, directions = _broadcastable(x, tangent, "tangent")
    scaled = _scaled(scores, temperature)
    pushed = mapping.jvp(scaled, directions, axis=axis, **mapping.complete(parameters))
    return narrowed(pushed / temperature, x)


def vjp(
    mapping: Mapping,
    x: Array,
    cotangent: Array,
    *,
    axis: int = -1,
    temperature: float = 1.0,
    **parameters: float,
) -> Array:
    """Pull a cotangent back: the gradient on the scores of a loss whose gradient on the outputs it is.

    Takes and returns what ``jvp`` does; computes ``cotangent @ J``.
    """
    scores, directions = _broadcastable(x, cotangent, "cotangent")
    scaled = _scaled(scores, temperature)
    pulled = mapping.vjp(scaled, directions, axis=axis, **mapping.complete(parameters))
    return narrowed(pulled / temperature, x)


def jacobian(mapping: Mapping, x: Array, *, axis: int = -1, temperature: float = 1.0, **parameters: float) -> Array:
    """Write out every slope: entry ``[..., i, j]`` is the change of output i per unit of score j.

    It holds classes squared numbers for each row of scores: for many classes ask for products instead.

    Args:
        mapping: A record of the registry.
        x: Scores, shape ``[..., classes]``.
        axis: The axis that holds the classes.
        temperature: The scores are divided by it first; positive and finite.
        parameters: The map's own.

    Returns:
        Shape ``[..., classes, classes]``; the two class axes come last, wherever ``axis`` was.
    """
    scores = _scaled(_class_axis_last(x, axis), temperature)
    each_output = like(np.eye(scores.shape[-1]), scores)
    rows = mapping.vjp(scores[..., None, :], _typed(each_output, scores), axis=-1, **mapping.complete(parameters))
    return narrowed(rows / temperature, x)


def _scaled(x: Array, temperature: float) -> Array:
    if not 0 < temperature < np.inf:
        raise ValueError(f"temperature must be positive and finite for a derivative; got {temperature}")
    return x / float(temperature)


def _broadcastable(x: Array, direction: Any, name: str) -> tuple[Array, Array]:
    scores = wide_floats(x)
    directions = _typed(like(direction, scores), scores)
    try:
        np.broadcast_shapes(tuple(scores.shape), tuple(directions.shape))
    except ValueError:
        raise ValueError(
            f"{name} must broadcast with the scores {tuple(scores.shape)}; got {tuple(directions.shape)}"
        ) from None
    return scores, directions


def _class_axis_last(x: Array, axis: int) -> Array:
    scores = wide_floats(x)
    if scores.ndim == 0:
        raise ValueError("a Jacobian needs an axis of classes; got a single number")
    return np.moveaxis(scores, axis, -1) if isinstance(scores, np.ndarray) else scores.movedim(axis, -1)


def _typed(values: Array, scores: Array) -> Array:
    return values.astype(scores.dtype) if isinstance(values, np.ndarray) else values.to(scores.dtype)
