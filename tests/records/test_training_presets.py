"""Every run worth watching is trained, and does what its sentence says."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from softviz.records.training_presets import PRESETS, TrainingPreset
from softviz.training.datasets import Dataset, load_dataset
from softviz.training.outcome import follow
from softviz.training.recording import Recording, joined, train

BY_NAME = {preset.name: preset for preset in PRESETS}


@cache
def recorded(name: str, **changes: object) -> Recording:
    config = BY_NAME[name].settings.changed(**changes).config
    return joined(train(config, load_dataset(config)))


def data(name: str) -> Dataset:
    return load_dataset(BY_NAME[name].settings.config)


def length(run: Recording) -> np.ndarray:
    """Length of the whole gradient at every kept step."""
    return np.linalg.norm(run.gradient_norms, axis=1)


def share_that_rise(run: Recording) -> float:
    return float((np.diff(run.train_loss) > 0).mean())


def settled(losses: np.ndarray) -> np.ndarray:
    """The median of each 25 losses in turn: where a curve lies, not where it jumps."""
    return np.median(losses[: losses.size // 25 * 25].reshape(-1, 25), axis=1)


def four_steps_in_ten_raise_the_loss(name: str) -> None:
    big, small = recorded(name), recorded(name, learning_rate=1.0)
    assert 0.35 < share_that_rise(big) < 0.48
    assert big.train_loss.max() > 5 * big.train_loss[0]
    assert small.train_loss[-1] < big.train_loss.min()


def squared_error_stalls_and_cross_entropy_learns(name: str) -> None:
    stuck, free = recorded(name), recorded(name, loss="cross_entropy")
    np.testing.assert_array_equal(stuck.weights[0], free.weights[0])
    for run in (stuck, free):
        assert run.train_accuracy[0] == run.held_out_accuracy[0] == 0, "no row is right"
    assert np.median(length(stuck)) < 0.005
    assert length(free)[0] > 1
    assert int(stuck.steps[-1]) == 300
    assert stuck.train_accuracy[-1] == 0
    assert stuck.train_loss[0] - stuck.train_loss[-1] < 0.01
    assert free.train_accuracy[-1] == 1


def the_loss_stops_above_zero(name: str) -> None:
    run = recorded(name)
    half = len(run) // 2
    assert run.train_loss[-1] > 0.5
    assert np.ptp(settled(run.train_loss[half:])) < 0.01
    largest = follow(run[-1], data(name).features).probabilities[0].max(axis=-1)
    assert np.mean(largest < 0.9) > 0.4, "where many rows lie, no class is sure"


def the_first_layer_gets_a_tenth(name: str) -> None:
    run = recorded(name)
    start = run.steps <= 200
    ratio = run.gradient_norms[:, 0] / run.gradient_norms[:, -1]
    assert np.mean(ratio[start] < 0.1) > 0.8
    assert run.train_loss[start][-1] > 0.85 * run.train_loss[0]
    normalised = recorded("Learn with batch norm")
    assert normalised.train_loss[start][-1] < 0.6 * normalised.train_loss[0]


def gradients_reach_the_first_layer(name: str) -> None:
    run, plain = recorded(name), BY_NAME["Learn without batch norm"].settings
    assert BY_NAME[name].settings == plain.changed(batch_norm=True)
    ratio = run.gradient_norms[:, 0] / run.gradient_norms[:, -1]
    assert np.median(ratio) > 0.5
    assert run.held_out_accuracy[-1] > 0.95


def held_out_loss_turns(name: str) -> None:
    run, dataset = recorded(name), data(name)
    assert 0.25 < dataset.moved[dataset.train].mean() < 0.35
    train_loss, held_out = settled(run.train_loss), settled(run.held_out_loss)
    assert np.argmin(train_loss) == train_loss.size - 1
    assert np.argmin(held_out) < 0.75 * held_out.size
    assert held_out[-1] > 1.25 * held_out.min()


def the_last_logit_stays_zero(name: str) -> None:
    run = recorded(name)
    assert (follow(run, data(name).features[:7]).logits[..., -1] == 0).all()
    assert run.held_out_accuracy[-1] > 0.95


def digits_are_read(name: str) -> None:
    run, dataset = recorded(name), data(name)
    assert dataset.image_shape is not None
    assert BY_NAME[name].settings.hidden_layers == 0, "one image a unit of the head"
    assert run.architecture.classes == 10
    assert run.held_out_accuracy[-1] > 0.9


CLAIMS: dict[str, Callable[[str], None]] = {
    "Take too large a step": four_steps_in_ten_raise_the_loss,
    "Let squared error stall": squared_error_stalls_and_cross_entropy_learns,
    "Let the classes overlap": the_loss_stops_above_zero,
    "Learn without batch norm": the_first_layer_gets_a_tenth,
    "Learn with batch norm": gradients_reach_the_first_layer,
    "Mislabel a third": held_out_loss_turns,
    "Drop the last logit": the_last_logit_stays_zero,
    "Read digits": digits_are_read,
}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_does_what_its_sentence_says(preset: TrainingPreset) -> None:
    CLAIMS[preset.name](preset.name)
