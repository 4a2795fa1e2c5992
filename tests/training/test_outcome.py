import csv
import io

import numpy as np
import pytest

from softviz.core.registry import MAPPINGS
from softviz.training.datasets import load_dataset
from softviz.training.outcome import follow, held_out_csv, outcome


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", "sparsemax"])
def test_followed_rows_have_the_probabilities_of_their_logits(recorded, loss):
    run = recorded(loss=loss)
    dataset = load_dataset(run.config)
    rows = [3, 19]
    seen = follow(run, dataset.features[rows])
    assert seen.logits.shape == (24, 2, 3)
    expected = MAPPINGS[run.mapping](seen.logits)
    # Logits around 1: a few ulp.
    np.testing.assert_allclose(seen.probabilities, expected, atol=1e-14)
    errors = seen.errors(dataset.labels[rows])
    np.testing.assert_allclose(errors.sum(axis=-1), 0, atol=1e-14)
    label = dataset.labels[19]
    np.testing.assert_array_equal(errors[:, 1, label], seen.probabilities[:, 1, label] - 1)


def test_the_confusion_matrix_counts_every_held_out_row(recorded):
    run = recorded(dataset="wine", steps=5)
    dataset = load_dataset(run.config)
    end = outcome(run, dataset)
    assert end.confusion.sum() == dataset.held_out.size
    np.testing.assert_array_equal(end.confusion.sum(axis=1), np.bincount(end.labels, minlength=3))
    np.testing.assert_array_equal(end.confusion.sum(axis=0), np.bincount(end.predictions, minlength=3))
    assert end.accuracy == end.confusion.trace() / dataset.held_out.size == run.held_out_accuracy[-1]


def test_any_kept_step_can_be_judged(recorded):
    run = recorded(dataset="iris")
    dataset = load_dataset(run.config)
    for kept in (0, 7, -1):
        assert outcome(run, dataset, kept).accuracy == run.held_out_accuracy[kept]


@pytest.mark.parametrize("loss", ["cross_entropy", "sparsemax"])
def test_the_worst_mistake_comes_first(recorded, loss):
    run = recorded(dataset="checkerboard", examples=211, loss=loss)
    end = outcome(run, load_dataset(run.config))
    assert sorted(end.worst) == np.flatnonzero(end.predictions != end.labels).tolist()
    assert end.worst.size > 3
    on_label = end.probabilities[end.worst, end.labels[end.worst]]
    assert np.all(np.diff(on_label) >= 0)


def test_held_out_logits_leave_in_full_precision(recorded):
    run = recorded(dataset="iris")
    dataset = load_dataset(run.config)
    end = outcome(run, dataset)
    header, *rows = csv.reader(io.StringIO(held_out_csv(end, dataset)))
    assert header == ["row", "label", "prediction", "logit setosa", "logit versicolor", "logit virginica"]
    np.testing.assert_array_equal(np.array([row[3:] for row in rows], dtype=float), end.logits)
    assert [int(row[0]) for row in rows] == end.rows.tolist()
    assert [row[1] for row in rows] == [dataset.class_names[label] for label in end.labels]
