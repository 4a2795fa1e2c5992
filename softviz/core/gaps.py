"""The cross-entropy of two classes over the gap between their scores, as a type computes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from softviz.core.float_types import FloatType, limits
from softviz.core.precision import FORMS, reference, trace

Floats = NDArray[np.float64]

PLACES = 161


@dataclass(frozen=True)
class SurpriseOverGap:
    """-log p of one of two classes while the gap between their scores grows.

    Attributes:
        gaps: Shape ``[places]``, each a number of the type.
        computed: By the key of each logarithmic form, shape ``[places]``.
        exact: Shape ``[places]``.
        breaks_at: The gap from which the worst form has no digit right.
    """

    gaps: Floats
    computed: dict[str, Floats]
    exact: Floats
    breaks_at: float


@cache
def winners_surprise(float_type: FloatType) -> SurpriseOverGap:
    """Follow -log p of the class with the larger score: small, and soon rounded away beside a 1."""
    edge = limits(float_type).absorbed_gap.first_bad
    return _surprise(float_type, reach=1.5 * edge, winner=True, breaks_at=edge)


@cache
def losers_surprise(float_type: FloatType) -> SurpriseOverGap:
    """Follow -log p of the other class: nearly the gap itself, until p is zero and its log infinite."""
    edge = limits(float_type).underflow_gap.first_bad
    return _surprise(float_type, reach=1.3 * edge, winner=False, breaks_at=edge)


def _surprise(float_type: FloatType, *, reach: float, winner: bool, breaks_at: float) -> SurpriseOverGap:
    gaps = float_type.round(np.linspace(0, reach, PLACES))
    logits = np.stack([np.zeros_like(gaps), -gaps], axis=-1)
    position = 0 if winner else 1
    computed = {
        form.key: 0.0 - trace(form, float_type, logits).outputs[:, position]  # no minus zero
        for form in FORMS.values()
        if form.logarithmic
    }
    return SurpriseOverGap(gaps, computed, -reference(logits).log_probabilities.high[:, position], breaks_at)
