"""Learning: batches, updates, what stays frozen, and the same run in torch."""

import numpy as np
import pytest

from softviz.training.configuration import CHOICES
from softviz.training.datasets import load_dataset
from softviz.training.learner import NumpyLearner, batch_order
from softviz.training.optimizers import update_calls

from .conftest import small


def test_an_epoch_shows_every_row_once_but_for_an_incomplete_batch():
    order = batch_order(rows=47, batch_size=11, seed=3)
    first, second = ([row for _ in range(4) for row in next(order)] for _ in range(2))
    assert len(set(first)) == len(set(second)) == 44
    assert first != second


def test_a_batch_larger_than_the_data_takes_all_of_it():
    config = small(batch_size=1_024)
    dataset = load_dataset(config)
    inputs = NumpyLearner(config, dataset).network.inputs[:, :-1]
    assert sorted(inputs.tolist()) == sorted(dataset.features[dataset.train].tolist())


def test_sgd_steps_against_the_gradient():
    parameters, gradient = np.array([1.0, -2.0]), np.array([0.5, 0.25])
    for call in update_calls(small(optimizer="sgd", learning_rate=0.1), parameters, gradient):
        call()
    np.testing.assert_array_equal(parameters, [1.0 - 0.1 * 0.5, -2.0 - 0.1 * 0.25])


@pytest.mark.torch
@pytest.mark.parametrize("weight_decay", [0.0, 0.03])
@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
def test_updates_are_those_of_torch(optimizer, weight_decay):
    torch = pytest.importorskip("torch")
    config = small(optimizer=optimizer, learning_rate=0.07, momentum=0.8, weight_decay=weight_decay)
    rng = np.random.default_rng(5)
    parameters = rng.standard_normal(13)
    gradient = np.empty(13)
    calls = update_calls(config, parameters, gradient)
    peer = torch.tensor(parameters, requires_grad=True)
    options = {"lr": 0.07, "weight_decay": weight_decay}
    if optimizer == "adam":
        torch_optimizer = torch.optim.Adam([peer], **options)
    else:
        torch_optimizer = torch.optim.SGD([peer], momentum=0.8 if optimizer == "momentum" else 0, **options)
    for _ in range(29):
        gradient[:] = rng.standard_normal(13)
        peer.grad = torch.tensor(gradient)
        for call in calls:
            call()
        torch_optimizer.step()
    # 29 updates, each rounded a few times and of size 0.07.
    np.testing.assert_allclose(parameters, peer.detach().numpy(), rtol=1e-13, atol=1e-14)


@pytest.mark.torch
@pytest.mark.parametrize(
    "choices",
    [
        {"activation": "relu", "optimizer": "sgd", "weight_decay": 0.01},
        {"activation": "maxout", "batch_norm": True, "hidden_layers": 2, "optimizer": "momentum"},
        {"activation": "sigmoid", "loss": "squared_error", "label_smoothing": 0.1, "pin_last_logit": True},
        {"loss": "sparsemax", "freeze_hidden": True, "batch_norm": True, "weight_decay": 0.01},
    ],
)
def test_a_whole_run_is_torchs_run(choices):
    pytest.importorskip("torch")
    from softviz.training.torch_learner import TorchLearner

    config = small(**choices)
    dataset = load_dataset(config)
    ours, theirs = NumpyLearner(config, dataset), TorchLearner(config, dataset, device="cpu")
    for steps in (0, 1, 22):
        ours.advance(steps)
        theirs.advance(steps)
        # Rounding differs by a few ulp a step, and 23 steps do not magnify it much.
        np.testing.assert_allclose(ours.plain_parameters(), theirs.plain_parameters(), rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(ours.gradient_norms(), theirs.gradient_norms(), rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("optimizer", CHOICES["optimizer"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_frozen_layers_do_not_move_and_the_head_does(optimizer, batch_norm):
    config = small(freeze_hidden=True, optimizer=optimizer, weight_decay=0.1, batch_norm=batch_norm)
    learner = NumpyLearner(config, load_dataset(config))
    before = learner.network.parameters.copy()
    learner.advance(7)
    hidden, head = learner.architecture.slices
    np.testing.assert_array_equal(learner.network.parameters[hidden], before[hidden])
    assert not np.allclose(learner.network.parameters[head], before[head])
    assert learner.gradient_norms()[0] == 0


def test_a_pinned_logit_stays_zero_while_the_network_learns():
    config = small(dataset="blobs", pin_last_logit=True, weight_decay=0.001)
    learner = NumpyLearner(config, load_dataset(config))
    learner.advance(300)
    assert not learner.architecture.weights(learner.network.parameters)[-1][-1].any()
    assert (learner.network.logits.argmax(axis=0) == learner.network.targets.argmax(axis=0)).mean() > 0.8


def test_without_decay_plain_sgd_keeps_the_sum_of_the_head_rows():
    """One logit too many: the direction that softmax cannot see is never learned along."""
    config = small(optimizer="sgd", learning_rate=0.5)
    learner = NumpyLearner(config, load_dataset(config))
    head = learner.architecture.weights(learner.network.parameters)[-1]
    before = head.sum(axis=0)
    learner.advance(23)
    # 23 steps of rounding on numbers around 1.
    np.testing.assert_allclose(head.sum(axis=0), before, atol=1e-14)


def test_running_statistics_move_a_tenth_of_the_way_to_each_batch():
    config = small(batch_norm=True)
    learner = NumpyLearner(config, load_dataset(config))
    mean, variance = learner.architecture.statistics(learner.network.batch_statistics.copy())[0]
    learner.advance(1)
    running_mean, running_variance = learner.architecture.statistics(learner.running.statistics)[0]
    np.testing.assert_allclose(running_mean, 0.1 * mean, rtol=1e-15)
    np.testing.assert_allclose(running_variance, 0.9 + 0.1 * variance * 11 / 10, rtol=1e-15)
