"""Softmax at work on sequences: scaled dot-product attention, and rows of scores that arrive in chunks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from softviz.core.backend import Floats, Logits
from softviz.core.backend_namespace import Array, like, namespace, narrowed, refuted, rows_of_classes, wide_floats
from softviz.core.closed_forms import of_type
from softviz.core.mappings import logsumexp, quiet, softmax


@quiet
def attention(q: Logits, k: Logits, v: Logits, *, mask: Any = None, causal: bool = False) -> Floats:
    r"""Mix values by how well their keys answer each query: :math:`\mathrm{softmax}(q k^T / \sqrt{d}) v`.

    Args:
        q: Queries, shape ``[..., queries, d]``.
        k: Keys, shape ``[..., keys, d]``.
        v: Values, shape ``[..., keys, width]``.
        mask: Which key each query may see, shape ``[..., queries, keys]`` or what broadcasts to it: booleans, True for
            yes; or floats that are added to the scores, -inf for no.
        causal: Let query i see the keys 0 to i only.

    Returns:
        Shape ``[..., queries, width]``, the float type of q; zeros for a query that may see no key.

    Raises:
        ValueError: If the shapes do not fit together.

    Reference: Vaswani et al. (2017), Attention Is All You Need, arXiv:1706.03762.
    """
    weights, values = attention_weights(wide_floats(q), k, mask=mask, causal=causal), wide_floats(v)
    if values.ndim < 2 or values.shape[-2] != weights.shape[-1]:
        raise ValueError(f"v must hold {weights.shape[-1]} values, one a key; got shape {tuple(values.shape)}")
    return narrowed(_mixed(weights, of_type(values, weights)), q)  # type: ignore[no-any-return]


@quiet
def attention_weights(q: Logits, k: Logits, *, mask: Any = None, causal: bool = False) -> Floats:
    """Return how much each query takes from each key, shape ``[..., queries, keys]``.

    Takes what ``attention`` takes. Each row sums to 1, or is zero where the query may see no key.
    """
    scores = _scores(wide_floats(q), wide_floats(k))
    allowed = None
    if mask is not None:
        scores, allowed = _masked(scores, like(mask, scores))
    if causal:
        past = like(np.tri(*scores.shape[-2:], dtype=bool), scores)
        allowed = past if allowed is None else allowed & past
    return narrowed(softmax(scores) if allowed is None else _softmax_over(scores, allowed), q)  # type: ignore[no-any-return]


def _mixed(weights: Array, values: Array) -> Array:
    """Multiply, with 0 times infinity or nan taken as 0: what a query does not look at may be anything."""
    finite = namespace(values).isfinite(values)
    if not refuted(finite):
        return weights @ values
    spoilt = of_type(weights != 0, weights) @ of_type(~finite, weights) > 0
    where = namespace(values).where
    return where(spoilt, weights @ values, weights @ where(finite, values, 0.0))


def _scores(q: Array, k: Array) -> Array:
    if q.ndim < 2 or k.ndim < 2 or q.shape[-1] != k.shape[-1] or q.shape[-1] == 0:
        expected = "q and k must have shapes [..., queries, d] and [..., keys, d] with d of at least 1"
        raise ValueError(f"{expected}; got {tuple(q.shape)} and {tuple(k.shape)}")
    return q * (1 / math.sqrt(q.shape[-1])) @ of_type(k, q).swapaxes(-1, -2)


def _masked(scores: Array, mask: Array) -> tuple[Array, Array]:
    """Return the scores with a float mask added, and where each query may look."""
    try:
        fits = np.broadcast_shapes(tuple(mask.shape), tuple(scores.shape)) == tuple(scores.shape)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"mask must broadcast to {tuple(scores.shape)}; got shape {tuple(mask.shape)}")
    if "bool" in str(mask.dtype):
        return scores, mask
    if "float" not in str(mask.dtype):
        raise ValueError(f"mask must hold booleans, or floats to add to the scores; got {mask.dtype}")
    bias = of_type(mask, scores)  # what its type is too narrow for is -inf as well
    return scores + bias, bias != -math.inf


def _softmax_over(scores: Array, allowed: Array) -> Array:
    """Softmax over the allowed entries; a row without any never meets it, so that its gradient is zero too."""
    xp = namespace(scores)
    reachable = allowed.any(axis=-1, keepdims=True)
    hidden = xp.where(reachable, xp.where(allowed, scores, -math.inf), 0.0)
    return xp.where(reachable, softmax(hidden), 0.0)


@quiet
def online_softmax(chunks: Iterable[Logits]) -> Floats:
    """Take the softmax of scores that arrive in chunks, reading each chunk once.

    A chunk is exponentiated against the largest score so far; when a larger one comes, the sum is scaled down, and at
    the end every chunk by what its own maximum lacked.

    Args:
        chunks: Scores, each of shape ``[..., some classes]``; at least one.

    Returns:
        Probabilities over all chunks together, shape ``[..., classes]``.

    Reference: Milakov & Gimelshein (2018), Online Normalizer Calculation for Softmax, arXiv:1805.02867.
    """
    given = list(chunks)
    if not given:
        raise ValueError("expected at least one chunk of scores; got none")
    scores = [rows_of_classes(chunk) for chunk in given]
    xp = namespace(scores[0])
    top, total = _top(scores[0]), 0.0
    parts, tops = [], []
    for z in scores:
        higher = xp.maximum(top, _top(z))
        parts.append(xp.exp(z - _grounded(higher)))
        added = parts[-1].sum(axis=-1, keepdims=True, dtype=xp.float64)  # many chunks would stall a narrow sum
        total = total * xp.exp(top - _grounded(higher)) + added
        tops.append(top := higher)
    scaled = [part * (xp.exp(own - _grounded(top)) / total) for part, own in zip(parts, tops, strict=True)]
    return narrowed(xp.concatenate(scaled, axis=-1), given[0])  # type: ignore[no-any-return]


@quiet
def streaming_logsumexp(chunks: Iterable[Logits]) -> Floats:
    """Take the log-sum-exp of scores that arrive in chunks, in the memory of one chunk.

    Args:
        chunks: Scores, each of shape ``[..., some classes]``.

    Returns:
        Nats, shape ``[...]``; -inf for no chunks.
    """
    total: Array = np.float64(-np.inf)  # float64 all along: many chunks would stall a narrow sum
    last: Any = total
    for last in chunks:
        part = logsumexp(wide_floats(last))
        total = like(total, part)
        total = namespace(part).logaddexp(total, of_type(part, total))
    return narrowed(total, last)  # type: ignore[no-any-return]


def _top(z: Array) -> Array:
    if z.shape[-1] == 0:
        return z.sum(axis=-1, keepdims=True) - math.inf
    return namespace(z).amax(z, axis=-1, keepdims=True)


def _grounded(top: Array) -> Array:
    """Replace a maximum of -inf, which nothing can be measured from, by 0."""
    return namespace(top).where(top == -math.inf, 0.0, top)
