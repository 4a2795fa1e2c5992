"""alpha-entmax on tensors: Newton's method as in :mod:`numpy_entmax`, with its derivatives in closed form.

The number of steps is fixed, so that no device has to report back; a CPU, which has nothing to wait for, stops early.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.autograd import Function

from softviz.core.backend_namespace import refuted
from softviz.core.closed_forms import entmax_alpha_slope, entmax_weights, simplex_product

Beta: TypeAlias = float | Tensor

NEWTON_STEPS = 20


class Entmax(Function):  # type: ignore[misc]
    """``Entmax.apply(x, alpha, dimension)``: probabilities; alpha is a float, or a tensor with size 1 there."""

    @staticmethod
    def forward(x: Tensor, alpha: Beta, dimension: int) -> Tensor:
        """Solve for the probabilities."""
        check_positive(alpha)
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


def check_positive(alpha: Beta) -> None:
    """Refuse an alpha that is negative, zero or nan.

    Raises:
        ValueError: See above.
    """
    if refuted(torch.as_tensor(alpha > 0)):
        raise ValueError(f"alpha must be positive; got {alpha!r}")


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
    """alpha-entmax for alpha above 2, in float64: first the support, then its least probability, by Newton's method."""
    z = (x - x.amax(dimension, keepdim=True)).double()
    beta = torch.as_tensor(beta, dtype=torch.float64, device=x.device)
    largest = z.sort(dimension, descending=True).values
    size = _support_size(largest, beta, dimension)
    least = largest.gather(dimension, size - 1)
    p = _log_powers(z - least, _log_least(largest - least, size, beta, dimension), beta).exp()
    return (p / p.sum(dimension, keepdim=True)).to(x.dtype)


def _support_size(largest: Tensor, beta: Tensor, dimension: int) -> Tensor:
    """Count the classes of each row that would leave some probability to themselves if they were the last one."""
    low = torch.ones_like(largest.narrow(dimension, 0, 1), dtype=torch.long)
    high = low * largest.shape[dimension]
    for _ in range(largest.shape[dimension].bit_length()):
        middle = (low + high + 1) // 2
        above = (largest - largest.gather(dimension, middle - 1)).clamp(min=0)
        inside = ((beta * above).log() / beta).exp().sum(dimension, keepdim=True) < 1
        low, high = torch.where(inside, middle, low), torch.where(inside, high, torch.maximum(middle - 1, low))
    return low


def _log_least(above: Tensor, size: Tensor, beta: Tensor, dimension: int) -> Tensor:
    """Return log w, from scores measured from the last one of the support."""
    log_w = -size.double().log()
    for _ in range(NEWTON_STEPS):
        log_p = _log_powers(above, log_w, beta)
        excess = log_p.exp().sum(dimension, keepdim=True) - 1
        slopes = torch.where(above < 0, 0.0, ((beta - 1) * (log_w - log_p)).exp())
        lower = log_w + torch.log1p(-excess / slopes.sum(dimension, keepdim=True) * (-log_w).exp())
        if _everywhere(~(lower < log_w)):
            break
        log_w = torch.fmin(lower, log_w)
    return log_w


def _log_powers(above: Tensor, log_w: Tensor, beta: Tensor) -> Tensor:
    """log of (w^beta + beta * above)^(1 / beta); -inf below the support."""
    log_p = torch.logaddexp(beta * log_w, (beta * above.clamp(min=0)).log()) / beta
    return torch.where(above < 0, -torch.inf, log_p)


def _everywhere(done: Tensor) -> bool:
    """Tell whether every row is done, where asking costs no wait."""
    return done.device.type == "cpu" and bool(done.all())
