"""Derivatives of any registered map with respect to its scores, by the closed forms on its record."""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend_namespace import Array, narrowed, wide_floats
from softviz.core.closed_forms import of_type
from softviz.core.mappings import quiet, tempered
from softviz.core.record import Mapping
from softviz.core.scalars import real_number, single_axis


@quiet
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
    heat = _heat(temperature)
    scaled = _scaled(mapping, scores, heat, axis)
    pushed = mapping.jvp(scaled, directions, axis=axis, **mapping.complete(parameters))
    return narrowed(pushed / heat, x)


@quiet
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
    heat = _heat(temperature)
    scaled = _scaled(mapping, scores, heat, axis)
    pulled = mapping.vjp(scaled, directions, axis=axis, **mapping.complete(parameters))
    return narrowed(pulled / heat, x)


@quiet
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
    heat = _heat(temperature)
    scores = _scaled(mapping, _class_axis_last(x, axis), heat, -1)
    each_output = of_type(np.eye(scores.shape[-1]), scores)
    rows = mapping.vjp(scores[..., None, :], each_output, axis=-1, **mapping.complete(parameters))
    return narrowed(rows / heat, x)


def _heat(temperature: Any) -> Any:
    heat = real_number("temperature", temperature)
    if not 0 < heat < np.inf:
        raise ValueError(f"temperature must be positive and finite for a derivative; got {temperature}")
    return heat


def _scaled(mapping: Mapping, scores: Array, heat: Any, axis: int) -> Array:
    """Divide by the temperature; where that overflows, a map that ignores a shift is measured from the maximum."""
    return tempered(scores, heat, axis=axis) if mapping.claims.shift_invariant else scores / heat


def _broadcastable(x: Array, direction: Any, name: str) -> tuple[Array, Array]:
    scores = wide_floats(x)
    directions = of_type(direction, scores)
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
    at = single_axis(axis, scores.ndim)
    return np.moveaxis(scores, at, -1) if isinstance(scores, np.ndarray) else scores.movedim(at, -1)
