"""Whether probabilities mean what they say: reliability, likelihood, temperature scaling.

Numbers come out, not gradients: tensors are read from their device as float64.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.backend_namespace import doubles
from softviz.core.losses import cross_entropy
from softviz.core.mappings import quiet
from softviz.core.scalars import whole_number
from softviz.core.simplex import check_distributions

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]

NEWTON_STEPS = 100
ROOM = 4.0
"""What scores are divided by, so that the difference of the largest floats is one; a power of two rounds nothing."""
STEEPEST = 1e12
"""Largest 1/T that the fit tries before it calls the answer T = 0."""


@dataclass(frozen=True)
class ReliabilityBins:
    """Predictions grouped by confidence, the probability of the predicted class: arrays ``[bins]``."""

    edges: Floats
    """From 0 to 1, shape ``[bins + 1]``; a bin holds its upper edge."""
    counts: NDArray[np.int64]
    confidence: Floats
    """Mean confidence; nan in an empty bin."""
    accuracy: Floats
    """Share of right predictions; nan in an empty bin."""

    @property
    def gaps(self) -> Floats:
        """Accuracy minus confidence: negative where the model is over-confident, 0 in an empty bin."""
        return np.where(self.counts > 0, self.accuracy - self.confidence, 0.0)

    @property
    def expected_calibration_error(self) -> float:
        """Mean size of the gap over all predictions, from 0 to 1."""
        return float(np.abs(self.gaps) @ self.counts / self.counts.sum())

    @property
    def maximum_calibration_error(self) -> float:
        """Largest gap of any bin, from 0 to 1."""
        return float(np.abs(self.gaps).max())


def reliability_bins(probabilities: ArrayLike, labels: ArrayLike, bins: int = 15) -> ReliabilityBins:
    """Group predictions by their confidence in bins of equal width.

    Args:
        probabilities: Shape ``[examples, classes]``, each row summing to one.
        labels: The true classes, integers ``[examples]``.
        bins: How many, at least 1.

    Returns:
        The bins of the reliability diagram.

    Reference: Guo, Pleiss, Sun & Weinberger (2017), On Calibration of Modern Neural Networks,
    arXiv:1706.04599.
    """
    bins = whole_number("bins", bins, 1)
    p, y = _distributions(probabilities, labels)
    confidence = p.max(axis=-1)
    right = p.argmax(axis=-1) == y
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    filled = np.where(counts > 0, counts, np.nan)
    return ReliabilityBins(
        edges=np.linspace(0, 1, bins + 1),
        counts=counts,
        confidence=np.bincount(place, confidence, minlength=bins) / filled,
        accuracy=np.bincount(place, right, minlength=bins) / filled,
    )


def expected_calibration_error(probabilities: ArrayLike, labels: ArrayLike, bins: int = 15) -> float:
    """Average the distance between confidence and accuracy over the bins of ``reliability_bins``."""
    return reliability_bins(probabilities, labels, bins).expected_calibration_error


def negative_log_likelihood(logits: ArrayLike, labels: ArrayLike, temperature: float = 1.0) -> float:
    """Average the surprise of the true classes, in nats: the mean cross-entropy at a temperature."""
    z, y = _examples(logits, labels)
    return float(cross_entropy(z, y, temperature=temperature).mean())


def brier_score(probabilities: ArrayLike, labels: ArrayLike) -> float:
    """Average the squared distance between probabilities and truth, summed over classes: from 0 to 2.

    Reference: Brier (1950), Verification of forecasts expressed in terms of probability.
    """
    p, y = _distributions(probabilities, labels)
    rows = np.arange(len(y))
    chosen = p[rows, y]
    return float(((p * p).sum(axis=-1) - chosen**2 + (1 - chosen) ** 2).mean())


def accuracy(scores: ArrayLike, labels: ArrayLike) -> float:
    """Return the share of examples whose largest score (logit or probability) is the true class's."""
    s, y = _examples(scores, labels)
    return float((s.argmax(axis=-1) == y).mean())


@quiet
def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    r"""Find the temperature that makes held-out labels most likely: temperature scaling.

    The mean cross-entropy is convex in :math:`\beta = 1/T`, with slope :math:`\mathrm{E}_p[z] - z_y` and
    curvature :math:`\mathrm{Var}_p(z)`, averaged over examples; Newton's method kept inside a bracket finds
    its minimum.

    Args:
        logits: Held-out scores, shape ``[examples, classes]``; a class may have -inf, a true class may not.
        labels: The true classes, integers ``[examples]``.

    Returns:
        The temperature. ``0.0`` where colder is always better (every true class has the top score), ``inf``
        where hotter is (the scores know less than nothing, or all tie).

    Reference: Guo, Pleiss, Sun & Weinberger (2017), arXiv:1706.04599.
    """
    z, y = _examples(logits, labels)
    z = z / ROOM
    true = np.take_along_axis(z, y[:, None], axis=-1)
    above = z - true  # scores relative to the true class: what the likelihood depends on
    if not np.isfinite(true).all() or np.isnan(above).any() or (above == np.inf).any():
        raise ValueError("logits must be finite; -inf is taken for a class that is not the true one")
    unit = float(np.abs(above[np.isfinite(above)]).max())
    if unit == 0:
        return np.inf
    above = above / unit
    if _slope(above, 0.0).slope >= 0:
        return np.inf
    if (above <= 0).all():
        return 0.0
    return ROOM * (unit / _minimum(above))


@dataclass(frozen=True)
class _Slope:
    slope: float
    curvature: float


def _slope(above: Floats, beta: float) -> _Slope:
    """First and second derivative of the mean cross-entropy over beta."""
    masked = above == -np.inf
    steps = np.where(masked, 0.0, above)
    top = steps.max(axis=-1, keepdims=True)
    weights = np.where(masked, 0.0, np.exp(beta * (steps - top)))
    p = weights / weights.sum(axis=-1, keepdims=True)
    mean = (p * steps).sum(axis=-1, keepdims=True)
    return _Slope(float(mean.mean()), float((p * (steps - mean) ** 2).sum(axis=-1).mean()))


def _minimum(above: Floats) -> float:
    low, high, beta = 0.0, np.inf, 1.0
    for _ in range(NEWTON_STEPS):
        at = _slope(above, beta)
        low, high = (beta, high) if at.slope < 0 else (low, beta)
        newton = beta - at.slope / at.curvature if at.curvature > 0 else np.nan
        ceiling = min(high, 4 * beta)
        following = newton if low < newton < ceiling else (low + high) / 2 if high < np.inf else 4 * beta
        if abs(following - beta) <= 4e-16 * beta or following > STEEPEST:
            break
        beta = following
    return beta


def _distributions(probabilities: ArrayLike, labels: ArrayLike) -> tuple[Floats, Labels]:
    p, y = _examples(probabilities, labels)
    check_distributions(probabilities, "probabilities")
    return p, y


@quiet
def _examples(scores: ArrayLike, labels: ArrayLike) -> tuple[Floats, Labels]:
    s, y = doubles(scores), doubles(labels)
    if s.ndim != 2 or 0 in s.shape or y.shape != s.shape[:1]:
        raise ValueError(f"expected [examples, classes] and labels [examples]; got {s.shape} and {y.shape}")
    whole = y.astype(np.int64)
    if (whole != y).any() or (whole < 0).any() or (whole >= s.shape[1]).any():
        raise ValueError(f"labels must be whole numbers in [0, {s.shape[1]}); got {y.min():g} to {y.max():g}")
    return s, whole
