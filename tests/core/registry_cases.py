"""Maps with parameters from their whole range, and scores that suit them, for the tests of the registry."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from softviz.core.record import Mapping
from softviz.core.registry import MAPPINGS

SPREAD = (0.0, 0.4, 1.0)


def settings_of(mapping: Mapping) -> list[dict[str, float]]:
    """The default parameters, both ends of every range and a point between."""
    choices = [mapping.defaults()]
    for parameter in mapping.parameters:
        steps = round((parameter.maximum - parameter.minimum) / parameter.step)
        for fraction in SPREAD:
            value = parameter.minimum + round(fraction * steps) * parameter.step
            choices.append({**mapping.defaults(), parameter.key: min(value, parameter.maximum)})
    return choices


CASES: list[Any] = [(mapping, settings) for mapping in MAPPINGS.values() for settings in settings_of(mapping)]
CASE_NAMES = [f"{mapping.key}-{settings}" for mapping, settings in CASES]


@st.composite
def mappings_with_parameters(draw: st.DrawFn, claim: str | None = None) -> tuple[Mapping, dict[str, float]]:
    """Any registered map (that makes a claim), each parameter anywhere in its range."""
    claiming = [m for m in MAPPINGS.values() if claim is None or getattr(m.claims, claim)]
    mapping = draw(st.sampled_from(claiming))
    parameters: dict[str, float] = {}
    for p in mapping.parameters:
        steps = round((p.maximum - p.minimum) / p.step)
        value = p.minimum + draw(st.integers(0, steps)) * p.step
        parameters[p.key] = min(value, p.maximum)
    return mapping, parameters


def scores(smallest: float = -50.0, largest: float = 50.0, classes: int = 7) -> st.SearchStrategy[np.ndarray]:
    """Rows of one to ``classes`` scores on a grid that floats hold exactly: ties happen, near-ties do not."""
    grain = 64
    whole = st.integers(int(smallest * grain), int(largest * grain))
    return st.lists(whole, min_size=1, max_size=classes).map(lambda row: np.array(row, dtype=float) / grain)
