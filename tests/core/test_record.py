"""A map at a temperature: the limits at 0 and infinity, and the way there."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import MAPPINGS
from tests.core.registry_cases import CASE_NAMES, CASES

EVERY_MAP = [pytest.param(mapping, id=key) for key, mapping in MAPPINGS.items()]
EVERY_CASE = [pytest.param(*case, id=name) for case, name in zip(CASES, CASE_NAMES, strict=True)]
NORMALISED = [
    pytest.param(*case, id=name) for case, name in zip(CASES, CASE_NAMES, strict=True) if case[0].claims.on_simplex
]

# Winners of each kind: some scores positive, none positive, a zero on top, ties, and a mirror pair.
ROWS = np.array(
    [
        [2.0, 1.0, -0.5, 0.25, 1.5],
        [-2.0, -1.0, -0.5, -0.25, -1.5],
        [-2.0, 0.0, -0.5, -1.0, -3.0],
        [2.0, 2.0, -1.0, 0.5, 1.0],
        [1.0, -1.0, 3.0, -2.0, 2.5],
    ]
)


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_temperature_one_changes_nothing(mapping):
    np.testing.assert_array_equal(mapping.at(ROWS, 1.0), mapping(ROWS))


@pytest.mark.parametrize(("mapping", "parameters"), NORMALISED)
def test_cold_temperatures_approach_the_limit_at_zero(mapping, parameters):
    limit = mapping.at(ROWS, 0.0, **parameters)
    distances = [np.abs(mapping.at(ROWS, t, **parameters) - limit).max() for t in (1e-2, 1e-4, 1e-8)]
    assert distances[0] >= distances[1] >= distances[2]
    assert distances[2] < 1e-6  # the slowest, arctan and Gaussian off centre, close in like T


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_hot_temperatures_approach_the_limit_at_infinity(mapping, parameters):
    limit = mapping.at(ROWS, np.inf, **parameters)
    assert np.abs(mapping.at(ROWS, 1e9, **parameters) - limit).max() < 1e-7  # the distance falls like 1/T


@pytest.mark.parametrize(("mapping", "parameters"), NORMALISED)
def test_a_temperature_that_overflows_the_scores_gives_the_limit_at_zero(mapping, parameters):
    nearly = mapping.at(ROWS * 1e10, 1e-305, **parameters)
    np.testing.assert_allclose(nearly, mapping.at(ROWS, 0.0, **parameters), atol=1e-6)


def test_softmax_gives_argmax_at_zero_with_ties_shared_and_uniform_at_infinity():
    softmax = MAPPINGS["softmax"]
    np.testing.assert_array_equal(softmax.at([3.0, 1.0, 3.0], 0), [0.5, 0, 0.5])
    np.testing.assert_allclose(softmax.at([3.0, 1.0, 3.0], np.inf), [1 / 3] * 3)


def test_sigmoid_gives_a_step_at_zero_and_a_half_at_infinity():
    sigmoid = MAPPINGS["sigmoid"]
    np.testing.assert_array_equal(sigmoid.at([3.0, 0.0, -1e-9], 0), [1, 0.5, 0])
    np.testing.assert_array_equal(sigmoid.at([3.0, 0.0, -1e-9], np.inf), [0.5] * 3)


def test_a_gaussian_breaks_a_cold_tie_by_the_sign_of_its_centre():
    gaussian = MAPPINGS["gaussian"]
    np.testing.assert_array_equal(gaussian.at([1.0, -1.0, 2.0], 0), [0.5, 0.5, 0])
    np.testing.assert_array_equal(gaussian.at([1.0, -1.0, 2.0], 0, centre=0.5), [1, 0, 0])
    np.testing.assert_array_equal(gaussian.at([1.0, -1.0, 2.0], 0, centre=-0.5), [0, 1, 0])


def test_top_k_keeps_the_same_classes_at_every_temperature():
    top_k = MAPPINGS["top_k"]
    np.testing.assert_array_equal(top_k.at([3.0, 1.0, 2.0], np.inf, k=2), [0.5, 0, 0.5])


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_many_temperatures_at_once_give_what_one_by_one_gives(mapping, parameters):
    temperatures = np.array([0.0, 1e-3, 0.5, 1.0, 7.0, 100.0, np.inf])
    at_once = mapping.at(ROWS[0], temperatures[:, None], **parameters)
    one_by_one = np.stack([mapping.at(ROWS[0], t, **parameters) for t in temperatures])
    np.testing.assert_allclose(at_once, one_by_one, rtol=1e-12)


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_a_negative_or_missing_temperature_is_refused(mapping):
    for wrong in (-1.0, np.nan):
        with pytest.raises(ValueError, match="temperature must be zero or positive"):
            mapping.at([1.0, 2.0], wrong)


@pytest.mark.parametrize("mapping", EVERY_MAP)
@pytest.mark.parametrize("wrong", [None, "a", 1j, [1j]])
def test_a_temperature_that_is_no_real_number_is_refused(mapping, wrong):
    with pytest.raises(ValueError, match="expected real numbers; got an array of"):
        mapping.at([1.0, 2.0], wrong)


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_a_temperature_of_its_own_for_every_score_is_refused(mapping):
    with pytest.raises(ValueError, match="temperature must have size 1 along axis -1"):
        mapping.at([1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_narrow_scores_keep_their_type_and_are_rounded_once(mapping, parameters, dtype):
    narrow = ROWS.astype(dtype)
    for temperature in (0.0, 0.5, np.inf):
        answer = mapping.at(narrow, temperature, **parameters)
        assert answer.dtype == dtype
        wide = mapping.at(narrow.astype(np.float32), temperature, **parameters)
        np.testing.assert_array_equal(answer, wide.astype(dtype))


def test_half_precision_scores_over_a_temperature_do_not_overflow_on_the_way():
    np.testing.assert_array_equal(MAPPINGS["softmax"].at(np.float16([1, 2, 60000]), 1e-3), [0, 0, 1])
    # 1 / 1e-8 is past the largest float16, as is the temperature past the smallest
    np.testing.assert_array_equal(MAPPINGS["logistic"].at(np.float16([1, -1]), 1e-8), [1, 0])


def test_a_score_of_minus_infinity_is_never_the_nearest_to_a_cold_gaussian():
    gaussian = MAPPINGS["gaussian"]
    np.testing.assert_array_equal(gaussian.at([1.0, -np.inf, 0.5], 0), [0, 0, 1])
    np.testing.assert_array_equal(gaussian.at([1.0, -np.inf, -1.0], 0, centre=-1.0), [0, 0, 1])


def test_claims_follow_the_parameter():
    entmax = MAPPINGS["entmax"]
    assert entmax.claims_at(alpha=1).strictly_positive
    assert entmax.claims_at(alpha=1.5).smooth
    assert not entmax.claims_at(alpha=2).smooth
    assert entmax.claims_at() == entmax.claims
