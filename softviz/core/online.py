"""The online softmax, chunk by chunk: what is remembered after each, and how it is put right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class OnlineStep:
    """What one chunk does to the running maximum and the running sum.

    Attributes:
        start: Position of the chunk's first score.
        stop: Position after its last.
        maximum: Largest score so far.
        rescale: exp(old maximum - new maximum): what the old sum is multiplied by; 0 for the first chunk.
        kept: The old sum after that.
        added: Sum of exp(score - maximum) over the chunk.
        terms: exp(score - maximum) of every score so far, which nothing has to remember; shape ``[stop]``.
    """

    start: int
    stop: int
    maximum: float
    rescale: float
    kept: float
    added: float
    terms: NDArray[np.float64]

    @property
    def total(self) -> float:
        """The running sum after the chunk; at the end, exp(logsumexp - maximum)."""
        return self.kept + self.added


def online_steps(logits: ArrayLike, chunk: int) -> tuple[OnlineStep, ...]:
    """Run through scores once, a chunk at a time, remembering two numbers.

    Args:
        logits: Finite, shape ``[classes]``, at least one.
        chunk: Scores a step, at least 1.

    Returns:
        One record a chunk. With the last one's maximum m and total d, softmax is ``exp(z - m) / d``.

    Raises:
        ValueError: If chunk is below 1 or logits is not one row of finite numbers.

    Reference: Milakov & Gimelshein (2018), Online normalizer calculation for softmax, arXiv:1805.02867,
    Algorithm 3; by chunks as in Dao et al. (2022), FlashAttention, arXiv:2205.14135.
    """
    z = np.asarray(logits, dtype=np.float64)
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1; got {chunk}")
    if z.ndim != 1 or z.size == 0 or not np.isfinite(z).all():
        raise ValueError(f"logits must be one row of finite numbers; got shape {z.shape}")
    steps: list[OnlineStep] = []
    maximum, total = -np.inf, 0.0
    for start in range(0, z.size, chunk):
        part = z[start : start + chunk]
        new = max(maximum, float(part.max()))
        rescale = float(np.exp(maximum - new))
        terms = np.exp(z[: start + part.size] - new)
        added = float(terms[start:].sum())
        steps.append(OnlineStep(start, start + part.size, new, rescale, total * rescale, added, terms))
        maximum, total = new, steps[-1].total
    return tuple(steps)
