"""How the torch kernels walk a tensor: along one dimension, whatever axes were asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from softviz.core.numpy_rows import Axis, axes_of


def reals(x: Any) -> Tensor:
    """Read x as real numbers, which keep their own type.

    Raises:
        ValueError: If x holds complex numbers.
    """
    values = torch.as_tensor(x)
    if values.is_complex():
        raise ValueError(f"expected real numbers; got a tensor of {values.dtype}")
    return values


def as_floats(x: Any) -> Tensor:
    """Read x as floats: float types are kept, integers and booleans become float64."""
    values = reals(x)
    return values if values.is_floating_point() else values.double()


def wide(x: Tensor) -> Tensor:
    """Read x as floats in which sums hold up: 16 bits become 32."""
    values = as_floats(x)
    return values if values.dtype.itemsize >= 4 else values.float()


def mapped(function: Callable[..., Tensor], x: Tensor, axis: Axis, *per_row: Tensor) -> Tensor:
    """Apply ``function(x, *per_row, dimension)`` along axis: every class keeps its place.

    Args:
        function: Given floats of 32 bits or more, with the classes along one dimension.
        x: The logits.
        axis: The axis or axes that hold the classes.
        per_row: Tensors of as many dimensions as x, with size 1 along axis.
    """
    values = wide(x)
    whole = torch.atleast_1d(values)
    axes = axes_of(axis, whole.ndim)
    if whole.numel() == 0:
        return as_floats(x).clone()
    others = tuple(i for i in range(whole.ndim) if i not in axes)
    if len(axes) == 1:
        answer = function(whole, *per_row, axes[0])
    else:
        moved = whole.permute(others + axes)
        gathered = [_gathered(each, others, axes) for each in (whole, *per_row)]
        answer = function(*gathered, len(others)).reshape(moved.shape)
        answer = answer.permute([(others + axes).index(i) for i in range(whole.ndim)])
    return answer.reshape(values.shape).to(as_floats(x).dtype)


def reduced(function: Callable[..., Tensor], x: Tensor, axis: Axis, empty: float) -> Tensor:
    """Apply a function that leaves one number of each row; a row without classes gives ``empty``."""
    whole = torch.atleast_1d(wide(x))
    axes = axes_of(axis, whole.ndim)
    others = tuple(i for i in range(whole.ndim) if i not in axes)
    if whole.numel() == 0:
        return torch.full([whole.shape[i] for i in others], empty, dtype=as_floats(x).dtype, device=x.device)
    return function(_gathered(whole, others, axes), len(others)).to(as_floats(x).dtype)


def _gathered(x: Tensor, others: tuple[int, ...], axes: tuple[int, ...]) -> Tensor:
    """Bring the class axes together as the last dimension."""
    moved = x.permute(others + axes)
    return moved.flatten(len(others)) if axes else moved.unsqueeze(-1)
