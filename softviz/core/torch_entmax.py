"""alpha-entmax on tensors: Newton's method as in :mod:`numpy_entmax`, with its derivatives in closed form.

The number of steps is fixed, so that no device has to report back; a CPU, which has nothing to wait for, stops early.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.autograd import Function

from softviz.core.closed_forms import entmax_alpha_slope, entmax_weights, simplex_product

Beta: TypeAlias = float | Tensor

NEWTON_STEPS = 20
BRACKET_STEPS = 100
PRECISION = 1e-15


class Entmax(Function):  # type: ignore[misc]
    """``Entmax.apply(x, alpha, dimension)``: probabilities; alpha is a float, or a tensor with size 1 there."""

    @staticmethod
    def forward(x: Tensor, alpha: Beta, dimension: int) -> Tensor:
        """Solve for the probabilities."""
        return _of_float(x, alpha, dimension) if isinstance(alpha, float) else _of_tensor(x, alpha, dimension)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the answer, from which alone the derivatives follow."""
        _, alpha, ctx.dimension = inputs
        ctx.alpha = alpha if isinstance(alpha, float) else None
        kept = (output,) if isinstance(alpha, float) else (output, alpha)
        ctx.save_for_backward(*kept)
        ctx.save_for_forward(*kept)

    @staticmethod
    def backward(ctx: Any, cotangent: Tensor) -> tuple[Tensor | None, ...]:
        """Pull a cotangent back to the scores and to alpha."""
        p, alpha = _saved(ctx)
        to_scores = simplex_product(entmax_weights(p, alpha), cotangent, ctx.dimension)
        if not ctx.needs_input_grad[1]:
            return to_scores, None, None
        slope = entmax_alpha_slope(p, alpha, ctx.dimension)
        return to_scores, (cotangent * slope).sum(ctx.dimension, keepdim=True), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor | None, alpha_tangent: Tensor | None, _: None) -> Tensor:
        """Push tangents of the scores and of alpha forward."""
        p, alpha = _saved(ctx)
        moved = torch.zeros_like(p)
        if tangent is not None:
            moved = moved + simplex_product(entmax_weights(p, alpha), tangent, ctx.dimension)
        if alpha_tangent is not None:
            moved = moved + entmax_alpha_slope(p, alpha, ctx.dimension) * alpha_tangent
        return moved

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], x: Tensor, alpha: Beta, dimension: int) -> Any:
        """Take a batch as more rows."""
        rows = x.unsqueeze(0) if in_dims[0] is None else x.movedim(in_dims[0], 0)
        if isinstance(alpha, Tensor):
            alpha = alpha.unsqueeze(0) if in_dims[1] is None else alpha.movedim(in_dims[1], 0)
            rows = rows.expand(info.batch_size, *rows.shape[1:])
        return Entmax.apply(rows, alpha, dimension % (rows.ndim - 1) + 1), 0


def _saved(ctx: Any) -> tuple[Tensor, Beta]:
    p, *alpha = ctx.saved_tensors
    return p, (alpha[0] if alpha else ctx.alpha)


def _of_float(x: Tensor, alpha: float, dimension: int) -> Tensor:
    if alpha == 1:
        return torch.softmax(x, dimension)
    if math.isinf(alpha):
        return argmax(x, dimension)
    return (smooth if alpha <= 2 else steep)(x, alpha - 1, dimension)


def _of_tensor(x: Tensor, alpha: Tensor, dimension: int) -> Tensor:
    """Give each row what serves its alpha; which regimes there are is asked once."""
    order = alpha.to(x.dtype)
    regimes = torch.stack([order == 1, order.isinf(), (order > 2) & order.isfinite()])
    soft, hard, above = regimes
    present = [True] * 3 if x.is_meta else regimes.flatten(1).any(1).tolist()
    answer = smooth(x, torch.where(soft | hard | above, 0.5, order - 1), dimension)
    if present[0]:
        answer = torch.where(soft, torch.softmax(x, dimension), answer)
    if present[1]:
        answer = torch.where(hard, argmax(x, dimension), answer)
    if present[2]:
        answer = torch.where(above, steep(x, torch.where(above, order - 1, 2.0), dimension), answer)
    return answer


def argmax(x: Tensor, dimension: int) -> Tensor:
    """Share 1 among the largest; a maximum that is not finite makes its row nan."""
    winners = (x - x.amax(dimension, keepdim=True) == 0).to(x.dtype)
    return winners / winners.sum(dimension, keepdim=True)


def smooth(x: Tensor, beta: Beta, dimension: int) -> Tensor:
    """alpha-entmax for alpha up to 2, by Newton's method on a convex residual."""
    z = x - x.amax(dimension, keepdim=True)
    bound = torch.zeros_like(z.amax(dimension, keepdim=True))
    precision = 8 * torch.finfo(z.dtype).eps
    for _ in range(NEWTON_STEPS):
        v = (beta * (z - bound)).clamp(min=-1)
        p = _power(v, beta)
        mass = p.sum(dimension, keepdim=True)
        slope = (p / (1 + v).clamp(min=torch.finfo(z.dtype).tiny)).sum(dimension, keepdim=True)
        step = -torch.expm1(-beta * mass.log()) / beta * mass / slope
        bound = bound + step
        if _everywhere(~(step > precision * bound.clamp(min=1))):
            break
    p = _power((beta * (z - bound)).clamp(min=-1), beta)
    return p / p.sum(dimension, keepdim=True)


def _power(v: Tensor, beta: Beta) -> Tensor:
    """(1 + v)^(1 / beta)."""
    if isinstance(beta, float) and beta in (0.5, 1.0):
        return 1 + v if beta == 1 else (1 + v).square()
    return (torch.log1p(v) / beta).exp()


def steep(x: Tensor, beta: Beta, dimension: int) -> Tensor:
    """alpha-entmax for alpha above 2, in float64: Newton's method on the log of the largest p, in a bracket."""
    depth = (x - x.amax(dimension, keepdim=True)).double() * beta
    high = torch.zeros_like(depth.amax(dimension, keepdim=True))
    low, y = high - math.log(x.shape[dimension]), high
    for step in range(BRACKET_STEPS):
        u = _share_of_top(depth, beta, y)
        p = (u.log() / beta + y).exp()
        mass = p.sum(dimension, keepdim=True)
        excess = mass.log()
        low, high = torch.where(excess < 0, y, low), torch.where(excess > 0, y, high)
        settled = (excess.abs() <= PRECISION) | (high - low <= PRECISION) | excess.isnan()
        if _everywhere(settled):
            break
        slope = (p / u.clamp(min=torch.finfo(torch.float64).tiny)).sum(dimension, keepdim=True)
        newton = y - excess * mass / slope
        taken = (low < newton) & (newton < high) & (step % 2 == 0)
        y = torch.where(settled, y, torch.where(taken, newton, (low + high) / 2))
    p = (_share_of_top(depth, beta, y).log() / beta + y).exp()
    return (p / p.sum(dimension, keepdim=True)).to(x.dtype)


def _share_of_top(depth: Tensor, beta: Beta, y: Tensor) -> Tensor:
    """Return u over the largest u; ties with it stay at 1 where the exponential overflows."""
    return torch.where(depth == 0, 1.0, 1 + depth * torch.exp(-beta * y)).clamp(min=0)


def _everywhere(done: Tensor) -> bool:
    """Tell whether every row is done, where asking costs no wait."""
    return done.device.type == "cpu" and bool(done.all())
