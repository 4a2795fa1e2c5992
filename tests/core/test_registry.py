"""Every registered map, with every parameter in its range: what must be true of all of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from softviz.core import MAPPINGS, Parameter
from softviz.core.mappings import softmax, sparsemax
from tests.core.registry_cases import CASE_NAMES, CASES, mappings_with_parameters, scores

EVERY_MAP = [pytest.param(mapping, id=key) for key, mapping in MAPPINGS.items()]
EVERY_CASE = [pytest.param(*case, id=name) for case, name in zip(CASES, CASE_NAMES, strict=True)]

# Outputs are sums and quotients of a few rounded numbers; a shared factor of 2^-40 is thousands of roundings.
ROUNDING = 1e-12


def test_pages_show_the_maps_in_this_order():
    assert list(MAPPINGS) == [
        "softmax",
        "sigmoid",
        "sparsemax",
        "entmax",
        "argmax",
        "logistic",
        "arctan",
        "gaussian",
        "softplus",
        "spherical",
        "taylor",
        "top_k",
        "arctan_raw",
        "gaussian_raw",
        "softplus_raw",
    ]


def test_nobody_can_change_the_registry():
    with pytest.raises(TypeError):
        MAPPINGS["softmax"] = MAPPINGS["sparsemax"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        MAPPINGS["softmax"].name = "hardmax"


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_every_record_has_its_words_formula_and_source(mapping):
    for text in (mapping.name, mapping.latex, mapping.reference, mapping.said, mapping.seen):
        assert text.strip()
    for text in (mapping.said, mapping.seen):
        assert text.endswith(".")
        assert not {"simply", "just"} & set(text.lower().split())
        assert "!" not in text


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_every_default_lies_in_its_range_and_on_its_step(mapping):
    for parameter in mapping.parameters:
        assert parameter.validated(parameter.default) == parameter.default
        steps = (parameter.default - parameter.minimum) / parameter.step
        assert steps == pytest.approx(round(steps), abs=1e-9)  # 0.1 has no exact float


def test_a_parameter_outside_its_range_is_refused_with_the_range():
    with pytest.raises(ValueError, match=r"alpha must be in \[1, 4\]; got 4.5"):
        MAPPINGS["entmax"]([1.0, 2.0], alpha=4.5)
    with pytest.raises(ValueError, match=r"order must be one of 2, 4, ... 12; got 3"):
        MAPPINGS["taylor"]([1.0, 2.0], order=3)
    with pytest.raises(ValueError, match="alpha must be a number; got 'high'"):
        MAPPINGS["entmax"]([1.0, 2.0], alpha="high")
    with pytest.raises(ValueError, match="alpha must be in"):
        MAPPINGS["entmax"]([1.0, 2.0], alpha=float("nan"))


def test_a_parameter_that_the_map_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(ValueError, match=r"softmax has no parameter 'alpha'; it has \[\]"):
        MAPPINGS["softmax"]([1.0, 2.0], alpha=2.0)


def test_a_whole_number_parameter_stays_whole():
    k = Parameter("k", "Classes kept", "k", 2, 1, 50, 1, integer=True)
    assert isinstance(k.validated(3.0), int)
    with pytest.raises(ValueError, match=r"one of 1, 2, ... 50; got 2.5"):
        k.validated(2.5)


def test_entmax_glides_through_softmax_at_1_and_sparsemax_at_2():
    logits = np.array([2.0, 1.0, 0.1])
    entmax = MAPPINGS["entmax"]
    np.testing.assert_allclose(entmax(logits, alpha=1), softmax(logits), atol=ROUNDING)
    np.testing.assert_allclose(entmax(logits, alpha=2), sparsemax(logits), atol=ROUNDING)
    # one step of the slider moves no class by more than a hundredth of the whole
    steps = np.stack([entmax(logits, alpha=alpha) for alpha in np.arange(1, 4.001, 0.01).round(2)])
    assert np.abs(np.diff(steps, axis=0)).max() < 0.01


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_another_axis_gives_the_same_numbers(mapping, parameters):
    logits = np.random.default_rng(3).normal(size=(5, 7, 3))
    along_last = mapping(logits, **parameters)
    along_first = mapping(np.moveaxis(logits, -1, 0), axis=0, **parameters)
    np.testing.assert_allclose(np.moveaxis(along_first, 0, -1), along_last, atol=ROUNDING)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_the_float_type_is_kept_and_whole_numbers_become_float64(mapping, parameters):
    logits = np.array([[3, 1, -2, 0, 1]])
    exact = mapping(logits.astype(np.float64), **parameters)
    assert exact.dtype == np.float64
    # float16 keeps 11 bits and float32 24; near-threshold maps multiply a rounding by at most a few units
    for dtype, tolerance in ((np.float16, 2e-3), (np.float32, 1e-6), (np.int8, 0), (np.uint8, np.inf)):
        result = mapping(logits.astype(dtype), **parameters)
        assert result.dtype == (dtype if np.issubdtype(dtype, np.floating) else np.float64)
        if tolerance < np.inf:
            np.testing.assert_allclose(result, exact, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_inputs_are_left_alone(mapping, parameters):
    logits, tangent = np.array([[3.0, 1.0, -2.0]]), np.array([[1.0, 0.5, 2.0]])
    kept = logits.copy(), tangent.copy()
    for array in (logits, tangent):
        array.setflags(write=False)
    mapping(logits, **parameters)
    mapping.at(logits, 0.5, **parameters)
    mapping.jvp(logits, tangent, axis=-1, **mapping.complete(parameters))
    mapping.vjp(logits, tangent, axis=-1, **mapping.complete(parameters))
    np.testing.assert_array_equal(logits, kept[0])
    np.testing.assert_array_equal(tangent, kept[1])


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_a_row_with_nan_leaves_the_others_alone(mapping, parameters):
    logits = np.array([[1.0, 2.0, 0.5], [np.nan, 1.0, 0.0], [0.0, -1.0, 4.0]])
    result = mapping(logits, **parameters)
    assert np.isnan(result[1, 0])
    np.testing.assert_array_equal(result[[0, 2]], mapping(logits[[0, 2]], **parameters))


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_nothing_in_gives_nothing_out(mapping, parameters):
    assert mapping(np.empty((3, 0)), **parameters).shape == (3, 0)
    assert mapping(np.empty((0, 3)), **parameters).shape == (0, 3)


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_complex_and_text_are_refused(mapping):
    for wrong in (np.array([1j, 2.0]), np.array(["a", "b"]), np.array([object(), None])):
        with pytest.raises(ValueError, match="real numbers"):
            mapping(wrong)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
@pytest.mark.parametrize("size", [1e3, 1e30, 1e150, 1e307])
def test_huge_scores_give_finite_distributions_without_a_warning(mapping, parameters, size):
    logits = np.array([[1.0, 0.5, -1.0], [-0.5, -1.0, -0.75], [1.0, 1.0, -1.0], [0.0, -1.0, 1.0]]) * size
    result = mapping(logits, **parameters)
    assert np.isfinite(result).all()
    assert (result >= 0).all()
    if mapping.claims.on_simplex:
        np.testing.assert_allclose(result.sum(axis=-1), 1, atol=ROUNDING)


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters(), scores())
def test_a_distribution_is_never_negative_and_sums_to_one(case, logits):
    mapping, parameters = case
    result = mapping(logits, **parameters)
    assert (result >= 0).all()
    if mapping.claims.on_simplex:
        assert result.sum() == pytest.approx(1, abs=ROUNDING)


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters(), scores(), st.data())
def test_reordering_the_scores_reorders_the_outputs(case, logits, data):
    mapping, parameters = case
    order = np.array(data.draw(st.permutations(range(logits.size))))
    result = mapping(logits, **parameters)
    np.testing.assert_allclose(mapping(logits[order], **parameters), result[order], rtol=ROUNDING, atol=ROUNDING)


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters("shift_invariant"), scores(), st.integers(-40, 40))
def test_maps_that_claim_it_ignore_a_constant_shift(case, logits, shift):
    mapping, parameters = case
    shifted = mapping(logits + shift, **parameters)  # exact: scores lie on a grid of 1/64
    np.testing.assert_allclose(shifted, mapping(logits, **parameters), atol=ROUNDING)


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters("scale_invariant"), scores(), st.integers(-30, 30))
def test_maps_that_claim_it_ignore_a_positive_scale(case, logits, exponent):
    mapping, parameters = case
    scaled = mapping(logits * 2.0**exponent, **parameters)
    np.testing.assert_allclose(scaled, mapping(logits, **parameters), atol=ROUNDING)


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters("order_preserving"), scores())
def test_maps_that_claim_it_keep_the_order_of_the_scores(case, logits):
    mapping, parameters = case
    rising = mapping(np.sort(logits), **parameters)
    assert (np.diff(rising) >= -ROUNDING * (1 + rising.max())).all()


@settings(max_examples=300, deadline=None)
@given(mappings_with_parameters("monotone"), scores(), st.data())
def test_maps_that_claim_it_never_lower_the_output_of_a_raised_score(case, logits, data):
    mapping, parameters = case
    i = data.draw(st.integers(0, logits.size - 1))
    raised = logits.copy()
    raised[i] += data.draw(st.integers(1, 200)) / 64
    before, after = mapping(logits, **parameters)[i], mapping(raised, **parameters)[i]
    assert after >= before - ROUNDING * (1 + before)


def test_the_counterexample_of_a_false_claim_is_kept_on_the_record():
    gaussian = MAPPINGS["gaussian"]
    found = gaussian.counterexamples["monotone"]
    assert found.sentence == "Raising score 1 from 1 to 2 lowers its output from 0.274 to 0.0777."
    np.testing.assert_allclose(gaussian(np.array(found.logits)), found.outputs, rtol=1e-12)
    np.testing.assert_allclose(gaussian(np.array(found.changed_logits)), found.changed_outputs, rtol=1e-12)
