"""Scores moved to a size, the map of errors, and the edges found on it."""

import numpy as np
import pytest
from scipy.special import softmax

from softviz.core.float_types import FLOAT_TYPES, limits
from softviz.core.magnitudes import MOVES, breaking_point, breaking_points, error_map, moved
from softviz.core.mappings import log_softmax
from softviz.core.precision import FORMS, digits_lost, error_in_ulps, is_broken, trace

SCORES = (2.0, 1.0, 0.1)
FORM_KEYS, TYPE_KEYS = list(FORMS), list(FLOAT_TYPES)


def test_multiplying_brings_the_largest_size_there_and_keeps_ratios() -> None:
    np.testing.assert_allclose(moved([1.0, -4.0], 100, "scale"), [25, -100], rtol=1e-15)
    np.testing.assert_array_equal(moved([0.0, 0.0], 100, "scale"), [0, 0])


@pytest.mark.parametrize(("move", "largest"), [("add", 7.0), ("subtract", -7.0)])
def test_adding_and_subtracting_bring_the_largest_score_there_and_keep_softmax(move: str, largest: float) -> None:
    there = moved(SCORES, 7.0, move)
    assert there.max() == largest
    np.testing.assert_allclose(softmax(there), softmax(SCORES), rtol=1e-14)


def test_sizes_of_any_shape_give_a_row_each() -> None:
    assert moved(SCORES, np.ones((5, 7)), "scale").shape == (5, 7, 3)


@pytest.mark.parametrize("move", MOVES)
def test_a_breaking_point_holds_on_one_side_and_breaks_on_the_other(move: str) -> None:
    for (form, key), edge in breaking_points(SCORES, move).items():
        if edge is not None:
            sizes = [edge.last_good, edge.first_bad]
            broken = trace(FORMS[form], FLOAT_TYPES[key], moved(SCORES, sizes, move)).breaks
            assert broken.tolist() == [False, True], (form, key, move)
            assert edge.first_bad / edge.last_good - 1 < 2e-5, "neighbours in six digits"


@pytest.mark.parametrize("move", MOVES)
def test_forms_searched_side_by_side_break_where_each_breaks_alone(move: str) -> None:
    for (form, key), edge in breaking_points(SCORES, move).items():
        assert breaking_point(FORMS[form], FLOAT_TYPES[key], SCORES, move) == edge, (form, key)


def test_what_is_known_already_changes_no_measure() -> None:
    of = trace(FORMS["log-softmax"], FLOAT_TYPES["float32"], moved(SCORES, [5.0, 40.0, 300.0], "scale"))
    np.testing.assert_array_equal(is_broken(of, log_softmax(of.logits)), is_broken(of))
    np.testing.assert_array_equal(digits_lost(of, of.exact, error_in_ulps(of)), digits_lost(of))


@pytest.mark.parametrize("key", TYPE_KEYS)
def test_the_thresholds_fall_out_of_the_map(key: str) -> None:
    """Multiplied scores: the naive form breaks where the largest one's exponential does, at the type's own scores."""
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES[key], SCORES, "scale")
    float_type = FLOAT_TYPES[key]
    held = float_type.round([edge.last_good, edge.first_bad])
    assert held[0] <= limits(float_type).overflow.last_good
    assert held[1] >= limits(float_type).overflow.first_bad
    on_map = error_map(SCORES, "scale")
    broken = np.isnan(on_map.ulps[FORM_KEYS.index("naive"), TYPE_KEYS.index(key)])
    first = int(np.argmax(broken))
    assert on_map.sizes[first - 1] <= edge.last_good <= edge.first_bad <= on_map.sizes[first]
    assert broken[first:].all(), "and stays broken"


def test_the_sum_overflows_before_its_largest_term_when_scores_are_close() -> None:
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES["float32"], [0.0, 0.0, 0.0], "add")
    assert edge.first_bad == pytest.approx(limits(FLOAT_TYPES["float32"]).overflow_boundary - np.log(3), abs=1e-4)


def test_the_shifted_forms_hold_until_the_type_cannot_hold_the_scores() -> None:
    edges = breaking_points(SCORES, "add")
    for form in ("shifted", "online", "log1p"):
        assert [edges[(form, key)] for key in ("bfloat16", "float32", "float64")] == [None] * 3
        assert edges[(form, "float16")].first_bad == 65520


def test_equal_scores_of_zero_never_break_when_they_are_multiplied() -> None:
    assert set(breaking_points((0.0, 0.0), "scale").values()) == {None}


def test_what_breaks_from_the_start_says_so() -> None:
    edge = breaking_point(FORMS["log-of-softmax"], FLOAT_TYPES["float64"], [0.0, -5e3], "add")
    assert edge.last_good == edge.first_bad == 1


def test_digits_lost_run_from_none_to_all() -> None:
    found = error_map(SCORES, "scale")
    lost = found.digits_lost
    finite = np.isfinite(found.ulps)
    assert lost[finite].min() == 0
    assert lost[finite].max() == 1
    at = (FORM_KEYS.index("log-softmax"), TYPE_KEYS.index("float64"))
    assert lost[at][np.searchsorted(found.sizes, 100)] == 1, "the winner is lost at a gap of 50"
    assert lost[FORM_KEYS.index("log1p")][1:].max() < 0.5, "log1p keeps more than half even of a subnormal number's few"


def test_the_shared_map_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        error_map(SCORES, "scale").ulps[0] = 0


def test_a_result_that_is_zero_is_lost_only_where_the_type_holds_the_exact_one() -> None:
    form, float_type = FORMS["log-softmax"], FLOAT_TYPES["float32"]
    subnormal, vanished = [100.0, 0.0], [110.0, 0.0]  # the winner's log-probability is -3.7e-44, and -1.7e-48
    assert trace(form, float_type, subnormal).outputs[0] == trace(form, float_type, vanished).outputs[0] == 0
    assert trace(form, float_type, subnormal).breaks
    assert not trace(form, float_type, vanished).breaks
    assert not trace(FORMS["log1p"], float_type, subnormal).breaks
    assert digits_lost(trace(form, float_type, subnormal))[0] == 1
    assert digits_lost(trace(form, float_type, vanished))[0] == 0
