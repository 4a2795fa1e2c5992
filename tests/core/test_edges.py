"""The edges: what has no answer, what is empty, what overflows; types, memory layouts and bad input."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from softviz.core import (
    argmax_map,
    attention,
    entmax,
    entmax_alpha_derivative,
    entmax_jvp,
    log_sigmoid,
    log_softmax,
    logsumexp,
    sigmoid,
    sigmoid_jvp,
    softmax,
    softmax_at,
    softmax_jvp,
    sparsemax,
    tempered,
)


def entmax_of(alpha):
    def mapping(x, *, axis=-1):
        return entmax(x, alpha, axis=axis)

    mapping.__name__ = f"entmax_{alpha}"
    return mapping


NORMALISED = [softmax, sparsemax, argmax_map, *map(entmax_of, (0.5, 1.25, 1.5, 3.0))]
MAPS = [*NORMALISED, log_softmax]
RNG = np.random.default_rng(23)
INF, NAN = np.inf, np.nan

each_map = pytest.mark.parametrize("mapping", MAPS, ids=lambda m: m.__name__)
each_normalised = pytest.mark.parametrize("mapping", NORMALISED, ids=lambda m: m.__name__)
# few rows, many short rows (class-major), and long rows take different ways
each_layout = pytest.mark.parametrize(("rows", "classes"), [(3, 5), (151, 7), (3, 311)])


@each_map
class TestWhatHasNoAnswer:
    def test_nothing_but_minus_infinity_is_nan(self, mapping):
        np.testing.assert_array_equal(mapping([-INF, -INF, -INF]), NAN)

    @each_layout
    @pytest.mark.parametrize("bad", [NAN, INF])
    def test_it_is_nan_in_its_row_and_leaves_the_others_alone(self, mapping, bad, rows, classes):
        x = RNG.normal(size=(rows, classes))
        expected = mapping(x)
        x[1, 2] = bad
        answer = mapping(x)
        np.testing.assert_array_equal(answer[1], NAN)
        np.testing.assert_array_equal(answer[[0, 2]], expected[[0, 2]])

    @each_layout
    def test_so_is_a_row_of_minus_infinity(self, mapping, rows, classes):
        x = RNG.normal(size=(rows, classes))
        x[1] = -INF
        np.testing.assert_array_equal(np.isnan(mapping(x)).any(axis=-1), np.arange(rows) == 1)


@each_normalised
class TestWhatIsImpossible:
    @each_layout
    def test_it_gets_nothing_and_the_rest_share_as_if_it_were_not_there(self, mapping, rows, classes):
        x = RNG.normal(size=(rows, classes))
        x[:, 3] = -INF
        answer = mapping(x)
        np.testing.assert_array_equal(answer[:, 3], 0)
        # how many terms a sum has decides how it rounds
        np.testing.assert_allclose(np.delete(answer, 3, -1), mapping(np.delete(x, 3, -1)), rtol=1e-12, atol=1e-15)

    def test_the_largest_floats_are_told_apart(self, mapping):
        np.testing.assert_array_equal(mapping([1e308, -1e308]), [1, 0])
        np.testing.assert_array_equal(mapping(np.tile([1e308, -1e308, -1e308], (151, 1)))[7], [1, 0, 0])

    def test_a_single_number_is_sure(self, mapping):
        assert mapping(3.0) == 1
        assert mapping(np.array(3)).shape == ()
        np.testing.assert_array_equal(mapping([[2.0], [9.0]]), 1)


@each_map
@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (0, 0)])
def test_nothing_gives_nothing(mapping, shape):
    assert mapping(np.zeros(shape)).shape == shape


@pytest.mark.parametrize("shape", [(3, 0), (0, 3)])
def test_nothing_gives_nothing_with_an_alpha_a_row(shape):
    assert entmax(np.zeros(shape, np.float32), np.full((shape[0], 1), 1.5)).shape == shape


def test_the_sum_over_nothing_is_zero():
    assert logsumexp([]) == -INF
    np.testing.assert_array_equal(logsumexp(np.zeros((3, 0))), [-INF] * 3)
    assert logsumexp(np.zeros((0, 3))).shape == (0,)


def test_the_soft_maximum_has_answers_at_infinity():
    np.testing.assert_array_equal(
        logsumexp([[-INF, -INF], [INF, 0], [-INF, 2], [NAN, 0], [INF, -INF]]), [-INF, INF, 2, NAN, INF]
    )
    assert logsumexp([INF, 1.0]) == INF
    assert logsumexp([1e308, 1e308]) == pytest.approx(1e308)
    assert logsumexp(4.0) == 4


def test_a_sigmoid_saturates_without_a_word():
    np.testing.assert_array_equal(sigmoid([-INF, -1e308, 0, 1e308, INF]), [0, 0, 0.5, 1, 1])
    np.testing.assert_array_equal(log_sigmoid([-INF, -1e308, INF]), [-INF, -1e308, 0])
    assert np.isnan(sigmoid(NAN))


def test_small_probabilities_vanish_where_floats_end():
    assert softmax([0.0, -744.0])[1] > 0
    assert softmax([0.0, -746.0])[1] == 0
    assert softmax(np.float32([0, -103]))[1] > 0
    assert softmax(np.float32([0, -105]))[1] == 0


class TestTypes:
    @each_map
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
    def test_floats_keep_theirs(self, mapping, dtype):
        assert mapping(RNG.normal(size=(3, 5)).astype(dtype)).dtype == dtype
        assert mapping(RNG.normal(size=(151, 5)).astype(dtype)).dtype == dtype

    @each_map
    @pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int16, np.int64, np.uint64])
    def test_integers_are_taken_as_float64_before_anything_wraps(self, mapping, dtype):
        x = np.array([[0, 1, 1], [1, 0, 0]]).astype(dtype) * np.array(1 if dtype is bool else 127, dtype)
        answer = mapping(x)
        assert answer.dtype == np.float64
        np.testing.assert_array_equal(answer, mapping(x.astype(np.float64)))

    @each_normalised
    @pytest.mark.parametrize("classes", [70_001, 131_101])
    def test_half_floats_add_up_past_their_own_range(self, mapping, classes):
        np.testing.assert_array_equal(mapping(np.zeros(classes, np.float16)), np.float16(1 / classes))

    def test_half_floats_are_rounded_once(self):
        x = RNG.normal(size=(7, 13)).astype(np.float16)
        np.testing.assert_array_equal(softmax(x), softmax(x.astype(np.float32)).astype(np.float16))
        np.testing.assert_array_equal(softmax_at(x, 0.3), softmax_at(x.astype(np.float32), 0.3).astype(np.float16))

    def test_lists_and_foreign_byte_orders_are_read(self):
        x = [1.0, 2.0, 4.0]
        np.testing.assert_array_equal(softmax(np.array(x, ">f8")), softmax(x))
        np.testing.assert_array_equal(softmax(tuple(x)), softmax(np.array(x)))

    def test_a_double_precision_number_does_not_widen_single_precision(self):
        x = np.float32([1, 2, 3])
        assert entmax(x, np.float64(1.5)).dtype == np.float32
        assert entmax(x, np.array([[1.0], [1.3], [2.5]])).dtype == np.float32
        assert entmax_jvp(x, np.ones(3), np.float64(1.5)).dtype == np.float32
        assert entmax_alpha_derivative(x, 1.5).dtype == np.float32
        assert softmax_jvp(x, [1.0, 0.0, 0.0]).dtype == np.float32


class TestMemory:
    @each_map
    @pytest.mark.parametrize("shape", [(7, 5), (151, 5), (5, 311)])
    def test_strides_change_nothing(self, mapping, shape):
        x = RNG.normal(size=shape)
        wide = np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)
        for same in (np.asfortranarray(x), wide[::2, ::3], x[::-1, ::-1][::-1, ::-1]):
            np.testing.assert_allclose(mapping(same), mapping(x), rtol=1e-15, atol=1e-300)
        np.testing.assert_allclose(mapping(np.ascontiguousarray(x.T), axis=0).T, mapping(x), rtol=1e-14, atol=1e-15)

    @each_map
    @pytest.mark.parametrize("shape", [(11,), (3, 5), (151, 5), (3, 311)])
    def test_the_input_stays_as_it_is(self, mapping, shape):
        x = RNG.normal(size=shape)
        before = x.copy()
        x.flags.writeable = False
        mapping(x)[...] = 5
        np.testing.assert_array_equal(x, before)

    @each_map
    def test_broadcast_views_are_read(self, mapping):
        row = RNG.normal(size=5)
        np.testing.assert_allclose(mapping(np.broadcast_to(row, (3, 5)))[2], mapping(row), rtol=1e-15)


class TestBadInput:
    @each_map
    @pytest.mark.parametrize("x", [[1j, 2], ["a", "b"], [None, 1.0], np.array(["2020-01-01"], "M8[D]")])
    def test_what_is_no_real_number_is_refused(self, mapping, x):
        with pytest.raises(ValueError, match="expected real numbers; got an array of"):
            mapping(x)

    @each_map
    @pytest.mark.parametrize("axis", [2, -3, (0, 0), (0, 5), 1.5, "rows"])
    def test_axes_that_are_not_there_are_refused(self, mapping, axis):
        with pytest.raises(ValueError, match="axis"):
            mapping(np.zeros((3, 5)), axis=axis)

    @pytest.mark.parametrize("temperature", [-1, -1e-300, NAN, [[1.0], [-2.0]]])
    @pytest.mark.parametrize("function", [tempered, softmax_at])
    def test_temperatures_below_zero_are_refused(self, function, temperature):
        with pytest.raises(ValueError, match="temperature must be zero or positive; got"):
            function([1.0, 2.0], temperature)

    def test_temperatures_that_differ_within_a_row_are_refused(self):
        with pytest.raises(ValueError, match="temperature must have size 1 along axis -1"):
            softmax_at([1.0, 2.0], [1.0, 2.0])
        with pytest.raises(ValueError, match=r"temperature must broadcast against logits of shape \(2, 2\)"):
            softmax_at(np.zeros((2, 2)), np.ones((3, 1)))
        with pytest.raises(ValueError, match="expected real numbers"):
            softmax_at([1.0, 2.0], 1j)

    @pytest.mark.parametrize("direction", [[1j, 0], [None, 0], ["a", "b"]])
    def test_directions_that_are_no_real_numbers_are_refused(self, direction):
        for function in (softmax_jvp, sigmoid_jvp, lambda x, t: entmax_jvp(x, t, 1.5)):
            with pytest.raises(ValueError, match="expected real numbers; got an array of"):
                function([1.0, 2.0], direction)

    def test_shapes_that_do_not_match_are_refused(self):
        with pytest.raises(ValueError, match=r"\(3,?\).*\(2,?\)"):
            softmax_jvp(np.zeros(3), np.zeros(2))


@pytest.mark.parametrize("numbers", [[-INF, 0], [INF, 1], [NAN, 1], [1e308, -1e308], [-1e308, -1e308], [0, -1e5]])
def test_nothing_warns_even_where_everything_is_an_error(numbers):
    x = np.array(numbers)
    with np.errstate(over="ignore"):
        single = x.astype(np.float32)
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for rows in (x, single, np.tile(x, (151, 1)), np.tile(x, (3, 151))):
            for mapping in (*MAPS, logsumexp, entmax_of(INF)):
                mapping(rows)
            for function in (sigmoid, log_sigmoid):
                function(rows)
            for temperature in (0, 1e-300, 1.0, INF):
                softmax_at(rows, temperature)
                tempered(rows, temperature)
            for alpha in (0.5, 1.0, 1.5, 2.0, 3.0, INF):
                entmax_jvp(rows, rows, alpha)
                entmax_alpha_derivative(rows, alpha)
        attention(x[:, None], x[:, None], x[:, None])


def test_the_callers_error_state_is_left_alone():
    with np.errstate(over="raise", invalid="call"):
        before, buffer = np.geterr(), np.getbufsize()
        softmax(np.zeros((3, 311)))
        assert np.geterr() == before
        assert np.getbufsize() == buffer
