"""The script that a learner takes away runs as it is and ends where the recording ends."""

import re
import subprocess
import sys

import numpy as np
import pytest

from softviz.training.configuration import TOY_DATASETS, TrainingConfig
from softviz.training.datasets import Examples, load_dataset
from softviz.training.numpy_script import numpy_script
from softviz.training.own_script import softviz_script
from softviz.training.recording import Recording, joined, train
from softviz.training.script import pytorch_script

from .conftest import small

REPORT = re.compile(r"(train|held-out) loss ([-\d.e]+), accuracy ([\d.]+)")

SAMPLES = [
    {"dataset": "moons", "activation": "maxout", "batch_norm": True, "label_noise": 0.1, "optimizer": "momentum"},
    {"dataset": "checkerboard", "loss": "sparsemax", "label_smoothing": 0.1, "hidden_layers": 2, "activation": "relu"},
    {"dataset": "iris", "loss": "squared_error", "pin_last_logit": True, "weight_decay": 0.01, "optimizer": "sgd"},
    {"dataset": "digits", "activation": "sigmoid", "freeze_hidden": True, "batch_norm": True, "initial_scale": 2.0},
    {"dataset": "circles", "hidden_layers": 0, "label_smoothing": 0.1, "held_out": 0.4, "data_seed": 3, "seed": 5},
]


def last_report(script):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-"], input=script, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (_, train_loss, train_accuracy), (_, held_out_loss, held_out_accuracy) = REPORT.findall(done.stdout)[-2:]
    return [float(text) for text in (train_loss, held_out_loss, train_accuracy, held_out_accuracy)]


@pytest.mark.parametrize("choices", SAMPLES)
@pytest.mark.parametrize(
    "script", [numpy_script, pytest.param(pytorch_script, marks=pytest.mark.torch)], ids=["NumPy", "PyTorch"]
)
def test_the_script_ends_at_the_recordings_numbers(script, choices):
    if script is pytorch_script:
        pytest.importorskip("torch")
    config = small(steps=47, **choices)
    ours = final_numbers(joined(train(config, load_dataset(config))))
    theirs = last_report(script(config))
    # The recording rounds its weights to float32 (6e-8), the script prints nine digits of losses, four of accuracies.
    np.testing.assert_allclose(theirs[:2], ours[:2], atol=3e-6)
    np.testing.assert_allclose(theirs[2:], ours[2:], atol=6e-5)


def final_numbers(run: Recording) -> list[float]:
    return [run.train_loss[-1], run.held_out_loss[-1], run.train_accuracy[-1], run.held_out_accuracy[-1]]


@pytest.mark.parametrize("choices", [*SAMPLES, {}])
def test_the_script_by_softviz_itself_is_the_recording_to_the_last_digit(choices):
    config = small(steps=47, **choices)
    assert last_report(softviz_script(config)) == final_numbers(joined(train(config, load_dataset(config))))


def test_the_script_by_softviz_itself_carries_a_learners_table_too():
    own, config = small_table(), small(dataset="table")
    assert last_report(softviz_script(config, own)) == final_numbers(joined(train(config, load_dataset(config, own))))


def small_table():
    rng = np.random.default_rng(13)
    return Examples(rng.standard_normal((53, 3)), np.arange(53) % 2, ("no", 'it\'s "yes"'), ("a", "b", "c"))


def test_a_learners_table_travels_inside_the_script_in_numpy():
    own, config = small_table(), small(dataset="table")
    run = joined(train(config, load_dataset(config, own)))
    assert last_report(numpy_script(config, own))[0] == pytest.approx(run.train_loss[-1], abs=3e-6)


@pytest.mark.torch
def test_a_learners_table_travels_inside_the_script():
    pytest.importorskip("torch")
    own = small_table()
    config = small(dataset="table")
    run = joined(train(config, load_dataset(config, own)))
    assert last_report(pytorch_script(config, own))[0] == pytest.approx(run.train_loss[-1], abs=3e-6)


@pytest.mark.parametrize("shape", TOY_DATASETS)
def test_scripts_on_toy_data_are_short(shape):
    for script, most in ((pytorch_script, 110), (numpy_script, 150), (softviz_script, 30)):
        lines = script(TrainingConfig(dataset=shape)).splitlines()
        assert len(lines) < most
        assert all(len(line) < 110 for line in lines)


def test_scripts_name_nothing_that_they_do_not_use():
    assert not any(absent in numpy_script(TrainingConfig()) for absent in ("BatchNorm", "Maxout", "sparsemax", "DATA"))
    script = pytorch_script(TrainingConfig())
    for absent in ("Maxout", "sparsemax", "moved_labels", "BatchNorm", "requires_grad_", "register_hook", "DATA"):
        assert absent not in script


def test_a_table_too_large_for_a_script_is_refused():
    rng = np.random.default_rng(13)
    own = Examples(rng.standard_normal((20_000, 50)), np.arange(20_000) % 2, ("no", "yes"), tuple(map(str, range(50))))
    with pytest.raises(ValueError, match="packs into 4,194,304 bytes; got"):
        pytorch_script(small(dataset="table"), own)


@pytest.mark.parametrize("norm", [False, True])
def test_the_numpy_script_follows_a_long_run_with_every_optimizer(norm):
    for optimizer, rate in (("sgd", 0.3), ("momentum", 0.03), ("adam", 0.02)):
        config = small(steps=307, dataset="blobs", noise=0.3, hidden_layers=2, batch_norm=norm, optimizer=optimizer,
                       learning_rate=rate, weight_decay=0.001)  # fmt: skip
        ours = final_numbers(joined(train(config, load_dataset(config))))
        np.testing.assert_allclose(last_report(numpy_script(config))[:2], ours[:2], atol=3e-6)
