"""The online softmax: one pass, two numbers, the same answer."""

import numpy as np
import pytest
from scipy.special import softmax

from softviz.core.online import online_steps

SCORES = np.random.default_rng(13).normal(size=11) * 5


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 11, 100])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["forward", "backward"])
def test_the_last_maximum_and_sum_give_softmax_for_any_chunk_and_order(chunk: int, order: slice) -> None:
    z = SCORES[order]
    last = online_steps(z, chunk)[-1]
    # eleven sums and rescales, each off by half a unit of 2.2e-16 at most
    np.testing.assert_allclose(np.exp(z - last.maximum) / last.total, softmax(z), rtol=1e-14)
    np.testing.assert_allclose(last.terms / last.total, softmax(z), rtol=1e-14)


def test_each_chunk_rescales_the_old_sum_and_adds_its_own_terms() -> None:
    first, second, third = online_steps([0.0, 2.0, 1.0], chunk=1)
    assert (first.maximum, first.rescale, first.kept, first.added) == (0, 0, 0, 1)
    assert (second.maximum, second.rescale, second.kept, second.added) == (2, np.exp(-2), np.exp(-2), 1)
    assert (third.maximum, third.rescale, third.added) == (2, 1, np.exp(-1))
    assert third.total == np.exp(-2) + 1 + np.exp(-1)
    np.testing.assert_allclose(third.terms, np.exp([-2, 0, -1]), rtol=1e-15)


def test_every_score_is_read_once() -> None:
    steps = online_steps(SCORES, chunk=3)
    assert [(step.start, step.stop) for step in steps] == [(0, 3), (3, 6), (6, 9), (9, 11)]


def test_scores_that_overflow_on_their_own_do_no_harm() -> None:
    steps = online_steps([1e6, 999_999.0, -1e6], chunk=1)
    assert [step.total for step in steps] == [1, 1 + np.exp(-1), 1 + np.exp(-1)]


@pytest.mark.parametrize("logits", [[], [[1.0, 2.0]], [1.0, np.nan], [np.inf]])
def test_anything_but_one_row_of_finite_numbers_is_refused(logits: list[float]) -> None:
    with pytest.raises(ValueError, match="one row of finite numbers"):
        online_steps(logits, 1)


def test_a_chunk_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="chunk must be at least 1; got 0"):
        online_steps([1.0], 0)
