"""What a hostile visitor sends: links, pasted texts and files, as Hypothesis strategies.

Tests draw a few of each, ``python -m benchmarks fuzz`` thousands.
"""

import importlib
import io
import json
import pkgutil
from collections.abc import Callable, Iterable

import numpy as np
from hypothesis import strategies as st

import softviz
from softviz import records, studies
from softviz.core.loss_registry import LOSSES
from softviz.core.registry import MAPPINGS
from softviz.fields import LinkRecord
from softviz.scores import PRESETS
from softviz.scores.npy_files import NPY_MAGIC
from softviz.scores.parsing import MAX_BYTES
from softviz.scores.tables import MAX_CELLS, MAX_ROWS
from softviz.scores.uploads import READERS
from softviz.training.configuration import REAL_DATASETS, TOY_DATASETS

SIGNS = "0123456789.,;:=|-+eE[](){}<>'\"%_ \t\n\\…\u2212\u2028\ud800\x00"
STEMS = "nan inf cat label score tensor( array( np.float64( ... dtype=float32 dtype: null true 1e308 1e-320"
PIECES = st.sampled_from([*SIGNS, *STEMS.split()])
"""Parts of texts that somebody might paste."""

VALUES = st.lists(st.floats(-1e6, 1e6) | st.integers(-9, 9), min_size=1, max_size=7)
_LABELS = ("cat", "New York", "dog,", "'", "12:30", "é", "[PAD]", "=SUM(A1)", "\u200b", "x" * 90)
_WAYS_TO_WRITE: tuple[Callable[[list[float]], str], ...] = (
    str,
    lambda values: str(np.array(values)),
    lambda values: f"tensor({values}, device='cuda:0')",
    lambda values: "; ".join(map(str, values)).replace(".", ","),
    lambda values: "\n".join(map(str, values)),
    lambda values: "\n".join(map("{} {}".format, _LABELS, values)),
    lambda values: "\n".join(map("| {} | {} |".format, _LABELS, values)),
    lambda values: repr(dict(zip(_LABELS, values, strict=False))),
    lambda values: json.dumps([{"label": name, "score": value} for name, value in zip(_LABELS, values, strict=False)]),
    lambda values: "\t".join(_LABELS[: len(values)]) + "\n" + "\t".join(map(str, values)),
)


@st.composite
def nearly_right_texts(draw: st.DrawFn) -> str:
    """Draw scores in a usual form, of which a part was cut out and something else put in."""
    text = draw(st.sampled_from(_WAYS_TO_WRITE))(draw(VALUES))
    start, length = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 3]))
    return text[:start] + draw(st.just("") | PIECES) + text[start + length :]


TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join), nearly_right_texts())

_CELL_TEXTS = ["", "1", "2.5", "-3", "0,5", "nan", "cat", '"', "'", "label", "id", "40%", "\x00", "é", " "]
CELLS = st.sampled_from(_CELL_TEXTS)

JSON_KEYS = st.sampled_from(["label", "score", "labels", "logits", "cat", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(JSON_KEYS, inner, max_size=4),
    max_leaves=12,
)

BYTES = st.tuples(st.sampled_from([*READERS]), st.binary(max_size=200))
"""A file's ending and any bytes."""


@st.composite
def _even_rows(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    heading = draw(st.just([]) | st.just([list(_LABELS[:width])]))
    cells = draw(st.sampled_from([st.sampled_from(["1", "2.5", "-3"]), CELLS]))
    return heading + draw(st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=13))


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Draw a small file of cells, with any of the separators."""
    delimiter = draw(st.sampled_from(",;\t|"))
    rows = draw(st.lists(st.lists(CELLS, max_size=5), max_size=6) | _even_rows())
    return "\n".join(map(delimiter.join, rows)).encode("utf-8", "surrogatepass")


@st.composite
def damaged_arrays(draw: st.DrawFn) -> bytes:
    """Draw a NumPy file of which some bytes were overwritten."""
    data = npy_bytes(np.arange(10, dtype=draw(st.sampled_from(["f8", "f2", "i4"]))).reshape(2, 5))
    damage, place = draw(st.binary(max_size=8)), draw(st.integers(0, 160))
    return data[:place] + damage + data[place + len(damage) :]


@st.composite
def claiming_arrays(draw: st.DrawFn) -> bytes:
    """Draw a NumPy file whose header claims any type and shape, over any number of bytes up to the limit."""
    kind = draw(st.sampled_from(["<f8", ">f4", "|i1", "<u2", "|b1", "<c16", "|O", "<U9", "<f3", "|V8"]))
    shape = draw(st.lists(st.sampled_from([0, 1, 2, 7, 50, 99_999, 10**9, 10**17]), max_size=4))
    header = repr({"descr": kind, "fortran_order": draw(st.booleans()), "shape": tuple(shape)}) + "\n"
    size = int(np.prod(shape, dtype=object)) * int(kind[2:] or 0)
    body = bytes(size if size <= MAX_BYTES - 200 else 64)
    return NPY_MAGIC + b"\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + body


def npy_bytes(array: np.ndarray) -> bytes:
    """Save an array as a NumPy file in memory."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def grown(pieces: Iterable[str], opening: str = "", closing: str = "") -> str:
    """Repeat what pieces spell until the text is as long as a paste or a file may be."""
    unit = "".join(pieces) or "1"
    room = MAX_BYTES - len((opening + closing).encode("utf-8", "surrogatepass"))
    return opening + unit * max(0, room // len(unit.encode("utf-8", "surrogatepass"))) + closing


GROWN_TEXTS = st.builds(
    grown,
    st.lists(PIECES, min_size=1, max_size=7),
    st.sampled_from(["", "[", "{", '["', "tensor([", "np.array([[", "cat dog\n", "label,score\n"]),
    st.sampled_from(["", "]", "}", '"]', "])", "\n", "x"]),
)
"""Texts of 5 MB: a reader that goes over one for each of its characters would not come back."""

GROWN_TABLES = st.builds(
    grown,
    st.lists(CELLS | st.sampled_from(",;\t|\n"), min_size=1, max_size=9),
    st.sampled_from(["", "a,b\n", "id,cat\n", ",0,1\n", "label,score\n", '"']),
).map(lambda text: text.encode("utf-8", "surrogatepass"))
"""Texts of 5 MB in the place of tables."""


@st.composite
def largest_tables(draw: st.DrawFn) -> bytes:
    """Draw a table of as many cells as are read, most of them numbers."""
    width = draw(st.sampled_from([2, 5, 50, 1_000, 60_000]))
    rows = min(MAX_ROWS, MAX_CELLS // width) - 1
    numbers = ",".join(draw(st.lists(st.sampled_from(["1", "-2.5", "1e-9"]), min_size=1, max_size=5)) * width)
    first = draw(st.sampled_from(["", "cat,", "é\u200b,", ","]))
    line = (first + numbers).split(",")[:width]
    heading = draw(st.sampled_from([[], [",".join(f"c{i}" for i in range(width))]]))
    last = draw(st.sampled_from([[], ["x" * 9 + ",1" * (width - 1)], ["1"]]))
    return "\n".join(heading + [",".join(line)] * (rows - len(heading) - len(last)) + last).encode()[:MAX_BYTES]


_JSON_UNITS = ["1,", "[],", "{},", "[1,2],", '"a",', '{"label":"a","score":1},', '{"a":1},', "null,", "[[", "1e999,"]
GROWN_JSON = st.builds(
    grown,
    st.lists(st.sampled_from(_JSON_UNITS), min_size=1, max_size=3),
    st.sampled_from(["[", '{"a":[', '{"labels":[', "[["]),
    st.sampled_from(["1]", "1]}", '"a"]', "[]]]", "{}]"]),
).map(str.encode)
"""JSON documents of 5 MB."""


@st.composite
def many_keys(draw: st.DrawFn) -> bytes:
    """Draw a JSON object of 5 MB whose keys are all different."""
    value = draw(st.sampled_from(["1", "[]", "[1,2]", "{}", '"a"', "null", '{"a":1}']))
    pad = draw(st.sampled_from([1, 6, 20, 80]))
    count = MAX_BYTES // (pad + len(value) + 4)
    return ("{" + ",".join(f'"{i:0{pad}d}":{value}' for i in range(count)) + "}").encode()[:MAX_BYTES]


_NUMBERS = ["", "nan", "inf", "-inf", "-0", "1e308", "1e-320", "10**9", "1_0", "٣", "9" * 400, "0x10", "True", "None"]
_MARKUP = ["<script>alert(1)</script>", "![x](http://example.com)", "$\\frac{1}{0}$", "../../etc/passwd", "\u202e\x00"]
_LISTS = ["1,2", "1,2,3", "nan,1", "1e6,-1e6,0", "1,", ",".join("1" * 64), ",".join("1" * 65), "x" * 9_000, "\\,\\"]
HOSTILE_VALUES = st.one_of(
    st.sampled_from([*_NUMBERS, *_MARKUP, *_LISTS]),
    st.integers().map(str) | st.integers(0, 100).map(str),
    st.floats().map(str) | st.floats(0, 10).map(str),
    st.sampled_from(
        sorted([*PRESETS, *MAPPINGS, *LOSSES, *TOY_DATASETS, *REAL_DATASETS, "table", "relu", "adam", "0"])
    ),
    st.lists(st.sampled_from(sorted(MAPPINGS)), min_size=2, max_size=6, unique=True).map(",".join),
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=11).map(lambda values: ",".join(map(str, values))),
    st.text(max_size=30),
)


def link_records() -> list[type[LinkRecord]]:
    """Return every record that a link can carry."""
    for room in (softviz, records, studies):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if not module.ispkg:
                importlib.import_module(module.name)
    return sorted(
        (record for record in LinkRecord.__subclasses__() if record.__module__.startswith("softviz.")),
        key=lambda record: record.__name__,
    )


def links(*records: type[LinkRecord], most: int = 9) -> st.SearchStrategy[dict[str, str]]:
    """Draw queries: names that records know (and some that none does), with hostile values."""
    known = sorted({key for record in records for key in record.query_keys()})
    return st.dictionaries(st.sampled_from(known) | st.text(max_size=8), HOSTILE_VALUES, max_size=most)


def json_bytes(document: object) -> bytes:
    """Write a document as JSON, NaN and infinity included."""
    return json.dumps(document).encode()
