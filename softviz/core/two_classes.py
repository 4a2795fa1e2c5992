"""Maps of two classes: the first class's output over the gap between the two scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from softviz.core.relatives import Floats, Relative

REACH = 6.0
POINTS = 481


@dataclass(frozen=True)
class TwoClassCurve:
    """One map's answer to two classes.

    Attributes:
        name: Of the map.
        gaps: First score minus second, shape ``[points]``.
        outputs: Of the first class.
        slopes: Change of that output per unit of the first score; None at T = 0 and T = inf, where a map may jump.
    """

    name: str
    gaps: Floats
    outputs: Floats
    slopes: Floats | None


@lru_cache(maxsize=256)
def two_class_curve(relative: Relative, temperature: float, second: float) -> TwoClassCurve:
    """Follow the first class's output while its score passes the second's.

    Args:
        relative: The map.
        temperature: In [0, inf].
        second: The score that stays; a map that ignores a shift does not depend on it.
    """
    gaps = np.linspace(-REACH, REACH, POINTS)
    logits = np.stack([second + gaps, np.full_like(gaps, second)], axis=-1)
    outputs = relative.outputs(logits, temperature)[:, 0]
    if not 0 < temperature < np.inf:
        return TwoClassCurve(relative.name, gaps, outputs, None)
    slopes = relative.slopes_along(logits, np.array([1.0, 0.0]), temperature)[:, 0]
    return TwoClassCurve(relative.name, gaps, outputs, slopes)
