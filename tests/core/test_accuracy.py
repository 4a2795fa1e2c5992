"""How many units in the last place the kernels are off, against sixty digits.

NumPy's own exponential is off by up to 2.6 units in float32 and 1 in float64 on processors with AVX-512, which bounds
what can be asked of a softmax.
"""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import entmax, log_softmax, logsumexp, softmax
from tests.core import exact

RNG = np.random.default_rng(29)
SOFTMAX_UNITS = {np.float32: 5.0, np.float64: 3.5}


@pytest.mark.parametrize("dtype", SOFTMAX_UNITS)
@pytest.mark.parametrize("spread", [1.0, 5.0])
def test_softmax_is_right_to_a_few_units(dtype, spread):
    x = (RNG.normal(size=(151, 10)) * spread).astype(dtype)
    bound = SOFTMAX_UNITS[dtype] * (1 if spread == 1 else 1.5)  # exponentials that differ more round more
    together = softmax(x)
    for row, answer in zip(x, together, strict=True):
        true = exact.softmax(row)
        assert exact.units_off(answer, true) <= bound
        assert exact.units_off(softmax(row), true) <= bound


@pytest.mark.parametrize("rows", [1, 3, 131])
@pytest.mark.parametrize("largest", [-30.0, -8.0, -7.5, -0.25, 0.0, 3.0, 60.0])
def test_a_small_probability_vanishes_by_its_gap_wherever_the_scores_lie(rows, largest):
    for gap in (60.0, 80.0, 86.0, 96.5, 103.0):
        row = np.float32([largest, largest - gap])
        for answer in (softmax(row), softmax(np.tile(row, (rows, 1)))[-1]):
            assert answer[1] > 0
            assert exact.units_off(answer, exact.softmax(row)) <= SOFTMAX_UNITS[np.float32]


@pytest.mark.parametrize("dtype", SOFTMAX_UNITS)
def test_fifty_thousand_classes_add_up_to_one(dtype):
    p = softmax(RNG.normal(size=(3, 50_257)).astype(dtype))
    np.testing.assert_allclose(p.astype(np.longdouble).sum(axis=-1), 1, rtol=np.finfo(dtype).eps)


@pytest.mark.parametrize(("dtype", "farthest"), [(np.float32, 80), (np.float64, 600)])
@pytest.mark.parametrize("rows", [1, 3, 131])
def test_a_confident_winner_keeps_the_digits_of_its_log_probability(dtype, farthest, rows):
    for gap in np.linspace(1, farthest, 17):
        row = np.array([0.5, 0.5 - gap, -1 - gap, -gap], dtype)
        answer = log_softmax(np.tile(row, (rows, 1)))[-1]
        assert exact.units_off(answer, exact.log_softmax(row)) <= 5


@pytest.mark.parametrize("dtype", SOFTMAX_UNITS)
def test_the_soft_maximum_is_right_to_two_units(dtype):
    for row in (RNG.normal(size=(31, 11)) * 3 + 20).astype(dtype):
        assert exact.units_off(np.array([logsumexp(row)]), [exact.logsumexp(row)]) <= 2


@pytest.mark.parametrize("alpha", [0.5, 1.0001, 1.25, 1.5, 2.0])
def test_entmax_is_right_to_a_few_roundings_of_one(alpha):
    for row in RNG.normal(size=(17, 10)):
        errors = entmax(row, alpha) - np.array([float(value) for value in exact.entmax(row, alpha)])
        assert np.abs(errors).max() <= 8 * np.finfo(np.float64).eps
