"""Losses and gradients against torch, SciPy and the entmax library, finite differences, and their own
laws.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from softviz.core import (
    cross_entropy,
    cross_entropy_gradient,
    entmax,
    entropy,
    fenchel_young_gradient,
    fenchel_young_loss,
    focal_loss,
    focal_loss_gradient,
    kl_divergence,
    logsumexp,
    softmax,
    squared_error,
    squared_error_gradient,
)

RNG = np.random.default_rng(13)
LOGITS = RNG.normal(size=(7, 5)) * 2
LABELS = RNG.integers(0, 5, size=7)
SOFT = RNG.dirichlet(np.ones(5), size=7)
TARGETS = [pytest.param(LABELS, id="labels"), pytest.param(SOFT, id="soft")]
ALPHAS = [0.5, 1.0, 1.0001, 1.25, 1.5, 2.0, 3.0, np.inf]
STEP = 1e-6

PAIRS = [
    pytest.param(cross_entropy, cross_entropy_gradient, id="cross-entropy"),
    pytest.param(squared_error, squared_error_gradient, id="squared error"),
    pytest.param(focal_loss, focal_loss_gradient, id="focal"),
]


def differences(loss, logits: np.ndarray) -> np.ndarray:
    return np.stack(
        [(loss(logits + STEP * e) - loss(logits - STEP * e)) / (2 * STEP) for e in np.eye(logits.shape[-1])],
        axis=-1,
    )


def test_the_loss_of_a_label_is_logsumexp_minus_its_score():
    expected = logsumexp(LOGITS) - LOGITS[np.arange(7), LABELS]
    np.testing.assert_allclose(cross_entropy(LOGITS, LABELS), expected, rtol=1e-14)
    np.testing.assert_allclose(expected, -np.log(softmax(LOGITS)[np.arange(7), LABELS]), rtol=1e-13)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize(("loss", "gradient"), PAIRS)
@pytest.mark.parametrize("temperature", [1.0, 0.6, 3.0])
def test_gradients_agree_with_central_differences(loss, gradient, target, smoothing, temperature):
    settings = {"label_smoothing": smoothing, "temperature": temperature}
    # step^2 times a third derivative of order one, and rounding of 1e-16 over the step
    np.testing.assert_allclose(
        gradient(LOGITS, target, **settings),
        differences(lambda z: loss(z, target, **settings), LOGITS),
        atol=5e-9,
    )


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("alpha", ALPHAS)
def test_fenchel_young_gradients_agree_with_central_differences(target, alpha):
    np.testing.assert_allclose(
        fenchel_young_gradient(LOGITS, target, alpha),
        differences(lambda z: fenchel_young_loss(z, target, alpha), LOGITS),
        atol=5e-9,
    )


@pytest.mark.parametrize("target", TARGETS)
def test_with_cross_entropy_the_gradient_is_p_minus_y_over_the_temperature(target):
    y = np.eye(5)[target] if target.ndim == 1 else target
    for temperature in (1.0, 0.5, 4.0):
        expected = (softmax(LOGITS / temperature) - y) / temperature
        ours = cross_entropy_gradient(LOGITS, target, temperature=temperature)
        np.testing.assert_allclose(ours, expected, atol=1e-15)


def test_a_confident_right_answer_keeps_a_tiny_gradient_where_p_minus_one_rounds_to_zero():
    logits = np.array([40.0, 0.0, 0.0])
    assert softmax(logits)[0] - 1 == 0
    with mpmath.workdps(50):
        truth = float(1 / (1 + 2 * mpmath.exp(-40)) - 1)
    assert cross_entropy_gradient(logits, 0)[0] == pytest.approx(truth, rel=1e-14)
    assert cross_entropy(logits, 0) == pytest.approx(2 * np.exp(-40), rel=1e-14)


def test_cross_entropy_keeps_pushing_a_confident_wrong_answer_where_squared_error_gives_up():
    """The label's score runs from right to wrong: p - y stays near 1 in size, J (p - y) vanishes."""
    wrong = np.array([-20.0, 0.0, 0.0])
    assert np.abs(cross_entropy_gradient(wrong, 0)).max() > 0.99
    assert np.abs(squared_error_gradient(wrong, 0)).max() < 1e-8
    assert squared_error(wrong, 0) == pytest.approx(0.75, rel=1e-8)  # as wrong as this loss can tell


def test_a_class_without_weight_costs_nothing_even_at_minus_infinity():
    masked = np.array([1.0, -np.inf, 2.0])
    plain = masked[[0, 2]]
    for loss in (cross_entropy, squared_error, focal_loss):
        assert loss(masked, 0) == pytest.approx(loss(plain, 0), rel=1e-15)
        assert loss(masked, [0.5, 0.0, 0.5]) == pytest.approx(loss(plain, [0.5, 0.5]), rel=1e-15)
    for alpha in ALPHAS:
        ours, theirs = (fenchel_young_loss(z, 0, alpha) for z in (masked, plain))
        assert ours == pytest.approx(theirs, rel=1e-13), alpha
        np.testing.assert_allclose(fenchel_young_gradient(masked, 0, alpha)[1], 0)
    np.testing.assert_allclose(cross_entropy_gradient(masked, 0)[1], 0)
    assert cross_entropy(masked, 1) == np.inf


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_fenchel_young_loss_is_never_negative_and_zero_at_its_own_answer(alpha, target):
    assert (fenchel_young_loss(LOGITS, target, alpha) >= 0).all()
    if alpha < np.inf:
        own = entmax(LOGITS, alpha)
        assert fenchel_young_loss(LOGITS, own / own.sum(axis=-1, keepdims=True), alpha) == pytest.approx(
            np.zeros(7), abs=1e-14
        )


def test_fenchel_young_at_one_is_the_cross_entropy_less_the_target_s_entropy():
    np.testing.assert_allclose(fenchel_young_loss(LOGITS, LABELS, 1), cross_entropy(LOGITS, LABELS), rtol=1e-13)
    np.testing.assert_allclose(fenchel_young_loss(LOGITS, SOFT, 1), kl_divergence(SOFT, softmax(LOGITS)), rtol=1e-12)
    np.testing.assert_allclose(
        cross_entropy(LOGITS, SOFT) - entropy(SOFT), fenchel_young_loss(LOGITS, SOFT, 1), rtol=1e-12
    )


def test_fenchel_young_at_two_is_the_sparsemax_loss():
    """Martins & Astudillo (2016), equation 26."""
    z = np.array([1.2, 0.9, -0.4, 0.8])
    p = entmax(z, 2.0)
    support = p > 0
    tau = (z[support].sum() - 1) / support.sum()
    expected = -z[0] + 0.5 * (z[support] ** 2 - tau**2).sum() + 0.5
    assert fenchel_young_loss(z, 0, 2.0) == pytest.approx(expected, rel=1e-13)


def test_fenchel_young_glides_into_the_cross_entropy_as_alpha_falls_to_one():
    gaps = [
        np.abs(fenchel_young_loss(LOGITS, LABELS, 1 + d) - cross_entropy(LOGITS, LABELS)).max()
        for d in (1e-2, 1e-4, 1e-6)
    ]
    assert gaps[1] < gaps[0] / 50
    assert gaps[2] < gaps[1] / 50


def test_a_wide_enough_margin_costs_nothing_for_alpha_above_one():
    """Cross-entropy is never satisfied; sparsemax's loss is, from a margin of 1."""
    margin_of_one = np.array([1.0, 0.0, -2.0])
    assert fenchel_young_loss(margin_of_one, 0, 2.0) == 0
    assert cross_entropy(margin_of_one, 0) > 0.3


def test_focal_loss_without_focus_is_the_cross_entropy():
    np.testing.assert_allclose(focal_loss(LOGITS, LABELS, 0), cross_entropy(LOGITS, LABELS), rtol=1e-15)
    np.testing.assert_allclose(
        focal_loss_gradient(LOGITS, LABELS, 0), cross_entropy_gradient(LOGITS, LABELS), atol=1e-15
    )


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
def test_focal_gradients_agree_with_central_differences_and_survive_certainty(gamma):
    np.testing.assert_allclose(
        focal_loss_gradient(LOGITS, LABELS, gamma),
        differences(lambda z: focal_loss(z, LABELS, gamma), LOGITS),
        atol=5e-9,
    )
    assert focal_loss(np.array([800.0, 0.0]), 0, gamma) == 0
    np.testing.assert_array_equal(focal_loss_gradient(np.array([800.0, 0.0]), 0, gamma), 0)


def test_smoothing_mixes_the_target_with_the_uniform_distribution():
    mixed = 0.9 * np.eye(5)[LABELS] + 0.1 / 5
    np.testing.assert_allclose(
        cross_entropy(LOGITS, LABELS, label_smoothing=0.1), cross_entropy(LOGITS, mixed), rtol=1e-14
    )


def test_narrow_floats_come_back_narrow_and_whole_numbers_as_float64():
    assert cross_entropy(LOGITS.astype(np.float16), LABELS).dtype == np.float16
    assert cross_entropy_gradient(LOGITS.astype(np.float32), LABELS).dtype == np.float32
    assert squared_error([1, 2, 3], 0).dtype == np.float64


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (5, r"labels must be whole numbers in \[0, 5\); got 5"),
        (-1, r"got -1"),
        (1.5, r"got 1.5"),
        ([0, 1, 2], r"must have shape \(5,\); got \(3,\)"),
        ([0.2, 0.2, 0.2, 0.2, 0.1], "at least 0 and sum to 1"),
        ([1.5, -0.5, 0.0, 0.0, 0.0], "at least 0 and sum to 1"),
        ([np.nan, 1.0, 0.0, 0.0, 0.0], "at least 0 and sum to 1"),
    ],
)
@pytest.mark.parametrize("loss", [cross_entropy, squared_error_gradient, focal_loss])
def test_a_target_that_is_none_is_refused(loss, target, message):
    with pytest.raises(ValueError, match=message):
        loss(LOGITS[0], target)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"label_smoothing must be in \[0, 1\]; got 1.2"):
        cross_entropy(LOGITS, LABELS, label_smoothing=1.2)
    with pytest.raises(ValueError, match="temperature must be zero or positive"):
        cross_entropy(LOGITS, LABELS, temperature=-1.0)
    with pytest.raises(ValueError, match="positive and finite for a gradient; got 0"):
        cross_entropy_gradient(LOGITS, LABELS, temperature=0.0)
    with pytest.raises(ValueError, match="gamma must be zero or positive; got -1"):
        focal_loss(LOGITS, LABELS, -1)
    with pytest.raises(ValueError, match="alpha must be positive"):
        fenchel_young_loss(LOGITS, LABELS, -1.0)


@pytest.mark.parametrize("wrong", ["a", None, 1j, [1.0, 2.0]])
def test_settings_that_are_no_single_number_are_refused(wrong):
    for loss in (cross_entropy, cross_entropy_gradient, squared_error_gradient, focal_loss_gradient):
        for setting in ("temperature", "label_smoothing"):
            with pytest.raises(ValueError, match=f"{setting} must be a number; got"):
                loss(LOGITS, LABELS, **{setting: wrong})
    with pytest.raises(ValueError, match="gamma must be a number; got"):
        focal_loss(LOGITS, LABELS, wrong)
    for loss in (fenchel_young_loss, fenchel_young_gradient):
        with pytest.raises(ValueError, match="alpha must be a number; got"):
            loss(LOGITS, LABELS, wrong)


@pytest.mark.parametrize("target", [None, "a", 1j, [1j, 0, 0, 0, 0], [None] * 5])
@pytest.mark.parametrize("loss", [cross_entropy, squared_error_gradient, focal_loss])
def test_a_target_that_is_no_real_number_is_refused(loss, target):
    with pytest.raises(ValueError, match="expected real numbers; got an array of"):
        loss(LOGITS[0], target)


def test_a_single_score_has_no_classes():
    with pytest.raises(ValueError, match=r"scores must have an axis of classes.*; got a single number"):
        cross_entropy(3.0, 0)


def test_a_certain_answer_costs_zero_without_a_minus_sign():
    certain = np.array([1.0, -np.inf])
    for loss in (cross_entropy, focal_loss):
        for target in (0, [1.0, 0.0]):
            assert not np.signbit(loss(certain, target))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("logits", [np.float16([60000, -60000]), np.array([1e308, -1e308])])
def test_a_hopeless_answer_costs_what_its_type_can_hold_without_a_warning(logits):
    for loss in (cross_entropy, focal_loss, *(lambda z, y, a=a: fenchel_young_loss(z, y, a) for a in (1.0, 1.5, 2.0))):
        assert loss(logits, 1) == np.inf
        assert loss(logits, 0) == 0


@pytest.mark.filterwarnings("error")
def test_a_gradient_past_the_largest_float_is_infinite_without_a_warning():
    np.testing.assert_array_equal(cross_entropy_gradient([1.0, 2.0], 0, temperature=1e-320), [-np.inf, np.inf])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("label", [np.nan, np.inf, 1e30])
def test_labels_that_no_integer_can_hold_are_refused_without_a_warning(label):
    with pytest.raises(ValueError, match=r"labels must be whole numbers in \[0, 5\); got"):
        cross_entropy(LOGITS[0], label)


@pytest.mark.torch
def test_the_losses_are_torch_s():
    torch = pytest.importorskip("torch")
    z, y, soft = torch.tensor(LOGITS), torch.tensor(LABELS), torch.tensor(SOFT)
    for smoothing in (0.0, 0.1):
        for target, ours in ((y, LABELS), (soft, SOFT)):
            theirs = torch.nn.functional.cross_entropy(z, target, reduction="none", label_smoothing=smoothing)
            np.testing.assert_allclose(
                cross_entropy(LOGITS, ours, label_smoothing=smoothing), theirs.numpy(), rtol=1e-13
            )


@pytest.mark.torch
@pytest.mark.parametrize("target", TARGETS)
def test_autograd_finds_the_same_gradients(target):
    torch = pytest.importorskip("torch")
    z = torch.tensor(LOGITS, requires_grad=True)
    y = torch.tensor(np.eye(5)[target] if target.ndim == 1 else target)
    log_p = torch.log_softmax(z / 1.3, -1)
    p = log_p.exp()
    by_hand = {
        cross_entropy_gradient: -(y * log_p).sum(),
        squared_error_gradient: ((p - y) ** 2).sum() / 2,
        focal_loss_gradient: -(y * (1 - p) ** 2 * log_p).sum(),
    }
    for gradient, loss in by_hand.items():
        (theirs,) = torch.autograd.grad(loss, z, retain_graph=True)
        np.testing.assert_allclose(gradient(LOGITS, target, temperature=1.3), theirs.numpy(), atol=1e-14)


@pytest.mark.torch
def test_fenchel_young_losses_are_the_entmax_library_s():
    torch = pytest.importorskip("torch")
    library = pytest.importorskip("entmax")
    z, y = torch.tensor(LOGITS), torch.tensor(LABELS)
    for alpha, loss in ((1.5, library.entmax15_loss), (2.0, library.sparsemax_loss)):
        np.testing.assert_allclose(fenchel_young_loss(LOGITS, LABELS, alpha), loss(z, y).numpy(), atol=1e-13)
