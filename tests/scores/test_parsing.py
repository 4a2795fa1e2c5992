import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softviz.scores import Scores
from softviz.scores.parsing import MAX_BYTES, parse_scores
from tests import hostile

NUMBERS = (2.0, 1.0, 0.1)
PAIRS = Scores.of([2.0, 1.0], ["cat", "dog"])
FINITE = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=11)


@pytest.mark.parametrize(
    "text",
    [
        "2.0, 1.0, 0.1",
        "2.0 1.0 0.1",
        "2.0; 1.0; 0.1",
        "2.0 | 1.0 | 0.1",
        "\ufeff2.0\t1.0\t0.1",
        "2.0\n1.0\n0.1\n",
        "2.0,\n1.0,\n0.1,\n",
        "2.0, 1.0,\n0.1",
        "2,0; 1,0; 0,1",
        "2,0;\n1,0;\n0,1",
        "+2e0, 1E+0, 1e-1",
        "[2, 1, 0.1]",
        "[2.0, 1.0, 0.1,]",
        "[[2.0, 1.0, 0.1]]",
        "[2.  1.\n 0.1]",
        "[[2. ]\n [1. ]\n [0.1]]",
        "array([2. , 1. , 0.1])",
        "array([2. , 1. , 0.1], dtype=float32)",
        "logits = np.array([2.0,\n                   1.0, 0.1])",
        "Array([2. , 1. , 0.1], dtype=float32)",
        "tensor([2.0000, 1.0000, 0.1000])",
        "tensor([[2.0, 1.0, 0.1]], device='cuda:0', grad_fn=<AddmmBackward0>)",
        "tensor([[[2.0, 1.0, 0.1]]], size=(1, 1, 3))",
        "torch.tensor([2.0, 1.0, 0.1], requires_grad=True)",
        "Parameter containing:\ntensor([2.0, 1.0, 0.1], requires_grad=True)",
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([2. , 1. , 0.1], dtype=float32)>",
        "tf.Tensor([2.  1.  0.1], shape=(3,), dtype=float32)",
        "[np.float64(2.0), np.float64(1.0), np.float64(0.1)]",
        "[tensor(2.), tensor(1., device='cuda:0'), tensor(0.1000, grad_fn=<NegBackward0>)]",
        '{"logits": [2.0, 1.0, 0.1]}',
        "scores: [2.0, 1.0, 0.1]",
    ],
)
def test_numbers_are_read_in_every_usual_form(text):
    assert parse_scores(text) == Scores.of(NUMBERS)


@pytest.mark.parametrize(
    "text",
    [
        "cat 2.0\ndog 1.0",
        "cat: 2.0\ndog: 1.0",
        "cat, 2.0\ndog, 1.0",
        "cat,2.0\ndog,1.0",
        "cat; 2,0\ndog; 1,0",
        "cat\t2.0\ndog\t1.0",
        "cat = 2.0\ndog = 1.0",
        "| cat | 2.0 |\n| dog | 1.0 |",
        "  'cat'  2.0,\n  'dog'  1.0",
        "cat 2.0, dog 1.0",
        "cat: 2, dog: 1",
        "cat: 2,0; dog: 1,0",
        "label,score\ncat,2.0\ndog,1.0",
        "cat dog\n2.0 1.0",
        "cat\tdog\n2,0\t1,0",
        '{"cat": 2.0, "dog": 1.0}',
        "{'cat': 2.0, 'dog': 1.0}",
        "{'cat': np.float32(2.0), 'dog': tensor(1.)}",
        "Counter({'cat': 2, 'dog': 1})",
        "cat    2.0\ndog    1.0\nName: logits, dtype: float64",
        '{"labels": ["cat", "dog"], "logits": [2, 1]}',
        '[{"label": "cat", "score": 2}, {"label": "dog", "score": 1}]',
        '[[{"label": "cat", "score": 2}, {"label": "dog", "score": 1}]]',
        '[{"cat": 2, "dog": 1}]',
    ],
)
def test_labels_and_scores_are_read_in_every_usual_form(text):
    assert parse_scores(text) == PAIRS


def test_typographic_minus_signs_and_other_scripts_are_numbers():
    assert parse_scores("\u22122.5, \u20131, \u0663").values.tolist() == [-2.5, -1.0, 3.0]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("New York\u2013Boston 2\n12:30 1", ("New York\u2013Boston", "12:30")),
        ('"cat, tabby", 2\nclass 7,1.0', ("cat, tabby", "class 7")),
        ("<script> 2\n[PAD] 1", ("<script>", "[PAD]")),
        ("[PAD] 2\n[CLS] 1", ("[PAD]", "[CLS]")),
        ("0 2.0\n1 1.0", ("0", "1")),
        ("=SUM(A1) 2\nfile:///etc/passwd 1", ("=SUM(A1)", "file:///etc/passwd")),
    ],
)
def test_a_label_is_all_that_stands_before_the_score(text, labels):
    assert parse_scores(text) == Scores.of([2.0, 1.0], labels)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Expected at least two scores, such as 2.0, 1.0, 0.1; got nothing."),
        (" \n\t ", "Expected at least two scores, such as 2.0, 1.0, 0.1; got nothing."),
        ("abc", "'abc' is not a number."),
        ("1, abc, 2", "'abc' is not a number."),
        ("1, nan", "Expected finite scores, between -1,000,000 and 1,000,000; got nan as score 2."),
        ("inf, 1", "got inf as score 1."),
        ("cat -inf\ndog 1", "got -inf as score 1."),
        ("[NaN, 1]", "Expected a finite score for 'class 1'; got nan or an empty cell."),
        ("1e999, 1", "got inf as score 1."),
        ("2e7, 1", "Expected scores between -1,000,000 and 1,000,000; got 2e+07 as score 1."),
        ("2.0", "Expected 2 to 100,000 scores; got 1."),
        ("cat 2.0", "Expected 2 to 100,000 scores; got 1."),
        ("[2.0]", "Expected 2 to 100,000 scores; got 1."),
        ("{}", "Expected 2 to 100,000 scores; got 0."),
        ("1\n" * 10**6, "Expected 2 to 100,000 scores; got 1,000,000."),
        ("1," * 10**6, "Expected 2 to 100,000 scores; got 1,000,000."),
        ("cat 1\n" * 200_003, "Expected 2 to 100,000 scores; got 200,003."),
        (json.dumps([1] * 200_003), "Expected 2 to 100,000 scores; got 200,003."),
        ("1" * (MAX_BYTES + 1), "Expected at most 5 MB; got 5.0 MB."),
        ("−" * (MAX_BYTES // 2), "Expected at most 5 MB; got 7.5 MB."),
        ("40%, 60%", "'40%' is a percentage."),
        ("cat 40%\ndog 60%", "'40%' is a percentage."),
        ("[[1, 2], [3, 4]]", "Expected one row of scores; got 2 rows of 2. Paste the row that you want"),
        ("tensor([[1., 2., 3.],\n        [4., 5., 6.]])", "Expected one row of scores; got 2 rows of 3."),
        ("1 2 3\n4 5 6", "Expected one row of scores; got 2 rows of 3."),
        ("a b\n1 2\n3 4", "Expected one row of scores; got 2 rows of 2."),
        ("[1, 2], [3, 4]", "Expected one array; got more than one."),
        ("[0.1 0.2 ... 0.3]", "got a print-out shortened with '...'."),
        ("[1, 2", "Expected a closing bracket"),
        ("[1, true]", "Expected numbers; score 2 is true or false."),
        ('{"cat": "2", "dog": 1}', "Expected numbers; 'cat' is the text '2'."),
        ('{"cat": null, "dog": 1}', "Expected numbers; 'cat' is null."),
        ("cat 2.0\ndog", "Expected a score at the end of each line, as in 'cat 2.0'; line 2 is 'dog'."),
        ("1,,2", "Expected a number between two commas; got nothing there."),
        ("{'cat': 1, 'dog'}", "Expected a label and a score"),
        ("1_000, 2", "'1_000' is not a number."),
        ("__import__('os').abort(), 1", "'__import__('os').abort()' is not a number."),
        ("[" * 100_000, "brackets nested too deep"),
        ('{"a":' * 100_000, "brackets nested too deep"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_bad_input_gets_a_sentence_with_what_was_expected_and_what_came(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as error:
        parse_scores(text)
    assert str(error.value).startswith("Expected ")
    assert len(str(error.value)) < 250


@pytest.mark.parametrize("text", ["2,0 1,0", "2,0\n1,0", "cat 2,0\ndog 1,0", "1,234; 5,678", "2,5 1 0,1"])
def test_a_comma_with_two_readings_is_refused_with_the_way_out(text):
    with pytest.raises(ValueError, match=r"^Expected a decimal point; the comma in '.*' can be read in two ways\."):
        parse_scores(text)


def test_a_point_and_a_decimal_comma_together_are_refused():
    with pytest.raises(ValueError, match=r"^Expected one kind of separator"):
        parse_scores("1.0; 2,0")


def test_what_came_is_quoted_short_and_clean():
    with pytest.raises(ValueError, match="is not a number") as error:
        parse_scores("\u202e\x07" + "x" * 10_000)
    assert "��xxx" in str(error.value)
    assert len(str(error.value)) < 200


@given(FINITE)
def test_a_list_that_python_prints_comes_back_exactly(values):
    assert parse_scores(str(values)) == Scores.of(values)
    assert parse_scores("\n".join(map(str, values))) == Scores.of(values)
    assert parse_scores(", ".join(map(str, values))) == Scores.of(values)
    assert parse_scores(str(list(np.array(values)))) == Scores.of(values)


@given(FINITE)
def test_an_array_that_numpy_prints_in_full_comes_back_exactly(values):
    array = np.array(values)
    with np.printoptions(floatmode="unique", threshold=10**6):
        assert parse_scores(str(array)) == Scores.of(values)
        assert parse_scores(repr(array)) == Scores.of(values)
        assert parse_scores(repr(array[np.newaxis])) == Scores.of(values)


WORDS = st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=7).filter(
    lambda word: word.lower() not in {"nan", "inf", "infinity", "score", "scores", "logit", "logits", "value", "values"}
)


@given(
    st.dictionaries(WORDS, st.floats(-1e6, 1e6), min_size=2, max_size=7),
    st.sampled_from([" ", ": ", ", ", "\t", "="]),
)
def test_labels_and_scores_come_back_exactly(pairs, separator):
    expected = Scores.of(list(pairs.values()), pairs)
    assert parse_scores("\n".join(f"{label}{separator}{value}" for label, value in pairs.items())) == expected
    assert parse_scores(json.dumps(pairs)) == expected
    assert parse_scores(repr(pairs)) == expected


@pytest.mark.torch
def test_what_torch_prints_is_read():
    torch = pytest.importorskip("torch")
    values = torch.tensor([2.0, -1.5, 0.25], requires_grad=True)
    for printed in (str(values), str(values * 2 / 2), str(values[None].detach()), str(list(values.detach()))):
        assert parse_scores(printed).values.tolist() == [2.0, -1.5, 0.25]
    with pytest.raises(ValueError, match="shortened"):
        parse_scores(str(torch.zeros(10_007)))


@given(hostile.TEXTS)
def test_any_text_is_either_scores_or_a_sentence(text):
    try:
        scores = parse_scores(text)
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = f"Expected {len(scores)}"
    assert sentence.startswith("Expected ")
    assert len(sentence) < 300


@pytest.mark.parametrize(
    "text",
    [
        "[1" * 500_000,
        "]" * 10**6,
        "a " * 500_000,
        "a" * 10**6 + "(",
        "np.float64(" * 90_000,
        "{'" + " " * 10**6 + "}",
        "{" + "a" * 10**6 + "}",
        "1," + " " * 10**6 + "x",
        "9" * 10**6,
        "[" + "9" * 10**6 + "]",
        "'" * 10**6,
        ":" * 10**6,
    ],
    ids=lambda text: repr(text[:4]),
)
def test_a_long_hostile_text_is_refused_in_one_pass(text):
    # A reader that goes over such a text once for each of its characters would not end while you wait.
    with pytest.raises(ValueError, match=r"^Expected "):
        parse_scores(text)
