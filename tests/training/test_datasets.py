import hashlib
from pathlib import Path

import numpy as np
import pytest

from softviz.training import datasets
from softviz.training.configuration import REAL_DATASETS, TOY_DATASETS
from softviz.training.datasets import Examples, load_dataset, load_examples, prepare
from softviz.training.evaluation import SHOWN_ROWS

from .conftest import small


@pytest.mark.parametrize("shape", TOY_DATASETS)
@pytest.mark.parametrize("classes", [2, 3, 4, 5, 6])
def test_toy_data_hold_every_class_equally_often_within_the_picture(shape, classes):
    examples = load_examples(small(dataset=shape, classes=classes, examples=607, noise=0.0))
    counts = np.bincount(examples.labels)
    assert len(counts) == classes
    assert np.ptp(counts) <= 1
    assert np.abs(examples.features).max() <= 1.1


@pytest.mark.parametrize("shape", TOY_DATASETS)
@pytest.mark.parametrize("classes", [2, 3, 4, 5, 6])
def test_without_noise_every_point_is_nearest_to_its_own_class(shape, classes):
    examples = load_examples(small(dataset=shape, classes=classes, examples=2_003, noise=0.0))
    points, labels = examples.features, examples.labels
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    np.fill_diagonal(distances, np.inf)
    agreeing = labels[distances.argmin(axis=1)] == labels
    # Squares of the board touch along their edges, so a few neighbours there differ.
    assert agreeing.mean() > (0.8 if shape == "checkerboard" else 0.97)


@pytest.mark.parametrize("shape", TOY_DATASETS)
def test_noise_spreads_points_and_the_seed_moves_them(shape):
    calm = load_examples(small(dataset=shape, noise=0.0)).features
    noisy = load_examples(small(dataset=shape, noise=0.5)).features
    other = load_examples(small(dataset=shape, noise=0.0, data_seed=1)).features
    assert noisy.std() > 1.05 * calm.std()
    assert not np.allclose(calm, other)


@pytest.mark.parametrize(
    ("name", "rows", "features", "counts"),
    [
        ("iris", 150, 4, [50, 50, 50]),
        ("penguins", 342, 4, [151, 123, 68]),
        ("wine", 178, 13, [59, 71, 48]),
        ("digits", 1797, 64, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
    ],
)
def test_real_data_have_their_published_sizes(name, rows, features, counts):
    examples = load_examples(small(dataset=name))
    assert examples.features.shape == (rows, features)
    assert np.bincount(examples.labels).tolist() == counts


def test_shipped_data_are_small_and_credited():
    files = sorted(datasets.DATA.iterdir())
    assert sum(file.stat().st_size for file in files) < 600_000
    credited = (datasets.DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in credited for file in files if file.suffix != ".md")


@pytest.mark.parametrize("name", [*REAL_DATASETS, "blobs"])
def test_training_rows_are_standardised_and_held_out_rows_follow(name):
    dataset = load_dataset(small(dataset=name))
    rows = dataset.features[dataset.train]
    axis = None if dataset.image_shape else 0
    # Means and deviations of some hundred numbers around 1.
    np.testing.assert_allclose(rows.mean(axis=axis), 0, atol=1e-12)
    np.testing.assert_allclose(rows.std(axis=axis), 1, atol=1e-12)
    raw = load_examples(small(dataset=name)).features
    np.testing.assert_allclose(dataset.features * dataset.scale + dataset.mean, raw, atol=1e-12 * np.abs(raw).max())


def test_held_out_rows_are_a_share_of_every_class_and_no_training_rows():
    dataset = load_dataset(small(dataset="wine", held_out=0.3))
    assert sorted([*dataset.train, *dataset.held_out]) == list(range(178))
    counts = np.bincount(dataset.labels[dataset.held_out])
    assert counts.tolist() == [18, 21, 14]
    assert len(np.unique(dataset.labels[dataset.train[:20]])) == 3


def test_label_noise_moves_that_share_of_training_labels_and_no_held_out_one():
    clean, noisy = (load_dataset(small(examples=401, label_noise=share)) for share in (0.0, 0.3))
    moved = clean.labels != noisy.labels
    np.testing.assert_array_equal(moved, noisy.moved)
    assert moved[noisy.train].sum() == round(0.3 * noisy.train.size)
    assert not moved[noisy.held_out].any()
    np.testing.assert_array_equal(clean.features, noisy.features)


def test_the_fingerprint_tells_data_apart():
    prints = {
        load_dataset(small(**{name: value})).fingerprint
        for name, value in [("noise", 0.1), ("noise", 0.2), ("label_noise", 0.1), ("held_out", 0.3)]
    }
    assert len(prints) == 4


def table_of(features, labels=None):
    features = np.asarray(features, dtype=float)
    labels = np.arange(len(features)) % 2 if labels is None else np.asarray(labels)
    return Examples(features, labels, ("no", "yes"), tuple("abc"[: features.shape[1]]))


def test_constant_features_stay_zero_instead_of_dividing_by_zero():
    rows = np.stack([np.arange(20.0), np.full(20, 0.1), np.zeros(20)], axis=1)
    dataset = prepare(table_of(rows), small(dataset="table"))
    np.testing.assert_allclose(dataset.features[:, 1:], 0, atol=1e-15)


def test_a_held_out_row_far_outside_is_moved_in():
    rows = np.random.default_rng(3).standard_normal((40, 1))
    config = small(dataset="table")
    outside = prepare(table_of(rows), config).held_out[0]
    rows[outside] = 1e90
    assert np.abs(prepare(table_of(rows), config).features).max() == datasets.FARTHEST


def test_a_class_with_one_row_keeps_it_for_training():
    labels = np.zeros(20, dtype=int)
    labels[7] = 1
    dataset = prepare(table_of(np.arange(20)[:, None], labels), small(dataset="table"))
    assert 7 in dataset.train


@pytest.mark.parametrize(
    ("features", "labels", "sentence"),
    [
        (np.zeros((20, 2)), np.zeros(20, int), "at least 2 classes; got 1"),
        (np.zeros((7, 2)), None, "at least 10 rows; got 7"),
        (np.full((20, 2), np.nan), None, "finite values"),
        (np.full((20, 2), 1e200), None, "finite values"),
        (np.zeros((20, 0)), None, "at least one feature"),
    ],
)
def test_examples_that_cannot_be_learned_are_refused(features, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        table_of(features, labels)


def test_the_learners_table_must_be_there():
    with pytest.raises(ValueError, match="expected a table with labels"):
        load_dataset(small(dataset="table"))


def test_large_data_are_measured_on_a_bounded_number_of_rows():
    dataset = load_dataset(small(examples=5_000, held_out=0.5))
    assert dataset.train.size > SHOWN_ROWS
    assert len(np.unique(dataset.labels[dataset.train[:SHOWN_ROWS]])) == 3


def test_shipped_digits_are_the_published_ones():
    digest = hashlib.sha256(load_examples(small(dataset="digits")).features.astype(np.uint8).tobytes()).hexdigest()
    assert digest[:16] == DIGITS_DIGEST
    assert Path(datasets.DATA, "digits.npz").exists()


DIGITS_DIGEST = "8f26b2bd9d135c25"
