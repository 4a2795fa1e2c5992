"""A network that learns batch after batch, on NumPy; torch_learner.py is its twin on torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from softviz.training.architecture import Architecture, folded, initial_parameters
from softviz.training.arrays import Call, Floats, Ints
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset
from softviz.training.losses import smoothed_targets
from softviz.training.network import Network
from softviz.training.optimizers import update_calls

WEIGHTS_STREAM, BATCH_STREAM = 3, 4
NORM_MOMENTUM = 0.1
"""Share of the newest batch in batch norm's running statistics, as in torch."""


class Learner(Protocol):
    """What a recording needs from a network that learns.

    The gradient always belongs to the present weights and the *next* batch, so that weights and gradient can
    be recorded side by side at any step.
    """

    @property
    def architecture(self) -> Architecture:
        """The network's shape."""

    def advance(self, steps: int) -> None:
        """Take steps: update with the gradient at hand, then compute the next batch's."""

    def plain_parameters(self) -> Floats:
        """The parameters with batch norm folded in, a new float64 vector for ``architecture.plain``."""

    def gradient_norms(self) -> Floats:
        """Euclidean norm of the present gradient by layer, ``[layers]``."""


def batch_order(rows: int, batch_size: int, seed: int) -> Iterator[Ints]:
    """Yield the row numbers of one batch after another, without end.

    Each epoch is a new shuffle; an incomplete last batch is left out.

    Args:
        rows: How many rows there are.
        batch_size: At most ``rows``.
        seed: Of the shuffles.
    """
    rng = np.random.default_rng([seed, BATCH_STREAM])
    while True:
        order = rng.permutation(rows)
        for start in range(0, rows - batch_size + 1, batch_size):
            yield order[start : start + batch_size]


def first_parameters(config: TrainingConfig, architecture: Architecture) -> Floats:
    """The weights that a run starts from, float64; the pinned class's row is zero."""
    rng = np.random.default_rng([config.seed, WEIGHTS_STREAM])
    flat = initial_parameters(architecture, config.initial_scale, rng)
    if config.pin_last_logit:
        architecture.weights(flat)[-1][-1] = 0.0
    return flat


class NumpyLearner:
    """Network, optimizer and batches, run as prepared NumPy calls."""

    def __init__(self, config: TrainingConfig, dataset: Dataset, dtype: type[np.floating] = np.float64) -> None:
        self.architecture = Architecture.of(config, dataset.features.shape[1], dataset.classes)
        self.batches = Batches(config, dataset, dtype)
        self.network = Network(
            self.architecture,
            config.loss,
            self.batches.size,
            learn_hidden=not config.freeze_hidden,
            dtype=dtype,
        )
        self.network.parameters[:] = first_parameters(config, self.architecture)
        self.running = RunningStatistics(self.architecture, self.network)
        self._learning = self.architecture.trainable(
            freeze_hidden=config.freeze_hidden, pin_last_logit=config.pin_last_logit
        )
        self._gradient_calls = [self._next_batch, *self.network.calls]
        self._update_calls = self.running.update_calls + update_calls(
            config, self.network.parameters[self._learning], self.network.gradient[self._learning]
        )
        _run_silently(self._gradient_calls, times=1)

    def advance(self, steps: int) -> None:
        """See ``Learner.advance``."""
        _run_silently(self._update_calls + self._gradient_calls, times=steps)

    def plain_parameters(self) -> Floats:
        """See ``Learner.plain_parameters``."""
        return folded(self.architecture, self.network.parameters, self.running.statistics)

    def gradient_norms(self) -> Floats:
        """See ``Learner.gradient_norms``; a layer that does not learn shows 0."""
        learning = np.zeros_like(self.network.gradient)
        learning[self._learning] = self.network.gradient[self._learning]
        return np.array([np.linalg.norm(learning[place]) for place in self.architecture.slices])

    def _next_batch(self) -> None:
        self.batches.fill(self.network.inputs, self.network.targets)


def _run_silently(calls: Sequence[Call], *, times: int) -> None:
    # Overflow passes here, where a check would cost as much as the step; the recording looks for it.
    with np.errstate(all="ignore"):
        for _ in range(times):
            for call in calls:
                call()


class Batches:
    """The training rows, gathered batch by batch.

    Attributes:
        size: Rows of a batch: all training rows when there are fewer than the configuration asks for.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset, dtype: type[np.floating]) -> None:
        labels = dataset.labels[dataset.train]
        self.size = min(config.batch_size, labels.size)
        self._order = batch_order(labels.size, self.size, config.seed)
        # Examples lie one after another, so that gathering a batch copies whole rows, not single numbers.
        self._inputs = np.ones((labels.size, dataset.features.shape[1] + 1), dtype)
        self._inputs[:, :-1] = dataset.features[dataset.train]
        self._targets = smoothed_targets(labels, dataset.classes, config.label_smoothing).astype(dtype)

    def fill(self, inputs: Floats, targets: Floats) -> None:
        """Write the next batch: ``[batch, features + 1]`` and ``[classes, batch]``."""
        rows = next(self._order)
        # "clip" spares the buffer that "raise" needs; the row numbers are in range by construction.
        self._inputs.take(rows, 0, inputs, "clip")
        self._targets.take(rows, 1, targets, "clip")


class RunningStatistics:
    """Batch norm's moving mean and variance, for use outside training.

    Attributes:
        statistics: In the order of ``Architecture.statistics``, ``[2 * norm_rows]``; means start at 0,
            variances at 1.
        update_calls: Mix in the newest batch's.
    """

    def __init__(self, architecture: Architecture, network: Network) -> None:
        batch, batch_size = network.batch_statistics, len(network.inputs)
        self.statistics: Floats = np.zeros_like(batch)
        share = np.full_like(batch, NORM_MOMENTUM)
        unbiased = batch_size / max(batch_size - 1, 1)
        for (_, variance), (_, share_of_variance) in zip(
            architecture.statistics(self.statistics), architecture.statistics(share), strict=True
        ):
            variance[:] = 1.0
            np.multiply(share_of_variance, unbiased, out=share_of_variance)
        newest, keep = np.empty_like(batch), np.full((), 1 - NORM_MOMENTUM, batch.dtype)
        if not architecture.batch_norm:
            self.update_calls: list[Call] = []
            return
        self.update_calls = [
            partial(np.multiply, self.statistics, keep, self.statistics),
            partial(np.multiply, batch, share, newest),
            partial(np.add, self.statistics, newest, self.statistics),
        ]
