"""What a learner sets on the page about numerical stability, as a link carries it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.float_types import FLOAT_TYPES
from softviz.core.magnitudes import MOVES, moved
from softviz.core.precision import FORMS
from softviz.fields import LinkRecord, choice, integer, number
from softviz.scores import Scores

MOST_CLASSES = 12
"""The page shows every number of every step: more classes than this are cut to the largest scores."""
MOST_CHUNK = 4


@dataclass(frozen=True)
class Magnitude(LinkRecord):
    """Where the scores are moved to, and which computation is looked at.

    Attributes:
        size: What the largest score becomes; up to 1e300, past the largest number of every type but float64.
        move: How it gets there.
        float_type: The type whose steps are shown.
        form: The way to write softmax whose steps are shown.
        chunk: Scores that the online softmax reads at once.
        order: In which it reads them.
    """

    size: float = number("size", default=90.0, minimum=0.0, maximum=1e300)
    move: str = choice("move", default="scale", options=MOVES)
    float_type: str = choice("dtype", default="float32", options=FLOAT_TYPES)
    form: str = choice("form", default="naive", options=FORMS)
    chunk: int = integer("chunk", default=1, minimum=1, maximum=MOST_CHUNK)
    order: str = choice("order", default="rising", options=("rising", "given", "falling"))

    def reading_order(self, scores: Scores) -> NDArray[np.intp]:
        """Positions of the classes in the order in which the online softmax reads them."""
        ranking = scores.ranking()
        return {"rising": ranking[::-1], "given": np.arange(len(scores)), "falling": ranking}[self.order]

    def moved(self, scores: Scores) -> NDArray[np.float64]:
        """Bring the scores to the size."""
        return moved(scores.values, self.size, self.move)


def largest_classes(scores: Scores, most: int = MOST_CLASSES) -> NDArray[np.intp]:
    """Choose the classes that the page computes with: all, or the largest scores, in the learner's order."""
    return np.sort(scores.ranking()[:most])


def part(scores: Scores, positions: NDArray[np.intp]) -> Scores:
    """Take some classes with their labels."""
    return Scores.of(scores.values[positions], [scores.labels[i] for i in positions])
