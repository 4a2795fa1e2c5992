"""Scores (logits) over temperature, exact at 0, at infinity and where the division overflows."""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend import Axis, kernels_for
from softviz.core.backend_namespace import Array, like, namespace
from softviz.core.closed_forms import of_type
from softviz.core.numpy_rows import axes_of


def divided(z: Array, temperature: Any, axis: Axis) -> Array:
    """Divide floats by a temperature, or by one a row.

    A row whose quotients leave the range of its float type is measured from its maximum instead, which softmax does not
    notice: at temperature 0 the largest become 0 and the others -inf. At infinity all that is finite becomes 0.

    Raises:
        ValueError: If a temperature is negative, nan or no real number, or they differ within a row.
    """
    xp = namespace(z)
    heat = one_per_row(temperature, z, axis, "temperature")
    if not (getattr(heat, "is_meta", False) or (heat >= 0).all()):
        raise ValueError(f"temperature must be zero or positive; got {temperature!r}")
    z, heat = xp.broadcast_to(z, np.broadcast_shapes(tuple(z.shape), tuple(heat.shape))), of_type(heat, z)
    scaled = z / heat
    if 0 in scaled.shape:
        return scaled
    top = _top(z, axis)
    from_top = xp.where(z == top, 0.0, (z - top) / heat)
    finite = xp.isfinite(z)
    lost = (finite & ~xp.isfinite(scaled)).any(axis=class_axes(axis, z.ndim), keepdims=True)
    return xp.where(finite, xp.where(lost, from_top, scaled), z)


def shifted(z: Array, axis: Axis) -> Array:
    """Take the maximum of each row off; what is finite stays finite."""
    if 0 in z.shape:
        return z
    xp = namespace(z)
    difference = z - _top(z, axis)
    overflown = xp.isinf(difference) & xp.isfinite(z)
    return xp.where(overflown, float(xp.finfo(z.dtype).min), difference)


def one_per_row(values: Any, z: Array, axis: Axis, name: str) -> Array:
    """Read a number for all rows of z, or one for each.

    Args:
        values: A number, or an array that broadcasts against z with size 1 along axis.
        z: The logits.
        axis: The axis or axes of the broadcast shape that hold the classes.
        name: What to call the values in an error.

    Raises:
        ValueError: If they are no real numbers, do not broadcast, or differ along axis.
    """
    array = like(values, z)
    array = kernels_for(array).as_floats(array)
    try:
        shape = np.broadcast_shapes(tuple(z.shape), tuple(array.shape))
    except ValueError:
        expected = f"{name} must broadcast against logits of shape {tuple(z.shape)}"
        raise ValueError(f"{expected}; got shape {tuple(array.shape)}") from None
    aligned = (1,) * (len(shape) - array.ndim) + tuple(array.shape)
    if any(aligned[i] != 1 for i in class_axes(axis, len(shape))):
        raise ValueError(f"{name} must have size 1 along axis {axis} of {shape}; got shape {tuple(array.shape)}")
    return array


def class_axes(axis: Axis, dimensions: int) -> tuple[int, ...]:
    """Return the axes of the classes; a single number is a row of one class, without an axis to name."""
    axes = axes_of(axis, max(dimensions, 1))
    return axes if dimensions else ()


def _top(z: Array, axis: Axis) -> Array:
    return namespace(z).amax(z, axis=class_axes(axis, z.ndim), keepdims=True)
