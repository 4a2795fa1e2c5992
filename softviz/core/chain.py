"""The backward pass of cross-entropy through softmax, taken apart: what comes in, the Jacobian, what goes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.derivatives import jacobian
from softviz.core.losses import cross_entropy_gradient
from softviz.core.mappings import logsumexp, softmax
from softviz.core.registry import MAPPINGS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chain:
    """Cross-entropy's gradient, by the chain rule and by its closed form; arrays ``[classes]`` unless said.

    Attributes:
        probabilities: p, the softmax of the logits over the temperature.
        target: y.
        by_probability: dL/dp = -y/p; -inf where p has underflown to zero and the target has weight.
        jacobian: dp/dz = (diag(p) - p p^T) / T, shape ``[classes, classes]``.
        product: The Jacobian times dL/dp as floating point computes it; ``nan`` where it meets 0 times infinity.
        closed_form: dL/dz = (p - y) / T.
    """

    probabilities: Floats
    target: Floats
    by_probability: Floats
    jacobian: Floats
    product: Floats
    closed_form: Floats

    @property
    def holds(self) -> bool:
        """Whether the product came through in floating point."""
        return bool(np.isfinite(self.product).all())

    @property
    def largest_difference(self) -> float:
        """Largest distance between product and closed form; ``nan`` where the product broke."""
        return float(np.abs(self.product - self.closed_form).max())


def cross_entropy_chain(logits: Floats, target: Floats, temperature: float = 1.0) -> Chain:
    """Run the backward pass with every factor kept.

    Args:
        logits: Scores, shape ``[classes]``.
        target: Probabilities, shape ``[classes]``.
        temperature: Positive and finite.
    """
    p = softmax(np.asarray(logits, dtype=np.float64) / temperature).astype(np.float64)
    slopes = jacobian(MAPPINGS["softmax"], logits, temperature=temperature)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # what breaks here is what there is to see
        by_probability = np.where(target > 0, -target / p, 0.0)
        product = slopes @ by_probability
    closed_form = cross_entropy_gradient(logits, target, temperature=temperature)
    return Chain(p, target, by_probability, slopes, product, closed_form)


@dataclass(frozen=True)
class LossForms:
    """Cross-entropy written in two ways that are equal on paper.

    Attributes:
        surprise: -sum y log p, with p computed first; inf where p has underflown under a weight of the target.
        log_partition: The logsumexp of the scaled logits.
        credit: The scaled logits weighted by the target, y . z; for one true class its score.
    """

    surprise: float
    log_partition: float
    credit: float

    @property
    def fused(self) -> float:
        """The second way: logsumexp(z) - y . z, which no underflow can reach."""
        return self.log_partition - self.credit


def cross_entropy_forms(logits: Floats, target: Floats, temperature: float = 1.0) -> LossForms:
    """Compute the cross-entropy from the probabilities, and from the scores alone.

    Takes what ``cross_entropy_chain`` does.
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    weighted = target > 0
    with np.errstate(divide="ignore"):  # log 0 is what there is to see
        surprise = -(target[weighted] * np.log(softmax(scaled)[weighted])).sum()
    return LossForms(float(surprise), float(logsumexp(scaled)), float(target @ scaled))
