"""Softmax taken apart: every intermediate value of the stable computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.backend_namespace import on_host
from softviz.core.mappings import log_softmax, softmax, tempered

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class SoftmaxSteps:
    """The columns of the step-by-step table; arrays ``[..., classes]``, one number a row where said so."""

    logits: Floats
    temperature: float
    scaled: Floats
    """Logits over temperature; at T = 0 its limit: 0 for the largest, -inf for the rest."""
    maximum: Floats
    """The largest scaled logit, shape ``[..., 1]``."""
    shifted: Floats
    """Scaled minus maximum: the largest becomes 0, so that nothing can overflow."""
    exponentials: Floats
    total: Floats
    """Sum of the exponentials, at least 1, shape ``[..., 1]``."""
    probabilities: Floats
    log_probabilities: Floats
    """Log of the probabilities in nats, computed without taking the log of a probability."""

    @property
    def log_partition(self) -> Floats:
        """Log-sum-exp of the scaled logits: the soft maximum, shape ``[...]``."""
        return np.squeeze(self.maximum + np.log(self.total), axis=-1)


def softmax_steps(logits: ArrayLike, temperature: float = 1.0) -> SoftmaxSteps:
    """Compute softmax of ``logits / temperature`` and keep every step.

    Args:
        logits: Finite scores, shape ``[..., classes]``, at least one class; integers are taken as float64, and a tensor
            is read from its device.
        temperature: At least 0; 0 and inf give the limits.

    Returns:
        The record; ``exponentials / total`` equals ``probabilities`` to rounding.
    """
    scores = on_host(logits)
    scores = scores.astype(np.float64) if scores.dtype.kind in "biu" else scores
    if scores.dtype.kind != "f" or scores.ndim == 0 or scores.shape[-1] == 0 or not np.isfinite(scores).all():
        raise ValueError(f"logits must be finite numbers, at least one; got {logits!r}")
    scaled = tempered(scores, temperature)
    maximum = scaled.max(axis=-1, keepdims=True)
    shifted = scaled - maximum
    exponentials = np.exp(shifted)
    return SoftmaxSteps(
        logits=scores,
        temperature=float(temperature),
        scaled=scaled,
        maximum=maximum,
        shifted=shifted,
        exponentials=exponentials,
        total=exponentials.sum(axis=-1, keepdims=True),
        probabilities=softmax(scaled),
        log_probabilities=log_softmax(scaled),
    )
