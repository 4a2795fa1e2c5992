"""What NumPy and PyTorch spell alike, or nearly: for formulas that are written once with plain operators."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

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


def like(values: Any, x: Array) -> Array:
    """Read values as an array of x's kind, on x's device; numbers keep their own type."""
    if not is_tensor(x):
        return np.asarray(values)
    numbers = values if is_tensor(values) else np.asarray(values)  # torch would read a Python float as float32
    return namespace(x).as_tensor(numbers, device=x.device)


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
