import io
import json
import pickle
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softviz.scores import Scores
from softviz.scores.npy_files import NPY_MAGIC
from softviz.scores.uploads import read_upload
from tests import hostile

PAIRS = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])


def _short(value):
    return repr(value[:24])


def _csv(text, encoding="utf-8"):
    return read_upload("scores.csv", text.encode(encoding))


def _npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def _npy_with_header(header, body=b""):
    text = header.encode("latin-1")
    return NPY_MAGIC + b"\x01\x00" + len(text).to_bytes(2, "little") + text + body


@pytest.mark.parametrize(
    "text",
    [
        "label,score\ncat,2.0\ndog,1.0\nbird,0.1\n",
        "cat,2.0\ndog,1.0\nbird,0.1",
        "cat,dog,bird\n2.0,1.0,0.1\n",
        "cat;dog;bird\r\n2,0;1,0;0,1\r\n",
        "cat\tdog\tbird\n2.0\t1.0\t0.1",
        ",cat,dog,bird\n0,2.0,1.0,0.1\n",
        "id,cat,dog,bird\n7,2.0,1.0,0.1\n",
        "class,logit\ncat,2\ndog,1\nbird,0.1",
        '"cat","dog","bird"\n"2.0","1.0","0.1"',
        "\n\ncat,dog,bird,,\n2.0,1.0,0.1,,\n\n",
        "score,label\n2.0,cat\n1.0,dog\n0.1,bird\n",
        "id,label,score\n11,cat,2.0\n13,dog,1.0\n17,bird,0.1\n",
    ],
)
def test_one_question_in_a_csv_is_one_row(text):
    table = _csv(text)
    assert len(table) == 1
    assert table.row(0) == PAIRS


@pytest.mark.parametrize(
    "text",
    [
        "2,0;1,0;0,1",
        "2,0\t1,0\t0,1\n",
        "2,0|1,0|0,1",
        "2,0;1;0,1\n",
    ],
)
def test_a_row_with_decimal_commas_needs_no_heading(text):
    assert _csv(text).only_row() == Scores.of([2.0, 1.0, 0.1])


@pytest.mark.parametrize(
    "text",
    [
        "cat;2,0\ndog;1,0\nbird;0,1",
        "cat\t2,0\ndog\t1,0\nbird\t0,1",
        "cat|2,0\ndog|1,0\nbird|0,1\n",
        "label;score\ncat;2,0\ndog;1,0\nbird;0,1",
        '"cat";2,0\n"dog";1,0\n"bird";0,1',
    ],
)
def test_labels_beside_decimal_commas_are_read_with_every_line(text):
    assert _csv(text).only_row() == PAIRS


def test_rows_with_decimal_commas_keep_their_first_line():
    table = _csv("2,5;1,5\n3,5;4,5\n")
    assert [table.row(index).values.tolist() for index in range(2)] == [[2.5, 1.5], [3.5, 4.5]]


@pytest.mark.parametrize("text", ["tom; cat,2.0\nrex; dog,1.0", '"cat;2",2.0\n"dog;1",1.0', '"1 2",2.0\n"3 4",1.0'])
def test_a_label_may_hold_another_separator_where_no_number_stands_beside_it_or_in_quotes(text):
    assert _csv(text).only_row().values.tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    "text",
    [
        "2,5 1,5 0,1",
        "2, 5; 1, 5; 0, 1",
        "cat, tame;2,5\ndog, wild;1,5",
        "cat,2\ndog;2,5",
        "1,2,3;4\n5,6,7;8",
    ],
    ids=_short,
)
def test_a_second_separator_beside_numbers_is_refused_and_never_guessed(text):
    with pytest.raises(ValueError, match=r"^Expected one kind of separator; '"):
        _csv(text)


def test_many_rows_wait_until_one_is_chosen():
    table = _csv("picture,cat,dog,bird\na.png,1,2,3\nb.png,2.0,1.0,0.1\n")
    assert len(table) == 2
    assert table.labels == ("cat", "dog", "bird")
    assert table.names == ("a.png", "b.png")
    assert table.name(1) == "b.png"
    assert table.row(1) == PAIRS
    with pytest.raises(ValueError, match=r"^Expected one row of scores; got 2 rows of 3\."):
        table.only_row()


@pytest.mark.parametrize("index", [-1, 2, 10**9])
def test_a_row_that_is_not_there_is_refused(index):
    with pytest.raises(ValueError, match=r"^Expected a row from 1 to 2; got row"):
        _csv("a,b\n1,2\n3,4").row(index)


def test_numbers_alone_are_rows_without_names():
    table = _csv("1,2,3\n4,5,6\n")
    assert table.labels == ("class 1", "class 2", "class 3")
    assert table.name(1) == "row 2"
    assert table.row(1).values.tolist() == [4, 5, 6]


def test_a_label_column_of_numbers_names_the_rows_and_is_no_class():
    table = _csv("label,0,1,2\n7,0.5,1.5,2.5\n3,1,2,3\n")
    assert table.labels == ("0", "1", "2")
    assert table.names == ("7", "3")


def test_the_columns_that_pandas_counts_are_a_heading():
    table = _csv(",0,1,2\n0,2.0,1.0,0.1\n1,1,2,3\n")
    assert table.labels == ("0", "1", "2")
    assert table.names == ("0", "1")


def test_columns_of_words_past_the_first_are_named_as_ignored():
    table = _csv("file,split,a,b\nx.png,test,1,2\ny.png,train,3,4")
    assert table.names == ("x.png", "y.png")
    assert table.ignored == ("split",)


def test_one_column_is_one_row_of_scores():
    assert _csv("2.0\n1.0\n0.1").row(0) == Scores.of([2.0, 1.0, 0.1])
    assert _csv("score\n2.0\n1.0\n0.1").row(0) == Scores.of([2.0, 1.0, 0.1])


def test_a_heading_is_seen_over_columns_with_gaps():
    assert _csv("cat,dog,bird\n2.0,1.0,0.1\n1,,\n,5,\n,,6").row(0) == PAIRS
    assert _csv("\tcat\tdog\tbird\n0\t2.0\t1.0\t0.1").row(0) == PAIRS


def test_an_empty_cell_is_refused_only_in_the_row_that_has_it():
    table = _csv("name,cat,dog\na,1,\nb,3,4\n")
    assert table.row(1).values.tolist() == [3, 4]
    with pytest.raises(ValueError, match=r"^Expected a finite score for 'dog' in 'a'; got nan or an empty"):
        table.row(0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_text_is_read_in_the_encodings_that_spreadsheets_write(encoding):
    assert _csv("Größe,Kälte\n2,1\n", encoding).labels == ("Größe", "Kälte")


def test_labels_and_names_are_cleaned():
    table = _csv('"two\nlines",<script>\n1,2\n')
    assert table.labels == ("two↵lines", "<script>")
    assert _csv("who,a,b\n\x07,1,2\nx,3,4").name(0) == "�"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cat,dog\n", "Expected a column of numbers; got 'cat' and no numbers."),
        (",,\n,,", "Expected a CSV file with scores; got empty cells only."),
        ("a,b,c\n1,2\n3,4,5", "Expected 3 cells in every line; line 2 has 2."),
        ("a,b\n1,2\n3,four", "Expected numbers throughout column 'b'; row 2 holds 'four'."),
        ("a,b\n1,40%\n3,4", "Expected numbers throughout column 'b'; row 1 holds '40%'."),
        ("a\n7", "Expected 2 to 100,000 scores; got 1."),
        ("1\n" * 200_003, "Expected 2 to 100,000 scores; got 200,003."),
        ("1," * 200_003, "Expected 2 to 100,000 scores; got 200,003."),
        ("1,2\n" * 100_003, "Expected at most 100,000 rows; got 100,003."),
        ('"' + "x" * 200_000, "Expected a CSV file; it cannot be read: field larger"),
        ("a;b\n1,234;2,5", "the comma in '1,234' can be read in two ways."),
        ("\x00\x01\x02", "Expected a file of text; got binary data."),
        ("  \n", "Expected a file with scores; got one with nothing in it."),
    ],
    ids=_short,
)
def test_a_csv_that_holds_no_scores_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as error:
        _csv(text)
    assert str(error.value).startswith("Expected ")


@pytest.mark.parametrize("cell", ["nan", "inf", "-Infinity", "1e7"])
def test_a_row_with_a_number_that_is_no_score_is_refused(cell):
    with pytest.raises(ValueError, match=r"^Expected (a finite score|finite scores|scores between)"):
        _csv(f"a,b\n{cell},2").row(0)


@pytest.mark.parametrize(
    "document",
    [
        {"cat": 2.0, "dog": 1.0, "bird": 0.1},
        {"labels": ["cat", "dog", "bird"], "logits": [2, 1, 0.1]},
        {"classes": ["cat", "dog", "bird"], "scores": [[2, 1, 0.1]]},
        [{"label": "cat", "score": 2}, {"label": "dog", "score": 1}, {"label": "bird", "score": 0.1}],
        [{"cat": 2.0, "dog": 1.0, "bird": 0.1}],
        {"cat": [2.0], "dog": [1.0], "bird": [0.1]},
    ],
)
def test_one_question_in_a_json_file_is_one_row(document):
    assert read_upload("SCORES.JSON", json.dumps(document).encode()).only_row() == PAIRS


def test_json_rows_wait_until_one_is_chosen():
    table = read_upload("a.json", b"[[1, 2, 3], [4, 5, 6]]")
    assert table.row(1).values.tolist() == [4, 5, 6]
    columns = read_upload("a.json", b'{"cat": [1, 4], "dog": [2, 5]}')
    assert columns.labels == ("cat", "dog")
    assert columns.row(1).values.tolist() == [4, 5]
    records = read_upload("a.json", b'[{"cat": 1, "dog": 2}, {"cat": 4, "dog": 5}]')
    assert records.row(1) == columns.row(1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "Expected a JSON file; this one cannot be read at line 1, column 2."),
        ("3", "Expected a list or an object of scores; got a single number."),
        ('"a"', "Expected a list or an object of scores; got the text 'a'."),
        ("[]", "Expected 2 to 100,000 scores; got 0."),
        ("[[1, 2], [3]]", "Expected rows of one length; row 1 has 2 scores and row 2 has 1."),
        ("[[1, 2], 3]", "Expected rows of scores; row 2 is a single number."),
        ('[{"a": 1}, {"b": 2}]', "entry 2 differs from entry 1."),
        ('[{"a": 1}, 2]', "entry 2 differs from entry 1."),
        ('{"labels": ["a"], "logits": [1, 2]}', "Expected as many labels as scores; got 1 and 2."),
        ('{"a": {"b": 1}, "c": 2}', "Expected numbers; 'a' is an object."),
        ("[" * 100_000, "brackets nested too deep"),
        (json.dumps([[1, 2]] * 100_003), "Expected at most 100,000 rows; got 100,003."),
    ],
    ids=_short,
)
def test_a_json_file_that_holds_no_scores_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_upload("a.json", text.encode())


def test_a_text_file_is_read_as_a_paste():
    assert read_upload("a.txt", b"cat 2.0\ndog 1.0\nbird 0.1").row(0) == PAIRS


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8", "i1", "u2", "i8", "?"])
@pytest.mark.parametrize("shape", [(5,), (1, 5), (5, 1), (1, 1, 5)])
def test_an_npy_row_is_read_in_any_number_type(dtype, shape):
    values = np.array([1, 0, 1, 1, 0], dtype=dtype)
    table = read_upload("a.npy", _npy(values.reshape(shape)))
    assert table.only_row() == Scores.of(values)


@pytest.mark.parametrize("order", ["C", "F"])
def test_npy_rows_keep_their_order(order):
    matrix = np.arange(21.0).reshape(3, 7)
    table = read_upload("a.npy", _npy(np.asarray(matrix, order=order)))
    assert len(table) == 3
    assert table.row(2).values.tolist() == matrix[2].tolist()


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_npy_format_is_read(version):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.arange(5.0), version=version)
    assert read_upload("a.npy", file.getvalue()).row(0) == Scores.of(range(5))


class _Dangerous:
    def __reduce__(self):
        return pytest.fail, ("the file was unpickled",)


HUGE = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            _npy(np.array([_Dangerous(), 1], dtype=object), allow_pickle=True),
            "got pickled objects, which could run code.",
        ),
        (pickle.dumps(_Dangerous()), "Expected a .npy file; got a pickle, which could run code."),
        (b"PK\x03\x04rest", "got a zip archive; save one array with np.save."),
        (b"hello", "Expected a .npy file; got something else."),
        (NPY_MAGIC, "got one whose header is cut short or far too long."),
        (_npy_with_header("__import__('os').abort()"), "got one with a header of another kind."),
        (_npy_with_header("(" * 5000), "got one with a header of another kind."),
        (_npy(np.zeros(3, dtype=[("a", "f8")])), "got one with a header of another kind."),
        (_npy(np.array(["a", "b"])), "Expected a .npy file of real numbers; got the type '<U1'."),
        (_npy(np.array([1j, 2])), "Expected a .npy file of real numbers; got the type '<c16'."),
        (
            _npy_with_header(HUGE.replace("<f8", "<f3")),
            "Expected a .npy file of numbers; got the type '<f3'.",
        ),
        (_npy(np.zeros(5))[:-1], "Expected 40 bytes of numbers, as the header says; got 39."),
        (_npy(np.zeros(5)) + b"x", "Expected 40 bytes of numbers, as the header says; got 41."),
        (_npy_with_header(HUGE, b"\0" * 64), "Expected 8,000,000,000,000 bytes of numbers"),
        (_npy(np.zeros((2, 3, 5))), "Expected one row of scores, or rows of scores; got shape (2, 3, 5)."),
        (_npy(np.zeros(0)), "Expected 2 to 100,000 scores; got 0."),
        (_npy(np.zeros((0, 5))), "Expected 2 to 100,000 scores; got 0."),
        (_npy(np.float64(3)), "Expected 2 to 100,000 scores; got 1."),
        (_npy(np.zeros(10**6, dtype="i1")), "Expected 2 to 100,000 scores; got 1,000,000."),
        (_npy(np.zeros((100_003, 2), dtype="i1")), "Expected at most 100,000 rows; got 100,003."),
    ],
    ids=_short,
)
def test_an_npy_file_that_holds_no_scores_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_upload("a.npy", data)


def test_a_header_that_claims_terabytes_allocates_nothing():
    data = _npy_with_header(HUGE, b"\0" * 64)
    tracemalloc.start()
    with pytest.raises(ValueError, match="as the header says"):
        read_upload("a.npy", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_nan_in_an_npy_row_is_refused_in_that_row_only():
    table = read_upload("a.npy", _npy(np.array([[1.0, np.nan], [3.0, 4.0]])))
    assert table.row(1).values.tolist() == [3, 4]
    with pytest.raises(ValueError, match=r"^Expected a finite score for 'class 2' in 'row 1'"):
        table.row(0)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.xlsx", b"PK", "Expected a file that ends in .csv, .tsv, .txt, .json, .npy; got 'a.xlsx'."),
        ("scores", b"1,2", "got 'scores'."),
        ("x" * 10_000, b"1,2", "xx…'."),
        ("a.csv", b"", "Expected a file with scores; got an empty one."),
        ("a.npy", b"", "Expected a file with scores; got an empty one."),
        ("a.csv", _npy(np.zeros(5)), "Expected a file of text; got a NumPy file."),
        ("a.csv", b"PK\x03\x04", "Expected a file of text; got a zip archive (such as .npz or .xlsx)."),
        (
            "a.json",
            pickle.dumps(_Dangerous()),
            "Expected a file of text; got a pickle, which could run code.",
        ),
    ],
    ids=_short,
)
def test_a_file_of_another_kind_is_refused_in_a_sentence(name, data, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)) as error:
        read_upload(name, data)
    assert len(str(error.value)) < 200


def test_a_file_of_a_hundred_megabytes_is_refused():
    with pytest.raises(ValueError, match=r"^Expected at most 5 MB; got 95\.4 MB\.$"):
        read_upload("a.csv", bytes(100_000_000))


def _survives(name, data):
    try:
        table = read_upload(name, data)
        for index in range(min(len(table), 3)):
            table.row(index)
    except ValueError as error:
        sentence = str(error)
    else:
        sentence = "Expected and found"
    assert sentence.startswith("Expected ")
    assert len(sentence) < 300


@given(hostile.BYTES)
def test_any_bytes_are_either_a_table_or_a_sentence(file):
    ending, data = file
    _survives("a" + ending, data)


@given(hostile.tables())
def test_any_cells_are_either_a_table_or_a_sentence(data):
    _survives("a.csv", data)


@given(hostile.JSON)
def test_any_json_is_either_a_table_or_a_sentence(document):
    _survives("a.json", hostile.json_bytes(document))


@given(hostile.damaged_arrays())
def test_a_damaged_npy_file_is_either_a_table_or_a_sentence(data):
    _survives("a.npy", data)


@given(hnp.arrays(np.float64, (2, 5), elements=st.floats(-1e6, 1e6)))
def test_every_way_to_write_a_matrix_reads_the_same(matrix):
    expected = [Scores.of(row) for row in matrix]
    written = {
        "a.npy": _npy(matrix),
        "a.json": json.dumps(matrix.tolist()).encode(),
        "a.csv": "\n".join(",".join(map(str, row)) for row in matrix.tolist()).encode(),
        "a.tsv": "\n".join("\t".join(map(str, row)) for row in matrix.tolist()).encode(),
    }
    for name, data in written.items():
        table = read_upload(name, data)
        assert [table.row(index) for index in range(2)] == expected
