"""Losses on the logits of a batch, as prepared NumPy calls for training and as plain values for watching.

Shapes are class-major: ``[classes, batch]``. Targets are rows of a distribution over the classes, one column
an example (label smoothing mixes a one-hot with the uniform distribution). Gradients are per example, not
averaged.

``softviz.core.losses`` has the same losses for any array and every edge; here they write into buffers, and cost a
tenth at these sizes. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from softviz.training.arrays import Call, Floats, Ints


@dataclass(frozen=True)
class Loss:
    """A loss with the map from logits to probabilities that belongs to it.

    Attributes:
        mapping: Key of that map in ``softviz.core.registry.MAPPINGS``.
        probabilities: ``(logits, p)``: the calls that fill ``p``.
        gradient: ``(p, targets, d_logits)``: the calls that fill the gradient with respect to the logits.
        values: ``(logits, p, targets)``: the loss of each example, in nats for cross-entropy.
    """

    mapping: str
    probabilities: Callable[[Floats, Floats], list[Call]]
    gradient: Callable[[Floats, Floats, Floats], list[Call]]
    values: Callable[[Floats, Floats, Floats], Floats]


def smoothed_targets(labels: Ints, classes: int, smoothing: float) -> Floats:
    """Write labels as columns of a distribution: ``1 - smoothing`` on the label, the rest spread over all
    classes."""
    targets = np.full((classes, labels.size), smoothing / classes)
    targets[labels, np.arange(labels.size)] += 1 - smoothing
    return targets


def _softmax(logits: Floats, p: Floats) -> list[Call]:
    largest, totals = np.empty_like(logits[:1]), np.empty_like(logits)
    ones = np.ones((len(logits), len(logits)), logits.dtype)
    return [
        partial(np.maximum.reduce, logits, 0, None, largest[0]),
        partial(np.subtract, logits, largest, p),
        partial(np.exp, p, p),
        # A product with ones writes each column's sum into all of its rows: half the time of a sum and a broadcast.
        partial(np.dot, ones, p, totals),
        partial(np.divide, p, totals, p),
    ]


def _sparsemax(logits: Floats, p: Floats) -> list[Call]:
    # With the logits sorted downwards, the threshold is max_k (z_1 + ... + z_k - 1) / k: that ratio rises up
    # to the size of the support and falls after it. Here everything carries a minus sign, since sort() only
    # sorts upwards.
    one, zero = np.ones((), logits.dtype), np.zeros((), logits.dtype)
    work = np.empty_like(logits)
    minus_threshold = np.empty_like(logits[:1])
    counts = np.arange(1, len(logits) + 1, dtype=logits.dtype)[:, None]
    return [
        partial(np.negative, logits, work),
        partial(work.sort, 0),
        partial(np.add.accumulate, work, 0, None, work),
        partial(np.add, work, one, work),
        partial(np.divide, work, counts, work),
        partial(np.minimum.reduce, work, 0, None, minus_threshold[0]),
        partial(np.add, logits, minus_threshold, p),
        partial(np.maximum, p, zero, out=p),
    ]


def _difference(p: Floats, targets: Floats, d_logits: Floats) -> list[Call]:
    return [partial(np.subtract, p, targets, d_logits)]


def _through_softmax(p: Floats, targets: Floats, d_logits: Floats) -> list[Call]:
    # Softmax's Jacobian diag(p) - p p' applied to p - y.
    along, work = np.empty_like(p[:1]), np.empty_like(p)
    return [
        partial(np.subtract, p, targets, d_logits),
        partial(np.multiply, d_logits, p, work),
        partial(np.add.reduce, work, 0, None, along[0]),
        partial(np.subtract, d_logits, along, d_logits),
        partial(np.multiply, d_logits, p, d_logits),
    ]


def _cross_entropy(logits: Floats, p: Floats, targets: Floats) -> Floats:
    largest = logits.max(axis=0)
    log_partition: Floats = largest + np.log(np.exp(logits - largest).sum(axis=0))
    value: Floats = log_partition - (targets * logits).sum(axis=0)
    return value


def _squared_error(logits: Floats, p: Floats, targets: Floats) -> Floats:
    value: Floats = ((p - targets) ** 2).sum(axis=0) / 2
    return value


def _sparsemax_loss(logits: Floats, p: Floats, targets: Floats) -> Floats:
    # Fenchel-Young loss of |p|^2 / 2: zero exactly where p equals the target.
    value: Floats = ((p - targets) * logits - (p**2 - targets**2) / 2).sum(axis=0)
    return value


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "cross_entropy": Loss("softmax", _softmax, _difference, _cross_entropy),
        "squared_error": Loss("softmax", _softmax, _through_softmax, _squared_error),
        "sparsemax": Loss("sparsemax", _sparsemax, _difference, _sparsemax_loss),
    }
)
"""Sparsemax loss: Martins & Astudillo (2016), arXiv:1602.02068."""
