"""Closed form = finite differences = JVP = VJP, for every map and its parameters; autograd where torch is."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import MAPPINGS, jacobian, jvp, vjp
from tests.core.registry_cases import CASE_NAMES, CASES

NAMED = list(zip(CASES, CASE_NAMES, strict=True))
EVERY_CASE = [pytest.param(*case, id=name) for case, name in NAMED]
HEATED = [pytest.param(*case, id=name) for case, name in NAMED if not case[0].claims.scale_invariant]
WITHOUT_ONE_LINE_IN_TORCH = {"sparsemax", "entmax", "argmax", "top_k"}  # differences check their slopes
IN_TORCH = [pytest.param(*case, id=name) for case, name in NAMED if case[0].key not in WITHOUT_ONE_LINE_IN_TORCH]

# Drawn away from kinks: no two scores tie, none is zero, no support boundary lies within a step.
LOGITS = np.random.default_rng(17).normal(size=(5, 7)) * 1.5
STEP = 1e-6


def differences(function, x: np.ndarray) -> np.ndarray:
    """Central differences: entry ``[..., i, j]`` is the change of output i per unit of score j."""
    columns = [
        (function(x + STEP * direction) - function(x - STEP * direction)) / (2 * STEP)
        for direction in np.eye(x.shape[-1])
    ]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_the_jacobian_agrees_with_central_differences(mapping, parameters):
    # error: step^2 times the third derivative (up to 100 for order-12 Taylor) and rounding over the step,
    # 1e-10
    np.testing.assert_allclose(
        jacobian(mapping, LOGITS, **parameters),
        differences(lambda z: mapping(z, **parameters), LOGITS),
        atol=2e-8,
        rtol=1e-7,
    )


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_pushing_forward_and_pulling_back_are_products_with_the_jacobian(mapping, parameters):
    direction = np.random.default_rng(19).normal(size=LOGITS.shape)
    full = jacobian(mapping, LOGITS, **parameters)
    forward = np.einsum("rij,rj->ri", full, direction)
    back = np.einsum("ri,rij->rj", direction, full)
    # the same numbers summed in another order
    np.testing.assert_allclose(jvp(mapping, LOGITS, direction, **parameters), forward, atol=1e-13)
    np.testing.assert_allclose(vjp(mapping, LOGITS, direction, **parameters), back, atol=1e-13)


@pytest.mark.parametrize(("mapping", "parameters"), HEATED)
def test_at_a_temperature_the_slopes_are_those_of_the_map_at_that_temperature(mapping, parameters):
    temperature = 1.7
    np.testing.assert_allclose(
        jacobian(mapping, LOGITS, temperature=temperature, **parameters),
        differences(lambda z: mapping.at(z, temperature, **parameters), LOGITS),
        atol=2e-8,
        rtol=1e-7,
    )


def test_the_class_axis_may_be_any():
    softmax = MAPPINGS["softmax"]
    direction = np.random.default_rng(23).normal(size=LOGITS.shape)
    np.testing.assert_allclose(
        jvp(softmax, LOGITS.T, direction.T, axis=0), jvp(softmax, LOGITS, direction).T, atol=1e-15
    )
    np.testing.assert_allclose(jacobian(softmax, LOGITS.T, axis=0), jacobian(softmax, LOGITS), atol=1e-15)


def test_outputs_that_sum_to_one_have_slopes_that_sum_to_zero():
    for mapping, parameters in CASES:
        if mapping.claims.on_simplex:
            sums = jacobian(mapping, LOGITS, **parameters).sum(axis=-2)
            np.testing.assert_allclose(sums, 0, atol=1e-14, err_msg=mapping.key)


def test_raising_a_score_raises_its_probability_and_lowers_every_other():
    """The slopes of softmax are p_i (1 - p_i) on the diagonal and -p_i p_j off it."""
    p = MAPPINGS["softmax"](LOGITS)
    slopes = jacobian(MAPPINGS["softmax"], LOGITS)
    diagonal = np.eye(7, dtype=bool)
    np.testing.assert_allclose(slopes[:, diagonal], p * (1 - p), rtol=1e-13)
    outer = -p[:, :, None] * p[:, None, :]
    np.testing.assert_allclose(slopes[:, ~diagonal], outer[:, ~diagonal], rtol=1e-13)
    assert (slopes[:, diagonal] > 0).all()
    assert (slopes[:, ~diagonal] < 0).all()


def test_the_jacobian_of_softmax_is_not_diagonal_but_symmetric_semi_definite_of_rank_k_minus_one():
    slopes = jacobian(MAPPINGS["softmax"], LOGITS)
    np.testing.assert_allclose(slopes, np.swapaxes(slopes, -1, -2), atol=1e-17)
    eigenvalues = np.linalg.eigvalsh(slopes)
    assert np.abs(eigenvalues[:, 0]).max() < 1e-16  # the direction (1, ..., 1), to rounding
    assert (eigenvalues[:, 1:] > 1e-6).all()  # the smallest probability here is 1e-3


def test_argmax_gives_no_slope_to_follow():
    assert not jacobian(MAPPINGS["argmax"], LOGITS).any()


def test_a_temperature_without_a_derivative_is_refused():
    for wrong in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(ValueError, match="positive and finite for a derivative"):
            jacobian(MAPPINGS["softmax"], LOGITS, temperature=wrong)


def test_a_direction_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"tangent must broadcast with the scores \(5, 7\); got \(3,\)"):
        jvp(MAPPINGS["softmax"], LOGITS, np.ones(3))
    with pytest.raises(ValueError, match="axis of classes"):
        jacobian(MAPPINGS["softmax"], 3.0)


def in_torch(torch, key, z, settings):
    """Each map as a page of PyTorch would write it, for autograd to differentiate."""

    def shared(weights):
        return weights / weights.sum(-1, keepdim=True)

    taylor = sum(z**j / float(np.prod(range(1, j + 1))) for j in range(int(settings.get("order", 2)) + 1))
    centre = settings.get("centre", 0.0)
    bump = torch.exp(-((z - centre) ** 2) / 2)
    cauchy = 0.5 + torch.atan(z) / np.pi
    return {
        "softmax": lambda: torch.softmax(z, -1),
        "sigmoid": lambda: torch.sigmoid(z),
        "logistic": lambda: shared(torch.sigmoid(z)),
        "arctan": lambda: shared(cauchy),
        "gaussian": lambda: shared(bump),
        "softplus": lambda: shared(torch.nn.functional.softplus(z)),
        "spherical": lambda: shared(z**2),
        "taylor": lambda: shared(taylor),
        "arctan_raw": lambda: cauchy,
        "gaussian_raw": lambda: bump,
        "softplus_raw": lambda: torch.nn.functional.softplus(z),
    }[key]


@pytest.mark.torch
@pytest.mark.parametrize(("mapping", "parameters"), IN_TORCH)
def test_autograd_finds_the_same_gradient(mapping, parameters):
    torch = pytest.importorskip("torch")
    z = torch.tensor(LOGITS, requires_grad=True)
    function = in_torch(torch, mapping.key, z, parameters)
    cotangent = np.random.default_rng(29).normal(size=LOGITS.shape)
    (function() * torch.tensor(cotangent)).sum().backward()
    # both are closed forms in float64; high Taylor orders cancel to a few hundredths
    np.testing.assert_allclose(vjp(mapping, LOGITS, cotangent, **parameters), z.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_one_row_of_scores_may_move_in_many_directions(mapping, parameters):
    directions = np.random.default_rng(3).normal(size=(2, 3, 7))
    for product in (jvp, vjp):
        together = product(mapping, LOGITS[0], directions, **parameters)
        one_by_one = [[product(mapping, LOGITS[0], row, **parameters) for row in rows] for rows in directions]
        np.testing.assert_allclose(together, one_by_one, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("direction", [None, [1j, 0.0], ["a", "b"]])
def test_a_direction_that_is_no_real_number_is_refused(direction):
    for product in (jvp, vjp):
        with pytest.raises(ValueError, match="expected real numbers; got an array of"):
            product(MAPPINGS["softmax"], [1.0, 2.0], direction)


@pytest.mark.parametrize("axis", [None, 1.5, 5, (0, 0)])
def test_a_jacobian_needs_one_axis_that_is_there(axis):
    with pytest.raises(ValueError, match="axis"):
        jacobian(MAPPINGS["softmax"], LOGITS, axis=axis)


@pytest.mark.parametrize("temperature", ["a", None, 1j, [1.0, 2.0]])
def test_a_temperature_that_is_no_single_number_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature must be a number; got"):
        jacobian(MAPPINGS["softmax"], LOGITS, temperature=temperature)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("key", ["softmax", "sparsemax", "entmax", "logistic"])
def test_where_the_temperature_overflows_the_scores_nothing_moves(key):
    np.testing.assert_array_equal(jacobian(MAPPINGS[key], [1.0, 2.0, 3.0], temperature=1e-320), 0)
