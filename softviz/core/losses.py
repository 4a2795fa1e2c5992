"""Losses of scores (logits) against a target, one value a row, and their gradients on the scores.

Every loss takes logits ``[..., classes]`` and a target that is either labels, integers ``[...]``, or
probabilities ``[..., classes]`` that sum to one. ``label_smoothing`` mixes the target with the uniform
distribution, ``temperature`` divides the logits first. A class that the target gives no weight costs
nothing, even at a logit of -inf.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend import is_tensor
from softviz.core.backend_namespace import (
    Array,
    like,
    namespace,
    narrowed,
    one_hot,
    picked,
    refuted,
    rows_of_classes,
)
from softviz.core.closed_forms import of_type
from softviz.core.mappings import entmax, log_softmax, quiet, softmax, softmax_vjp, tempered
from softviz.core.scalars import real_number
from softviz.core.simplex import check_distributions


@quiet
def cross_entropy(logits: Array, target: Any, *, label_smoothing: float = 0.0, temperature: float = 1.0) -> Array:
    r"""Charge the target's surprise in nats: :math:`-\sum_i y_i \log p_i` with p the softmax of ``logits``.

    For a label y it is :math:`-\log p_y = \mathrm{logsumexp}(z) - z_y`, computed without taking the log of a
    probability, so that a confident answer keeps its digits and a hopeless one stays finite.

    Returns:
        Nats, shape ``[...]``; ``inf`` where the target gives weight to a class whose logit is -inf.
    """
    z = rows_of_classes(logits)
    log_p = log_softmax(_at_temperature(z, temperature))
    labels = _as_labels(z, target)
    if labels is not None and label_smoothing == 0:
        return narrowed(0 - picked(log_p, labels), logits)  # 0 - 0 has no minus sign
    y = _as_probabilities(z, target, label_smoothing)
    return narrowed(0 - _weighted(y, log_p).sum(axis=-1), logits)


@quiet
def cross_entropy_gradient(
    logits: Array, target: Any, *, label_smoothing: float = 0.0, temperature: float = 1.0
) -> Array:
    r"""Gradient of the cross-entropy on the logits: :math:`(p - y)/T`, shape ``[..., classes]``."""
    z = rows_of_classes(logits)
    heat = _positive(temperature)
    scaled = _at_temperature(z, heat)
    y = _as_probabilities(z, target, label_smoothing)
    xp = namespace(z)
    # p - 1 by expm1: the gradient of a confident right answer is tiny, not zero
    gradient = xp.where(y == 1, xp.expm1(log_softmax(scaled)), softmax(scaled) - y)
    return narrowed(gradient / heat, logits)


@quiet
def fenchel_young_loss(logits: Array, target: Any, alpha: float, *, label_smoothing: float = 0.0) -> Array:
    r"""Score logits by the loss that belongs to alpha-entmax, as cross-entropy belongs to softmax.

    Computes :math:`\Omega_\alpha^*(z) + \Omega_\alpha(y) - z \cdot y`, where :math:`\Omega_\alpha(p) =
    \sum_i (p_i^\alpha - p_i) / (\alpha(\alpha - 1))` is the negative Tsallis entropy. It is never negative,
    and zero exactly where ``entmax(logits, alpha)`` equals the target. alpha = 1 gives the cross-entropy
    less the target's entropy, 2 the sparsemax loss, inf the perceptron loss :math:`\max_i z_i - z \cdot y`.

    Args:
        logits: Shape ``[..., classes]``.
        target: Labels ``[...]`` or probabilities ``[..., classes]``.
        alpha: Positive.
        label_smoothing: In [0, 1].

    Returns:
        Shape ``[...]``.

    Reference: Blondel, Martins & Niculae (2020), Learning with Fenchel-Young Losses, arXiv:1901.02324.
    """
    z = rows_of_classes(logits)
    xp, alpha = namespace(z), real_number("alpha", alpha)
    y = _as_probabilities(z, target, label_smoothing)
    if alpha == 1:
        entropy_like = _weighted(y, xp.log(y + (y == 0)))
        surprise = _weighted(y, log_softmax(z))
        return narrowed(xp.clip((entropy_like - surprise).sum(axis=-1), 0.0, None), logits)
    p = entmax(z, alpha)
    shifted = z - xp.amax(z, axis=-1, keepdims=True)
    terms = _weighted(p - y, shifted) + _negative_tsallis(y, alpha) - _negative_tsallis(p, alpha)
    return narrowed(xp.clip(terms.sum(axis=-1), 0.0, None), logits)


@quiet
def fenchel_young_gradient(logits: Array, target: Any, alpha: float, *, label_smoothing: float = 0.0) -> Array:
    """Gradient of the Fenchel-Young loss on the logits: ``entmax(logits, alpha) - target``."""
    z, alpha = rows_of_classes(logits), real_number("alpha", alpha)
    if alpha == 1:
        return cross_entropy_gradient(logits, target, label_smoothing=label_smoothing)
    return narrowed(entmax(z, alpha) - _as_probabilities(z, target, label_smoothing), logits)


@quiet
def squared_error(logits: Array, target: Any, *, label_smoothing: float = 0.0, temperature: float = 1.0) -> Array:
    r"""Charge the squared distance from softmax to the target, :math:`\tfrac12 \lVert p - y \rVert^2 \leq
    1`.
    """
    z = rows_of_classes(logits)
    miss = softmax(_at_temperature(z, temperature)) - _as_probabilities(z, target, label_smoothing)
    return narrowed((miss * miss).sum(axis=-1) / 2, logits)


@quiet
def squared_error_gradient(
    logits: Array, target: Any, *, label_smoothing: float = 0.0, temperature: float = 1.0
) -> Array:
    r"""Gradient of the squared error on the logits: :math:`J (p - y) / T`.

    It vanishes for a confident wrong answer, because the Jacobian J does: the reason to prefer cross-entropy.
    """
    z = rows_of_classes(logits)
    heat = _positive(temperature)
    scaled = _at_temperature(z, heat)
    miss = softmax(scaled) - _as_probabilities(z, target, label_smoothing)
    return narrowed(softmax_vjp(scaled, miss) / heat, logits)


@quiet
def focal_loss(
    logits: Array, target: Any, gamma: float = 2.0, *, label_smoothing: float = 0.0, temperature: float = 1.0
) -> Array:
    r"""Charge surprise, less for what is nearly right: :math:`-\sum_i y_i (1 - p_i)^\gamma \log p_i`.

    gamma = 0 is the cross-entropy; the larger gamma, the less an easy example counts.

    Reference: Lin et al. (2017), Focal Loss for Dense Object Detection, arXiv:1708.02002.
    """
    z = rows_of_classes(logits)
    log_p = log_softmax(_at_temperature(z, temperature))
    doubt = -namespace(z).expm1(log_p)
    y = _as_probabilities(z, target, label_smoothing)
    return narrowed(0 - _weighted(y * doubt ** _not_negative(gamma), log_p).sum(axis=-1), logits)


@quiet
def focal_loss_gradient(
    logits: Array, target: Any, gamma: float = 2.0, *, label_smoothing: float = 0.0, temperature: float = 1.0
) -> Array:
    r"""Gradient of the focal loss on the logits.

    With :math:`g_i = y_i (\gamma (1 - p_i)^{\gamma - 1} p_i \log p_i - (1 - p_i)^\gamma)` it is
    :math:`(g - p \sum_j g_j) / T`.
    """
    z = rows_of_classes(logits)
    xp, heat, gamma = namespace(z), _positive(temperature), _not_negative(gamma)
    log_p = log_softmax(_at_temperature(z, heat))
    p, doubt = xp.exp(log_p), -xp.expm1(log_p)
    y = _as_probabilities(z, target, label_smoothing)
    certain = doubt == 0
    easing = xp.where(certain, doubt, (doubt + certain) ** (gamma - 1) * _weighted(p, log_p))
    pull = y * (gamma * easing - doubt**gamma)
    return narrowed((pull - p * pull.sum(axis=-1, keepdims=True)) / heat, logits)


def _weighted(weights: Array, values: Array) -> Array:
    """Multiply, with 0 times infinity taken as 0: what has no weight costs nothing."""
    xp = namespace(values)
    idle = weights == 0
    return weights * xp.where(idle, xp.zeros_like(values), values)


def _negative_tsallis(p: Array, alpha: float) -> Array:
    """Terms of the negative Tsallis entropy, by expm1 so that alpha -> 1 stays smooth."""
    xp = namespace(p)
    if alpha == np.inf:
        return xp.zeros_like(p)
    log_p = xp.log(xp.where(p > 0, p, xp.ones_like(p)))
    return p * xp.expm1((alpha - 1) * log_p) / (alpha * (alpha - 1))


def _at_temperature(z: Array, temperature: Any) -> Array:
    heat = real_number("temperature", temperature)
    return z if not is_tensor(heat) and heat == 1 else tempered(z, heat)


def _positive(temperature: Any) -> Any:
    heat = real_number("temperature", temperature)
    if not 0 < heat < np.inf:
        raise ValueError(f"temperature must be positive and finite for a gradient; got {temperature}")
    return heat


def _not_negative(gamma: Any) -> Any:
    focus = real_number("gamma", gamma)
    if not 0 <= focus < np.inf:
        raise ValueError(f"gamma must be zero or positive; got {gamma}")
    return focus


def _as_labels(z: Array, target: Any) -> Array | None:
    """Return the target as labels, or None when it holds probabilities."""
    values = like(target, z)
    if values.ndim == z.ndim:
        return None
    if tuple(values.shape) != tuple(z.shape[:-1]):
        raise ValueError(
            f"target must be labels {tuple(z.shape[:-1])} or probabilities {tuple(z.shape)}; "
            f"got shape {tuple(values.shape)}"
        )
    labels = values.astype(np.int64) if isinstance(values, np.ndarray) else values.long()
    _check_labels(values, labels, z.shape[-1])
    return labels


def _check_labels(values: Array, labels: Array, classes: int) -> None:
    right = (labels >= 0) & (labels < classes) & (labels == values)
    if refuted(right):
        raise ValueError(f"labels must be whole numbers in [0, {classes}); got {values[~right].ravel()[0]}")


def _as_probabilities(z: Array, target: Any, label_smoothing: Any) -> Array:
    smoothing = real_number("label_smoothing", label_smoothing)
    if not 0 <= smoothing <= 1:
        raise ValueError(f"label_smoothing must be in [0, 1]; got {label_smoothing}")
    given, labels = like(target, z), _as_labels(z, target)
    if labels is None:
        _check_shape(given, z)
        check_distributions(given, "target probabilities")
    y = of_type(given if labels is None else one_hot(labels, z.shape[-1]), z)
    return y if smoothing == 0 else (1 - smoothing) * y + smoothing / z.shape[-1]


def _check_shape(y: Array, z: Array) -> None:
    if any(mine not in (1, theirs) for mine, theirs in zip(y.shape[:-1], z.shape[:-1], strict=True)) or (
        y.shape[-1] != z.shape[-1]
    ):
        raise ValueError(f"target probabilities must have shape {tuple(z.shape)}; got {tuple(y.shape)}")
