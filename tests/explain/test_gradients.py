"""Formulas and sentences about loss and gradients: the numbers in them, and what they say when something breaks."""

import numpy as np
import pytest

from softviz.core.chain import cross_entropy_chain, cross_entropy_forms
from softviz.core.checks import jacobian_facts
from softviz.core.landscape import along_score, descend, surface_around
from softviz.core.loss_registry import LOSSES
from softviz.explain.gradients import (
    chain_verdict,
    check_table,
    check_verdict,
    describe_losses,
    gradient_table,
    jacobian_measures,
    jacobian_table,
    leaving_verdict,
    lines_table,
    loss_formulas,
    loss_verdict,
    rate_verdict,
    vanishing_verdict,
    walk_table,
)
from softviz.scores import Scores
from softviz.studies.supervised import supervise

SCORES = Scores.of([2.0, 1.0, 0.1], ["cat", "cat", "bird"])
HARD, SOFT = supervise(SCORES, 1), supervise(SCORES, 1, temperature=2.0, label_smoothing=0.3)
VANISHED = supervise(Scores.of([1000.0, 0.0, 0.0]), 1)
CROSS_ENTROPY = LOSSES["cross-entropy"]


def forms(supervised):
    return cross_entropy_forms(supervised.logits, supervised.target, supervised.temperature)


def chain(supervised):
    return cross_entropy_chain(supervised.logits, supervised.target, supervised.temperature)


def walk(rate, *, steps=7, supervised=HARD):
    moving = np.ones(3, dtype=bool)
    return descend(CROSS_ENTROPY, supervised.logits, supervised.target, learning_rate=rate, steps=steps, moving=moving)


def test_both_formulas_hold_the_learner_s_numbers():
    first, second = loss_formulas(HARD, forms(HARD))
    assert r"-\log p_y \\ & = -\log 0.242 = 1.42" in first
    assert r"\operatorname{logsumexp}(z) - z_y \\ & = 2.42 - 1.00 = 1.42" in second


def test_a_soft_target_and_a_temperature_are_written_into_the_formulas():
    first, second = loss_formulas(SOFT, forms(SOFT))
    assert r"\sum_i y_i \log p_i" in first
    assert r"\operatorname{logsumexp}(z/2)" in second
    assert "z_i/2" in second


def test_a_negative_score_is_subtracted_in_brackets():
    below = supervise(Scores.of([1.0, -2.0]), 1)
    assert "3.05 - 2.00" not in loss_formulas(below, forms(below))[1]
    assert "1.05 - (-2.00) = 3.05" in loss_formulas(below, forms(below))[1]


def test_the_verdict_on_the_forms_says_when_the_first_is_lost():
    assert loss_verdict(forms(HARD)).startswith("Both ways, the same loss")
    assert r"\infty" in loss_formulas(VANISHED, forms(VANISHED))[0]
    assert "became 0" in loss_verdict(forms(VANISHED))


def test_the_jacobian_s_facts_are_named_with_their_numbers():
    found = chain(HARD)
    measures = jacobian_measures(jacobian_facts(found.jacobian), found)
    assert measures["Rank K − 1"] == "2 of 3 eigenvalues are not zero"
    assert measures["No negative eigenvalue"].startswith("0.369, 0.128, ")
    assert measures["Not diagonal"].endswith("−0.160")


def test_a_lost_rank_is_owned_up_to():
    found = chain(VANISHED)
    measures = jacobian_measures(jacobian_facts(found.jacobian), found)
    assert measures["Rank K − 1"].startswith("0 of 3 eigenvalues are not zero; on paper 2 are")


def test_the_verdict_on_the_chain_says_whether_it_holds():
    assert "ends in p − y" in chain_verdict(chain(HARD))
    assert "breaks here" in chain_verdict(chain(VANISHED))


def test_a_check_is_judged_by_its_largest_difference():
    closed = np.array([0.5, -0.75, 0.25])
    checks = {"difference": closed + np.array([0, 1e-3, 0]), "autograd": closed}
    assert "difference: **0.00100**" in check_verdict(closed, checks)
    assert "autograd: **0**" in check_verdict(closed, checks)
    assert list(check_table(HARD, closed, checks).columns) == ["class", "closed form", "difference", "autograd"]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (0.0, "moves nothing"),
        (4.0, "fell or stayed at every one of 7 steps. Up to 4 no learning rate can raise this loss"),
        (60.0, "rose at 2 of 7 steps: the walk overshoots. Above 4 there is no promise"),
    ],
)
def test_a_learning_rate_is_told_what_it_does(rate, expected):
    smoothed = supervise(SCORES, 1, label_smoothing=0.3)
    assert expected in rate_verdict(CROSS_ENTROPY, walk(rate, supervised=smoothed), rate)


def test_no_bound_is_claimed_for_a_loss_without_one():
    assert LOSSES["squared-error"].curvature is None
    said = rate_verdict(LOSSES["squared-error"], walk(1.0), 1.0)
    assert "no learning rate" not in said


def test_a_walk_that_leaves_the_picture_is_announced():
    far = walk(1000.0)
    surface = surface_around(CROSS_ENTROPY, far, HARD.target, 0, 1)
    assert leaving_verdict(far, surface, 0, 1) == "The walk leaves the picture at step 1."
    near = walk(1.0)
    assert not leaving_verdict(near, surface_around(CROSS_ENTROPY, near, HARD.target, 0, 1), 0, 1)


def test_tables_are_whole_even_where_labels_repeat():
    found = chain(HARD)
    assert gradient_table(HARD, found)["dL/dz"].tolist() == found.closed_form.tolist()
    assert jacobian_table(HARD, found).shape == (3, 4)
    assert walk_table(HARD, walk(1.0)).shape == (8, 8)


def test_vanishing_is_told_by_the_slopes_at_the_wrong_end():
    scores = np.linspace(-11.0, 11.0, 23)
    lines = {x.name: along_score(x, HARD.logits, HARD.target, 1, scores) for x in LOSSES.values()}
    assert "cross-entropy 1.00, squared error 3.49e−6" in vanishing_verdict(lines)
    assert lines_table(lines).shape == (23, 9)
    assert "score of dog runs from wrong to right: cross-entropy goes from 13.1 to " in describe_losses(lines, "dog")
