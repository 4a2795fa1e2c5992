"""Finite differences against known slopes, autograd against closed forms, a Jacobian's laws against NumPy."""

import sys

import numpy as np
import pytest
from scipy.special import softmax

from softviz.core.checks import (
    autograd_gradient,
    central_differences,
    difference_errors,
    forward_differences,
    jacobian_facts,
)
from softviz.core.loss_registry import LOSSES

X = np.random.default_rng(17).normal(size=5)


def cubes(points):
    return (points**3).sum(axis=-1)


def test_differences_find_the_slope_of_a_cube():
    # f''/2 = 3x and f'''/6 = 1: the two errors are 3|x|h and h^2, and rounding adds about 1e-16/h
    np.testing.assert_allclose(forward_differences(cubes, X, 1e-7), 3 * X**2, atol=1e-5)
    np.testing.assert_allclose(central_differences(cubes, X, 1e-4), 3 * X**2, atol=2e-8)


def test_many_steps_at_once_are_the_same_as_one_by_one():
    steps = np.array([1e-3, 1e-5, 1e-7])
    for differences in (forward_differences, central_differences):
        together = differences(cubes, X, steps)
        assert together.shape == (3, 5)
        for gradient, step in zip(together, steps, strict=True):
            np.testing.assert_array_equal(gradient, differences(cubes, X, step))


@pytest.mark.parametrize("step", [0.0, -1e-5, np.nan, np.inf])
def test_a_step_that_is_none_is_refused(step):
    with pytest.raises(ValueError, match="positive and finite; got"):
        central_differences(cubes, X, step)


def test_the_bending_error_falls_with_the_step_and_with_its_square():
    errors = difference_errors(cubes, 3 * X**2, X, np.array([1e-2, 1e-1]))
    assert errors.forward[1] / errors.forward[0] == pytest.approx(10, rel=0.2)  # a second term of the series
    assert errors.central[1] / errors.central[0] == pytest.approx(100, rel=1e-6)


@pytest.mark.parametrize(
    "loss", [LOSSES["cross-entropy"], LOSSES["squared-error"], LOSSES["focal"]], ids=lambda x: x.key
)
def test_steps_too_small_and_too_large_both_fail(loss):
    target = np.array([0.1, 0.2, 0.3, 0.4, 0.0])
    gradient = loss.gradient(X, target)
    steps = 10.0 ** np.arange(-16, 1.01, 0.25)
    errors = difference_errors(lambda z: loss.value(z, np.broadcast_to(target, z.shape)), gradient, X, steps)
    assert errors.central.min() < 1e-10
    assert 1e-7 < errors.best_step() < 1e-3
    assert errors.forward.min() < 1e-7
    assert errors.central[0] > 0.01, "the smallest step must lose its digits"
    assert errors.central[-1] > 0.01, "the largest step must miss the slope"


def test_a_jacobian_s_facts_are_what_numpy_says():
    p = softmax(X)
    jacobian = np.diag(p) - np.outer(p, p)
    facts = jacobian_facts(jacobian)
    assert facts.largest_row_sum < 1e-16
    assert facts.largest_asymmetry == 0
    assert facts.rank == np.linalg.matrix_rank(jacobian) == 4
    np.testing.assert_allclose(facts.eigenvalues, np.linalg.eigvalsh(jacobian), atol=1e-16)
    assert abs(facts.eigenvalues[0]) <= facts.noise


def test_facts_tell_a_matrix_that_is_no_jacobian_of_softmax():
    facts = jacobian_facts(np.array([[1.0, 3.0], [0.5, -2.0]]))
    assert (facts.largest_row_sum, facts.largest_asymmetry, facts.rank) == (4.0, 2.5, 2)
    assert facts.eigenvalues[0] < 0


def test_without_pytorch_autograd_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install -r requirements-torch\.txt"):
        autograd_gradient(cubes, X)


@pytest.mark.torch
@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_autograd_agrees_with_every_closed_form(loss, temperature):
    pytest.importorskip("torch")
    target = np.array([0.1, 0.2, 0.3, 0.4, 0.0])
    heated = loss.at(temperature)
    gradient = autograd_gradient(lambda z: heated.value(z, target), X)
    # both follow the same few operations in float64; what differs is the order of a handful of roundings
    np.testing.assert_allclose(gradient, heated.gradient(X, target), atol=1e-14)
