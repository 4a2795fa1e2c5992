"""What the page says of each type's ends, run in the type itself: in NumPy, and in PyTorch for bfloat16."""

import math

import numpy as np
import pytest

from softviz.core.float_types import BFLOAT16, FLOAT64, FLOAT_TYPES, Edge, first_failure, limits

NATIVE = {"float16": np.float16, "float32": np.float32, "float64": np.float64}


@pytest.mark.parametrize("key", NATIVE)
def test_exp_is_finite_at_the_last_score_of_a_type_and_infinite_at_the_next(key: str) -> None:
    edge, native = limits(FLOAT_TYPES[key]).overflow, NATIVE[key]
    assert native(edge.last_good) == edge.last_good, "a number of the type"
    assert np.nextafter(native(edge.last_good), native(np.inf)) == edge.first_bad, "its neighbour"
    with np.errstate(over="ignore"):
        assert np.isfinite(np.exp(native(edge.last_good)))
        assert np.isinf(np.exp(native(edge.first_bad)))


@pytest.mark.parametrize("key", NATIVE)
def test_exp_of_a_gap_is_positive_before_the_edge_and_zero_from_it(key: str) -> None:
    edge, native = limits(FLOAT_TYPES[key]).underflow_gap, NATIVE[key]
    with np.errstate(under="ignore"):
        assert np.exp(native(-edge.last_good)) > 0
        assert np.exp(native(-edge.first_bad)) == 0


@pytest.mark.parametrize("key", NATIVE)
def test_one_plus_the_rest_is_one_from_the_gap_where_the_winner_is_lost(key: str) -> None:
    edge, native = limits(FLOAT_TYPES[key]).absorbed_gap, NATIVE[key]
    # the type's own exp is up to 2.5 units off: the edge itself may lie a few neighbours away, not 1 % away
    assert native(1) + np.exp(native(-0.99 * edge.last_good)) > 1
    assert native(1) + np.exp(native(-1.01 * edge.first_bad)) == 1
    assert np.log(native(1) + np.exp(native(-1.01 * edge.first_bad))) == 0
    assert np.log1p(np.exp(native(-1.01 * edge.first_bad))) > 0


@pytest.mark.torch
def test_bfloat16_breaks_in_pytorch_where_the_search_says() -> None:
    torch = pytest.importorskip("torch")
    found = limits(BFLOAT16)

    def exp(x: float) -> float:
        held = torch.tensor(x, dtype=torch.float64).to(torch.bfloat16)
        assert float(held) == x, "a number of the type"
        return float(torch.exp(held))

    assert math.isfinite(exp(found.overflow.last_good))
    assert exp(found.overflow.first_bad) == math.inf
    assert exp(-found.underflow_gap.last_good) > 0
    assert exp(-found.underflow_gap.first_bad) == 0


@pytest.mark.parametrize(
    ("key", "overflow", "underflow"),
    [("float16", 11.09, 17), ("bfloat16", 88.72, 93), ("float32", 88.72, 104), ("float64", 709.78, 745)],
)
def test_the_round_figures_of_the_prose_are_the_found_ones_rounded(key: str, overflow: float, underflow: float) -> None:
    found = limits(FLOAT_TYPES[key])
    assert round(found.overflow_boundary, 2) == overflow
    assert round(found.underflow_gap.first_bad) == underflow


def test_scores_of_bfloat16_near_its_edge_lie_half_a_unit_apart() -> None:
    assert limits(BFLOAT16).overflow == Edge(88.5, 89.0)
    assert BFLOAT16.spacing(90.0) == 0.5


@pytest.mark.parametrize("key", FLOAT_TYPES)
def test_counting_upward_meets_zero_the_smallest_one_and_the_largest(key: str) -> None:
    float_type = FLOAT_TYPES[key]
    numbers = [float_type.number(i) for i in (0, 1, float_type.count - 1)]
    assert numbers == [0, float_type.smallest, float_type.largest]
    one = (1 - float_type.lowest_exponent) << (float_type.digits - 1)
    assert [float_type.number(one), float_type.number(one + 1)] == [1, 1 + float_type.epsilon]


def test_the_search_finds_the_neighbours_on_both_sides_of_any_number() -> None:
    edge = first_failure(FLOAT64, lambda x: x > math.pi)
    assert edge == Edge(math.pi, np.nextafter(math.pi, 4))


def test_past_the_largest_number_is_infinity_from_half_a_unit_on() -> None:
    largest, half = BFLOAT16.largest, float(BFLOAT16.spacing(BFLOAT16.largest)) / 2
    rounded = BFLOAT16.round([largest, largest + 0.99 * half, largest + half, -largest - half, math.nan])
    np.testing.assert_array_equal(rounded, [largest, largest, math.inf, -math.inf, math.nan])


@pytest.mark.parametrize("key", ["float16", "float32"])
def test_numpy_s_own_rounding_is_the_one_that_is_defined(key: str) -> None:
    rng, float_type = np.random.default_rng(3), FLOAT_TYPES[key]
    low, high = float_type.lowest_exponent - float_type.digits - 3, float_type.highest_exponent + 3
    wide = rng.normal(size=20_011) * 2.0 ** rng.integers(low, high, 20_011)
    ties = (rng.integers(0, 1 << float_type.digits, 20_011) + 0.5) * 2.0 ** rng.integers(low, high, 20_011)
    values = np.concatenate([wide, ties, [0.0, -0.0, np.inf, -np.inf, np.nan, float_type.largest, 1e300]])
    with np.errstate(over="ignore"):
        ours, theirs = float_type.round(values), float_type.round_by_digits(values)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(np.signbit(ours), np.signbit(theirs))
