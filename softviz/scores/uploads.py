"""Uploaded files to tables of scores: CSV, JSON, NumPy's .npy, and plain text.

A file is untrusted bytes. CSV is read by the standard library (its cells are numbers or text, so nothing
is guessed and pandas is not needed), JSON likewise, and .npy by `npy_files`, which never unpickles.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from softviz.scores.csv_files import table_from_csv
from softviz.scores.npy_files import NPY_MAGIC, table_from_npy
from softviz.scores.numerals import quoted
from softviz.scores.parsing import check_size, parse_scores, read_json
from softviz.scores.tables import Table, table_from_json, table_of

_OTHER_FORMATS = MappingProxyType(
    {
        NPY_MAGIC: "a NumPy file",
        b"PK\x03\x04": "a zip archive (such as .npz or .xlsx)",
        b"\x80": "a pickle, which could run code",
        b"\x1f\x8b": "a compressed file",
        b"%PDF": "a PDF",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
    }
)


def read_upload(name: str, data: bytes) -> Table:
    """The scores in an uploaded file: one row for one list or one set of label-score pairs.

    Args:
        name: The file's name; its ending says how to read it: .csv, .tsv, .txt, .json or .npy.
        data: The file's bytes, at most 5 MB. Text is UTF-8, UTF-16 with its mark, or else Latin-1.

    Raises:
        ValueError: A sentence with what was expected and what came; what came is quoted: show it as plain
            text.
    """
    ending = "." + name.lower().rpartition(".")[2]
    if ending not in READERS:
        raise ValueError(f"Expected a file that ends in {', '.join(READERS)}; got {quoted(name)}.")
    check_size(len(data))
    if not data:
        raise ValueError("Expected a file with scores; got an empty one.")
    return READERS[ending](data)


def _from_csv(data: bytes) -> Table:
    return table_from_csv(_text(data))


def _from_text(data: bytes) -> Table:
    scores = parse_scores(_text(data))
    return table_of(scores.values, scores.labels)


def _from_json(data: bytes) -> Table:
    try:
        return table_from_json(read_json(_text(data)))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise ValueError(f"Expected a JSON file; this one cannot be read at {place}.") from None


def _text(data: bytes) -> str:
    for magic, what in _OTHER_FORMATS.items():
        if data.startswith(magic):
            raise ValueError(f"Expected a file of text; got {what}.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _checked_text(data.decode("utf-16", "replace"))
    try:
        return _checked_text(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _checked_text(data.decode("latin-1"))


def _checked_text(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Expected a file of text; got binary data.")
    if not text.strip():
        raise ValueError("Expected a file with scores; got one with nothing in it.")
    return text


READERS: Mapping[str, Callable[[bytes], Table]] = MappingProxyType(
    {".csv": _from_csv, ".tsv": _from_csv, ".txt": _from_text, ".json": _from_json, ".npy": table_from_npy}
)
