"""Scores (logits) over temperature, exact at 0, at infinity and where the division overflows."""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend import Axis, kernels_for
from softviz.core.backend_namespace import Array, like, namespace, narrowed, refuted
from softviz.core.closed_forms import of_type
from softviz.core.numpy_rows import axes_of


def divided(z: Array, temperature: Any, axis: Axis, x: Any = None) -> Array:
    """Divide floats by a temperature, or by one a row.

    A row whose quotients leave the range of their float type is measured from its maximum instead, which softmax does
    not notice: at temperature 0 the largest become 0 and the others -inf. At infinity all that is finite becomes 0.

    Args:
        z: The logits, in floats wide enough to compute in.
        temperature: At least 0; a number, or one a row.
        axis: The axis or axes that hold the classes.
        x: What has the float type that the quotients are to fit; z itself if left out.

    Raises:
        ValueError: If a temperature is negative, nan or no real number, or they differ within a row.
    """
    xp = namespace(z)
    z, heat = with_temperature(z, temperature, axis)
    if 0 in z.shape:
        return z
    frozen = heat == 0
    divisor = xp.where(frozen, 1.0, heat)  # never 0: autograd multiplies what it leaves out by 0
    scaled, top = z / divisor, _top(z, axis)
    below = xp.where(frozen, -np.inf, (z - top) / divisor)
    finite = xp.isfinite(z)
    overflown = finite & ~xp.isfinite(scaled if x is None else narrowed(scaled, x))
    lost = frozen | overflown.any(axis=class_axes(axis, z.ndim), keepdims=True)
    return xp.where(finite, xp.where(lost, xp.where(z == top, 0.0, below), scaled), z)


def with_temperature(z: Array, temperature: Any, axis: Axis) -> tuple[Array, Array]:
    """Give logits the shape that a temperature of their own for each row asks for, and the temperature their type.

    Raises:
        ValueError: If a temperature is negative, nan or no real number, or they differ within a row.
    """
    heat = one_per_row(temperature, z, axis, "temperature")
    if refuted(heat >= 0):
        raise ValueError(f"temperature must be zero or positive; got {temperature!r}")
    shape = np.broadcast_shapes(tuple(z.shape), tuple(heat.shape))
    return namespace(z).broadcast_to(z, shape), of_type(heat, z)


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
