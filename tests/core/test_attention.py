"""Attention is softmax over positions; scores may arrive in chunks."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import attention, attention_weights, logsumexp, online_softmax, softmax, streaming_logsumexp

RNG = np.random.default_rng(31)
Q, K, V = RNG.normal(size=(2, 3, 5, 7)), RNG.normal(size=(2, 3, 11, 7)), RNG.normal(size=(2, 3, 11, 13))
CHUNKS = [RNG.normal(size=(3, n)) * 9 for n in (5, 1, 17, 0, 7)]
TOGETHER = np.concatenate(CHUNKS, axis=-1)


def test_it_is_softmax_of_scaled_products_times_values():
    weights = softmax(Q @ np.swapaxes(K, -1, -2) / np.sqrt(7))
    np.testing.assert_allclose(attention_weights(Q, K), weights, rtol=1e-13)
    np.testing.assert_allclose(attention(Q, K, V), weights @ V, rtol=1e-12)
    assert attention(Q, K, V).shape == (2, 3, 5, 13)


def test_a_causal_query_sees_itself_and_the_past():
    weights = attention_weights(K, K, causal=True)
    np.testing.assert_array_equal(weights, np.tril(weights))
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(
        weights[..., 4, :5], attention_weights(K[..., 4:5, :], K[..., :5, :])[..., 0, :], rtol=1e-13
    )


def test_a_masked_key_might_as_well_not_be_there():
    mask = np.array([True] * 6 + [False] * 5)
    np.testing.assert_allclose(attention(Q, K, V, mask=mask), attention(Q, K[..., :6, :], V[..., :6, :]), rtol=1e-12)


def test_a_float_mask_is_added_to_the_scores():
    bias = np.where(np.arange(11) < 6, 0.0, -np.inf)
    np.testing.assert_allclose(attention(Q, K, V, mask=bias), attention(Q, K, V, mask=bias == 0), rtol=1e-13)
    slope = np.linspace(0, 2, 11)
    expected = softmax(Q @ np.swapaxes(K, -1, -2) / np.sqrt(7) + slope)
    np.testing.assert_allclose(attention_weights(Q, K, mask=slope), expected, rtol=1e-13)


def test_a_mask_of_nan_hides_nothing_and_spoils_its_row_only():
    bias = np.zeros((5, 11))
    bias[2, 3] = np.nan
    weights = attention_weights(Q, K, mask=bias)
    np.testing.assert_array_equal(np.isnan(weights).any(axis=(0, 1, 3)), np.arange(5) == 2)


def test_a_float_mask_too_low_for_the_type_of_the_scores_hides_as_infinity_does():
    q, k = Q.astype(np.float32), K.astype(np.float32)
    np.testing.assert_array_equal(attention_weights(q, k, mask=np.full(11, -1e300)), 0)


@pytest.mark.parametrize("hidden", [np.nan, np.inf])
def test_what_a_key_hides_may_be_anything(hidden):
    v = K.copy()
    v[..., 7, :] = hidden
    answer = attention(K, K, v, causal=True)
    np.testing.assert_array_equal(answer[..., :7, :], attention(K, K, K, causal=True)[..., :7, :])
    assert not np.isfinite(answer[..., 7:, :]).any()


def test_a_query_that_may_see_nothing_gets_zeros():
    mask = np.ones((5, 11), bool)
    mask[2] = False
    answer = attention(Q, K, V, mask=mask)
    np.testing.assert_array_equal(answer[..., 2, :], 0)
    np.testing.assert_allclose(answer[..., 3, :], attention(Q, K, V)[..., 3, :], rtol=1e-13)


def test_mask_and_causality_both_hold():
    mask = np.arange(11) % 2 == 0
    weights = attention_weights(K, K, mask=mask, causal=True)
    assert np.all(weights[..., ~mask] == 0)
    np.testing.assert_array_equal(weights, np.tril(weights))


def test_single_precision_stays_and_half_precision_is_summed_in_single():
    assert attention(Q.astype(np.float32), K.astype(np.float32), V.astype(np.float32)).dtype == np.float32
    halves = [array.astype(np.float16) for array in (Q, K, V)]
    answer = attention(*halves)
    assert answer.dtype == np.float16
    np.testing.assert_array_equal(answer, attention(*[h.astype(np.float32) for h in halves]).astype(np.float16))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((Q, K[..., :5], V), {}, r"\.\.\., queries, d\].*got \(2, 3, 5, 7\) and \(2, 3, 11, 5\)"),
        ((Q, K, V[..., :10, :]), {}, r"v must hold 11 values, one a key; got shape \(2, 3, 10, 13\)"),
        ((Q[0, 0, 0], K, V), {}, r"got \(7,\) and"),
        ((Q[..., :0], K[..., :0], V), {}, "d of at least 1"),
        ((Q, K, V), {"mask": np.ones((5, 10), bool)}, r"mask must broadcast to \(2, 3, 5, 11\); got shape \(5, 10\)"),
        ((Q, K, V), {"mask": np.ones((5, 11), int)}, "mask must hold booleans, or floats"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        attention(*arguments, **options)


def test_online_softmax_is_the_softmax_of_everything():
    np.testing.assert_allclose(online_softmax(iter(CHUNKS)), softmax(TOGETHER), rtol=1e-13)


def test_streaming_log_sum_exp_is_that_of_everything():
    np.testing.assert_allclose(streaming_logsumexp(iter(CHUNKS)), logsumexp(TOGETHER), rtol=1e-14)
    assert streaming_logsumexp([]) == -np.inf


@pytest.mark.parametrize("later", [800.0, -800.0])
def test_a_chunk_far_away_takes_all_or_nothing(later):
    chunks = [[0.0, 1.0], [later], [0.5]]
    np.testing.assert_allclose(online_softmax(chunks), softmax([0.0, 1.0, later, 0.5]), rtol=1e-15)
    assert streaming_logsumexp(chunks) == pytest.approx(logsumexp([0.0, 1.0, later, 0.5]), rel=1e-15)


def test_chunks_of_the_impossible_are_passed_over():
    chunks = [[-np.inf, -np.inf], [1.0, 2.0], [-np.inf]]
    np.testing.assert_allclose(online_softmax(chunks), [0, 0, *softmax([1.0, 2.0]), 0], rtol=1e-15)
    assert streaming_logsumexp(chunks) == pytest.approx(logsumexp([1.0, 2.0]))
    np.testing.assert_array_equal(online_softmax([[-np.inf], [-np.inf]]), np.nan)


def test_many_narrow_chunks_add_up_as_wide_ones_do():
    chunks = [np.float32([score]) for score in np.random.default_rng(5).normal(size=20_011)]
    together = np.concatenate(chunks).astype(np.float64)
    # one rounding to float32 at the end; in float32 all along it would be thousands
    assert streaming_logsumexp(chunks) == np.float32(logsumexp(together))
    # taken from its maximum, a score of size eight is off by half a unit of its last place, 2.4e-7
    np.testing.assert_allclose(online_softmax(chunks), softmax(together), rtol=1e-6)


def test_a_chunk_needs_an_axis_of_classes():
    with pytest.raises(ValueError, match=r"scores must have an axis of classes.*; got a single number"):
        online_softmax([1.0])


def test_half_precision_chunks_come_back_as_such():
    assert online_softmax([np.float16([1, 2]), np.float16([3])]).dtype == np.float16


def test_no_chunks_have_no_softmax():
    with pytest.raises(ValueError, match="at least one chunk of scores; got none"):
        online_softmax([])
