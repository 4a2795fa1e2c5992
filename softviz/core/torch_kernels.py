"""What the public functions ask of PyTorch; :mod:`numpy_kernels` answers to the same names.

Nothing here leaves the tensor's device, and no loop waits for it. Where a derivative has a better closed form than the
trail of operations, it is written out as an autograd function that can be differentiated again, forwards as well, and
under ``torch.func``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import Function
from torch.nn import functional

from softviz.core import torch_entmax
from softviz.core.numpy_rows import Axis
from softviz.core.torch_rows import as_floats, mapped, reals, reduced, wide

__all__ = [
    "argmax_map",
    "as_floats",
    "entmax",
    "gumbel_noise",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "reals",
    "sigmoid",
    "softmax",
    "straight_through",
]


def softmax(x: Tensor, axis: Axis) -> Tensor:
    """Exponentials over their sum: PyTorch's own."""
    return mapped(torch.softmax, x, axis)


def log_softmax(x: Tensor, axis: Axis) -> Tensor:
    """Log of the softmax."""
    return mapped(LogSoftmax.apply, x, axis)


def logsumexp(x: Tensor, axis: Axis) -> Tensor:
    """Log of the sum of exponentials."""
    return reduced(LogSumExp.apply, x, axis, empty=-torch.inf)


def argmax_map(x: Tensor, axis: Axis) -> Tensor:
    """All on the largest, which ties share; the gradient is zero."""
    return entmax(x, torch.inf, axis)


def entmax(x: Tensor, alpha: float | Tensor, axis: Axis) -> Tensor:
    """alpha-entmax; alpha is a number, or a tensor that broadcasts against x with size 1 along axis."""
    if x.numel() == 0:
        torch_entmax.check_positive(alpha)  # no row will
    if isinstance(alpha, float):
        return mapped(lambda z, dimension: torch_entmax.Entmax.apply(z, alpha, dimension), x, axis)
    rows = x.expand(np.broadcast_shapes(tuple(x.shape), tuple(alpha.shape)))
    orders = alpha.reshape((1,) * (max(rows.ndim, 1) - alpha.ndim) + tuple(alpha.shape))
    return mapped(torch_entmax.Entmax.apply, rows, axis, orders)


def sigmoid(x: Tensor) -> Tensor:
    """1 / (1 + exp(-x)), elementwise: PyTorch's own."""
    return torch.sigmoid(wide(x)).to(as_floats(x).dtype)


def log_sigmoid(x: Tensor) -> Tensor:
    """Log of the sigmoid, elementwise: PyTorch's own."""
    return functional.logsigmoid(wide(x)).to(as_floats(x).dtype)


def gumbel_noise(x: Tensor, rng: torch.Generator) -> Tensor:
    """Draw standard Gumbel noise in the shape and float type of x, on its device."""
    if not isinstance(rng, torch.Generator):
        raise ValueError(f"rng must be a torch.Generator for a tensor; got {type(rng).__name__}")
    noise = torch.empty_like(x)
    return noise if x.is_meta else -noise.exponential_(generator=rng).log()


def straight_through(noisy: Tensor, soft: Tensor, axis: Axis) -> Tensor:
    """All on the first of the largest, with the gradient of soft."""
    return mapped(_first_winner, noisy.detach(), axis) + (soft - soft.detach())


def _first_winner(z: Tensor, dimension: int) -> Tensor:
    top = z.amax(dimension, keepdim=True)
    winner = z.argmax(dimension, keepdim=True)
    return (top - top).expand_as(z).scatter_add(dimension, winner, torch.ones_like(top))


class LogSoftmax(Function):  # type: ignore[misc]
    """``LogSoftmax.apply(x, dimension)``, which keeps the digits of a confident winner."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, dimension: int) -> Tensor:
        """Subtract the log of the sum of the exponentials."""
        shifted = x - x.amax(dimension, keepdim=True)
        return shifted - torch.log1p(_rest(shifted, dimension))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, int], output: Tensor) -> None:
        """Keep the answer."""
        ctx.dimension = inputs[1]
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def backward(ctx: Any, cotangent: Tensor) -> tuple[Tensor, None]:
        """Pull a cotangent back."""
        (log_p,) = ctx.saved_tensors
        return cotangent - log_p.exp() * cotangent.sum(ctx.dimension, keepdim=True), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        """Push a tangent forward."""
        (log_p,) = ctx.saved_tensors
        return tangent - (log_p.exp() * tangent).sum(ctx.dimension, keepdim=True)


class LogSumExp(Function):  # type: ignore[misc]
    """``LogSumExp.apply(x, dimension)``, whose gradient is the softmax."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, dimension: int) -> Tensor:
        """Take the log of the sum of the exponentials."""
        top = x.amax(dimension, keepdim=True)
        value = torch.fmax(top, top + torch.log1p(_rest(x - top, dimension)))  # fmax: inf - inf left nan behind
        return value.squeeze(dimension)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, int], output: Tensor) -> None:
        """Keep the scores."""
        x, ctx.dimension = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def backward(ctx: Any, cotangent: Tensor) -> tuple[Tensor, None]:
        """Pull a cotangent back."""
        (x,) = ctx.saved_tensors
        return cotangent.unsqueeze(ctx.dimension) * torch.softmax(x, ctx.dimension), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        """Push a tangent forward."""
        (x,) = ctx.saved_tensors
        return (torch.softmax(x, ctx.dimension) * tangent).sum(ctx.dimension)


def _rest(shifted: Tensor, dimension: int) -> Tensor:
    """Sum the exponentials without the maximum's own, which is exactly 1."""
    exponentials = shifted.exp()
    winner = shifted.argmax(dimension, keepdim=True)
    without = exponentials.scatter_add(dimension, winner, -torch.ones_like(winner, dtype=shifted.dtype))
    return without.sum(dimension, keepdim=True)
