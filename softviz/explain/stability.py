"""The learner's own numbers on the page about numerical stability, put into tables and sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softviz.core.float_types import FLOAT_TYPES, Edge, FloatType, limits
from softviz.core.gaps import SurpriseOverGap
from softviz.core.magnitudes import ErrorMap
from softviz.core.precision import FORMS, Trace, error_in_ulps, reference, trace
from softviz.explain.question import Question
from softviz.numerals import as_given, three_digits
from softviz.records.magnitude import Magnitude
from softviz.scores import Scores

Floats = NDArray[np.float64]

LAST, FOLLOWING, THERE = "its last z with a finite exp", "its next z", "its own scores there"


def limits_table() -> pd.DataFrame:
    """Lay out what the search found at the ends of every type, one row a type, at full precision."""
    found = {float_type: limits(float_type) for float_type in FLOAT_TYPES.values()}
    return pd.DataFrame(
        {
            "type": [t.key for t in found],
            "binary digits": [t.digits for t in found],
            "largest number": [t.largest for t in found],
            "smallest number": [t.smallest for t in found],
            "exp(z) is ∞ past": [x.overflow_boundary for x in found.values()],
            LAST: [x.overflow.last_good for x in found.values()],
            FOLLOWING: [x.overflow.first_bad for x in found.values()],
            "exp(−gap) is 0 from a gap of": [x.underflow_gap.first_bad for x in found.values()],
            "1 + exp(−gap) is 1 from a gap of": [x.absorbed_gap.first_bad for x in found.values()],
        }
    )


def limits_on_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Write the limits with five significant digits, and neighbours with as many as tell them apart."""
    written = {name: [_written(cell) for cell in cells] for name, cells in table.items()}
    written[FOLLOWING] = list(map(_neighbours, table[LAST], table[FOLLOWING]))
    del written[LAST]
    return pd.DataFrame({THERE if name == FOLLOWING else name: cells for name, cells in written.items()})


def _neighbours(low: float, high: float) -> str:
    digits = next(digits for digits in range(5, 18) if f"{low:.{digits}g}" != f"{high:.{digits}g}")
    return f"{low:.{digits}g} → {high:.{digits}g}"


def _written(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return three_digits(value) if not 1e-3 < value < 1e6 else as_given(value)


def steps_table(scores: Scores, given: Floats, of: Trace) -> pd.DataFrame:
    """Lay out every step of one form in one type at full precision, one row a class."""
    shape = of.logits.shape
    columns = {name: np.broadcast_to(values, shape) for name, values in of.steps.items()}
    return pd.DataFrame({"class": list(scores.labels), "score": given, **columns, "error in ulps": error_in_ulps(of)})


def errors_table(errors: ErrorMap) -> pd.DataFrame:
    """Lay the map of errors out as one row a form, type and size."""
    form, key, size = np.meshgrid(list(FORMS), list(FLOAT_TYPES), errors.sizes, indexing="ij")
    columns = {"form": form, "type": key, "size": size, "largest error in ulps": errors.ulps}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def winner_question(winner: SurpriseOverGap, float_type: FloatType) -> Question:
    """Ask what the log of a softmax says of a class that is far ahead.

    Args:
        winner: Its loss over its lead, in the type; the largest lead is asked about.
        float_type: What is computed in.
    """
    lead, exact = float(winner.gaps[-1]), float(winner.exact[-1])
    usual, careful = (float(winner.computed[form][-1]) for form in ("log-of-softmax", "log1p"))
    options = ("exactly 0", f"{three_digits(exact)}, as it is", "infinity")
    truth = options[0] if usual == 0 else options[2] if np.isinf(usual) else options[1]
    return Question(
        f"In {float_type.key} one of two classes is {three_digits(lead)} ahead. Its loss is not 0. "
        "What does −log(softmax(z)) say?",
        options,
        truth,
        f"Computed: {three_digits(usual)}. The exact loss is {three_digits(exact)}; the form with log1p says "
        f"{three_digits(careful)}.",
    )


def verdict(of: Trace, given: Floats) -> str:
    """Say how wrong a form is in a type, and what holding the scores in that type costs before it begins."""
    said = [_error(of), _sum(of), _rounding_cost(of, given)]
    return f"**{of.form.name} in {of.float_type.key}**: {' '.join(filter(None, said))}"


def _error(of: Trace) -> str:
    worst = float(error_in_ulps(of).max())
    if not np.isfinite(worst):
        return "the result is no number."
    off = f"**{three_digits(worst)} units in the last place**"
    if bool(of.breaks):
        return f"the worst result has no digit right; it is off by {off}."
    return f"the worst result is off by {off}."


def _sum(of: Trace) -> str:
    """Say by how much the probabilities, added up without an error, miss 1."""
    if of.form.logarithmic or not np.isfinite(of.outputs).all():
        return ""
    missing = math.fsum([*of.outputs.tolist(), -1.0])
    return f"The probabilities sum to 1 {'−' if missing < 0 else '+'} **{three_digits(abs(missing))}**."


def _rounding_cost(of: Trace, given: Floats) -> str:
    if not np.isfinite(of.logits).all():
        return "The type cannot hold these scores."
    apart = np.abs(of.exact.probabilities.high - reference(given).probabilities.high).max()
    if apart == 0:
        return "Holding the scores in this type costs no probability anything."
    return f"Holding the scores in this type moves a probability by up to **{three_digits(float(apart))}** beforehand."


def cut(shown: Scores, whole: Scores) -> str:
    """Say that the page computes with a part of the scores, where it does."""
    if len(shown) == len(whole):
        return "The error counts from the scores as the type holds them."
    return (
        f"This page computes with the {len(shown)} largest of your {len(whole):,} scores, so that every number of "
        "every step can be shown."
    )


def surprise_table(scores: Scores, given: Floats, float_type: FloatType) -> pd.DataFrame:
    """Lay out the cross-entropy of every class as target, −log p, by each logarithmic form beside the exact one."""
    traces = [trace(form, float_type, given) for form in FORMS.values() if form.logarithmic]
    columns = {of.form.name: _negated(of.outputs) for of in traces}
    exact = _negated(traces[0].exact.log_probabilities.high)
    return pd.DataFrame({"target": list(scores.labels), **columns, "exact": exact})


def _negated(values: Floats) -> Floats:
    return 0.0 - values  # no minus zero


def losses_on_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Write losses with three digits, an infinite one with its sign."""
    return table.map(lambda cell: cell if isinstance(cell, str) else three_digits(cell))


def describe_error_map(errors: ErrorMap, edges: Mapping[tuple[str, str], Edge | None], settings: Magnitude) -> str:
    """Say what the map of errors shows, with the sizes at which the naive form breaks."""
    naive = [
        f"{key} from {as_given(edge.first_bad)}" for key in FLOAT_TYPES if (edge := edges[("naive", key)]) is not None
    ]
    breaking = f"The naive form breaks in {', '.join(naive)}. " if naive else "The naive form breaks nowhere. "
    whole = [
        FORMS[form].name for form in FORMS if all(edges[(form, key)] is None for key in FLOAT_TYPES if key != "float16")
    ]
    return (
        f"A map of {len(FORMS)} forms in {len(FLOAT_TYPES)} types over sizes from {as_given(errors.sizes[0])} to "
        f"{errors.sizes[-1]:,.0f}. {breaking}"
        f"Outside float16, which cannot hold the last sizes, these never break: {', '.join(whole) or 'none'}. "
        f"You are at {as_given(settings.size)}."
    )
