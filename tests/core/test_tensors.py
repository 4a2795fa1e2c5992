"""Tensors in, tensors out: the same numbers as from arrays, and autograd goes through."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import (
    cross_entropy,
    cross_entropy_gradient,
    entropy,
    fenchel_young_gradient,
    fenchel_young_loss,
    focal_loss,
    focal_loss_gradient,
    jacobian,
    kl_divergence,
    margin,
    perplexity,
    squared_error,
    squared_error_gradient,
    support_size,
    total_variation,
    vjp,
)
from tests.core.registry_cases import CASE_NAMES, CASES

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

RNG = np.random.default_rng(13)
LOGITS = RNG.normal(size=(7, 5)) * 2
LABELS = RNG.integers(0, 5, size=7)
SOFT = RNG.dirichlet(np.ones(5), size=7)
TARGETS = [pytest.param(LABELS, id="labels"), pytest.param(SOFT, id="soft")]
ALPHAS = [0.5, 1.0, 1.0001, 1.25, 1.5, 2.0, 3.0, np.inf]
EVERY_CASE = [pytest.param(*case, id=name) for case, name in zip(CASES, CASE_NAMES, strict=True)]
LOSSES = [
    pytest.param(cross_entropy, cross_entropy_gradient, id="cross-entropy"),
    pytest.param(squared_error, squared_error_gradient, id="squared error"),
    pytest.param(focal_loss, focal_loss_gradient, id="focal"),
]


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_every_map_gives_a_tensor_the_same_numbers(mapping, parameters):
    z = torch.tensor(LOGITS)
    for temperature in (0.0, 0.7, np.inf):
        ours = mapping.at(z, temperature, **parameters)
        assert isinstance(ours, torch.Tensor)
        np.testing.assert_allclose(ours.numpy(), mapping.at(LOGITS, temperature, **parameters), atol=1e-13)
    full = jacobian(mapping, z, **parameters)
    assert isinstance(full, torch.Tensor)
    np.testing.assert_allclose(full.numpy(), jacobian(mapping, LOGITS, **parameters), atol=1e-13)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_autograd_passes_through_every_map(mapping, parameters):
    z = torch.tensor(LOGITS, requires_grad=True)
    cotangent = torch.tensor(np.random.default_rng(31).normal(size=LOGITS.shape))
    result = mapping(z, **parameters)
    if mapping.key == "argmax":
        assert not result.requires_grad or not torch.autograd.grad(result.sum(), z)[0].any()
        return
    (gradient,) = torch.autograd.grad((result * cotangent).sum(), z)
    expected = vjp(mapping, LOGITS, cotangent.numpy(), **parameters)
    np.testing.assert_allclose(gradient.numpy(), expected, atol=1e-11)


@pytest.mark.parametrize("target", TARGETS)
def test_every_loss_gives_a_tensor_the_same_numbers(target):
    z, y = torch.tensor(LOGITS), torch.tensor(target)
    for function in (
        cross_entropy,
        cross_entropy_gradient,
        squared_error,
        squared_error_gradient,
        focal_loss,
        focal_loss_gradient,
    ):
        ours = function(z, y, label_smoothing=0.1, temperature=0.7)
        assert isinstance(ours, torch.Tensor)
        expected = function(LOGITS, target, label_smoothing=0.1, temperature=0.7)
        np.testing.assert_allclose(ours.numpy(), expected, atol=1e-13)
    for alpha in ALPHAS:
        for function in (fenchel_young_loss, fenchel_young_gradient):
            expected = function(LOGITS, target, alpha)
            np.testing.assert_allclose(function(z, y, alpha).numpy(), expected, atol=1e-13)


@pytest.mark.parametrize(("loss", "gradient"), LOSSES)
def test_autograd_passes_through_the_losses(loss, gradient):
    z = torch.tensor(LOGITS, requires_grad=True)
    (theirs,) = torch.autograd.grad(loss(z, torch.tensor(LABELS)).sum(), z)
    np.testing.assert_allclose(theirs.numpy(), gradient(LOGITS, LABELS), atol=1e-13)


def test_measures_of_a_distribution_give_a_tensor_the_same_numbers():
    p, q = torch.tensor(SOFT), torch.tensor(SOFT[::-1].copy())
    for function in (entropy, perplexity, margin, support_size):
        np.testing.assert_allclose(function(p).numpy(), function(SOFT), rtol=1e-14)
    for function in (kl_divergence, total_variation):
        np.testing.assert_allclose(function(p, q).numpy(), function(SOFT, SOFT[::-1]), rtol=1e-13)


def test_entropy_has_a_finite_slope_where_a_probability_is_zero():
    p = torch.tensor([0.5, 0.5, 0.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(entropy(p), p)
    assert torch.isfinite(slope).all()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_a_tensor_keeps_its_type(dtype):
    z = torch.tensor(LOGITS).to(getattr(torch, dtype))
    for mapping, parameters in CASES:
        assert mapping(z, **parameters).dtype == z.dtype, mapping.key
        assert jacobian(mapping, z, **parameters).dtype == z.dtype, mapping.key
    assert cross_entropy(z, torch.tensor(LABELS)).dtype == z.dtype
    assert entropy(torch.softmax(z, -1)).dtype == z.dtype
