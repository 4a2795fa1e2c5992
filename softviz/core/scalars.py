"""Settings that are a single number, and axes that are a single axis: read, or refused by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend import is_tensor
from softviz.core.numpy_rows import axes_of


def real_number(name: str, value: Any) -> Any:
    """Read one real number as a float; a tensor of one stays a tensor, so that it can be learned.

    Raises:
        ValueError: For text, None, complex numbers and arrays.
    """
    if is_tensor(value):
        if value.ndim == 0 and not value.is_complex():
            return value
    else:
        number = np.asarray(value)
        if number.ndim == 0 and number.dtype.kind in "fiub":
            return float(number)
    raise ValueError(f"{name} must be a number; got {value!r}")


def whole_number(name: str, value: Any, at_least: int) -> int:
    """Read one whole number.

    Raises:
        ValueError: If it is smaller than ``at_least``, or none.
    """
    number = real_number(name, value)
    if number % 1:
        raise ValueError(f"{name} must be a whole number; got {value!r}")
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}; got {value!r}")
    return int(number)


def single_axis(axis: Any, dimensions: int) -> int:
    """Read the one axis of an array that holds the classes, as a non-negative integer.

    Raises:
        ValueError: If it is out of range or no integer, or the array has no axes.
    """
    if axis is None or isinstance(axis, tuple):
        raise ValueError(f"axis must be a single integer; got {axis!r}")
    return axes_of(axis, dimensions)[0]
