"""From next-token scores to a token: temperature, then top-k, top-p and min-p, then a draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.mappings import softmax, tempered

Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Decoding:
    """How a token is chosen; what is None is not applied. Filters apply in the order of the fields."""

    temperature: float = 1.0
    """At least 0; 0 is greedy."""
    top_k: int | None = None
    """Keep this many of the likeliest, at least 1."""
    top_p: float | None = None
    """Keep the likeliest until together they have this much, in (0, 1]."""
    min_p: float | None = None
    """Keep what has at least this share of the likeliest's probability, in [0, 1]."""


@dataclass(frozen=True)
class Decoded:
    """Each stage of decoding: arrays ``[..., classes]``. A filter that is not applied keeps everything."""

    tempered: Floats
    kept_by_top_k: Mask
    kept_by_top_p: Mask
    kept_by_min_p: Mask
    probabilities: Floats
    """After all filters, renormalised; exact zeros for what is not kept."""

    @property
    def kept(self) -> Mask:
        """Classes that pass every filter."""
        kept: Mask = self.kept_by_top_k & self.kept_by_top_p & self.kept_by_min_p
        return kept


def decode(logits: ArrayLike, settings: Decoding) -> Decoded:
    """Turn scores into the distribution that a token is drawn from.

    Each filter sees what the one before left, renormalised, as language models commonly do it.

    Args:
        logits: Shape ``[..., classes]``.
        settings: Temperature and filters.

    Returns:
        Every stage, for the page to show.
    """
    scaled = tempered(np.asarray(logits), settings.temperature)
    top_k, top_p, min_p = settings.top_k, settings.top_p, settings.min_p
    everything = np.ones(scaled.shape, dtype=bool)
    by_k = everything if top_k is None else top_k_mask(scaled, top_k)
    left = np.where(by_k, scaled, -np.inf)
    by_p = everything if top_p is None else top_p_mask(softmax(left), top_p)
    left = np.where(by_p, left, -np.inf)
    by_min = everything if min_p is None else min_p_mask(softmax(left), min_p)
    left = np.where(by_min, left, -np.inf).astype(scaled.dtype, copy=False)
    return Decoded(scaled, by_k, by_p, by_min, softmax(left))


def top_k_mask(scores: ArrayLike, k: int) -> Mask:
    """Mark the k largest of scores ``[..., classes]``; ties at the k-th place all stay.

    Reference: Fan, Lewis & Dauphin (2018), Hierarchical Neural Story Generation, arXiv:1805.04833.
    """
    if k != int(k) or k < 1:
        raise ValueError(f"top_k must be a whole number, at least 1; got {k}")
    s = np.asarray(scores)
    rank = max(s.shape[-1] - int(k), 0)
    mask: Mask = s >= np.partition(s, rank, axis=-1)[..., rank, None]
    return mask


def top_p_mask(probabilities: ArrayLike, top_p: float) -> Mask:
    """Mark the smallest set of likeliest classes that together have at least ``top_p``: the nucleus.

    Classes as likely as the last one taken stay as well, so that the order of the classes does not matter.

    Reference: Holtzman et al. (2020), The Curious Case of Neural Text Degeneration, arXiv:1904.09751.
    """
    if not 0 < top_p <= 1:
        raise ValueError(f"top_p must be in (0, 1]; got {top_p}")
    p = np.asarray(probabilities)
    falling = -np.sort(-p, axis=-1)
    before = np.cumsum(falling, axis=-1, dtype=np.float64) - falling
    taken = np.count_nonzero(before < top_p, axis=-1, keepdims=True)
    last = np.take_along_axis(falling, np.maximum(taken - 1, 0), axis=-1)
    mask: Mask = (p >= last) & (p > 0)
    return mask


def min_p_mask(probabilities: ArrayLike, min_p: float) -> Mask:
    """Mark the classes that have at least ``min_p`` times the likeliest's probability.

    Reference: Nguyen et al. (2024), Turning Up the Heat: Min-p Sampling, arXiv:2407.01082.
    """
    if not 0 <= min_p <= 1:
        raise ValueError(f"min_p must be in [0, 1]; got {min_p}")
    p = np.asarray(probabilities)
    mask: Mask = p >= min_p * p.max(axis=-1, keepdims=True)
    return mask


def sample(probabilities: ArrayLike, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw n classes, with replacement, in the order drawn.

    Args:
        probabilities: Shape ``[classes]``, summing to one; a class with zero is never drawn.
        n: How many.
        rng: Where the randomness comes from.

    Returns:
        Classes, shape ``[n]``.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 1 or not (p >= 0).all() or abs(p.sum() - 1) > 1e-3:
        raise ValueError(f"expected probabilities [classes] that sum to 1; got shape {p.shape}, sum {p.sum()}")
    heights = np.cumsum(p)
    # rng.random() < 1, and rounding up to the last height is caught by the last class that has any
    # probability
    drawn = np.searchsorted(heights, rng.random(n) * heights[-1], side="right")
    classes: NDArray[np.int64] = np.minimum(drawn, np.flatnonzero(p)[-1])
    return classes
