"""The loss of two classes over their gap, in every type."""

import numpy as np
import pytest

from softviz.core.float_types import FLOAT_TYPES
from softviz.core.gaps import losers_surprise, winners_surprise


@pytest.mark.parametrize("key", FLOAT_TYPES)
def test_the_winners_loss_vanishes_from_log_softmax_and_stays_in_log1p(key: str) -> None:
    found = winners_surprise(FLOAT_TYPES[key])
    beyond = found.gaps > found.breaks_at
    assert beyond.any()
    assert (found.exact > 0).all()
    assert (found.computed["log-softmax"][beyond] == 0).all()
    # exp and log1p are each rounded once, and the exponent by half a unit of the gap
    tolerance = FLOAT_TYPES[key].epsilon * 4
    np.testing.assert_allclose(found.computed["log1p"], found.exact, rtol=tolerance)


@pytest.mark.parametrize("key", FLOAT_TYPES)
def test_the_losers_loss_becomes_infinite_only_in_log_of_softmax(key: str) -> None:
    found = losers_surprise(FLOAT_TYPES[key])
    beyond = found.gaps > found.breaks_at
    assert np.isinf(found.computed["log-of-softmax"][beyond]).all()
    assert np.isfinite(found.computed["log-of-softmax"][found.gaps < found.breaks_at]).all()
    for form in ("log-softmax", "log1p"):
        np.testing.assert_allclose(found.computed[form], found.exact, rtol=FLOAT_TYPES[key].epsilon * 4)
