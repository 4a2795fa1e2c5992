"""The softmax family: maps from logits to probabilities, and their derivatives in closed form.

Every function takes anything NumPy reads as numbers, or a PyTorch tensor, which it answers with a tensor on the same
device. Float types are kept; integers and booleans are taken as float64. A row that holds ``nan`` or ``+inf``, or
nothing but ``-inf``, has no answer: it becomes ``nan`` and leaves the other rows alone.
"""

from __future__ import annotations

import numpy as np

from softviz.core.backend import Axis, Floats, Logits, kernels_for


def softmax(x: Logits, *, axis: Axis = -1) -> Floats:
    """Softmax of the logits along axis."""
    return kernels_for(x).softmax(x, axis)  # type: ignore[no-any-return]


def log_softmax(x: Logits, *, axis: Axis = -1) -> Floats:
    """Log of the softmax, in nats."""
    return kernels_for(x).log_softmax(x, axis)  # type: ignore[no-any-return]


def logsumexp(x: Logits, *, axis: Axis = -1) -> Floats:
    """Log of the sum of the exponentials: the soft maximum, in nats."""
    return kernels_for(x).logsumexp(x, axis)  # type: ignore[no-any-return]


def sigmoid(x: Logits) -> Floats:
    """1 / (1 + exp(-x)), elementwise."""
    return kernels_for(x).sigmoid(x)  # type: ignore[no-any-return]


def log_sigmoid(x: Logits) -> Floats:
    """Log of the sigmoid, in nats."""
    return kernels_for(x).log_sigmoid(x)  # type: ignore[no-any-return]


def sparsemax(x: Logits, *, axis: Axis = -1) -> Floats:
    """Project the logits onto the probability simplex."""
    return kernels_for(x).entmax(x, 2.0, axis)  # type: ignore[no-any-return]


def entmax(x: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    """alpha-entmax: softmax at 1, sparsemax at 2, argmax at infinity, and what lies between."""
    return kernels_for(x).entmax(x, alpha, axis)  # type: ignore[no-any-return]


def argmax_map(x: Logits, *, axis: Axis = -1) -> Floats:
    """All the probability on the largest logit; ties share it."""
    return kernels_for(x).argmax_map(x, axis)  # type: ignore[no-any-return]


def tempered(x: Logits, temperature: Logits, *, axis: Axis = -1) -> Floats:
    """Logits over temperature, with the limits at 0 and infinity."""
    return kernels_for(x).tempered(x, temperature, axis)  # type: ignore[no-any-return]


def softmax_at(x: Logits, temperature: Logits, *, axis: Axis = -1) -> Floats:
    """Softmax at a temperature: argmax at 0, uniform at infinity."""
    return softmax(tempered(x, temperature, axis=axis), axis=axis)


def gumbel_softmax(
    x: Logits, temperature: Logits, rng: np.random.Generator, *, hard: bool = False, axis: Axis = -1
) -> Floats:
    """Draw a relaxed one-hot sample of the class that softmax(x) picks."""
    values = kernels_for(x).as_floats(x)
    noisy = values + rng.gumbel(size=values.shape).astype(values.dtype)
    return argmax_map(noisy, axis=axis) if hard else softmax_at(noisy, temperature, axis=axis)


def _simplex_product(weights: Floats, direction: Floats, axis: Axis) -> Floats:
    """Multiply direction by diag(s) - s s^T / sum(s), which is the Jacobian of every map here."""
    total = weights.sum(axis=axis, keepdims=True)
    mean = (weights * direction).sum(axis=axis, keepdims=True) / (total + (total == 0))
    out: Floats = weights * (direction - mean)
    return out


def softmax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    """Change of softmax(x) along tangent."""
    return _simplex_product(softmax(x, axis=axis), kernels_for(x).as_floats(tangent), axis)


softmax_vjp = softmax_jvp


def entmax_jvp(x: Logits, tangent: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    """Change of entmax(x, alpha) along tangent."""
    weights = _entmax_weights(entmax(x, alpha, axis=axis), np.asarray(alpha, dtype=float))
    return _simplex_product(weights, kernels_for(x).as_floats(tangent), axis)


entmax_vjp = entmax_jvp


def _entmax_weights(p: Floats, alpha: Floats) -> Floats:
    support = p > 0
    with np.errstate(all="ignore"):
        weights = np.where(support, np.where(support, p, 1) ** (2 - alpha), np.where(p == 0, 0, p))
    return np.where(np.isinf(alpha), p * 0, weights).astype(p.dtype)


def sparsemax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    """Change of sparsemax(x) along tangent."""
    return entmax_jvp(x, tangent, 2.0, axis=axis)


sparsemax_vjp = sparsemax_jvp


def sigmoid_jvp(x: Logits, tangent: Logits) -> Floats:
    """Change of sigmoid(x) along tangent."""
    out: Floats = sigmoid(x) * sigmoid(-kernels_for(x).as_floats(x)) * kernels_for(x).as_floats(tangent)
    return out


sigmoid_vjp = sigmoid_jvp


def argmax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    """Zero: argmax is flat wherever it has a derivative."""
    out: Floats = argmax_map(x, axis=axis) * 0 * kernels_for(x).as_floats(tangent)
    return out


argmax_vjp = argmax_jvp


def entmax_alpha_derivative(x: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    """Change of entmax(x, alpha) per unit of alpha."""
    p, order = entmax(x, alpha, axis=axis), np.asarray(alpha, dtype=float)
    beta = order - 1
    with np.errstate(all="ignore"):
        log_p = np.log(np.where(p > 0, p, 1))
        t = beta * log_p
        series = sum((-t) ** k / float(np.prod(np.arange(1.0, k + 3))) for k in range(15))
        bend = np.where(np.abs(t) < 0.5, series, (t + np.expm1(-t)) / (t * t))
        pull = np.where(np.isinf(order), 0, -p * log_p**2 * bend)
        weights = _entmax_weights(p, order)
        total = weights.sum(axis=axis, keepdims=True)
        moved = pull - weights / (total + (total == 0)) * pull.sum(axis=axis, keepdims=True)
    out: Floats = moved.astype(p.dtype)
    return out
