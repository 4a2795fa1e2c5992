"""After training: what the network makes of the held-out rows, and what it made of any row along the way."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from softviz.training.arrays import Floats, Ints
from softviz.training.datasets import Dataset
from softviz.training.network import Network
from softviz.training.recording import Recording


@dataclass(frozen=True, eq=False)
class Followed:
    """Some rows, watched along a run.

    Attributes:
        steps: ``[kept]``.
        logits: ``[kept, rows, classes]``.
        probabilities: Likewise, under the loss's own map.
    """

    steps: Ints
    logits: Floats
    probabilities: Floats

    def errors(self, labels: Ints) -> Floats:
        """p - y, ``[kept, rows, classes]``, with y one-hot at each row's label."""
        return self.probabilities - np.eye(self.logits.shape[-1])[labels]


@dataclass(frozen=True, eq=False)
class Outcome:
    """A network's answers on the held-out rows.

    Attributes:
        rows: Row numbers in the data set, ``[held out]``.
        labels: ``[held out]``.
        logits: ``[held out, classes]``.
        probabilities: Likewise.
        predictions: Class of the largest logit, ``[held out]``.
        confusion: How many rows of a label (row) were taken for a class (column), ``[classes, classes]``.
        worst: Places in the arrays above of the mistakes, least probability on the label first.
    """

    rows: Ints
    labels: Ints
    logits: Floats
    probabilities: Floats
    predictions: Ints
    confusion: Ints
    worst: Ints

    @property
    def accuracy(self) -> float:
        """Share of the held-out rows whose prediction is their label."""
        return float((self.predictions == self.labels).mean())


def follow(recording: Recording, features: Floats) -> Followed:
    """Compute logits and probabilities of some rows at every kept step.

    Args:
        recording: A run, or a chunk of it.
        features: Standardised, ``[rows, features]``.
    """
    network = Network(recording.architecture, recording.config.loss, len(features))
    network.inputs[:, :-1] = features
    shape = (len(recording), len(features), recording.architecture.classes)
    followed = Followed(recording.steps, np.empty(shape), np.empty(shape))
    for kept, weights in enumerate(recording.weights):
        network.parameters[:] = weights
        network.evaluate()
        followed.logits[kept] = network.logits.T
        followed.probabilities[kept] = network.probabilities.T
    return followed


def outcome(recording: Recording, dataset: Dataset, kept: int = -1) -> Outcome:
    """Judge the network of a kept step (the last one unless said) on all held-out rows."""
    rows = dataset.held_out
    labels = dataset.labels[rows]
    answers = follow(recording[kept], dataset.features[rows])
    logits, probabilities = answers.logits[0], answers.probabilities[0]
    predictions = logits.argmax(axis=1)
    confusion = np.zeros((dataset.classes, dataset.classes), dtype=int)
    np.add.at(confusion, (labels, predictions), 1)
    places = np.arange(labels.size)
    behind = logits.max(axis=1) - logits[places, labels]
    # Where sparsemax gives several labels exactly 0, the one further behind the winner is worse.
    order = np.lexsort((-behind, probabilities[places, labels]))
    worst = order[predictions[order] != labels[order]]
    return Outcome(rows, labels, logits, probabilities, predictions, confusion, worst)


def held_out_csv(outcome: Outcome, dataset: Dataset) -> str:
    """Write the held-out rows as CSV: row, label, prediction, then each class's logit, in full precision."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = dataset.class_names
    writer.writerow(["row", "label", "prediction", *(f"logit {name}" for name in names)])
    for row, label, prediction, logits in zip(
        outcome.rows, outcome.labels, outcome.predictions, outcome.logits.tolist(), strict=True
    ):
        writer.writerow([row, names[label], names[prediction], *map(repr, logits)])
    return text.getvalue()
