"""Ways to check a derivative that know nothing of its closed form: differences, autograd, and a Jacobian's own laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.backend import require_torch

Floats = NDArray[np.float64]
Function = Callable[[Any], Any]
"""From points ``[..., size]`` to one value each, ``[...]``."""


def forward_differences(function: Function, x: Floats, steps: ArrayLike) -> Floats:
    r"""Estimate a gradient by :math:`(f(x + h e_i) - f(x)) / h`.

    The error has two parts: about ``h / 2`` times the curvature, since f bends, and about the rounding error of f
    over h, since two nearly equal numbers are subtracted.

    Args:
        function: Takes points ``[..., size]``, returns ``[...]``.
        x: The point, shape ``[size]``.
        steps: The step h, positive; an array gives one gradient a step.

    Returns:
        Shape ``[*steps.shape, size]``.
    """
    moves = _moves(x, steps)
    rise: Floats = function(x + moves) - function(x)
    return rise / _column(steps)


def central_differences(function: Function, x: Floats, steps: ArrayLike) -> Floats:
    r"""Estimate a gradient by :math:`(f(x + h e_i) - f(x - h e_i)) / 2h`.

    Takes and returns what ``forward_differences`` does. The part of the error that comes from bending falls with the
    square of h; the part that comes from rounding still grows as h shrinks.
    """
    moves = _moves(x, steps)
    rise: Floats = function(x + moves) - function(x - moves)
    return rise / (2 * _column(steps))


def _moves(x: Floats, steps: ArrayLike) -> Floats:
    """One row a coordinate to move, shape ``[*steps.shape, size, size]``."""
    moves: Floats = _column(steps)[..., None] * np.eye(np.size(x))
    return moves


def _column(steps: ArrayLike) -> Floats:
    checked = np.asarray(steps, dtype=np.float64)
    if not ((checked > 0) & np.isfinite(checked)).all():
        raise ValueError(f"a difference needs steps that are positive and finite; got {steps!r}")
    return checked[..., None]


@dataclass(frozen=True)
class DifferenceErrors:
    """How far two finite differences are from a closed form, over the step.

    Attributes:
        steps: Shape ``[steps]``.
        forward: Largest absolute error of the forward difference at each step.
        central: The same for the central one.
    """

    steps: Floats
    forward: Floats
    central: Floats

    def best_step(self) -> float:
        """Return the step at which the central difference is closest."""
        return float(self.steps[np.argmin(self.central)])


def difference_errors(function: Function, gradient: Floats, x: Floats, steps: Floats) -> DifferenceErrors:
    """Compare finite differences at many steps with a gradient.

    Args:
        function: Takes points ``[..., size]``, returns ``[...]``.
        gradient: The closed form at x, shape ``[size]``.
        x: The point, shape ``[size]``.
        steps: Shape ``[steps]``, positive.
    """
    forward = np.abs(forward_differences(function, x, steps) - gradient).max(axis=-1)
    central = np.abs(central_differences(function, x, steps) - gradient).max(axis=-1)
    return DifferenceErrors(steps, forward, central)


def autograd_gradient(function: Function, x: Floats) -> Floats:
    """Differentiate with PyTorch, which follows the computation back operation by operation.

    Args:
        function: Takes a tensor ``[size]``, returns a single number.
        x: The point, shape ``[size]``.

    Raises:
        ModuleNotFoundError: With the install command, where PyTorch is missing.
    """
    torch = require_torch()
    point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    function(point).backward()
    gradient: Floats = point.grad.numpy()
    return gradient


@dataclass(frozen=True)
class JacobianFacts:
    """What a square matrix shows of itself.

    Attributes:
        largest_row_sum: Largest absolute sum of a row.
        largest_asymmetry: Largest absolute difference between an entry and its mirror image.
        eigenvalues: Of the symmetric part, ascending, shape ``[size]``.
        noise: An eigenvalue no larger than this is rounding.
        rank: Number of eigenvalues that are larger.
    """

    largest_row_sum: float
    largest_asymmetry: float
    eigenvalues: Floats
    noise: float
    rank: int


def jacobian_facts(jacobian: Floats) -> JacobianFacts:
    """Measure a Jacobian's row sums, symmetry, eigenvalues and rank.

    Args:
        jacobian: Shape ``[size, size]``, finite.
    """
    eigenvalues: Floats = np.linalg.eigvalsh((jacobian + jacobian.T) / 2).astype(np.float64)
    noise = len(jacobian) * np.finfo(np.float64).eps * np.abs(eigenvalues).max()
    return JacobianFacts(
        largest_row_sum=float(np.abs(jacobian.sum(axis=-1)).max()),
        largest_asymmetry=float(np.abs(jacobian - jacobian.T).max()),
        eigenvalues=eigenvalues,
        noise=float(noise),
        rank=int((np.abs(eigenvalues) > noise).sum()),
    )
