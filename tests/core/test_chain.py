"""The chain rule taken apart, and the two ways to write the loss."""

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp, softmax

from softviz.core.chain import cross_entropy_chain, cross_entropy_forms

RNG = np.random.default_rng(23)
LOGITS = RNG.normal(size=7) * 2
HARD = np.eye(7)[3]
SOFT = RNG.dirichlet(np.ones(7))


@pytest.mark.parametrize("target", [HARD, SOFT], ids=["hard", "soft"])
@pytest.mark.parametrize("temperature", [1.0, 2.0, 0.5])
def test_the_product_ends_in_p_minus_y_over_t(target, temperature):
    chain = cross_entropy_chain(LOGITS, target, temperature)
    p = softmax(LOGITS / temperature)
    np.testing.assert_allclose(chain.probabilities, p, rtol=1e-14)
    np.testing.assert_allclose(chain.jacobian, (np.diag(p) - np.outer(p, p)) / temperature, atol=1e-15)
    np.testing.assert_allclose(chain.by_probability, -target / p, rtol=1e-14)
    np.testing.assert_allclose(chain.closed_form, (p - target) / temperature, atol=1e-15)
    assert chain.holds
    assert chain.largest_difference < 1e-14  # seven products of numbers near one


def test_the_product_breaks_where_a_probability_vanishes_and_the_closed_form_stands():
    chain = cross_entropy_chain(np.array([1000.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    assert chain.by_probability.tolist() == [0, -np.inf, 0]
    assert not chain.holds
    assert np.isnan(chain.largest_difference)
    assert chain.closed_form.tolist() == [1, -1, 0]


def test_a_class_without_weight_costs_nothing_even_where_it_vanishes():
    chain = cross_entropy_chain(np.array([1000.0, 0.0]), np.array([1.0, 0.0]))
    assert chain.by_probability.tolist() == [-1, 0]
    assert chain.holds


@pytest.mark.parametrize("target", [HARD, SOFT], ids=["hard", "soft"])
def test_both_forms_are_scipy_s_loss(target):
    forms = cross_entropy_forms(LOGITS, target, 2.0)
    expected = -(target * log_softmax(LOGITS / 2)).sum()
    assert forms.surprise == pytest.approx(expected, rel=1e-14)
    assert forms.fused == pytest.approx(expected, rel=1e-13)  # a difference of two numbers near two
    assert forms.log_partition == pytest.approx(logsumexp(LOGITS / 2), rel=1e-14)


def test_the_log_of_a_vanished_probability_is_infinite_and_the_fused_form_finite():
    forms = cross_entropy_forms(np.array([1000.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    assert forms.surprise == np.inf
    assert forms.fused == 1000
