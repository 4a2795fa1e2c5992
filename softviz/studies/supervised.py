"""Scores with a target: what a loss needs, cut to as many classes as a matrix on screen can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.mappings import logsumexp
from softviz.scores import Scores

MOST_CLASSES = 12
"""More than this are shown as the most probable ones, the target among them, and one class that gathers the rest."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SupervisedScores:
    """A row of scores and the probabilities that it should have given.

    Attributes:
        labels: Of the classes shown; the last one names the gathered rest, where there is one.
        positions: Where the shown classes stand among all; the gathered rest has none.
        logits: Shape ``[shown]``. The rest's is the logsumexp of theirs, so that no other probability changes.
        given_target: y before smoothing, shape ``[shown]``.
        target: y, shape ``[shown]``, sums to one.
        classes: How many there are in all.
        temperature: Positive and finite.
    """

    labels: tuple[str, ...]
    positions: NDArray[np.intp]
    logits: Floats
    given_target: Floats
    target: Floats
    classes: int
    temperature: float

    @property
    def gathers(self) -> bool:
        """Whether the last class stands for many."""
        return self.positions.size < self.logits.size

    @property
    def truth(self) -> int:
        """Which of the shown classes has the largest share of the target."""
        return int(np.argmax(self.given_target))

    @property
    def is_hard(self) -> bool:
        """Whether the target is one class and nothing else."""
        return bool((self.target == 1).any())

    @property
    def scaled(self) -> Floats:
        """The logits over the temperature."""
        return self.logits / self.temperature

    def place_of(self, position: int) -> int | None:
        """Return where a class stands among the shown ones; None where it is not shown."""
        places = np.flatnonzero(self.positions == position)
        return int(places[0]) if places.size else None

    def returned_to(self, scores: Scores, logits: Floats) -> Scores:
        """Put changed logits of the shown classes back among all scores; the rest moves as one.

        Raises:
            ValueError: Where a score leaves the range that scores may have.
        """
        values = scores.values.copy()
        if self.gathers:
            values += logits[-1] - self.logits[-1]
        values[self.positions] = logits[: self.positions.size]
        return scores.with_values(values)


def supervise(
    scores: Scores, target: int | Sequence[float], *, temperature: float = 1.0, label_smoothing: float = 0.0
) -> SupervisedScores:
    """Set a target for scores.

    Args:
        scores: All of them.
        target: The class that is true, or a share of the truth for every class.
        temperature: Positive and finite.
        label_smoothing: Share of the target that is spread evenly over all classes, in [0, 1].

    Raises:
        ValueError: Where the target does not belong to these classes.
    """
    given = _given_target(target, len(scores))
    smooth = (1 - label_smoothing) * given + label_smoothing / len(scores)
    shown = _shown(scores, given)
    rest = np.setdiff1d(np.arange(len(scores)), shown, assume_unique=True)
    labels = tuple(scores.labels[i] for i in shown)
    logits = scores.values[shown]
    if rest.size:
        labels = (*labels, f"{rest.size:,} others")
        logits = np.append(logits, temperature * logsumexp(scores.values[rest] / temperature))
    return SupervisedScores(
        labels=labels,
        positions=shown,
        logits=logits,
        given_target=_gathered(given, shown, rest),
        target=_gathered(smooth, shown, rest),
        classes=len(scores),
        temperature=temperature,
    )


def _given_target(target: int | Sequence[float], classes: int) -> Floats:
    if isinstance(target, int | np.integer):
        if not 0 <= target < classes:
            raise ValueError(f"Expected a target among {classes:,} classes; got class {target + 1:,}.")
        hard: Floats = np.eye(1, classes, int(target))[0]
        return hard
    shares = np.asarray(target, dtype=np.float64)
    if shares.shape != (classes,):
        raise ValueError(f"Expected a soft target of {classes:,} shares, one a class; got {shares.size:,}.")
    return shares


def _shown(scores: Scores, target: Floats) -> NDArray[np.intp]:
    """All classes in their order, or the largest scores with the target in the last place if it is not among them."""
    if len(scores) <= MOST_CLASSES:
        return np.arange(len(scores))
    shown = scores.ranking()[: MOST_CLASSES - 1].copy()
    truth = int(np.argmax(target))
    if truth not in shown:
        shown[-1] = truth
    return shown


def _gathered(shares: Floats, shown: NDArray[np.intp], rest: NDArray[np.intp]) -> Floats:
    return np.append(shares[shown], shares[rest].sum()) if rest.size else shares[shown]
