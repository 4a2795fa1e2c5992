"""Every claim on every record: no counterexample where it is True, a true one where it is False."""

from __future__ import annotations

import numpy as np
import pytest

from softviz.core import MAPPINGS, Claims, entropy, vjp
from softviz.core.claims import CLAIMS, check, counterexamples, drawn_logits, verdicts
from tests.core.registry_cases import CASES

EVERY_MAP = [pytest.param(mapping, id=key) for key, mapping in MAPPINGS.items()]
EVERY_CASE = [pytest.param(*case, id=f"{case[0].key}-{case[1]}") for case in CASES]
EVERY_ALPHA = [round(100 + step) / 100 for step in range(301)]
"""All that a learner can choose for entmax."""


def test_the_property_table_has_a_row_for_every_claim_on_the_record():
    assert tuple(claim.key for claim in CLAIMS) == Claims.keys()
    for claim in CLAIMS:
        assert claim.name
        assert claim.explanation.endswith(".")


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
@pytest.mark.parametrize("seed", [101, 103])
def test_a_claim_stands_or_falls_as_the_record_says(mapping, parameters, seed):
    """Four thousand rows that the kept counterexamples were not found on."""
    drawn = drawn_logits(mapping, np.random.default_rng(seed), 2000, **parameters)
    stated = mapping.claims_at(**parameters)
    for claim in CLAIMS:
        found = claim.check(mapping, drawn, **parameters)
        stands = found is None
        if claim.key == "smooth" and mapping.key == "spherical":
            assert not stated.smooth  # its one jump is at the origin: see the segment through it below
            continue
        assert stands == getattr(stated, claim.key), (claim.key, found)


@pytest.mark.parametrize(("mapping", "parameters"), EVERY_CASE)
def test_there_is_a_kept_counterexample_for_each_false_claim_and_for_no_other(mapping, parameters):
    stated = mapping.claims_at(**parameters)
    assert set(counterexamples(mapping, **parameters)) == {
        claim.key for claim in CLAIMS if not getattr(stated, claim.key)
    }


def test_entmax_finds_a_zero_at_every_alpha_above_one_and_none_at_one():
    """Just above 1 zeros begin at a gap of 1 / (alpha - 1): up to a hundred."""
    entmax, drawn = MAPPINGS["entmax"], drawn_logits(MAPPINGS["entmax"], np.random.default_rng(0), 101)
    for alpha in EVERY_ALPHA:
        assert (check("sparse", entmax, drawn, alpha=alpha) is None) == (alpha > 1), alpha
        assert (check("strictly_positive", entmax, drawn, alpha=alpha) is None) == (alpha == 1), alpha


def test_entmax_is_smooth_at_every_alpha_below_two_and_at_none_from_two_on():
    """Just below 2 slopes are so steep at the edge of the support that a coarse look takes them for a jump."""
    entmax, drawn = MAPPINGS["entmax"], drawn_logits(MAPPINGS["entmax"], np.random.default_rng(0), 101)
    near_two = [alpha for alpha in EVERY_ALPHA if 1.9 <= alpha <= 2.05]
    for alpha in (*EVERY_ALPHA[::20], *near_two):
        assert (check("smooth", entmax, drawn, alpha=alpha) is None) == (alpha < 2), alpha


@pytest.mark.parametrize("alpha", [1.01, 1.04, 1.97, 1.99, 2.0, 2.01])
@pytest.mark.parametrize(
    "logits", [[-1.2, -0.9], [-0.6, -0.6, -0.6], [-7.4], [82.2, -64.1, -29.3, -23.6], [0.0, -800.0]]
)
def test_the_table_of_entmax_follows_alpha_on_any_scores(alpha, logits):
    entmax = MAPPINGS["entmax"]
    stated = entmax.claims_at(alpha=alpha)
    for key, verdict in verdicts(entmax, logits, alpha=alpha).items():
        assert verdict.holds == getattr(stated, key), (key, verdict)


@pytest.mark.parametrize("mapping", EVERY_MAP)
def test_the_numbers_of_a_counterexample_are_the_map_s_own(mapping):
    for key, found in mapping.counterexamples.items():
        assert found.claim == key
        assert found.mapping == mapping.key
        assert found.sentence.endswith(".")
        # a jump shows the outputs as they are beside it; rows were computed in a batch, hence the rounding
        np.testing.assert_allclose(mapping(np.array(found.logits)), found.outputs, atol=1e-13)
        if found.changed_logits:
            np.testing.assert_allclose(mapping(np.array(found.changed_logits)), found.changed_outputs, atol=1e-13)


def test_a_jump_lies_between_two_points_that_no_eye_can_tell_apart():
    for key in ("argmax", "top_k", "spherical"):
        found = MAPPINGS[key].counterexamples["smooth"]
        apart = np.abs(np.subtract(found.logits, found.changed_logits)).max()
        moved = np.abs(np.subtract(found.outputs, found.changed_outputs)).max()
        assert apart < 1e-9, key
        assert moved > 0.1, key


def test_sparsemax_has_a_kink_and_entmax_at_one_and_a_half_has_none():
    assert "slope of output 3 jumps from 0" in MAPPINGS["sparsemax"].counterexamples["smooth"].sentence
    assert "smooth" not in MAPPINGS["entmax"].counterexamples


def test_softmax_ignores_a_shift_but_not_the_scale():
    assert check("shift_invariant", MAPPINGS["softmax"], [2.0, 1.0, 0.1]) is None
    found = check("scale_invariant", MAPPINGS["softmax"], [2.0, 1.0, 0.1])
    assert found is not None
    assert found.sentence == "Doubling every score moves output 1 from 0.659 to 0.864."


def test_a_zero_that_floats_round_off_is_no_counterexample_to_positivity():
    softmax = MAPPINGS["softmax"]
    far = np.array([0.0, -800.0])
    assert softmax(far)[1] == 0
    assert check("strictly_positive", softmax, far) is None
    assert check("strictly_positive", MAPPINGS["sparsemax"], far) is not None


def test_one_zero_is_enough_to_call_a_map_sparse():
    sparsemax = MAPPINGS["sparsemax"]
    assert check("sparse", sparsemax, [[0.0, 0.0, 0.0], [2.0, 1.0, 0.1]]) is None
    found = check("sparse", MAPPINGS["softmax"], [2.0, 1.0, 0.1])
    assert found is not None
    assert "small, not zero" in found.sentence


@pytest.mark.parametrize("mapping", EVERY_MAP)
@pytest.mark.parametrize(
    "logits",
    [
        [2.0, 1.0, 0.1],
        [0.0],
        [0.0, 0.0],
        [1e300, -1e300, 3.0],
        [0.1 + 0.2, 0.3, -1.0],
        [1.0, -np.inf, 2.0],
        [np.nan],
        list(np.linspace(-3, 9, 101)),
    ],
)
def test_on_any_scores_of_a_learner_the_table_says_what_the_record_says(mapping, logits):
    for key, verdict in verdicts(mapping, logits).items():
        assert verdict.holds == getattr(mapping.claims, key), (key, verdict)
        assert verdict.holds == (verdict.counterexample is None)


def test_a_counterexample_on_the_learner_s_own_scores_comes_first():
    verdict = verdicts(MAPPINGS["sigmoid"], [4.0, 3.0])["on_simplex"]
    assert verdict.on_given
    assert verdict.counterexample is not None
    assert verdict.counterexample.logits == (4.0, 3.0)


def test_an_unknown_claim_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"claims are .*got 'fast'"):
        check("fast", MAPPINGS["softmax"], [1.0])
    with pytest.raises(ValueError, match=r"claims are .*got"):
        Claims.of("fast")


def test_of_the_maps_that_are_always_positive_only_softmax_ignores_a_shift():
    """Any positive increasing function over its sum is a distribution; the exponential is singled out here."""
    positive = [m for m in MAPPINGS.values() if m.claims.on_simplex and m.claims.strictly_positive]
    assert len(positive) == 6
    assert [m.key for m in positive if m.claims.shift_invariant] == ["softmax"]


def test_softmax_has_the_most_entropy_among_distributions_with_its_mean_score():
    logits = np.array([2.0, 1.0, 0.1, -0.5])
    p = MAPPINGS["softmax"](logits)
    directions = np.random.default_rng(43).normal(size=(997, 4))
    constraints = np.linalg.qr(np.stack([np.ones(4), logits], axis=1))[0]
    directions -= directions @ constraints @ constraints.T  # neither the sum nor the mean score moves
    others = p + 0.05 * p.min() * directions
    assert (others > 0).all()
    np.testing.assert_allclose(others @ logits, p @ logits, rtol=1e-12)
    assert (entropy(others) < entropy(p)).all()


def test_only_for_softmax_is_the_gradient_of_the_surprise_p_minus_y():
    logits = np.array([[0.7, -0.4, 0.2]])
    y = np.array([[1.0, 0.0, 0.0]])
    for key in ("softmax", "logistic", "arctan", "gaussian", "softplus", "taylor"):
        mapping = MAPPINGS[key]
        p = mapping(logits)
        gradient = vjp(mapping, logits, -y / p)
        assert np.allclose(gradient, p - y, atol=1e-12) == (key == "softmax"), key


def test_scores_without_a_segment_to_walk_along_show_no_jump() -> None:
    """Equal zeros are their own mirror image, in any order."""
    assert check("smooth", MAPPINGS["argmax"], [0.0, 0.0, 0.0]) is None
    assert check("smooth", MAPPINGS["argmax"], [1.0, 0.0, 0.0]) is not None
