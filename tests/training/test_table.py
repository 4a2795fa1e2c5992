"""The learner's own table: what is kept, what is encoded, what is refused, and in which words."""

import numpy as np
import pytest

from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.recording import joined, train
from softviz.training.table import MOST_COLUMNS, ROWS_KEPT, VALUES_KEPT, examples_from_table, read_table


def csv_of(header, rows):
    return "\n".join([header, *rows]).encode()


def examples_of(header, rows, label="label"):
    return examples_from_table(read_table(csv_of(header, rows)), label)


def plain_rows(count=23):
    return [f"{number},{number * 5 % 7},{'ab'[number % 2]}" for number in range(count)]


def test_numbers_and_labels_come_through():
    examples = examples_of("x,y,label", plain_rows())
    assert examples.features[3].tolist() == [3.0, 1.0]
    assert examples.class_names == ("a", "b")
    assert examples.labels[:4].tolist() == [0, 1, 0, 1]
    assert examples.feature_names == ("x", "y")
    assert examples.notes == ()


def test_a_table_can_be_trained_on():
    own = examples_of("x,y,label", plain_rows(40))
    config = TrainingConfig(dataset="table", steps=11)
    run = joined(train(config, load_dataset(config, own)))
    assert run.steps[-1] == 11


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(separator):
    content = csv_of("x,y,label", plain_rows()).decode().replace(",", separator).encode()
    assert read_table(content).columns == ("x", "y", "label")


def test_semicolons_allow_decimal_commas():
    examples = examples_of("x;label", [f"{number},5;{'ab'[number % 2]}" for number in range(12)])
    assert examples.features[3, 0] == 3.5


def test_a_byte_order_mark_and_odd_bytes_do_no_harm():
    content = b"\xef\xbb\xbf" + csv_of("x,label", [f"{n},{'ab'[n % 2]}" for n in range(12)]).replace(b"a", b"\xff")
    table = read_table(content)
    assert table.columns == ("x", "l\ufffdbel")
    assert len(table.rows) == 12


def test_number_labels_are_sorted_as_numbers():
    examples = examples_of("label,x", [f"{number % 3 + 9},{number}" for number in range(12)])
    assert examples.class_names == ("9", "10", "11")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "2 to 256 column names; got 0"),
        (b"x,y,label\n", "rows below the line of column names; got none"),
        (b"alone\n1\n2\n", "2 to 256 column names; got 1"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "2 to 256 column names; got 1"),
        ((",".join("c" * (MOST_COLUMNS + 1)) + "\n1\n").encode(), "column names; got 257"),
        (b'x,label\n"' + b"a" * 200_000, "cannot be read: field larger"),
    ],
)
def test_what_is_no_table_is_refused(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_table(content)


@pytest.mark.parametrize(
    ("rows", "label", "sentence"),
    [
        (plain_rows(), "species", "a label column among x, y, label; got 'species'"),
        ([f"{n},{n}," for n in range(20)], "label", "class names in column 'label'; got only empty cells"),
        ([f"{n},{n},same" for n in range(20)], "label", "at least 2 classes in column 'label'; got one: 'same'"),
        ([f"{n},{n},{n}" for n in range(30)], "label", "2 to 20 classes in column 'label'; got 30. Choose"),
        (plain_rows(7), "label", "at least 10 rows; got 7"),
        ([f"5,6,{'ab'[n % 2]}" for n in range(20)], "label", "got none. Feature 'x' is left out: it has one value"),
        ([f"n{n},m{n},{'ab'[n % 2]}" for n in range(20)], "label", "Column 'x' is left out: it holds 20 different"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_the_reason(rows, label, sentence):
    with pytest.raises(ValueError, match=sentence):
        examples_of("x,y,label", rows, label)


def test_one_class_can_be_all_that_complete_rows_leave():
    rows = [f"{n},{'a' if n < 20 else 'b'}" if n < 20 else ",b" for n in range(23)]
    with pytest.raises(ValueError, match="at least 2 classes in column 'label'; got one: 'a'"):
        examples_of("x,label", rows)


def test_short_lists_of_texts_become_features_and_long_ones_are_left_out():
    rows = [f"{n},{'red' if n % 3 else 'blue'},name {n},{'ab'[n % 2]}" for n in range(30)]
    examples = examples_of("x,colour,name,label", rows)
    assert examples.feature_names == ("x", "colour = blue", "colour = red")
    assert examples.features[:3, 1].tolist() == [1, 0, 0]
    assert examples.notes == (
        "Column 'colour' holds text: each of its 2 values became a feature of 0 and 1.",
        "Column 'name' is left out: it holds 30 different texts.",
    )


@pytest.mark.parametrize("cell", ["", "NA", "nan", "inf", "1e300", "?", "oops"])
def test_rows_with_a_missing_or_unreadable_cell_are_left_out_and_counted(cell):
    rows = plain_rows()
    rows[4] = f"{cell},0,a"
    examples = examples_of("x,y,label", rows)
    assert len(examples.labels) == 22
    assert examples.notes == ("1 row is left out: an empty or unreadable cell.",)


def test_rows_without_a_label_are_left_out_and_counted():
    examples = examples_of("x,y,label", [*plain_rows(), "1,2,", "3,4"])
    assert examples.notes == ("2 rows are left out: no label.",)


@pytest.mark.parametrize("written", ["NA", "?", "nan", "N/A", "null"])
def test_what_stands_for_a_missing_number_stands_for_a_missing_label_too(written):
    examples = examples_of("x,y,label", [*plain_rows(), f"1,2,{written}", "3,4,"])
    assert examples.class_names == ("a", "b")
    assert examples.notes == (f"2 rows are left out: no label, or {written!r} in its place.",)


@pytest.mark.parametrize(("one", "other"), [("+", "-"), ("None", "mild")])
def test_a_minus_and_the_word_none_may_name_a_class(one, other):
    examples = examples_of("x,label", [f"{n},{(one, other)[n % 2]}" for n in range(20)])
    assert set(examples.class_names) == {one, other}
    assert examples.notes == ()


def test_a_first_line_of_numbers_is_not_lost_in_silence():
    (note,) = examples_of(
        "5.1,3.5,1.4,0.2,setosa", [f"{n},{n % 7},{n % 3},{n % 5},{'ab'[n % 2]}" for n in range(20)], "setosa"
    ).notes
    assert note.startswith(
        "The first line was taken for the names of the columns, and it holds numbers: '5.1', '3.5', '1.4', …."
    )
    assert examples_of("1,2", [f"{n},{n % 2}" for n in range(20)], "2").notes[0].count("'1', '2'.") == 1


def test_a_mostly_empty_column_goes_rather_than_the_rows():
    rows = [f"{n},{n if n % 2 else ''},{'ab'[n % 2]}" for n in range(30)]
    examples = examples_of("x,y,label", rows)
    assert examples.features.shape == (30, 1)
    assert examples.notes == ("Column 'y' is left out: 50% of it is empty.",)


def test_a_constant_feature_is_left_out_with_a_note():
    examples = examples_of("x,five,label", [f"{n},5,{'ab'[n % 2]}" for n in range(20)])
    assert examples.feature_names == ("x",)
    assert examples.notes == ("Feature 'five' is left out: it has one value in every row.",)


def test_ragged_rows_are_counted_and_trailing_separators_forgiven():
    examples = examples_of("x,y,label", [*plain_rows(), "1,2,a,9,9", "4,5,b,,"])
    assert len(examples.labels) == 24
    assert examples.notes == ("1 row is left out: more cells than columns.",)


def test_columns_of_one_name_are_told_apart():
    assert read_table(csv_of("x,x,,x", ["1,2,3,4"])).columns == ("x", "x (2)", "column 3", "x (3)")


def test_a_long_file_is_sampled_evenly_and_says_so():
    count = 70_001
    content = csv_of("x,label", [f"{number},{'ab'[number % 2]}" for number in range(count)])
    table = read_table(content)
    assert (len(table.rows), table.rows_in_file) == (ROWS_KEPT, count)
    places = np.array([int(row[0]) for row in table.rows])
    assert len(set(places.tolist())) == ROWS_KEPT
    # A uniform sample's mean is within five standard errors, 5 * (n / sqrt(12)) / sqrt(20,000), of the middle.
    assert abs(places.mean() - count / 2) < 5 * count / np.sqrt(12 * ROWS_KEPT)
    assert examples_from_table(table, "label").notes == ("20,000 of 70,001 rows are kept, drawn at random.",)
    assert read_table(content).rows == table.rows


def test_a_wide_file_keeps_fewer_rows():
    columns = 250
    row = ",".join(["1"] * columns)
    table = read_table(csv_of(",".join(f"c{n}" for n in range(columns)), [row] * 9_001))
    assert len(table.rows) == VALUES_KEPT // columns


def test_a_line_of_a_million_equal_names_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="column names; got 1,000,001"):
        read_table(b"a," * 1_000_000 + b"\n1,2\n")
