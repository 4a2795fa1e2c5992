"""Draws from softmax at a temperature, set beside what was expected."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.mappings import softmax_at
from softviz.core.temperature import Floats, Interval, sample_counts, wilson_interval
from softviz.scores import Scores

LEVEL = 0.95
"""The share of repetitions in which an interval holds the truth, about."""


@dataclass(frozen=True)
class Sample:
    """How often each class was drawn, and how often it should have been.

    Attributes:
        labels: One a row.
        counts: Draws of each row, shape ``[rows]``.
        expected: Probability of each row, shape ``[rows]``.
        draws: How many there were in all.
    """

    labels: tuple[str, ...]
    counts: NDArray[np.int64]
    expected: Floats
    draws: int

    @property
    def observed(self) -> Floats:
        """Each row's share of the draws."""
        return self.counts / self.draws

    @property
    def interval(self) -> Interval:
        """Where each row's probability lies, judged by the draws alone."""
        return wilson_interval(self.counts, self.draws, LEVEL)

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Whether each row's interval holds its true probability."""
        interval = self.interval
        held: NDArray[np.bool_] = (interval.low <= self.expected) & (self.expected <= interval.high)
        return held

    def gathered(self, shown: NDArray[np.intp]) -> "Sample":
        """Keep the rows shown, in that order, and gather all others into a last one."""
        others = np.ones(len(self.labels), dtype=bool)
        others[shown] = False
        labels = [self.labels[i] for i in shown]
        counts, expected = self.counts[shown], self.expected[shown]
        if others.any():
            labels.append(f"{others.sum():,} others")
            counts = np.append(counts, self.counts[others].sum())
            expected = np.append(expected, min(1.0, float(self.expected[others].sum())))
        return Sample(tuple(labels), counts, expected, self.draws)


def draw_sample(scores: Scores, temperature: float, draws: int, seed: int) -> Sample:
    """Draw classes with replacement.

    Args:
        scores: Of the classes.
        temperature: In ``[0, inf]``.
        draws: At least 1.
        seed: The same seed gives the same draws.
    """
    counts = sample_counts(scores.values, temperature, draws, np.random.default_rng(seed))
    return Sample(scores.labels, counts, softmax_at(scores.values, temperature), draws)
