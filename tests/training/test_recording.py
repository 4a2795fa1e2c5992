"""A recording: the same every time, bounded, free of nan, and true to the weights it holds."""

import itertools
import tracemalloc

import numpy as np
import pytest

from softviz.training.architecture import Architecture
from softviz.training.configuration import BOUNDS
from softviz.training.datasets import load_dataset
from softviz.training.evaluation import shown_rows
from softviz.training.learner import first_parameters
from softviz.training.outcome import follow
from softviz.training.recording import ARRAYS, DIVERGED_BEYOND, joined, train
from softviz.training.schedule import KEPT_BYTES, KEPT_STEPS, chunk_slices, kept_steps
from softviz.training.table import MOST_CLASSES, MOST_COLUMNS

from .conftest import small

SAMPLES = [
    {},
    {"activation": "relu", "batch_norm": True, "hidden_layers": 2, "optimizer": "momentum"},
    {"activation": "maxout", "loss": "sparsemax", "label_noise": 0.2},
    {"activation": "sigmoid", "loss": "squared_error", "optimizer": "sgd", "dataset": "wine"},
    {"dataset": "digits", "hidden_layers": 0},
]


@pytest.mark.parametrize("choices", SAMPLES)
def test_the_same_configuration_gives_the_same_bits(recorded, choices):
    once, again = recorded(**choices), recorded(**choices)
    assert once.run == again.run
    for name in ARRAYS:
        assert getattr(once, name).tobytes() == getattr(again, name).tobytes(), name


@pytest.mark.parametrize("seed", ["seed", "data_seed"])
def test_another_seed_gives_another_run(recorded, seed):
    once, again = recorded(), recorded(**{seed: 1})
    assert once.run != again.run
    assert not np.array_equal(once.weights[-1], again.weights[-1])


def test_a_longer_run_begins_with_the_shorter_one(recorded):
    short, long = recorded(steps=23), recorded(steps=47)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(long, name)[:24], getattr(short, name))


def test_a_recording_starts_at_the_first_weights(recorded):
    start = recorded()
    architecture = Architecture.of(start.config, 2, 3)
    expected = first_parameters(start.config, architecture).astype(np.float32)
    np.testing.assert_array_equal(start.weights[0], expected)


@pytest.mark.parametrize("shape", ["spirals", "moons", "circles", "blobs", "checkerboard"])
@pytest.mark.parametrize("classes", [2, 5])
def test_training_learns(recorded, shape, classes):
    run = recorded(dataset=shape, classes=classes, examples=300, width=32, noise=0.02, steps=400)
    assert run.train_loss[-1] < 0.85 * run.train_loss[0]
    assert run.train_accuracy[-1] > 1.4 / classes


def test_measures_are_of_the_recorded_weights(recorded):
    run = recorded(loss="squared_error", label_noise=0.1)
    dataset = load_dataset(run.config)
    train_rows, held_out = shown_rows(dataset.train), shown_rows(dataset.held_out)
    seen = follow(run, dataset.features[train_rows])
    labels = dataset.labels[train_rows]
    errors = seen.errors(labels)
    np.testing.assert_allclose(run.train_loss, (errors**2).sum(-1).mean(-1) / 2, rtol=1e-12)
    np.testing.assert_array_equal(run.train_accuracy, (seen.logits.argmax(-1) == labels).mean(-1))
    for label in range(3):
        np.testing.assert_allclose(
            run.class_errors[:, label], errors[:, labels == label].mean(1), rtol=1e-11, atol=1e-15
        )
    aside = follow(run, dataset.features[held_out])
    right = aside.logits.argmax(-1) == dataset.labels[held_out]
    np.testing.assert_array_equal(run.held_out_accuracy, right.mean(-1))


def test_the_gradient_at_the_logits_is_p_minus_y_for_cross_entropy_alone(recorded):
    run = recorded()
    np.testing.assert_array_equal(run.class_errors, run.class_gradients)
    stalled = recorded(loss="squared_error", initial_scale=10.0, hidden_layers=0)
    assert np.abs(stalled.class_gradients[0]).max() < 0.5 * np.abs(stalled.class_errors[0]).max()


def test_chunks_start_small_and_follow_each_other():
    config = small(steps=300)
    chunks = list(train(config, load_dataset(config)))
    assert [len(chunk) for chunk in chunks] == [1, 2, 4, 8, 16, 32, 64, 64, 64, 46]
    assert [chunk.finished for chunk in chunks] == [False] * 9 + [True]
    np.testing.assert_array_equal(joined(chunks).steps, np.arange(301))


def test_chunks_of_a_sparse_plan_end_after_512_steps():
    plan = np.arange(0, 30_000, 200)
    sizes = [place.stop - place.start for place in chunk_slices(plan)]
    assert sum(sizes) == plan.size
    assert max(sizes) == 3


def test_a_missing_chunk_is_noticed():
    config = small(steps=300)
    first, second, third, *_ = train(config, load_dataset(config))
    with pytest.raises(ValueError, match=r"expected kept step 1 of run .*; got 3"):
        joined([first, third])
    with pytest.raises(ValueError, match="at least one chunk"):
        joined([])
    assert joined([second, third]).first == 1


def test_closing_the_iterator_ends_the_work():
    config = small(steps=100_000)
    chunks = train(config, load_dataset(config))
    next(chunks)
    chunks.close()
    assert list(chunks) == []


def test_one_kept_step_is_a_recording_of_its_own(recorded):
    run = recorded()
    assert run[5].steps.tolist() == [5]
    assert run[5].first == 5
    np.testing.assert_array_equal(run[-1].weights[0], run.weights[23])


# Bounds


def test_a_hundred_thousand_steps_stay_within_the_memory_bound():
    config = small(classes=2, examples=601, hidden_layers=0, batch_size=1, optimizer="sgd", steps=100_000)
    chunks = []
    for chunk in train(config, load_dataset(config)):
        chunks.append(chunk)
        if chunk.steps[-1] > 90_000 and not tracemalloc.is_tracing():
            tracemalloc.start()  # tracing is slow: the last tenth of the run shows what the generator holds
            kept_before = len(chunks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    run = joined(chunks)
    assert run.steps[-1] == 100_000
    assert len(run) <= KEPT_STEPS
    assert run.nbytes <= KEPT_BYTES
    # What is handed out, and one chunk's rows as Python objects.
    assert peak < sum(chunk.nbytes for chunk in chunks[kept_before:]) + 300_000


@pytest.mark.parametrize("steps", [1, 2, 599, 1_999, 2_000, 2_001, 100_000])
@pytest.mark.parametrize("bytes_each", [150, 10_000, 220_000])
def test_kept_steps_respect_both_bounds_and_both_ends(steps, bytes_each):
    kept = kept_steps(steps, bytes_each)
    assert kept[0] == 0
    assert kept[-1] == steps
    assert np.all(np.diff(kept) > 0)
    assert len(kept) <= KEPT_STEPS
    assert len(kept) * bytes_each <= KEPT_BYTES
    if (steps + 1) * bytes_each <= KEPT_BYTES and steps < KEPT_STEPS:
        assert len(kept) == steps + 1


def test_gaps_between_kept_steps_never_shrink():
    gaps = np.diff(kept_steps(100_000, 10_000))[:-1]
    assert np.all(np.diff(gaps) >= 0)
    assert gaps[0] == 1


def test_the_largest_network_still_keeps_some_steps():
    most = {name: int(high) for name, (_, high) in BOUNDS.items()}
    hidden = (most["width"],) * most["hidden_layers"]
    largest = Architecture(MOST_COLUMNS, MOST_CLASSES, hidden, "maxout")
    bytes_each = 4 * largest.size + 8 * 2 * MOST_CLASSES**2
    assert 20 <= len(kept_steps(most["steps"], bytes_each)) <= KEPT_BYTES // bytes_each


# Divergence


def test_a_run_that_diverges_stops_says_so_and_keeps_what_was_before():
    config = small(activation="relu", hidden_layers=2, optimizer="sgd", learning_rate=100.0, steps=600)
    chunks = list(train(config, load_dataset(config)))
    run = joined(chunks)
    assert chunks[-1].finished
    assert 0 < len(run) < 601
    last = run.steps[-1]
    assert f"Everything up to step {last:,} is kept" in run.stopped
    for name in ARRAYS:
        assert np.all(np.abs(getattr(run, name)) <= DIVERGED_BEYOND), name


def test_a_run_that_holds_does_not_say_it_stopped(recorded):
    assert recorded().stopped == ""


def test_extreme_settings_neither_warn_nor_leave_a_nan(recorded):
    for activation, loss in itertools.product(("tanh", "relu", "sigmoid", "maxout"), ("cross_entropy", "sparsemax")):
        run = recorded(
            activation=activation,
            loss=loss,
            initial_scale=10.0,
            learning_rate=100.0,
            batch_norm=True,
            batch_size=1,
            optimizer="momentum",
            weight_decay=1.0,
        )
        assert all(np.all(np.isfinite(getattr(run, name))) for name in ARRAYS)


def test_all_zero_weights_keep_hidden_units_equal(recorded):
    run = recorded(initial_scale=0.0, activation="tanh")
    hidden, _ = run.architecture.weights(run.weights[-1])
    assert np.ptp(hidden, axis=0).max() == 0


@pytest.mark.torch
def test_torch_can_train_in_numpys_place(recorded):
    pytest.importorskip("torch")
    from softviz.training.torch_learner import TorchLearner

    ours = recorded(batch_norm=True)
    dataset = load_dataset(ours.config)
    theirs = joined(train(ours.config, dataset, TorchLearner(ours.config, dataset, device="cpu")))
    for name in ARRAYS:
        # Weights are rounded to float32: a last bit of 6e-8 may fall to either side.
        np.testing.assert_allclose(getattr(theirs, name), getattr(ours, name), rtol=1e-6, atol=1e-6)
