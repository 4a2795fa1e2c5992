"""Probabilities of every class while one number is turned."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.core.mappings import softmax_at

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Sweep:
    """Softmax along an axis that a learner turns.

    Attributes:
        positions: Shape ``[positions]``.
        probabilities: Shape ``[positions, classes]``.
        chosen: Where the learner is.
        at_chosen: Probabilities there, shape ``[classes]``.
    """

    positions: Floats
    probabilities: Floats
    chosen: float
    at_chosen: Floats

    def largest_change(self) -> float:
        """Return the largest distance that any class's probability travels over the whole axis."""
        return float(np.ptp(self.probabilities, axis=0).max())


def shift_sweep(logits: Floats, temperature: float, chosen: float, reach: float = 20.0) -> Sweep:
    """Add constants in ``[-reach, reach]`` to every score: softmax does not change.

    Args:
        logits: Shape ``[classes]``.
        temperature: In ``[0, inf]``.
        chosen: The constant that the learner adds.
        reach: Half the length of the axis.
    """
    positions = np.linspace(-reach, reach, 41)
    at_positions = softmax_at(logits + positions[:, None], temperature)
    return Sweep(positions, at_positions, chosen, softmax_at(logits + chosen, temperature))


def scale_sweep(logits: Floats, temperature: float, chosen: float, reach: float = 10.0) -> Sweep:
    """Multiply every score by factors in ``[1 / reach, reach]``: the same as dividing the temperature by them."""
    positions = np.geomspace(1 / reach, reach, 61)
    at_positions = softmax_at(logits * positions[:, None], temperature)
    return Sweep(positions, at_positions, chosen, softmax_at(logits * chosen, temperature))
