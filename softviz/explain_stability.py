"""The learner's own numbers on the page about numerical stability, put into tables and sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from softviz.core.float_types import FLOAT_TYPES, Edge, FloatType, limits
from softviz.core.magnitudes import ErrorMap
from softviz.core.precision import FORMS, Trace, error_in_ulps, reference, trace
from softviz.magnitude import Magnitude
from softviz.numerals import as_given, three_digits
from softviz.scores import Scores


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
            "its last z with a finite exp": [x.overflow.last_good for x in found.values()],
            "its next z": [x.overflow.first_bad for x in found.values()],
            "exp(−gap) is 0 from a gap of": [x.underflow_gap.first_bad for x in found.values()],
            "1 + exp(−gap) is 1 from a gap of": [x.absorbed_gap.first_bad for x in found.values()],
        }
    )


def limits_on_screen(table: pd.DataFrame) -> pd.DataFrame:
    """Write the limits with five significant digits: three would hide how close neighbours are."""
    written = table.map(lambda cell: cell if isinstance(cell, str) else _five_digits(cell))
    edges = [
        f"{last} → {following}"
        for last, following in zip(written.pop("its last z with a finite exp"), written.pop("its next z"), strict=True)
    ]
    written.insert(5, "its own scores there", edges)
    return written


def _five_digits(value: float) -> str:
    return three_digits(value) if not 1e-3 < value < 1e6 else as_given(value)


def steps_table(scores: Scores, given: np.ndarray, of: Trace) -> pd.DataFrame:
    """Lay out every step of one form in one type at full precision, one row a class."""
    shape = of.logits.shape
    columns = {name: np.broadcast_to(values, shape) for name, values in of.steps.items()}
    return pd.DataFrame({"class": list(scores.labels), "score": given, **columns, "error in ulps": error_in_ulps(of)})


def verdict(of: Trace) -> str:
    """Say how wrong a form is in a type at the learner's scores."""
    worst = float(error_in_ulps(of).max())
    name = f"**{of.form.name} in {of.float_type.key}**"
    if not np.isfinite(worst):
        return f"{name}: the result is not a number that anything can be done with."
    if bool(of.breaks):
        return f"{name}: the worst result has no digit right; it is off by **{_ulps(worst)}**."
    return f"{name}: the worst result is off by **{_ulps(worst)}**, of {of.float_type.digits} binary digits each."


def _ulps(worst: float) -> str:
    return f"{three_digits(worst)} units in the last place"


def rounding_cost(given: np.ndarray, float_type: FloatType) -> str:
    """Say what it costs to hold the scores in a type, before anything is computed."""
    held = float_type.round(given)
    if not np.isfinite(held).all():
        return f"{float_type.key} cannot hold these scores."
    apart = np.abs(reference(held).probabilities.high - reference(given).probabilities.high).max()
    if apart == 0:
        return f"Holding the scores in {float_type.key} costs nothing here."
    return (
        f"Holding the scores in {float_type.key} alone moves a probability by up to **{three_digits(float(apart))}**, "
        "however well softmax is computed after that."
    )


def surprise_table(scores: Scores, given: np.ndarray, float_type: FloatType) -> pd.DataFrame:
    """Lay out the cross-entropy of every class as target, −log p, by each logarithmic form beside the exact one."""
    held = float_type.round(given)
    columns = {
        form.name: _negated(trace(form, float_type, given).outputs) for form in FORMS.values() if form.logarithmic
    }
    exact = _negated(reference(held).log_probabilities.high)
    return pd.DataFrame({"target": list(scores.labels), **columns, "exact": exact})


def _negated(values: np.ndarray) -> np.ndarray:
    return 0.0 - values  # no minus zero


def describe_error_map(errors: ErrorMap, edges: dict[tuple[str, str], Edge | None], settings: Magnitude) -> str:
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
