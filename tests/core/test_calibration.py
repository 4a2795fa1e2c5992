"""Reliability, likelihood and temperature scaling, by hand, by SciPy and on models whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from softviz.core import expected_calibration_error, fit_temperature, softmax
from softviz.core.calibration import (
    accuracy,
    brier_score,
    negative_log_likelihood,
    reliability_bins,
)


def drawn(examples: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels drawn from their softmax: a model that is calibrated by construction."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(examples, 5)) * 2
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=-1)
    return logits, labels


LOGITS, LABELS = drawn(20_011)
NOISE = 0.016  # a perfect model shows sqrt(2 a (1 - a) / pi n) a bin: 0.008 here, give or take 0.002


def test_bins_by_hand():
    p = np.array([[0.95, 0.05], [0.85, 0.15], [0.3, 0.7], [0.55, 0.45], [0.5, 0.5]])
    bins = reliability_bins(p, [0, 1, 1, 0, 1], bins=5)
    np.testing.assert_array_equal(bins.counts, [0, 0, 2, 1, 2])
    np.testing.assert_allclose(bins.accuracy, [np.nan, np.nan, 0.5, 1.0, 0.5])
    np.testing.assert_allclose(bins.confidence, [np.nan, np.nan, 0.525, 0.7, 0.9])
    np.testing.assert_allclose(bins.gaps, [0, 0, -0.025, 0.3, -0.4], atol=1e-15)
    assert bins.expected_calibration_error == pytest.approx((2 * 0.025 + 0.3 + 2 * 0.4) / 5, rel=1e-12)
    assert bins.maximum_calibration_error == pytest.approx(0.4, rel=1e-12)


def test_a_bin_holds_its_upper_edge():
    bins = reliability_bins([[1.0, 0.0], [0.8, 0.2]], [0, 0], bins=5)
    np.testing.assert_array_equal(bins.counts, [0, 0, 0, 1, 1])


def test_a_calibrated_model_has_a_small_error_and_a_sharpened_one_is_over_confident():
    """Some models are well calibrated; scale their scores and they are not, with the same accuracy."""
    assert expected_calibration_error(softmax(LOGITS), LABELS) < NOISE
    sharpened = reliability_bins(softmax(3 * LOGITS), LABELS)
    assert sharpened.expected_calibration_error > 0.1
    sure = sharpened.edges[:-1] >= 0.5
    assert (sharpened.gaps[sure] < 0).all()
    assert accuracy(3 * LOGITS, LABELS) == accuracy(LOGITS, LABELS)


def test_temperature_scaling_finds_the_temperature_that_was_put_in():
    # the standard error of T here is about 0.01
    assert fit_temperature(LOGITS, LABELS) == pytest.approx(1.0, abs=0.03)
    assert fit_temperature(3 * LOGITS, LABELS) == pytest.approx(3.0, abs=0.1)
    fitted = fit_temperature(3 * LOGITS, LABELS)
    assert expected_calibration_error(softmax(3 * LOGITS / fitted), LABELS) < NOISE


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.2, 5))
def test_the_fit_is_scipy_s_minimum(seed, scale):
    logits, labels = drawn(101, seed)
    fitted = fit_temperature(logits * scale, labels)
    found = scipy.optimize.minimize_scalar(
        lambda beta: negative_log_likelihood(logits * scale, labels, 1 / beta),
        bounds=(1e-6, 100),
        method="bounded",
        options={"xatol": 1e-10},
    )
    # a minimum is flat: a search by values finds it to the root of their rounding
    assert 1 / fitted == pytest.approx(found.x, rel=1e-5)


@pytest.mark.parametrize("scale", [1e-150, 1e-5, 1e5, 1e150])
def test_the_fit_does_not_mind_the_scale_of_the_scores(scale):
    logits, labels = drawn(211)
    assert fit_temperature(logits * scale, labels) == pytest.approx(scale * fit_temperature(logits, labels), rel=1e-12)


def test_a_perfect_model_wants_no_temperature_and_a_model_that_knows_nothing_all_of_it():
    logits, _ = drawn(101)
    assert fit_temperature(logits, logits.argmax(axis=-1)) == 0.0
    assert fit_temperature(logits, logits.argmin(axis=-1)) == np.inf
    assert fit_temperature(np.zeros((7, 3)), np.zeros(7, dtype=int)) == np.inf


def test_a_class_may_be_masked_if_it_is_not_the_true_one():
    logits, labels = drawn(211)
    masked = np.concatenate([logits, np.full((211, 1), -np.inf)], axis=-1)
    assert fit_temperature(masked, labels) == pytest.approx(fit_temperature(logits, labels), rel=1e-12)
    with pytest.raises(ValueError, match="-inf is taken for a class that is not the true one"):
        fit_temperature(masked, np.full(211, 5))


def test_the_brier_score_is_the_squared_distance_to_the_truth():
    p = softmax(LOGITS[:7])
    expected = ((p - np.eye(5)[LABELS[:7]]) ** 2).sum(axis=-1).mean()
    assert brier_score(p, LABELS[:7]) == pytest.approx(expected, rel=1e-13)


def test_the_likelihood_is_the_mean_surprise():
    p = softmax(LOGITS[:7])
    expected = -np.log(p[np.arange(7), LABELS[:7]]).mean()
    assert negative_log_likelihood(LOGITS[:7], LABELS[:7]) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        (np.ones((3, 2)), [0, 1], r"got \(3, 2\) and \(2,\)"),
        (np.ones(3), [0], r"got \(3,\) and \(1,\)"),
        (np.ones((0, 2)), [], r"got \(0, 2\)"),
        (np.full((2, 2), 0.5), [0, 2], r"whole numbers in \[0, 2\); got 0 to 2"),
        (np.full((2, 2), 0.5), [0, 0.5], "whole numbers"),
    ],
)
def test_what_are_not_examples_is_refused(scores, labels, message):
    for function in (fit_temperature, expected_calibration_error, brier_score):
        with pytest.raises(ValueError, match=message):
            function(scores, labels)


def test_logits_are_no_probabilities():
    for function in (expected_calibration_error, brier_score):
        with pytest.raises(ValueError, match="probabilities must be at least 0 and sum to 1; got -"):
            function(LOGITS, LABELS)
        with pytest.raises(ValueError, match=r"probabilities must be at least 0 and sum to 1; got a sum of 1\.1"):
            function([[0.5, 0.6], [0.5, 0.5]], [0, 1])


def test_probabilities_may_be_as_far_from_one_as_their_type_rounds():
    halves = np.full((3, 7), 1 / 7, np.float16)
    assert halves.astype(np.float64).sum(axis=-1)[0] != pytest.approx(1, abs=1e-4)
    assert expected_calibration_error(halves, [0, 1, 2]) == pytest.approx(1 / 3 - 1 / 7, abs=1e-3)


@pytest.mark.parametrize(
    ("bins", "message"),
    [(0, "bins must be at least 1; got 0"), (1.5, "bins must be a whole number; got 1.5"), ("a", "must be a number")],
)
def test_bins_are_counted(bins, message):
    with pytest.raises(ValueError, match=message):
        reliability_bins(softmax(LOGITS), LABELS, bins=bins)


@pytest.mark.parametrize("scores", [[["1", "2"], ["3", "1"]], [[1j, 2], [3, 1]], [[None, 1], [1, 1]]])
def test_what_are_no_real_numbers_is_refused(scores):
    for function in (fit_temperature, expected_calibration_error, brier_score, accuracy, negative_log_likelihood):
        with pytest.raises(ValueError, match="expected real numbers; got an array of"):
            function(scores, [1, 1])


@pytest.mark.filterwarnings("error")
def test_labels_that_are_missing_are_refused_without_a_warning():
    with pytest.raises(ValueError, match=r"labels must be whole numbers in \[0, 2\); got nan"):
        expected_calibration_error(np.full((2, 2), 0.5), [1, np.nan])


@pytest.mark.filterwarnings("error")
def test_the_largest_floats_are_fitted_as_their_ratio_is():
    logits = np.array([[1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    labels = [0, 0, 0]
    expected = fit_temperature(logits, labels)
    assert fit_temperature(logits * 5e307, labels) == pytest.approx(5e307 * expected, rel=1e-12)
    # the answer, 1e308 times 2.9, is past the largest float
    assert fit_temperature(logits * 1e308, labels) == np.inf


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_tensors_are_read_without_their_gradients(dtype):
    torch = pytest.importorskip("torch")
    logits = torch.tensor(LOGITS[:101], requires_grad=True).to(getattr(torch, dtype))
    labels = torch.tensor(LABELS[:101])
    same = logits.detach().float().numpy()
    assert fit_temperature(logits, labels) == fit_temperature(same, LABELS[:101])
    p = torch.softmax(logits, -1)
    expected = expected_calibration_error(p.detach().double().numpy() if dtype == "float32" else p, LABELS[:101])
    assert expected_calibration_error(p, labels) == expected
