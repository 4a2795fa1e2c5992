"""The settings carry a run whole, and a run grows only when asked."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz.records.training_presets import PRESETS, preset_of
from softviz.records.training_settings import TrainingSettings
from softviz.state import Exploration
from softviz.training.configuration import BOUNDS, TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.live import TrainingRun
from softviz.training.projection import plane_of
from softviz.training.recording import ARRAYS, joined, train
from softviz.training.wire import read

SMALL = TrainingConfig(examples=61, width=7, batch_size=11, steps=211)
DATASET = load_dataset(SMALL)


def run() -> TrainingRun:
    return TrainingRun(SMALL, DATASET, plane_of(DATASET))


def test_every_choice_of_a_run_is_carried_under_a_name_of_its_own() -> None:
    carried = {field.name for field in dataclasses.fields(TrainingSettings)}
    assert {field.name for field in dataclasses.fields(TrainingConfig)} <= carried
    assert TrainingSettings().config == TrainingConfig()
    assert not TrainingSettings.query_keys() & Exploration.query_keys()


@given(
    rate=st.floats(*BOUNDS["learning_rate"]),
    decay=st.floats(*BOUNDS["weight_decay"]),
    seed=st.integers(0, 2**31 - 1),
    norm=st.booleans(),
)
def test_a_link_gives_back_the_same_run_to_the_last_digit(rate: float, decay: float, seed: int, norm: bool) -> None:
    settings = TrainingSettings(learning_rate=rate, weight_decay=decay, seed=seed, batch_norm=norm, plane=(3, 1))
    reading = TrainingSettings.from_query(settings.to_query())
    assert reading.notices == ()
    assert reading.record == settings
    assert reading.record.config == settings.config


@pytest.mark.parametrize("plane", ["", "1", "1,1", "-1,2", "0,2,3", "0,99999", "a,b", "٣,1"])
def test_a_plane_that_is_none_falls_back_and_says_so(plane: str) -> None:
    reading = TrainingSettings.from_query({"plane": plane})
    assert reading.record == TrainingSettings()
    assert len(reading.notices) == 1


def test_every_preset_is_found_again_until_something_is_changed() -> None:
    for preset in PRESETS:
        assert preset_of(preset.settings) is preset
        assert preset_of(preset.settings.changed(seed=97)) is None


def test_a_run_begins_with_its_first_step_and_grows_by_a_chunk_at_least() -> None:
    growing = run()
    assert growing.kept == 1
    growing.advance(0.0)
    assert 1 < growing.kept < growing.total
    growing.advance(1e9)
    assert growing.finished
    assert growing.kept == growing.total == 212


def test_stretches_of_any_length_give_the_recording_of_one_go() -> None:
    growing = run()
    while not growing.finished:
        growing.advance(0.0)
    whole = joined(train(SMALL, DATASET))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(growing.recording(), name), getattr(whole, name))
    np.testing.assert_array_equal(growing.last().weights[0], whole.weights[-1])


def test_a_message_holds_what_is_missing_and_nothing_when_nothing_is() -> None:
    growing = run()
    growing.advance(0.0)
    had = growing.kept
    growing.advance(0.0)
    message = read(growing.message_since(had))
    assert message.header["first"] == had
    assert had + len(message.arrays["steps"]) == growing.kept
    assert growing.message_since(growing.kept) == b""


def test_a_diverged_run_ends_with_numbers() -> None:
    config = TrainingConfig(
        activation="relu", optimizer="sgd", learning_rate=100.0, hidden_layers=3, initial_scale=10.0, steps=97
    )
    dataset = load_dataset(config)
    growing = TrainingRun(config, dataset, plane_of(dataset))
    growing.advance(1e9)
    assert "diverged" in growing.stopped
    assert growing.kept < growing.total
    assert np.isfinite(growing.last().weights).all()
    assert np.isfinite(growing.last().train_loss).all()
