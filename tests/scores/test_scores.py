import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz.scores import MAX_CLASSES, MAX_LABEL, Scores, clean_label
from softviz.scores.scores import check_count

VALUES = (2.0, 1.0, 0.1)


def test_scores_are_float64_and_cannot_be_written():
    scores = Scores.of([2, 1, 0])
    assert scores.values.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        scores.values[0] = 7


def test_scores_do_not_follow_the_array_they_came_from():
    source = np.array(VALUES)
    scores = Scores.of(source)
    source[0] = 7
    assert scores.values.tolist() == list(VALUES)
    assert source.flags.writeable


def test_classes_without_labels_are_counted_from_one():
    assert Scores.of(VALUES).labels == ("class 1", "class 2", "class 3")


def test_an_empty_label_gets_its_default():
    assert Scores.of(VALUES, ["cat", " \n", ""]).labels == ("cat", "class 2", "class 3")


def test_labels_may_repeat():
    assert Scores.of(VALUES, ["crane", "crane", "bird"]).labels == ("crane", "crane", "bird")


def test_scores_are_equal_and_hash_alike_by_content():
    one, other = Scores.of(VALUES, "abc"), Scores.of(np.array(VALUES), list("abc"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Scores.of(VALUES, "abd")
    assert one != Scores.of((2.0, 1.0, 0.2), "abc")
    assert one != "abc"


def test_negative_zero_is_zero_so_that_equal_scores_hash_alike():
    assert hash(Scores.of([-0.0, 1.0])) == hash(Scores.of([0.0, 1.0]))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda scores: pickle.loads(pickle.dumps(scores))])
def test_a_copy_is_equal_and_still_cannot_be_written(again):
    scores = Scores.of(VALUES, "abc")
    twin = again(scores)
    assert twin == scores
    assert not twin.values.flags.writeable


def test_edits_return_new_scores():
    scores = Scores.of(VALUES, "abc")
    assert scores.with_value(1, 5).values.tolist() == [2.0, 5.0, 0.1]
    assert scores.with_values([3, 4, 5]).labels == ("a", "b", "c")
    assert scores.with_label(2, "dog").labels == ("a", "b", "dog")
    assert scores.with_label(2, "").labels == ("a", "b", "class 3")
    assert scores.with_class(7).labels == ("a", "b", "c", "class 4")
    assert scores.without_class(0) == Scores.of((1.0, 0.1), "bc")
    assert scores.values.tolist() == list(VALUES)


def test_the_second_last_class_cannot_be_removed():
    with pytest.raises(ValueError, match=r"^Expected 2 to 100,000 scores; got 1\.$"):
        Scores.of([1, 2]).without_class(0)


def test_ranking_keeps_tied_classes_in_their_order():
    assert Scores.of([1, 3, 2, 3, 1]).ranking().tolist() == [1, 3, 2, 0, 4]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], r"Expected 2 to 100,000 scores; got 0\."),
        ([1.0], r"Expected 2 to 100,000 scores; got 1\."),
        (np.zeros(10**6), r"Expected 2 to 100,000 scores; got 1,000,000\."),
        ([1.0, np.nan], r"Expected finite scores, between -1,000,000 and 1,000,000; got nan as score 2\."),
        ([-np.inf, 1.0], r"Expected finite scores, .*; got -inf as score 1\."),
        ([1.0, 2.0, -1e7], r"Expected scores between -1,000,000 and 1,000,000; got -1e\+07 as score 3\."),
        ([10**400, 1], r"Expected numbers; got values of mixed kinds\."),
        (["a", "b"], r"Expected numbers; got text\."),
        ([1j, 2], r"Expected numbers; got complex numbers\."),
        ([[1.0, 2.0], [3.0, 4.0]], r"Expected one row of scores; got an array of shape \(2, 2\)\."),
        ([[1.0], [2.0, 3.0]], r"Expected one row of numbers; got rows of different lengths\."),
        (3.0, r"Expected one row of scores; got an array of shape \(\)\."),
    ],
)
def test_values_that_are_no_scores_are_refused_in_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Scores.of(values)


def test_a_long_double_past_float64_is_refused_without_a_warning():
    huge = np.array([1, 10], dtype=np.longdouble) ** 400
    with pytest.raises(ValueError, match=r"^Expected (finite )?scores"):
        Scores.of(huge)


def test_as_many_labels_as_scores_are_wanted():
    with pytest.raises(ValueError, match=r"^Expected one label a score, so 3 labels; got 2\.$"):
        Scores.of(VALUES, ["a", "b"])
    with pytest.raises(ValueError, match=r"^Expected labels that are text; got int\.$"):
        Scores.of([1.0, 2.0], ["a", 7])


def test_a_hundred_thousand_classes_are_the_limit():
    assert len(Scores.of(np.zeros(MAX_CLASSES))) == MAX_CLASSES
    with pytest.raises(ValueError, match="100,001"):
        check_count(MAX_CLASSES + 1)


def test_a_label_of_ten_thousand_characters_is_cut_with_an_ellipsis():
    label = clean_label("x" * 10_000)
    assert len(label) == MAX_LABEL
    assert label.endswith("x…")


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("two\nlines", "two↵lines"),
        ("a\tb\u00a0c", "a b c"),
        ("bell\x07", "bell�"),
        ("\u202ereversed", "�reversed"),
        ("lone \ud800 half", "lone � half"),
        ("zero\u200bwidth", "zero�width"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("Größe 北京 🐈", "Größe 北京 🐈"),
    ],
)
def test_labels_are_text_that_shows_all_it_holds(label, shown):
    assert clean_label(label) == shown


@given(st.text(max_size=200))
def test_a_clean_label_is_short_encodable_and_stays_as_it_is(label):
    cleaned = clean_label(label)
    assert len(cleaned) <= MAX_LABEL
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert not set(cleaned) & set("\n\r\t\x00\x1b\u2028\u202e\u2066\u200f")
    assert clean_label(cleaned) == cleaned


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=7))
def test_any_finite_scores_within_the_limits_are_kept_exactly(values):
    assert Scores.of(values).values.tolist() == values


def test_a_short_account_of_many_classes():
    assert repr(Scores.of(range(7))).endswith("'class 5': 4, …; 7 classes)")
