"""A run as it is watched: train a network, and keep losses, gradients and weights at chosen steps.

``train`` yields a recording in chunks, so that a picture can start before the run ends; ``joined`` puts them
together.

* Deterministic: one configuration and data set give bit-equal recordings on one machine and set of libraries.
* Bounded: a recording keeps at most ``KEPT_STEPS`` steps and ``KEPT_BYTES`` bytes, however long the run
  (schedule.py says which steps). While training, the generator itself holds no more than one chunk.
* Free of nan: a run whose numbers leave the range is stopped, says so, and keeps what came before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softviz.training.architecture import Architecture
from softviz.training.arrays import Floats, Ints
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset
from softviz.training.evaluation import Evaluator, Measures
from softviz.training.learner import Learner, NumpyLearner
from softviz.training.losses import LOSSES
from softviz.training.schedule import chunk_slices, kept_steps

DIVERGED_BEYOND = 1e6
"""A loss or a weight past this is taken as divergence: standardised data never need it."""


@dataclass(frozen=True, eq=False)
class Recording:
    """Kept steps of one run: all of them, or a chunk.

    Row i of every array belongs to ``steps[i]`` updates of the weights.

    Attributes:
        run: Name of the run: the same configuration and data have the same one.
        architecture: Of the recorded weights: batch norm is folded in.
        total: Kept steps of the complete run, as planned.
        first: Place of row 0 among them.
        stopped: Why the run ended before its last step, in words for the screen; else empty.
        steps: ``[kept]``, increasing.
        weights: Flat parameters, float32 ``[kept, architecture.size]``. All measures are of these very
            numbers.
        train_loss: ``[kept]``; see ``Measures`` for this and the next five.
        held_out_loss: ``[kept]``.
        train_accuracy: ``[kept]``.
        held_out_accuracy: ``[kept]``.
        class_errors: ``[kept, label, class]``.
        class_gradients: ``[kept, label, class]``.
        gradient_norms: Norm by layer of the mini-batch gradient that the next update uses, ``[kept,
            layers]``; without weight decay, 0 for layers that do not learn.
    """

    run: str
    config: TrainingConfig
    architecture: Architecture
    total: int
    first: int
    stopped: str
    steps: Ints
    weights: Floats
    train_loss: Floats
    held_out_loss: Floats
    train_accuracy: Floats
    held_out_accuracy: Floats
    class_errors: Floats
    class_gradients: Floats
    gradient_norms: Floats

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, kept: int) -> Recording:
        """One kept step, as a recording of its own; negative places count from the end."""
        place = range(len(self))[kept]
        arrays: dict[str, Any] = {name: getattr(self, name)[place : place + 1] for name in ARRAYS}
        return replace(self, first=self.first + place, **arrays)

    @property
    def finished(self) -> bool:
        """Whether no chunk comes after this one."""
        return bool(self.stopped) or self.first + len(self) == self.total

    @property
    def mapping(self) -> str:
        """Key of the map from logits to probabilities, see ``softviz.core.registry.MAPPINGS``."""
        return LOSSES[self.config.loss].mapping

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(getattr(self, name).nbytes for name in ARRAYS)


ARRAYS = (
    "steps",
    "weights",
    "train_loss",
    "held_out_loss",
    "train_accuracy",
    "held_out_accuracy",
    "class_errors",
    "class_gradients",
    "gradient_norms",
)
"""The fields of a recording with one row a kept step."""


def train(config: TrainingConfig, dataset: Dataset, learner: Learner | None = None) -> Iterator[Recording]:
    """Train a network and yield its recording in chunks.

    Closing the iterator ends the work; nothing runs between two chunks.

    Args:
        config: What to train and how.
        dataset: From ``load_dataset``.
        learner: Another implementation of the same network, such as ``torch_learner.TorchLearner``.

    Yields:
        Chunks that follow each other; the last one is ``finished``.
    """
    learner = NumpyLearner(config, dataset) if learner is None else learner
    evaluator = Evaluator(config, dataset, learner.architecture)
    run = _Run.planned(config, dataset, learner.architecture.plain)
    done = 0
    for place in chunk_slices(run.plan):
        moments: list[_Moment] = []
        for step in run.plan[place].tolist():
            learner.advance(step - done)
            moment = _moment(learner, evaluator)
            if moment is None:
                yield run.chunk(place.start, moments, stopped=_divergence(done, step))
                return
            moments.append(moment)
            done = step
        yield run.chunk(place.start, moments)


def joined(chunks: Iterable[Recording]) -> Recording:
    """Put chunks that follow each other together.

    Raises:
        ValueError: there are none, or they are of different runs, or one is missing between two.
    """
    parts = list(chunks)
    if not parts:
        raise ValueError("expected at least one chunk; got none")
    expected = parts[0].first
    for part in parts:
        if part.run != parts[0].run or part.first != expected:
            raise ValueError(f"expected kept step {expected} of run {parts[0].run}; got {part.first} of {part.run}")
        expected += len(part)
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
    return replace(parts[0], stopped=parts[-1].stopped, **arrays)


def run_name(config: TrainingConfig, dataset: Dataset) -> str:
    """Name a run: the same configuration and data give the same name."""
    return hashlib.sha256(f"{config!r} {dataset.fingerprint}".encode()).hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class _Moment:
    weights: Floats
    gradient_norms: Floats
    measures: Measures


def _moment(learner: Learner, evaluator: Evaluator) -> _Moment | None:
    """What is kept of the present step, or None once the run has diverged."""
    with np.errstate(all="ignore"):
        weights = learner.plain_parameters().astype(np.float32)
        norms = learner.gradient_norms()
        if not (_in_range(weights) and _in_range(norms)):
            return None
        measures = evaluator.measure(weights)
    return _Moment(weights, norms, measures) if _in_range(measures.train_loss, measures.held_out_loss) else None


def _in_range(*values: Floats | float) -> bool:
    return all(bool(np.all(np.abs(value) <= DIVERGED_BEYOND)) for value in values)


def _divergence(last_good: int, step: int) -> str:
    return (
        f"The run diverged: between step {last_good:,} and step {step:,} its numbers left the range of "
        f"±{DIVERGED_BEYOND:,.0f}. Everything up to step {last_good:,} is kept. Try a smaller learning rate."
    )


@dataclass(frozen=True, eq=False)
class _Run:
    """What all chunks of a run share."""

    name: str
    config: TrainingConfig
    architecture: Architecture
    plan: Ints

    @classmethod
    def planned(cls, config: TrainingConfig, dataset: Dataset, architecture: Architecture) -> _Run:
        doubles = 5 + 2 * architecture.classes**2 + len(architecture.layers)
        plan = kept_steps(config.steps, bytes_each=4 * architecture.size + 8 * doubles)
        return cls(run_name(config, dataset), config, architecture, plan)

    def chunk(self, first: int, moments: Sequence[_Moment], *, stopped: str = "") -> Recording:
        by_class = (self.architecture.classes, self.architecture.classes)
        measures = [moment.measures for moment in moments]
        weights = _stacked((moment.weights for moment in moments), self.architecture.size)
        return Recording(
            run=self.name,
            config=self.config,
            architecture=self.architecture,
            total=len(self.plan),
            first=first,
            stopped=stopped,
            steps=self.plan[first : first + len(moments)],
            weights=weights.astype(np.float32),
            train_loss=_stacked(measure.train_loss for measure in measures),
            held_out_loss=_stacked(measure.held_out_loss for measure in measures),
            train_accuracy=_stacked(measure.train_accuracy for measure in measures),
            held_out_accuracy=_stacked(measure.held_out_accuracy for measure in measures),
            class_errors=_stacked((measure.class_errors for measure in measures), *by_class),
            class_gradients=_stacked((measure.class_gradients for measure in measures), *by_class),
            gradient_norms=_stacked((moment.gradient_norms for moment in moments), len(self.architecture.layers)),
        )


def _stacked(rows: Iterable[Floats | float], *shape: int) -> Floats:
    # The shape is said because a chunk can be empty: a run may diverge right after a chunk's end.
    return np.array(list(rows), dtype=float).reshape(-1, *shape)
