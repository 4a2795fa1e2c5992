"""Tensors in, tensors out: the same numbers as from arrays, and autograd goes through."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import (
    MAPPINGS,
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
    softmax_at,
    softmax_entropy,
    softmax_jvp,
    softmax_steps,
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


def test_steps_and_entropies_are_read_from_a_tensor_that_has_a_gradient():
    for dtype in (torch.bfloat16, torch.float32):
        z = torch.tensor(LOGITS, requires_grad=True).to(dtype)
        same = z.detach().float().numpy()
        np.testing.assert_array_equal(softmax_entropy(z), softmax_entropy(same))
        np.testing.assert_array_equal(softmax_steps(z).probabilities, softmax_steps(same).probabilities)


ZEROS = [[0.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.0, -1.0, -2.0], [1.0, 2.0, 0.0]]


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
@pytest.mark.parametrize("scores", ZEROS)
def test_autograd_finds_the_slope_at_a_temperature_where_scores_are_zero(mapping, parameters, scores):
    cotangent = np.array([1.0, 2.0, 3.0])
    z = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
    result = mapping.at(z, 0.5, **parameters)
    if not result.requires_grad:
        pytest.skip("flat")
    (gradient,) = torch.autograd.grad((result * torch.tensor(cotangent)).sum(), z)
    expected = vjp(mapping, np.array(scores), cotangent, temperature=0.5, **parameters)
    np.testing.assert_allclose(gradient.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_the_limits_have_gradients_that_are_numbers(mapping, parameters):
    for scores, temperatures in (*((zeros, (0.0, np.inf)) for zeros in ZEROS), ([-1.0, -2.0, 2.0], (0.0, 1e-320))):
        for temperature in temperatures:
            z = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
            result = mapping.at(z, temperature, **parameters)
            if result.requires_grad:
                assert not torch.isnan(torch.autograd.grad((result * z.detach()).sum(), z)[0]).any(), scores


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_every_map_at_a_temperature_takes_tensors_without_data_and_functional_transforms(mapping, parameters):
    z = torch.tensor(LOGITS)
    for temperature in (0.0, 0.7, np.inf):
        assert mapping.at(z.to("meta"), temperature, **parameters).is_meta
        mapped = torch.func.vmap(lambda row, t=temperature: mapping.at(row, t, **parameters))(z)
        np.testing.assert_allclose(mapped.numpy(), mapping.at(LOGITS, temperature, **parameters), atol=1e-13)
        gradient = torch.func.grad(lambda rows, t=temperature: (mapping.at(rows, t, **parameters) ** 2).sum())(z)
        assert torch.isfinite(gradient).all()
    heats = torch.tensor([0.5, 2.0])
    swept = torch.func.vmap(lambda t: mapping.at(z, t, **parameters))(heats)
    np.testing.assert_allclose(swept[1].numpy(), mapping.at(LOGITS, 2.0, **parameters), atol=1e-13)


@pytest.mark.parametrize("target", TARGETS)
def test_every_loss_takes_functional_transforms(target):
    z, y = torch.tensor(LOGITS), torch.tensor(target)
    charges = [cross_entropy, squared_error, focal_loss]
    charges += [lambda scores, goal, a=alpha: fenchel_young_loss(scores, goal, a) for alpha in (1.0, 1.5, 3.0)]
    for loss in charges:
        np.testing.assert_allclose(torch.func.vmap(loss)(z, y).numpy(), loss(LOGITS, target), atol=1e-13)
        together = torch.func.grad(lambda scores, f=loss: f(scores, y).sum())(z)
        np.testing.assert_allclose(torch.func.vmap(torch.func.grad(loss))(z, y), together, atol=1e-13)


def test_a_cold_softmax_has_a_gradient_of_zero():
    z = torch.tensor([1.0, 2.0, 2.0], requires_grad=True)
    (gradient,) = torch.autograd.grad(softmax_at(z, 0.0)[1], z)
    np.testing.assert_array_equal(gradient, 0)


def test_complex_tensors_are_refused_wherever_they_come():
    z, wrong = torch.ones(2), torch.ones(2) * 1j
    for call in (
        lambda: softmax_jvp(z, wrong),
        lambda: MAPPINGS["logistic"].vjp(z, wrong),
        lambda: cross_entropy(z, wrong),
        lambda: softmax_at(z, wrong[0]),
    ):
        with pytest.raises(ValueError, match=r"expected real numbers; got a tensor of torch\.complex64"):
            call()


@pytest.mark.parametrize("axis", [5, (0, 0), 1.5])
def test_axes_that_are_not_there_are_refused(axis):
    for call in (MAPPINGS["logistic"], MAPPINGS["top_k"], lambda x, axis: jacobian(MAPPINGS["softmax"], x, axis=axis)):
        with pytest.raises(ValueError, match="axis"):
            call(torch.ones(3), axis=axis)
