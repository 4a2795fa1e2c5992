"""Every overflow and underflow that the stability page speaks of, found where it is said to be."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz.core import log_softmax, softmax
from softviz.core.float_types import FLOAT32, FLOAT64, FLOAT_TYPES, FloatType, limits
from softviz.core.magnitudes import breaking_point, error_map
from softviz.core.precision import FORMS, error_in_ulps, reference, trace

NATIVE = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
BFLOAT16 = FLOAT_TYPES["bfloat16"]
PATTERN = [1.0, 0.5, -0.25, 0.0]
EVERY_TYPE = [pytest.param(float_type, id=key) for key, float_type in FLOAT_TYPES.items()]


@pytest.mark.parametrize("key", NATIVE)
def test_a_type_knows_its_largest_smallest_and_next_number(key):
    ours, info = FLOAT_TYPES[key], np.finfo(NATIVE[key])
    assert ours.largest == float(info.max)
    assert ours.smallest == float(info.smallest_subnormal)
    assert ours.epsilon == float(info.eps)
    values = np.array([1.0, 1.5, 2.0, 0.1, 3e-5, float(info.smallest_subnormal)], NATIVE[key])
    np.testing.assert_array_equal(ours.spacing(values), np.spacing(values).astype(np.float64))


@pytest.mark.parametrize("key", ["float16", "float32"])
@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply, np.divide])
def test_an_operation_rounded_from_float64_is_the_type_s_own_bit_for_bit(key, operation):
    rng = np.random.default_rng(3)
    a, b = ((rng.normal(size=20_011) * 2.0 ** rng.integers(-12, 12, 20_011)).astype(NATIVE[key]) for _ in "ab")
    with np.errstate(over="ignore", under="ignore"):
        own = operation(a, b).astype(np.float64)
    ours = FLOAT_TYPES[key].round(operation(a.astype(np.float64), b.astype(np.float64)))
    np.testing.assert_array_equal(ours, own)


@pytest.mark.torch
def test_bfloat16_rounds_as_torch_does():
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    wide = rng.normal(size=100_003) * 2.0 ** rng.integers(-140, 120, 100_003)
    ties = np.ldexp(np.arange(256, 512) + 0.5, rng.integers(-140, 118, 256))
    edges = [3.3895e38, 3.3961e38, 9e-41, 4e-41, 0.0, -0.0, np.inf, -np.inf]
    values = np.concatenate([wide, ties, edges]).astype(np.float32)
    theirs = torch.tensor(values).bfloat16().double().numpy()
    np.testing.assert_array_equal(BFLOAT16.round(values), theirs)


@pytest.mark.torch
@pytest.mark.parametrize("form", ["naive", "shifted"])
def test_bfloat16_computes_what_torch_computes_operation_by_operation(form):
    torch = pytest.importorskip("torch")
    z = torch.tensor(PATTERN, dtype=torch.bfloat16) * 3
    shifted = z - z.max() if form == "shifted" else z
    weights = torch.exp(shifted)
    total = weights[0]
    for weight in weights[1:]:
        total = total + weight
    ours = trace(FORMS[form], BFLOAT16, z.double().numpy()).outputs
    np.testing.assert_array_equal(ours, (weights / total).double().numpy())


@given(st.floats(-1e38, 1e38), st.floats(-1e38, 1e38))
def test_rounding_is_to_the_nearest_and_keeps_the_order(a, b):
    low, high = sorted([a, b])
    rounded = BFLOAT16.round([low, high])
    assert rounded[0] <= rounded[1]
    assert abs(rounded[0] - low) <= BFLOAT16.spacing(low) / 2
    np.testing.assert_array_equal(BFLOAT16.round(rounded), rounded)


@pytest.mark.parametrize(
    ("key", "overflow", "underflow"),
    [
        ("float16", 11.09, 17.33),
        ("bfloat16", 88.72, 92.88),
        ("float32", 88.72, 103.97),
        ("float64", 709.78, 745.13),
    ],
)
def test_exp_overflows_and_underflows_where_it_is_said_to(key, overflow, underflow):
    float_type = FLOAT_TYPES[key]
    found = limits(float_type)
    # bfloat16 rounds what lies within half a step of its largest number down to it: 88.7248 instead of
    # 88.7228
    assert found.overflow_boundary == pytest.approx(overflow, abs=0.006)
    assert found.overflow.last_good <= found.overflow_boundary <= found.overflow.first_bad
    gap = found.underflow_gap
    assert gap.last_good - 0.005 <= underflow <= gap.first_bad + 0.005
    assert gap.first_bad - gap.last_good == float_type.spacing(gap.last_good)


@pytest.mark.parametrize(
    ("key", "score"), [("float16", 11.1), ("bfloat16", 89), ("float32", 88.73), ("float64", 709.79)]
)
def test_the_naive_form_turns_a_large_score_into_nan_and_the_shifted_form_does_not(key, score):
    """exp is the cause: inf comes in with the exponential, reaches the sum, and inf/inf is nan."""
    naive = trace(FORMS["naive"], FLOAT_TYPES[key], [score, 1.0])
    assert naive.steps["exp"][0] == np.inf
    assert naive.steps["sum"] == np.inf
    assert np.isnan(naive.outputs[0])
    assert naive.breaks
    shifted = trace(FORMS["shifted"], FLOAT_TYPES[key], [score, 1.0])
    assert shifted.outputs[0] == 1
    assert np.isfinite(shifted.outputs).all()


def test_scores_far_below_zero_vanish_from_the_naive_form_all_at_once():
    """0/0 this time: zeros come in with the exponentials and no sum is left."""
    naive = trace(FORMS["naive"], FLOAT32, [-110.0, -111.0])
    np.testing.assert_array_equal(naive.steps["exp"], [0, 0])
    assert np.isnan(naive.outputs).all()
    shifted = trace(FORMS["shifted"], FLOAT32, [-110.0, -111.0]).outputs
    np.testing.assert_allclose(shifted, softmax([1.0, 0.0]), rtol=1e-6)


def test_log_of_softmax_is_minus_infinity_where_log_softmax_is_finite():
    late = trace(FORMS["log-of-softmax"], FLOAT32, [0.0, -104.0])
    assert late.steps["exp"][1] == 0
    assert late.outputs[1] == -np.inf
    assert trace(FORMS["log-softmax"], FLOAT32, [0.0, -104.0]).outputs[1] == -104


def test_the_winner_s_log_probability_is_lost_where_one_plus_the_rest_rounds_to_one():
    logits = np.array([20.0, 1.0])
    usual = trace(FORMS["log-softmax"], FLOAT32, logits)
    assert usual.steps["sum"] == 1
    assert usual.outputs[0] == 0
    with mpmath.workdps(50):
        truth = float(-mpmath.log1p(mpmath.exp(-19)))
    assert trace(FORMS["log1p"], FLOAT32, logits).outputs[0] == pytest.approx(truth, rel=2e-7)
    assert log_softmax(logits)[0] == pytest.approx(truth, rel=1e-15)


@pytest.mark.parametrize("form", ["shifted", "online", "log-softmax", "log1p"])
@pytest.mark.parametrize("float_type", EVERY_TYPE)
def test_forms_that_subtract_the_maximum_stay_finite_at_any_score_the_type_holds(form, float_type):
    largest = np.float64(float_type.largest)
    logits = np.array([largest, largest / 2, 1.0, 0.0])
    assert np.isfinite(trace(FORMS[form], float_type, logits).outputs).all()


@pytest.mark.parametrize(
    ("key", "threshold"), [("float16", 11.09), ("bfloat16", 88.72), ("float32", 88.72), ("float64", 709.78)]
)
def test_the_naive_form_breaks_where_its_exponential_does(key, threshold):
    """Searched for in the computation; scores are first rounded to the type, which bfloat16 does coarsely."""
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES[key], [1.0, 0.5], "scale")
    assert edge is not None
    assert edge.first_bad == pytest.approx(threshold, abs=0.01 + float(FLOAT_TYPES[key].spacing(threshold)) / 2)


@pytest.mark.parametrize("form", list(FORMS.values()), ids=list(FORMS))
def test_in_float64_near_zero_every_form_is_softmax(form):
    logits = np.random.default_rng(5).normal(size=(3, 7))
    expected = log_softmax(logits) if form.logarithmic else softmax(logits)
    np.testing.assert_allclose(trace(form, FLOAT64, logits).outputs, expected, rtol=1e-13)


@pytest.mark.parametrize("key", ["float16", "float32"])
def test_numpy_s_own_arithmetic_in_the_type_gives_the_same_probabilities(key):
    """Its exp is off by up to 2.5 units in the last place, so a quotient of two by up to 2 * 2.5 and some."""
    logits = np.random.default_rng(7).normal(size=(101, 5)).astype(NATIVE[key])
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    own = exponentials / np.add.accumulate(exponentials, axis=-1, dtype=NATIVE[key])[..., -1:]
    assert own.dtype == NATIVE[key]
    ours = trace(FORMS["shifted"], FLOAT_TYPES[key], logits).outputs
    distance = np.abs(ours - own.astype(np.float64)) / FLOAT_TYPES[key].spacing(ours)
    assert distance.max() <= 6


def test_the_online_form_reads_each_score_once_and_rescales_when_a_larger_one_arrives():
    steps = trace(FORMS["online"], FLOAT64, [1.0, 3.0, 2.0]).steps
    np.testing.assert_array_equal(steps["running max"], [1, 3, 3])
    expected = [1, np.exp(-2) + 1, np.exp(-2) + 1 + np.exp(-1)]
    np.testing.assert_allclose(steps["running sum"], expected, rtol=1e-15)


@pytest.mark.parametrize("logits", [[3.0, 0.1, -500.0], [50.0, 0.0], [0.25, 0.25, -1.0], [88.0, 87.5, -300.0]])
def test_the_reference_has_more_digits_than_float64(logits):
    ours = reference(np.array(logits))
    with mpmath.workdps(60):
        weights = [mpmath.exp(mpmath.mpf(z)) for z in logits]
        rests = [sum(weights) - weight for weight in weights]
        for i, weight in enumerate(weights):
            p = mpmath.mpf(float(ours.probabilities.high[i])) + mpmath.mpf(float(ours.probabilities.low[i]))
            assert abs(p / (weight / sum(weights)) - 1) < mpmath.mpf("1e-24")
            log_p = mpmath.mpf(float(ours.log_probabilities.high[i])) + mpmath.mpf(float(ours.log_probabilities.low[i]))
            truth = -mpmath.log1p(rests[i] / weight)
            assert abs(log_p / truth - 1) < mpmath.mpf("1e-24")


def test_a_result_that_is_correctly_rounded_is_off_by_half_a_unit_at_most():
    for float_type in (FLOAT_TYPES["float16"], BFLOAT16, FLOAT32):
        base = trace(FORMS["shifted"], float_type, PATTERN)
        exact = reference(base.logits)
        best = float_type.round(exact.probabilities.high)
        steps = {**base.steps, "p": best}
        rounded = type(base)(base.form, float_type, steps)
        assert error_in_ulps(rounded, exact).max() <= 0.5 + 1e-9, float_type.key


def test_the_error_map_shows_which_form_to_use():
    found = error_map(tuple(PATTERN), "scale")
    errors = {(form, key): found.ulps[i, j] for i, form in enumerate(FORMS) for j, key in enumerate(FLOAT_TYPES)}
    for key, float_type in FLOAT_TYPES.items():
        held = found.sizes < float_type.largest / 2
        assert not np.isfinite(errors["naive", key][held]).all(), key
        # rounding a shift of size s by half a unit moves e^s by s/2 units; exp, sum and log add a few
        assert (errors["log1p", key][held] < 5 + found.sizes[held]).all(), key
    assert np.nanmax(errors["log-softmax", "float32"]) > 1e6
    first = found.sizes[~np.isfinite(errors["naive", "float32"])][0]
    assert first == found.sizes[found.sizes > math.log(FLOAT32.largest)][0]


def test_sums_run_from_left_to_right_in_the_type():
    """2,048 + 1 is 2,048 in float16, so that a thousand ones after it leave no trace: each e^0 here is
    lost.
    """
    logits = np.array([math.log(2048.0)] + [0.0] * 1000)
    steps = trace(FORMS["naive"], FLOAT_TYPES["float16"], logits).steps
    assert steps["sum"] == steps["exp"][0]


def test_types_are_told_apart_by_their_digits_and_exponents():
    assert all(isinstance(float_type, FloatType) for float_type in FLOAT_TYPES.values())
    assert [float_type.digits for float_type in FLOAT_TYPES.values()] == [11, 8, 24, 53]
