"""Searches for the numbers that refute a claim, one function a claim.

Each takes a map, rows of scores ``[rows, classes]`` and the map's parameters, and returns the first
counterexample or None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from softviz.core.record import Mapping

Floats = NDArray[np.floating[Any]]
Function = Callable[[Floats], Floats]
Parameters = dict[str, float]

GRAIN = 1e6
TOLERANCE = 1e-9
"""Relative to the outputs: a million times what rounding does, a millionth of what a learner could see."""


@dataclass(frozen=True)
class Counterexample:
    """Numbers that refute a claim, and a sentence that says how."""

    claim: str
    mapping: str
    logits: tuple[float, ...]
    outputs: tuple[float, ...]
    sentence: str
    changed_logits: tuple[float, ...] = ()
    """The scores after the change that the claim speaks of; empty when it speaks of none."""
    changed_outputs: tuple[float, ...] = ()


def within(rows: Floats, reach: float) -> Floats:
    """Shrink the rows that reach further than ``reach`` from zero, and round all to the grid."""
    size = np.abs(rows).max(axis=-1, keepdims=True, initial=reach)
    near: Floats = np.round(rows * (reach / size) * GRAIN) / GRAIN
    return near


def _bound(mapping: Mapping, parameters: Parameters) -> Function:
    return lambda rows: mapping.apply(rows, axis=-1, **parameters)


def _first(failures: NDArray[np.bool_]) -> tuple[int, ...] | None:
    """Index of the first True, row by row."""
    if not failures.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(failures.argmax()), failures.shape))


def _numbers(row: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in row)


def _shown(value: float) -> str:
    return f"{value:.3g}"


def _tolerance(outputs: Floats) -> Floats:
    slack: Floats = TOLERANCE * (1 + np.abs(outputs).max(axis=-1, keepdims=True))
    return slack


def not_on_simplex(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find outputs that are negative or do not sum to one."""
    p = _bound(mapping, parameters)(rows)
    totals = p.sum(axis=-1)
    at = _first((np.abs(totals - 1) > TOLERANCE) | (p < 0).any(axis=-1))
    if at is None:
        return None
    sentence = f"The outputs sum to {_shown(totals[at])}, not to 1."
    return Counterexample("on_simplex", mapping.key, _numbers(rows[at]), _numbers(p[at]), sentence)


def exact_zero(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find a finite score that gets exactly zero."""
    near = within(rows, mapping.reach_for_zeros)
    p = _bound(mapping, parameters)(near)
    at = _first(p == 0)
    if at is None:
        return None
    row, i = at
    sentence = f"Score {i + 1} ({_shown(near[row, i])}) gets exactly 0."
    return Counterexample("strictly_positive", mapping.key, _numbers(near[row]), _numbers(p[row]), sentence)


def no_zero(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Look at the rows as they are, and stretched until the scores lie as far apart as may be."""
    near = within(rows, mapping.reach_for_zeros)
    size = np.abs(near).max(axis=-1, keepdims=True)
    stretched = np.where(size > 0, near * (mapping.reach_for_zeros / np.where(size > 0, size, 1)), near)
    candidates = np.concatenate([near, stretched])
    p = _bound(mapping, parameters)(candidates)
    if (p == 0).any():
        return None
    row = int(p.min(axis=-1).argmin())
    i = int(p[row].argmin())
    sentence = f"Score {i + 1} ({_shown(candidates[row, i])}) still gets {_shown(p[row, i])}: small, not zero."
    return Counterexample("sparse", mapping.key, _numbers(candidates[row]), _numbers(p[row]), sentence)


def out_of_order(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find a larger score with a smaller output, or equal scores with unequal ones."""
    p = _bound(mapping, parameters)(rows)
    order = np.argsort(rows, axis=-1, kind="stable")
    scores, outputs = np.take_along_axis(rows, order, -1), np.take_along_axis(p, order, -1)
    step, rise = np.diff(scores, axis=-1), np.diff(outputs, axis=-1)
    slack = _tolerance(p)
    at = _first((rise < -slack) | ((step == 0) & (rise > slack)))
    if at is None:
        return None
    row, k = at
    low, high = order[row, k], order[row, k + 1]
    relation = "equals" if step[row, k] == 0 else "is above"
    sentence = (
        f"Score {high + 1} ({_shown(rows[row, high])}) {relation} score {low + 1} "
        f"({_shown(rows[row, low])}), yet it gets {_shown(p[row, high])} against {_shown(p[row, low])}."
    )
    return Counterexample("order_preserving", mapping.key, _numbers(rows[row]), _numbers(p[row]), sentence)


def falling(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Raise one score of each row, another from row to row."""
    function = _bound(mapping, parameters)
    count = np.arange(len(rows))
    raised_class = count % rows.shape[-1]
    raised = rows.copy()
    raised[count, raised_class] += 1
    before, after = function(rows), function(raised)
    at = _first(after[count, raised_class] < before[count, raised_class] - _tolerance(before)[:, 0])
    if at is None:
        return None
    row, i = at[0], raised_class[at[0]]
    sentence = (
        f"Raising score {i + 1} from {_shown(rows[row, i])} to {_shown(raised[row, i])} lowers its output "
        f"from {_shown(before[row, i])} to {_shown(after[row, i])}."
    )
    return _changed("monotone", mapping, row, [rows, before, raised, after], sentence)


def _changed(key: str, mapping: Mapping, row: int, arrays: list[Floats], sentence: str) -> Counterexample:
    """Record one row of [scores, outputs, changed scores, changed outputs]."""
    logits, outputs, changed_logits, changed_outputs = (_numbers(array[row]) for array in arrays)
    return Counterexample(key, mapping.key, logits, outputs, sentence, changed_logits, changed_outputs)


@dataclass(frozen=True)
class _Transform:
    key: str
    action: str
    apply: Function


_SHIFT = _Transform("shift_invariant", "Adding 1 to every score", lambda rows: rows + 1)
_SCALE = _Transform("scale_invariant", "Doubling every score", lambda rows: rows * 2)


def _moved_by(transform: _Transform, mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find a row whose outputs change when its scores are transformed."""
    function = _bound(mapping, parameters)
    changed = transform.apply(rows)
    before, after = function(rows), function(changed)
    at = _first(np.abs(after - before) > _tolerance(before))
    if at is None:
        return None
    row, i = at
    sentence = f"{transform.action} moves output {i + 1} from {_shown(before[row, i])} to {_shown(after[row, i])}."
    return _changed(transform.key, mapping, row, [rows, before, changed, after], sentence)


def moved_by_shift(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find outputs that change when the same constant is added to every score."""
    return _moved_by(_SHIFT, mapping, rows, parameters)


def moved_by_scale(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find outputs that change when every score is multiplied by the same positive number."""
    return _moved_by(_SCALE, mapping, rows, parameters)


def ratio_moved(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Raise the lowest score to the top and compare the ratio of two others, crosswise for the zeros."""
    if rows.shape[-1] < 3:
        return None
    function = _bound(mapping, parameters)
    count, order = np.arange(len(rows)), np.argsort(rows, axis=-1, kind="stable")
    lowest, first = order[:, 0], order[:, -1]
    changed = rows.copy()
    changed[count, lowest] = rows[count, first]
    before, after = function(rows), function(changed)
    second = _smallest_positive(before, lowest, first)
    ratio = np.stack([before[count, first], before[count, second]], axis=-1)
    new_ratio = np.stack([after[count, first], after[count, second]], axis=-1)
    crossed, straight = ratio[:, 0] * new_ratio[:, 1], ratio[:, 1] * new_ratio[:, 0]
    at = _first(np.abs(crossed - straight) > TOLERANCE * np.maximum(crossed + straight, TOLERANCE))
    if at is None:
        return None
    row = at[0]
    old, new = (f"{_shown(pair[row, 0])} : {_shown(pair[row, 1])}" for pair in (ratio, new_ratio))
    sentence = (
        f"Raising score {lowest[row] + 1} to {_shown(changed[row, lowest[row]])} takes outputs "
        f"{first[row] + 1} and {second[row] + 1} from {old} to {new}: another ratio."
    )
    return _changed("independent_ratios", mapping, row, [rows, before, changed, after], sentence)


def _smallest_positive(outputs: Floats, left_out: NDArray[np.intp], first: NDArray[np.intp]) -> NDArray[np.intp]:
    """Find another class with the smallest output above zero; ``first`` again where there is none."""
    count = np.arange(len(outputs))
    candidates = np.where(outputs > 0, outputs, np.inf)
    candidates[count, left_out] = candidates[count, first] = np.inf
    smallest = candidates.argmin(axis=-1)
    return np.where(np.isfinite(candidates[count, smallest]), smallest, first)


def disordered(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Find outputs that do not follow their scores into another order."""
    function = _bound(mapping, parameters)
    before, reordered = function(rows), rows[:, ::-1]
    after = function(reordered)
    at = _first(np.abs(after[:, ::-1] - before) > _tolerance(before))
    if at is None:
        return None
    sentence = "Listing the scores backwards does not list the outputs backwards."
    return _changed("permutation_equivariant", mapping, at[0], [rows, before, reordered, after], sentence)
