"""What the learner does to every score at once, to see what softmax ignores."""

from dataclasses import dataclass

from softviz.fields import LinkRecord, number

FARTHEST_SHIFT = 20.0
SMALLEST_FACTOR, LARGEST_FACTOR = 0.1, 10.0


@dataclass(frozen=True)
class Moves(LinkRecord):
    """A shift and a scale of all scores.

    Attributes:
        added: Added to every score.
        factor: Every score is multiplied by it.
    """

    added: float = number("add", default=0.0, minimum=-FARTHEST_SHIFT, maximum=FARTHEST_SHIFT)
    factor: float = number("times", default=1.0, minimum=SMALLEST_FACTOR, maximum=LARGEST_FACTOR)
