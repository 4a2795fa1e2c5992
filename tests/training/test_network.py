"""The network's calls against autograd, finite differences and the compute module."""

import tracemalloc
from itertools import product

import numpy as np
import pytest

from softviz.core import losses as core_losses
from softviz.core.registry import MAPPINGS
from softviz.training.architecture import Architecture, folded
from softviz.training.losses import LOSSES, smoothed_targets
from softviz.training.network import Network

FEATURES, CLASSES, BATCH = 5, 3, 11
ACTIVATIONS = ("tanh", "relu", "sigmoid", "maxout")
DEPTHS = ((), (7,), (7, 2, 13))

every_network = pytest.mark.parametrize(
    ("activation", "batch_norm", "loss", "hidden"),
    [
        (activation, batch_norm, loss, hidden)
        for activation, batch_norm, loss, hidden in product(ACTIVATIONS, (False, True), LOSSES, DEPTHS)
        if hidden or (activation == "tanh" and not batch_norm)
    ],
)


def filled_network(activation, batch_norm, loss, hidden, *, smoothing=0.1, scale=0.7, seed=17):
    rng = np.random.default_rng(seed)
    network = Network(Architecture(FEATURES, CLASSES, hidden, activation, batch_norm), loss, BATCH)
    network.parameters[:] = scale * rng.standard_normal(network.parameters.size)
    network.inputs[:, :-1] = rng.standard_normal((BATCH, FEATURES))
    network.targets[:] = smoothed_targets(rng.integers(CLASSES, size=BATCH), CLASSES, smoothing)
    return network


def mean_loss(network):
    network.evaluate()
    return network.loss.values(network.logits, network.probabilities, network.targets).mean()


def slope_by_differences(network, place, step=1e-6):
    kept = network.parameters[place]
    network.parameters[place] = kept + step
    above = mean_loss(network)
    network.parameters[place] = kept - step
    below = mean_loss(network)
    network.parameters[place] = kept
    return (above - below) / (2 * step)


@every_network
def test_gradient_is_the_slope_of_the_loss(activation, batch_norm, loss, hidden):
    network = filled_network(activation, batch_norm, loss, hidden)
    network.backpropagate()
    gradient = network.gradient.copy()
    slopes = [slope_by_differences(network, place) for place in range(gradient.size)]
    # Central differences with h = 1e-6: rounding gives 1e-16 / h = 1e-10, the third derivative h^2 = 1e-12.
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=2e-9)


@pytest.mark.torch
@every_network
def test_gradient_is_autograds(activation, batch_norm, loss, hidden):
    torch = pytest.importorskip("torch")
    from softviz.training import torch_learner

    network = filled_network(activation, batch_norm, loss, hidden)
    network.backpropagate()
    parameters = torch.tensor(network.parameters, requires_grad=True)
    inputs, targets = torch.tensor(network.inputs[:, :-1]), torch.tensor(network.targets.T)
    outputs = torch_learner.forward(network.architecture, parameters, inputs)
    torch_learner.losses(loss, outputs.logits, targets).mean().backward()
    # Sums of at most 13 float64 products per layer, three layers: some hundred ulp, times batch norm's 1 / deviation.
    np.testing.assert_allclose(network.gradient, parameters.grad.numpy(), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(network.logits.T, outputs.logits.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("loss", "value", "gradient"),
    [
        ("cross_entropy", core_losses.cross_entropy, core_losses.cross_entropy_gradient),
        ("squared_error", core_losses.squared_error, core_losses.squared_error_gradient),
        (
            "sparsemax",
            lambda z, y: core_losses.fenchel_young_loss(z, y, 2.0),
            lambda z, y: core_losses.fenchel_young_gradient(z, y, 2.0),
        ),
    ],
)
@pytest.mark.parametrize("scale", [0.1, 3.0, 300.0])
def test_losses_are_those_of_the_compute_module(loss, value, gradient, scale):
    network = filled_network("tanh", False, loss, (7,), scale=scale)
    network.evaluate()
    logits, targets = network.logits.T.copy(), network.targets.T.copy()
    values = network.loss.values(network.logits, network.probabilities, network.targets)
    # Logits reach some hundreds: an ulp of them is 1e-13.
    np.testing.assert_allclose(values, value(logits, targets), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(network.d_logits.T, gradient(logits, targets), rtol=1e-11, atol=1e-13)
    shown = MAPPINGS[network.loss.mapping](logits)
    np.testing.assert_allclose(network.probabilities.T, shown, rtol=1e-11, atol=1e-13)


def test_squared_error_stalls_where_cross_entropy_pulls():
    confident_and_wrong = np.array([[30.0], [0.0], [0.0]])
    sizes = {}
    for loss in ("cross_entropy", "squared_error"):
        network = Network(Architecture(FEATURES, CLASSES, (), "tanh"), loss, 1)
        network.parameters[:] = 0
        network.architecture.weights(network.parameters)[0][:, -1:] = confident_and_wrong
        network.targets[:] = smoothed_targets(np.array([1]), CLASSES, 0.0)
        network.evaluate()
        sizes[loss] = np.abs(network.d_logits).max()
    assert sizes["cross_entropy"] > 0.99
    # p (1 - p) at a gap of 30 is about exp(-30).
    assert 0 < sizes["squared_error"] < 1e-12


@pytest.mark.parametrize("loss", LOSSES)
def test_head_gradients_of_all_classes_cancel(loss):
    """Softmax ignores a constant shift of its logits, so no gradient ever points along one."""
    network = filled_network("relu", False, loss, (7,))
    network.backpropagate()
    head = network.architecture.weights(network.gradient)[-1]
    np.testing.assert_allclose(head.sum(axis=0), 0, atol=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_folded_batch_norm_gives_the_same_logits(activation):
    network = filled_network(activation, True, "cross_entropy", (7, 2))
    network.evaluate()
    plain = Network(network.architecture.plain, "cross_entropy", BATCH)
    plain.parameters[:] = folded(network.architecture, network.parameters, network.batch_statistics)
    plain.inputs[:] = network.inputs
    plain.evaluate()
    # Two more roundings a weight, magnified by 1 / deviation.
    np.testing.assert_allclose(plain.logits, network.logits, rtol=1e-10, atol=1e-12)


def test_a_batch_of_equal_rows_survives_batch_norm():
    network = filled_network("relu", True, "cross_entropy", (7,))
    network.inputs[:] = network.inputs[0]
    network.backpropagate()
    assert np.all(np.isfinite(network.gradient))


def test_hidden_layers_that_do_not_learn_get_no_gradient():
    network = Network(Architecture(FEATURES, CLASSES, (7,), "tanh"), "cross_entropy", BATCH, learn_hidden=False)
    network.parameters[:] = 0.3
    network.inputs[:, 0] = np.arange(BATCH)
    network.targets[0] = 1
    network.backpropagate()
    hidden, head = network.architecture.slices
    assert not network.gradient[hidden].any()
    assert network.gradient[head].any()


def test_single_precision_stays_single():
    network = Network(Architecture(FEATURES, CLASSES, (7,), "sigmoid", True), "sparsemax", BATCH, dtype=np.float32)
    network.backpropagate()
    assert {network.gradient.dtype, network.logits.dtype, network.d_logits.dtype} == {np.dtype(np.float32)}


@pytest.mark.parametrize("loss", LOSSES)
def test_huge_logits_neither_warn_nor_overflow(loss):
    network = filled_network("relu", False, loss, (7,), scale=1e4)
    network.backpropagate()
    assert np.all(np.isfinite(network.gradient))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_a_step_allocates_no_arrays(activation, loss):
    network = Network(Architecture(FEATURES, CLASSES, (31,), activation), loss, 10_007)
    network.backpropagate()
    tracemalloc.start()
    network.backpropagate()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # One row of the batch would take 80 kB. NumPy's loops pass pieces of 8,192 numbers through a buffer of 64 kB.
    assert peak < 70_000
