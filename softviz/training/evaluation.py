"""How a network does, seen from outside: losses, accuracies and mean gradients on fixed rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softviz.training.architecture import Architecture
from softviz.training.arrays import Floats, Ints
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset
from softviz.training.losses import smoothed_targets
from softviz.training.network import Network

SHOWN_ROWS = 1_000
"""At most this many training rows and as many held-out rows are evaluated at a kept step, and drawn as
points."""


@dataclass(frozen=True, eq=False)
class Measures:
    """One kept step's numbers.

    Attributes:
        train_loss: Mean loss of the shown training rows, smoothed targets included, without the weight
            penalty.
        held_out_loss: The same of the shown held-out rows.
        train_accuracy: Share of the shown training rows whose largest logit is their label's.
        held_out_accuracy: The same of the shown held-out rows.
        class_errors: Mean of p - y over the shown training rows of each label, ``[label, class]``.
        class_gradients: Mean gradient of the loss on the logits, likewise. Equal to ``class_errors`` for
            cross-entropy and sparsemax loss; squared error sends p - y through softmax's Jacobian, which can
            make it vanish.
    """

    train_loss: float
    held_out_loss: float
    train_accuracy: float
    held_out_accuracy: float
    class_errors: Floats
    class_gradients: Floats


def shown_rows(rows: Ints) -> Ints:
    """The rows, in random order already, that are evaluated and drawn."""
    return rows[:SHOWN_ROWS]


class Evaluator:
    """Measures a network's plain parameters on the shown rows of a data set."""

    def __init__(self, config: TrainingConfig, dataset: Dataset, architecture: Architecture) -> None:
        train, held_out = shown_rows(dataset.train), shown_rows(dataset.held_out)
        rows = np.concatenate([train, held_out])
        self._train = train.size
        self._labels = dataset.labels[rows]
        self._network = Network(architecture.plain, config.loss, rows.size)
        self._network.inputs[:, :-1] = dataset.features[rows]
        self._network.targets[:] = smoothed_targets(self._labels, dataset.classes, config.label_smoothing)
        self._label_shares = _label_shares(self._labels[: train.size], dataset.classes)

    def measure(self, parameters: Floats) -> Measures:
        """Measure the network with these plain parameters, ``[architecture.plain.size]``."""
        network, train = self._network, self._train
        network.parameters[:] = parameters
        network.evaluate()
        losses = network.loss.values(network.logits, network.probabilities, network.targets)
        right = network.logits.argmax(axis=0) == self._labels
        errors = network.probabilities - network.targets
        return Measures(
            train_loss=float(losses[:train].mean()),
            held_out_loss=float(losses[train:].mean()),
            train_accuracy=float(right[:train].mean()),
            held_out_accuracy=float(right[train:].mean()),
            class_errors=self._label_shares @ errors[:, :train].T,
            class_gradients=self._label_shares @ network.d_logits[:, :train].T,
        )


def _label_shares(labels: Ints, classes: int) -> Floats:
    """Averaging weights ``[label, row]``; a label without rows averages to 0."""
    members = np.arange(classes)[:, None] == labels
    shares: Floats = members / np.maximum(members.sum(axis=1, keepdims=True), 1)
    return shares
