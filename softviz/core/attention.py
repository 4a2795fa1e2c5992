"""Softmax at work on sequences: scaled dot-product attention, and sums that arrive in chunks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from softviz.core.backend import Floats, Logits
from softviz.core.mappings import logsumexp, softmax


def attention(q: Logits, k: Logits, v: Logits, *, mask: Any = None, causal: bool = False) -> Floats:
    """Scaled dot-product attention; a query whose keys are all masked gets zeros."""
    out: Floats = attention_weights(q, k, mask=mask, causal=causal) @ np.asarray(v)
    return out


def attention_weights(q: Logits, k: Logits, *, mask: Any = None, causal: bool = False) -> Floats:
    """How much each query attends to each key: softmax(q k^T / sqrt(d)), shape ``[..., queries, keys]``."""
    queries, keys = np.asarray(q), np.asarray(k)
    scores = queries @ np.swapaxes(keys, -1, -2) / math.sqrt(queries.shape[-1])
    allowed = np.ones(scores.shape, dtype=bool)
    if causal:
        allowed &= np.tril(np.ones(scores.shape[-2:], dtype=bool))
    if mask is not None:
        allowed &= np.asarray(mask, dtype=bool)
    weights = softmax(np.where(allowed, scores, -np.inf))
    return np.where(allowed.any(axis=-1, keepdims=True), weights, 0).astype(scores.dtype)


def online_softmax(chunks: Iterable[Logits]) -> Floats:
    """Softmax of logits that arrive in chunks along the last axis."""
    return softmax(np.concatenate([np.asarray(chunk) for chunk in chunks], axis=-1))


def streaming_logsumexp(chunks: Iterable[Logits]) -> Floats:
    """Log-sum-exp of logits that arrive in chunks along the last axis, in constant memory."""
    total: Floats | None = None
    for chunk in chunks:
        part = logsumexp(chunk)
        total = part if total is None else np.logaddexp(total, part)
    return np.float64(-np.inf) if total is None else total  # type: ignore[return-value]
