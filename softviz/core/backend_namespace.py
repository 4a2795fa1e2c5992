"""What NumPy and PyTorch spell alike, or nearly: for formulas that are written once with plain operators."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.core.backend import is_tensor, kernels_for

Array = Any
"""A NumPy array or a torch tensor: what goes in decides what comes out."""


def namespace(x: object) -> Any:
    """Return the module whose functions serve x: ``torch`` for a tensor, else ``numpy``."""
    return sys.modules["torch"] if is_tensor(x) else np


def wide_floats(x: Array) -> Array:
    """Read x as floats wide enough to sum in: 16-bit as float32, integers as float64, the rest as it is."""
    given = kernels_for(x).as_floats(x)
    if given.dtype.itemsize >= 4:
        return given
    return given.float() if is_tensor(given) else given.astype(np.float32)


def rows_of_classes(x: Array) -> Array:
    """Read x as wide floats whose last axis holds the classes.

    Raises:
        ValueError: If x is a single number.
    """
    z = wide_floats(x)
    if z.ndim == 0:
        raise ValueError("scores must have an axis of classes, [..., classes]; got a single number")
    return z


def narrowed(result: Array, x: Array) -> Array:
    """Return the result in the float type in which x came."""
    dtype = kernels_for(x).as_floats(x).dtype
    return result.to(dtype) if is_tensor(result) else np.asarray(result).astype(dtype, copy=False)


def kth_largest(x: Array, k: int, axis: int) -> Array:
    """Return the k-th largest value along axis, kept with size 1; the smallest where k exceeds the size."""
    size = x.shape[axis]
    rank = max(size - k, 0)
    if is_tensor(x):
        return x.kthvalue(rank + 1, dim=axis, keepdim=True).values
    return np.take(np.partition(x, rank, axis=axis), [rank], axis=axis)


def on_host(x: Any) -> Any:
    """Read x as a NumPy array; a tensor leaves its device and its gradient behind, and bfloat16 becomes float32."""
    if not is_tensor(x):
        return np.asarray(x)
    values = x.detach().cpu()
    return (values.float() if "bfloat16" in str(values.dtype) else values).numpy()


def doubles(x: Any) -> NDArray[np.float64]:
    """Read real numbers as a NumPy array of float64, wherever they are.

    Raises:
        ValueError: For complex numbers, objects and text.
    """
    values: NDArray[np.float64] = kernels_for(None).reals(on_host(x)).astype(np.float64)
    return values


def like(values: Any, x: Array) -> Array:
    """Read real numbers as an array of x's kind, on x's device; they keep their own type.

    Raises:
        ValueError: For complex numbers, objects and text.
    """
    if not is_tensor(x):
        return kernels_for(None).reals(on_host(values))
    numbers = values if is_tensor(values) else np.asarray(values)  # torch would read a Python float as float32
    return namespace(x).as_tensor(kernels_for(numbers).reals(numbers), device=x.device)


def refuted(condition: Array) -> bool:
    """Tell whether a condition is known to fail somewhere.

    A tensor without data has no answer, nor has one that ``torch.vmap`` follows: PyTorch raises when it is asked.
    """
    if not is_tensor(condition):
        return not condition.all()
    try:
        return not (condition.is_meta or bool(condition.all()))
    except RuntimeError:
        return False


def surely_none(marks: Array) -> bool:
    """Tell whether no mark is known to be set; a tensor is not asked, lest its device be waited for."""
    return 0 in marks.shape or not (is_tensor(marks) or marks.any())


def one_hot(labels: Array, classes: int) -> Array:
    """Mark each label's class: booleans ``[..., classes]``."""
    return labels[..., None] == like(np.arange(classes), labels)


def picked(x: Array, labels: Array) -> Array:
    """Take from the last axis of x the entry that each label names."""
    index = labels[..., None]
    if is_tensor(x):
        return x.gather(-1, index.expand(*x.shape[:-1], 1).long())[..., 0]
    index = np.broadcast_to(index, (*x.shape[:-1], 1))
    return np.take_along_axis(x, index, axis=-1)[..., 0]
