"""A loss as a landscape over the scores: along one, over two, and down its slope."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from softviz.core.loss_registry import Loss
from softviz.core.mappings import logsumexp

Floats = NDArray[np.float64]

LINE = 121
"""Points along a line."""

RIGHTNESS = 12.0
"""Half the length of a line from wrong to right, in units of the scores: odds of e^12 to 1 on either side."""

SIDE = 49
"""Points along each side of a surface."""

NARROWEST, WIDEST, MARGIN = 4.0, 40.0, 2.0
"""Of a surface's half side, in units of the scores, and the room left around a walk."""


@dataclass(frozen=True)
class LossLine:
    """A loss while one score runs and the others stay.

    Attributes:
        scores: Of the class that runs, shape ``[positions]``.
        losses: Shape ``[positions]``.
        slopes: Derivative of the loss on that score, shape ``[positions]``.
    """

    scores: Floats
    losses: Floats
    slopes: Floats


@dataclass(frozen=True)
class LossSurface:
    """A loss over two scores while the others stay.

    Attributes:
        across: Values of the first score, shape ``[columns]``.
        up: Values of the second score, shape ``[rows]``.
        losses: Shape ``[rows, columns]``.
    """

    across: Floats
    up: Floats
    losses: Floats

    def contains(self, across: float, up: float) -> bool:
        """Whether a point lies within the surface's frame."""
        return bool(self.across[0] <= across <= self.across[-1] and self.up[0] <= up <= self.up[-1])


@dataclass(frozen=True)
class Walk:
    """Gradient descent, every step kept.

    Attributes:
        points: The scores before the first step and after each, shape ``[steps + 1, classes]``.
        losses: Shape ``[steps + 1]``.
        gradients: Of the loss on the scores, shape ``[steps + 1, classes]``.
    """

    points: Floats
    losses: Floats
    gradients: Floats

    def rises(self) -> int:
        """Count the steps after which the loss is higher than before, beyond rounding."""
        before, after = self.losses[:-1], self.losses[1:]
        return int((after > before + 1e-12 * (1 + np.abs(before))).sum())


def along_score(loss: Loss, logits: Floats, target: Floats, position: int, scores: Floats) -> LossLine:
    """Let one class take many scores.

    Args:
        loss: Its value and gradient are used.
        logits: Shape ``[classes]``.
        target: Probabilities, shape ``[classes]``.
        position: The class that runs.
        scores: What it takes, shape ``[positions]``.
    """
    points = np.tile(logits, (scores.size, 1))
    points[:, position] = scores
    targets = np.broadcast_to(target, points.shape)
    return LossLine(scores, loss.value(points, targets), loss.gradient(points, targets)[:, position])


def over_two_scores(
    loss: Loss, logits: Floats, target: Floats, first: int, second: int, across: Floats, up: Floats
) -> LossSurface:
    """Let two classes take many scores.

    Args:
        loss: Its value is used.
        logits: Shape ``[classes]``.
        target: Probabilities, shape ``[classes]``.
        first: Position of the class along the columns.
        second: Position of the class along the rows; another than the first.
        across: Scores of the first, shape ``[columns]``.
        up: Scores of the second, shape ``[rows]``.
    """
    points = np.tile(logits, (up.size, across.size, 1))
    points[..., first] = across
    points[..., second] = up[:, None]
    return LossSurface(across, up, loss.value(points, np.broadcast_to(target, points.shape)))


def descend(
    loss: Loss, logits: Floats, target: Floats, *, learning_rate: float, steps: int, moving: NDArray[np.bool_]
) -> Walk:
    r"""Repeat :math:`z \leftarrow z - \eta\, \nabla L(z)`.

    Args:
        loss: Its value and gradient are used.
        logits: Where the walk starts, shape ``[classes]``.
        target: Probabilities, shape ``[classes]``.
        learning_rate: At least 0 and finite.
        steps: How many.
        moving: Which scores move, shape ``[classes]``; the others stay.
    """
    if not 0 <= learning_rate < np.inf:
        raise ValueError(f"learning_rate must be zero or positive, and finite; got {learning_rate}")
    points = np.empty((steps + 1, logits.size))
    points[0] = logits
    for step in range(steps):
        points[step + 1] = points[step] - learning_rate * moving * loss.gradient(points[step], target)
    targets = np.broadcast_to(target, points.shape)
    return Walk(points, loss.value(points, targets), loss.gradient(points, targets))


def surface_around(loss: Loss, walk: Walk, target: Floats, first: int, second: int) -> LossSurface:
    """Compute a loss over a square of two scores that holds a walk, as far as it stays near its start.

    Args:
        loss: Its value is used.
        walk: The other scores stay where it starts.
        target: Probabilities, shape ``[classes]``.
        first: Position of the class along the columns.
        second: Position of the class along the rows.
    """
    path = walk.points[:, [first, second]]
    near = path[(np.abs(path - path[0]) <= 2 * WIDEST).all(axis=1)]
    low, high = near.min(axis=0), near.max(axis=0)
    middle, half = (low + high) / 2, np.clip((high - low).max() / 2 + MARGIN, NARROWEST, WIDEST)
    sides = middle + np.linspace(-half, half, SIDE)[:, None]
    return over_two_scores(loss, walk.points[0], target, first, second, sides[:, 0], sides[:, 1])


def from_wrong_to_right(logits: Floats, position: int, reach: float = RIGHTNESS) -> Floats:
    """Choose scores for one class that lead from hopeless to certain: around the point of even odds.

    Args:
        logits: Shape ``[classes]``.
        position: The class. Its own score is among those covered, unless it is very far away.
        reach: How far to each side of the logsumexp of the others, at least.

    Returns:
        Shape ``[LINE]``, rising.
    """
    even = float(logsumexp(np.delete(logits, position)))
    reach = float(np.clip(abs(logits[position] - even) + 1, reach, WIDEST))
    return np.linspace(even - reach, even + reach, LINE)
