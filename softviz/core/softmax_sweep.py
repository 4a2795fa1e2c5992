"""Softmax at many temperatures: one exponential a distinct score, and entropies exact down to the smallest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.mappings import tempered
from softviz.core.temperature import TemperatureSweep

Floats = NDArray[np.floating[Any]]

BLOCK = 200_000
"""Exponentials held at once: 1.6 MB, which stays in the processor's cache."""


def softmax_sweep(logits: ArrayLike, temperatures: ArrayLike, *, classes: ArrayLike | None = None) -> TemperatureSweep:
    r"""Evaluate softmax, its entropy and the entropy's slope at every temperature.

    What ``temperature_sweep`` does for any map, faster for this one. Scores that are equal share one exponential;
    with :math:`d_i = (\max z - z_i)/T` and :math:`Z = \sum_i e^{-d_i}` the rest follows without cancellation:

    .. math:: H = \log Z + \operatorname{E}[d], \qquad dH/dT = \operatorname{Var}[d] / T.

    Args:
        logits: Finite scores of one example, shape ``[classes]``.
        temperatures: Each at least 0, shape ``[temperatures]``; 0 and inf give the limits.
        classes: Which classes to keep; all by default.

    Returns:
        The sweep; entropies (nats) are over all classes, kept or not.
    """
    scores, heats = np.asarray(logits, dtype=np.float64), np.asarray(temperatures, dtype=np.float64)
    if scores.ndim != 1 or scores.size == 0 or not np.isfinite(scores).all():
        raise ValueError(f"expected finite scores of one example, shape [classes]; got shape {scores.shape}")
    kept = np.arange(scores.size) if classes is None else np.asarray(classes, dtype=np.intp)
    depths, group = np.unique(scores.max() - scores, return_inverse=True)
    counts = np.bincount(group)
    others = counts - np.bincount(group[kept], minlength=counts.size)
    rows = max(1, BLOCK // depths.size)
    blocks = [
        _swept(depths, counts, others, heats[start : start + rows], group[kept])
        for start in range(0, max(1, heats.size), rows)
    ]
    columns = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return TemperatureSweep(heats, kept, *columns)


def _swept(
    depths: Floats, counts: NDArray[np.intp], others: NDArray[np.intp], heats: Floats, kept: NDArray[np.intp]
) -> list[Floats]:
    """Sweep one block; depths are distinct and ascend from 0, each counted as often as it occurs.

    Returns:
        The columns of ``TemperatureSweep`` after ``classes``, in its order.
    """
    depth = -tempered(-depths, heats[:, None])
    weights = np.exp(-depth)
    depth[weights == 0] = 0  # a class that has nothing adds nothing, however deep it lies
    beside_the_winner = counts - (np.arange(counts.size) == 0)
    beside = weights @ beside_the_winner
    total = 1 + beside
    mean = (weights * depth) @ counts / total
    variance = (weights * (depth - mean[:, None]) ** 2) @ counts / total
    with np.errstate(over="ignore"):  # a slope past the largest float is inf
        slopes = np.divide(variance, heats, out=np.zeros_like(heats), where=heats > 0)
    return [weights[:, kept] / total[:, None], weights @ others / total, np.log1p(beside) + mean, slopes]
