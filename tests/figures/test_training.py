"""Pictures and sentences of a finished run hold its numbers."""

import numpy as np

from softviz.explain.training import confusion_table, curves_table, held_out_table, verdict, worst_table
from softviz.figures.training import confusion, describe_confusion
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.outcome import outcome
from softviz.training.recording import joined, train

CONFIG = TrainingConfig(dataset="blobs", classes=5, noise=0.5, examples=211, hidden_layers=1, width=7, steps=43)
DATASET = load_dataset(CONFIG)
RUN = joined(train(CONFIG, DATASET))
JUDGED = outcome(RUN, DATASET)


def test_the_matrix_shows_each_count_and_each_labels_share() -> None:
    trace = confusion(JUDGED, DATASET.class_names).data[0]
    assert np.array_equal(np.asarray(trace.text, dtype=int), JUDGED.confusion)
    np.testing.assert_allclose(np.sum(trace.z, axis=1), 1)


def test_its_words_name_the_pair_that_is_confused_most() -> None:
    said = describe_confusion(JUDGED, DATASET.class_names)
    mistakes = JUDGED.confusion - np.diag(np.diag(JUDGED.confusion))
    assert f"{mistakes.max()} times" in said
    assert f"{np.trace(JUDGED.confusion)} on the diagonal" in said


def test_the_verdict_counts_what_the_matrix_counts() -> None:
    assert f"**{np.trace(JUDGED.confusion)} of {len(JUDGED.labels)}**" in verdict(RUN, JUDGED)


def test_tables_hold_every_row_at_full_precision() -> None:
    assert confusion_table(JUDGED, DATASET).iloc[:, 1:].to_numpy().sum() == len(JUDGED.labels)
    np.testing.assert_array_equal(held_out_table(JUDGED, DATASET).iloc[:, 3:].to_numpy(), JUDGED.logits)
    curves = curves_table(RUN)
    np.testing.assert_array_equal(curves["held-out loss"], RUN.held_out_loss)
    assert list(curves.columns[-2:]) == ["gradient norm, hidden 1", "gradient norm, head"]


def test_the_worst_mistakes_come_worst_first() -> None:
    shares = worst_table(JUDGED, DATASET)["p of the label"].astype(float)
    assert len(shares) == min(5, JUDGED.worst.size)
    assert shares.is_monotonic_increasing
