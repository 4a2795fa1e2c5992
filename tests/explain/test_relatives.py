"""Sentences of the compare page carry the numbers they speak of."""

import numpy as np
import pytest
from scipy.special import softmax

from softviz.core.registry import MAPPINGS
from softviz.explain import relatives as explain
from softviz.scores import Scores
from softviz.state import Exploration
from softviz.studies.comparison import Comparison


def test_names_are_joined_as_in_a_sentence() -> None:
    assert [explain.listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_missing_measure_says_why() -> None:
    shown = explain.measures_on_screen(Comparison.of(Exploration(maps=("softmax", "sigmoid"))).measures_table())
    assert shown.loc[0].tolist() == ["Softmax", "1.00", "0.659", "3", "0.847", "0", "0"]
    assert shown.loc[1].tolist() == ["Sigmoid", "2.14", "0.881", "3", *["not a distribution"] * 3]


def test_every_registered_map_is_listed_with_what_is_said_and_seen() -> None:
    sayings = explain.sayings()
    assert sayings["map"].tolist() == [mapping.name for mapping in MAPPINGS.values()]
    assert (sayings.map(len) > 5).all(axis=None)


def test_the_triangle_says_whom_it_leaves_out() -> None:
    comparison = Comparison.of(Exploration(own=Scores.of([0.0, 5.0, -1.0, 3.0], "abcd")))
    words = explain.about_triangle(comparison, comparison.corners())
    assert "You have 4 classes: this picture takes your three largest scores alone, a, b and d." in words
    assert "not on the triangle: Sigmoid." in words


def test_the_planes_say_who_has_no_region() -> None:
    comparison = Comparison.of(Exploration(maps=("softmax", "spherical", "sparsemax")))
    words = explain.about_planes(comparison, comparison.support_planes(comparison.corners()))
    assert "keeps something wherever the scores lie: Softmax." in words
    assert "no region that could be drawn: Spherical softmax." in words


def test_a_shift_moves_the_map_that_sees_each_score_alone() -> None:
    moved = explain.most_moved(Comparison.of(Exploration(maps=("softmax", "sigmoid", "logistic"))))
    assert moved.name == "Sigmoid"
    assert "Sigmoid: 0.469;" in moved.sentence  # 1 / (1 + exp(-5.1)) - 1 / (1 + exp(-0.1))
    assert explain.most_moved(Comparison.of(Exploration(maps=("softmax", "sparsemax")))).name == explain.NOBODY


def test_what_does_not_move_under_a_shift_is_named() -> None:
    words = explain.about_two_classes(Comparison.of(Exploration(maps=("softmax", "sigmoid"))), 1.5)
    assert "The second score is 1.50. Change it: Softmax will not move." in words
    assert "every line moves" in explain.about_two_classes(Comparison.of(Exploration(maps=("sigmoid", "arctan"))), 0.0)


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([2.0, 1.0, -3.0, -2.0], "in go 4 numbers, out come 2: 2.00, −2.00. The sum is 0"),
        ([2.0, 1.0, 0.1], "out come 1: 2.00"),
    ],
)
def test_maxout_pools_the_learner_s_scores(scores: list[float], words: str) -> None:
    assert words in explain.about_maxout(Scores.of(scores))


def test_hard_draws_follow_softmax() -> None:
    scores = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])
    words = explain.about_gumbel(scores, 0.5, seed=3)
    frequency = float(words.split("cat comes first with frequency ")[1].split(";")[0])
    expected = softmax(scores.values)[0]
    assert abs(frequency - expected) < 4 * np.sqrt(expected * (1 - expected) / 1_000)  # four standard errors
    assert words == explain.about_gumbel(scores, 0.5, seed=3) != explain.about_gumbel(scores, 0.5, seed=4)
