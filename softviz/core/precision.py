"""Softmax as a floating-point type computes it: six ways to write it, step by step, and how wrong each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core import double_double as dd
from softviz.core.float_types import FloatType
from softviz.core.mappings import log_softmax

Floats = NDArray[np.float64]
Rounding = Callable[[Floats], Floats]
Steps = dict[str, Floats]

LEAST_EXPONENT = -1000.0
"""exp of anything below is zero in every type here."""


@dataclass(frozen=True)
class Form:
    """One way to write softmax or its logarithm.

    Attributes:
        key: Short name.
        name: On screen.
        formula: In words and signs, as the screen shows it.
        logarithmic: Whether it gives log-probabilities (nats) instead of probabilities.
        steps: From a type's rounding and logits ``[..., classes]`` that the type holds to every intermediate
            value, in order, the last one the result; each ``[..., classes]``, or ``[..., 1]`` for one a row.
    """

    key: str
    name: str
    formula: str
    logarithmic: bool
    steps: Callable[[Rounding, Floats], Steps]


def _running_sum(fl: Rounding, terms: Floats) -> Floats:
    """Add from left to right, rounded after every addition."""
    total = terms[..., 0]
    for i in range(1, terms.shape[-1]):
        total = fl(total + terms[..., i])
    return total[..., None]


def _naive(fl: Rounding, z: Floats) -> Steps:
    exponentials = fl(np.exp(z))
    total = _running_sum(fl, exponentials)
    return {"z": z, "exp": exponentials, "sum": total, "p": fl(exponentials / total)}


def _shifted(fl: Rounding, z: Floats) -> Steps:
    top = z.max(axis=-1, keepdims=True)
    shifted = fl(z - top)
    return {"z": z, "max": top, "shifted": shifted, **_after_shift(fl, shifted)}


def _after_shift(fl: Rounding, shifted: Floats) -> Steps:
    exponentials = fl(np.exp(shifted))
    total = _running_sum(fl, exponentials)
    return {"exp": exponentials, "sum": total, "p": fl(exponentials / total)}


def _online(fl: Rounding, z: Floats) -> Steps:
    running_max = np.maximum.accumulate(z, axis=-1)
    rescale, running = np.zeros_like(z), np.ones_like(z)
    rescale[..., 1:] = fl(np.exp(fl(running_max[..., :-1] - running_max[..., 1:])))
    new = fl(np.exp(fl(z - running_max)))
    for i in range(1, z.shape[-1]):
        running[..., i] = fl(fl(running[..., i - 1] * rescale[..., i]) + new[..., i])
    exponentials = fl(np.exp(fl(z - running_max[..., -1:])))
    p = fl(exponentials / running[..., -1:])
    return {"z": z, "running max": running_max, "rescale": rescale, "running sum": running, "exp": exponentials, "p": p}


def _log_of_softmax(fl: Rounding, z: Floats) -> Steps:
    steps = _shifted(fl, z)
    return {**steps, "log p": fl(np.log(steps["p"]))}


def _log_softmax(fl: Rounding, z: Floats) -> Steps:
    steps = _shifted(fl, z)
    del steps["p"]
    log_sum = fl(np.log(steps["sum"]))
    return {**steps, "log sum": log_sum, "log p": fl(steps["shifted"] - log_sum)}


def _log_softmax_by_log1p(fl: Rounding, z: Floats) -> Steps:
    top = z.max(axis=-1, keepdims=True)
    shifted = fl(z - top)
    is_winner = np.arange(z.shape[-1]) == np.argmax(z, axis=-1)[..., None]
    others = np.where(is_winner, 0.0, fl(np.exp(shifted)))
    rest = _running_sum(fl, others)
    log_sum = fl(np.log1p(rest))
    return {
        "z": z, "max": top, "shifted": shifted, "others": others, "rest": rest, "log sum": log_sum,
        "log p": fl(shifted - log_sum),
    }  # fmt: skip


_ALL = (
    Form("naive", "naive", "exp(z) / Σ exp(z)", False, _naive),
    Form("shifted", "shifted", "exp(z − max) / Σ exp(z − max)", False, _shifted),
    Form("online", "online", "running max and sum, one pass", False, _online),
    Form("log-of-softmax", "log(softmax)", "log(exp(z − max) / Σ exp(z − max))", True, _log_of_softmax),
    Form("log-softmax", "log-softmax", "z − max − log Σ exp(z − max)", True, _log_softmax),
    Form("log1p", "log1p", "z − max − log1p(Σ of the others)", True, _log_softmax_by_log1p),
)

FORMS: MappingProxyType[str, Form] = MappingProxyType({form.key: form for form in _ALL})
"""In the order that the page shows them."""


@dataclass(frozen=True)
class Trace:
    """Every intermediate value of one form in one type.

    Attributes:
        form: Which way to write it.
        float_type: In which type.
        steps: Name and values, in order; ``[..., classes]``, or ``[..., 1]`` for one number a row.
    """

    form: Form
    float_type: FloatType
    steps: Steps

    @property
    def logits(self) -> Floats:
        """The scores as the type holds them."""
        return self.steps["z"]

    @property
    def outputs(self) -> Floats:
        """Probabilities or log-probabilities, ``[..., classes]``."""
        return self.steps["log p" if self.form.logarithmic else "p"]

    @cached_property
    def exact(self) -> Reference:
        """The exact softmax of the scores that the type holds."""
        return reference(self.logits)

    @cached_property
    def breaks(self) -> NDArray[np.bool_]:
        """Whether some output is not finite or has not one right digit, shape ``[...]``."""
        return is_broken(self)


def trace(form: Form, float_type: FloatType, logits: ArrayLike) -> Trace:
    """Compute a form in a type, rounding after every operation.

    Args:
        form: One of ``FORMS``.
        float_type: The type that is computed in.
        logits: Real scores ``[..., classes]``; they are rounded to the type first.
    """
    with np.errstate(all="ignore"):  # overflow, 0/0 and inf - inf are what is to be seen, as values
        return Trace(form, float_type, form.steps(float_type.rounded, float_type.round(logits)))


@dataclass(frozen=True)
class Reference:
    """The exact softmax of given logits, to about 27 digits; ``nan`` where a logit is not finite."""

    probabilities: dd.DoubleDouble
    log_probabilities: dd.DoubleDouble

    def __getitem__(self, rows: int) -> Reference:
        """Take some rows."""
        return Reference(self.probabilities[rows], self.log_probabilities[rows])


def reference(logits: Floats) -> Reference:
    """Compute softmax and its logarithm in twice float64's digits.

    Args:
        logits: Shape ``[..., classes]``; taken as exact.
    """
    winner = np.argmax(logits, axis=-1)[..., None]
    with np.errstate(all="ignore"):  # a row with an infinity has no answer and becomes nan
        gaps = dd.difference(logits, np.take_along_axis(logits, winner, axis=-1))
        powers = dd.exp(_clamped(gaps))
        is_winner = np.arange(logits.shape[-1]) == winner
        rest = dd.DoubleDouble(np.where(is_winner, 0, powers.high), np.where(is_winner, 0, powers.low)).sum()
        log_p = gaps - dd.log1p(rest)
        lost = ~np.isfinite(logits).all(axis=-1, keepdims=True)
        log_p = dd.DoubleDouble(np.where(lost, np.nan, log_p.high), np.where(lost, np.nan, log_p.low))
        p = dd.exp(_clamped(log_p))
    return Reference(dd.DoubleDouble(np.where(lost, np.nan, p.high), p.low), log_p)


def _clamped(x: dd.DoubleDouble) -> dd.DoubleDouble:
    below = ~(x.high > LEAST_EXPONENT)
    return dd.DoubleDouble(np.where(below, LEAST_EXPONENT, x.high), np.where(below, 0, x.low))


def error_in_ulps(of: Trace, exact: Reference | None = None) -> Floats:
    """Measure how far each output is from the exact softmax of the scores that the type holds.

    Args:
        of: Shape ``[..., classes]``.
        exact: ``of.exact``, where it is known already.

    Returns:
        Distances in units of the type's last place at the exact value, ``[..., classes]``; ``inf`` and ``nan``
        where the output is. Among float64's subnormal numbers it is right to one unit.
    """
    truth = _truth(of, exact)
    with np.errstate(all="ignore"):
        distance = np.abs((of.outputs - truth.high) - truth.low)
        return distance / of.float_type.spacing(truth.high)


def _truth(of: Trace, exact: Reference | None) -> dd.DoubleDouble:
    exact = of.exact if exact is None else exact
    return exact.log_probabilities if of.form.logarithmic else exact.probabilities


def digits_lost(of: Trace, exact: Reference | None = None, ulps: Floats | None = None) -> Floats:
    """Measure the share of each output's binary digits that is wrong.

    A number of the type below its normal ones has fewer digits to lose.

    Args:
        of: Shape ``[..., classes]``.
        exact: See ``error_in_ulps``.
        ulps: The ``error_in_ulps``, where it is known already.

    Returns:
        Shares ``[..., classes]``: 0 where the output is off by one unit at the most, 1 where no digit is right; ``nan``
        and 1 where the output is ``nan`` and infinite.
    """
    error = error_in_ulps(of, exact) if ulps is None else ulps
    with np.errstate(all="ignore"):
        truth = np.abs(_truth(of, exact).high)
        carried = np.maximum(np.log2(truth / of.float_type.spacing(truth)), 1)
        return np.clip(np.log2(np.maximum(error, 1)) / carried, 0, 1)


def is_broken(of: Trace, judge: NDArray[np.floating[Any]] | None = None) -> NDArray[np.bool_]:
    """Tell where a row has an output that is not finite, or that has not one right digit.

    That is, it is off by half of the exact value or more, and by a unit in the last place or more: where the exact
    value is too small for the type, 0 is right.

    Args:
        of: Shape ``[..., classes]``.
        judge: float64's log-softmax of ``of.logits``, exact enough for this question, where it is known already.
    """
    with np.errstate(all="ignore"):
        log_p = log_softmax(of.logits) if judge is None else judge
        truth = log_p if of.form.logarithmic else np.exp(log_p)
        distance = np.abs(of.outputs - truth)
        right = distance < np.maximum(np.abs(truth) / 2, of.float_type.spacing(truth))  # false for nan, too
    return np.logical_not(right.all(axis=-1))
