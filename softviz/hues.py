"""Which classes keep a colour of their own."""

import numpy as np
from numpy.typing import NDArray

HUES = 8
"""As many colours as the colour-blind can tell apart."""


def hue_ranks(scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Decide who keeps a hue: up to eight classes by their place, beyond eight by the rank of their score.

    Args:
        scores: Shape ``[classes]``.

    Returns:
        One rank a class; ranks from ``HUES`` on share the grey of the rest, ties go to the earlier class.
    """
    if scores.size <= HUES:
        return np.arange(scores.size)
    ranks = np.empty(scores.size, dtype=np.intp)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(scores.size)
    return ranks
