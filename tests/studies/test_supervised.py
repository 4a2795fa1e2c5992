"""Scores with a target: what is shown, what is gathered, and that nothing else changes by it."""

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from softviz.scores import Scores
from softviz.studies.supervised import MOST_CLASSES, supervise

FEW = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])
MANY = Scores.of(np.random.default_rng(29).normal(size=503) * 3)


def test_few_classes_stay_as_they_are():
    supervised = supervise(FEW, 1)
    assert supervised.labels == FEW.labels
    assert supervised.logits.tolist() == [2.0, 1.0, 0.1]
    assert supervised.target.tolist() == [0, 1, 0]
    assert not supervised.gathers
    assert supervised.is_hard
    assert supervised.truth == 1


@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
def test_gathering_changes_no_other_probability(temperature):
    supervised = supervise(MANY, 5, temperature=temperature)
    assert supervised.logits.size == MOST_CLASSES
    assert supervised.gathers
    p = softmax(MANY.values / temperature)
    shown = softmax(supervised.scaled)
    np.testing.assert_allclose(shown[:-1], p[supervised.positions], rtol=1e-12)
    assert shown[-1] == pytest.approx(1 - p[supervised.positions].sum())
    assert supervised.labels[-1] == "492 others"


def test_the_target_is_among_the_shown_however_unlikely():
    last = int(np.argmin(MANY.values))
    supervised = supervise(MANY, last)
    assert last in supervised.positions
    assert supervised.target[supervised.place_of(last)] == 1
    assert supervised.positions[0] == np.argmax(MANY.values)
    assert supervised.place_of(int(MANY.ranking()[100])) is None


@pytest.mark.parametrize("scores", [FEW, MANY], ids=["few", "many"])
def test_smoothing_spreads_a_share_evenly_over_all_classes(scores):
    supervised = supervise(scores, 1, label_smoothing=0.25)
    assert supervised.target.sum() == pytest.approx(1)
    handled = supervised.target[: supervised.positions.size]
    expected = np.where(supervised.positions == 1, 0.75, 0.0) + 0.25 / len(scores)
    np.testing.assert_allclose(handled, expected, rtol=1e-14)
    assert not supervised.is_hard


def test_a_soft_target_gives_every_class_its_share():
    supervised = supervise(FEW, (0.2, 0.7, 0.1), label_smoothing=0.3)
    np.testing.assert_allclose(supervised.target, [0.24, 0.59, 0.17], rtol=1e-14)
    assert supervised.truth == 1


@pytest.mark.parametrize(("target", "expected"), [(3, "among 3 classes; got class 4"), ((0.5, 0.5), "3 shares.*got 2")])
def test_a_target_outside_the_classes_is_refused(target, expected):
    with pytest.raises(ValueError, match=expected):
        supervise(FEW, target)


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_changed_logits_go_back_to_all_scores(temperature):
    supervised = supervise(MANY, 5, temperature=temperature)
    moved = supervised.logits + np.arange(MOST_CLASSES) * 0.1
    scores = supervised.returned_to(MANY, moved)
    rest = np.delete(scores.values, supervised.positions)
    assert temperature * logsumexp(rest / temperature) == pytest.approx(moved[-1], rel=1e-12)
    np.testing.assert_allclose(scores.values[supervised.positions], moved[:-1], rtol=1e-14)


def test_a_score_out_of_range_is_refused_on_the_way_back():
    supervised = supervise(FEW, 1)
    with pytest.raises(ValueError, match="Expected scores between"):
        supervised.returned_to(FEW, np.array([2e6, 0.0, 0.0]))
