"""CSV to a table of scores: find the heading, the column of labels, and the columns of numbers."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from softviz.scores.numerals import (
    LONGEST_NUMBER,
    has_decimal_comma,
    is_plain,
    number_in,
    number_with_comma_in,
    quoted,
)
from softviz.scores.scores import MAX_CLASSES, check_count
from softviz.scores.tables import LABEL_HEADINGS, MAX_ROWS, Table, check_cells, check_rows, table_of

_STRONG_DELIMITERS = ";\t|"
_STRONG = re.compile(r"[;\t|]")
_ANY_SEPARATOR = re.compile(r"[;\t|,\s]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d)")
_QUOTED = re.compile(r'"[^"]*"')
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# A column of numbers under one of these headings names the rows; it is not a class.
_NAME_HEADINGS = LABEL_HEADINGS | {"", "id", "index", "target", "#"}

Cells = list[list[str]]


@dataclass(frozen=True)
class _Column:
    heading: str | None
    cells: tuple[str, ...]
    numbers: tuple[float | None, ...]  # None where a cell holds words, nan where it is empty

    @cached_property
    def is_text(self) -> bool:
        return all(number is None or not cell for cell, number in zip(self.cells, self.numbers, strict=True))

    @property
    def names_rows(self) -> bool:
        return self.is_text or (self.heading is not None and self.heading.lower() in _NAME_HEADINGS)


def table_from_csv(text: str) -> Table:
    """Rows of scores, with the classes' labels from the heading and the rows' names from a label column.

    One column of numbers is one row of scores, labelled by the label column where there is one. The delimiter
    is a comma, a semicolon, a tab or a bar; unless it is a comma, decimal commas are read.

    Raises:
        ValueError: Lines of different lengths, no column of numbers, words among the numbers, or two readings.
    """
    delimiter = _delimiter(text)
    to_number = number_in if delimiter == "," else number_with_comma_in
    check_cells(text.count(delimiter) + max(text.count("\n"), text.count("\r")))
    cells = _cells(text, delimiter)
    headed = _has_heading(cells, to_number)
    headings: Sequence[str | None] = cells[0] if headed else [None] * len(cells[0])
    if len(headings) > MAX_CLASSES + 1:
        check_count(len(headings))
    columns = [
        _Column(heading, column, _numbers(column, to_number))
        for heading, column in zip(headings, zip(*cells[headed:], strict=True), strict=True)
    ]
    if not headed and '"' not in text:
        _refuse_two_separators([column for column in columns if column.is_text], delimiter)
    return _table_of_columns(columns)


def _numbers(column: Sequence[str], to_number: Callable[[str], float | None]) -> tuple[float | None, ...]:
    if is_plain("".join(column)) and max(map(len, column)) <= LONGEST_NUMBER:
        try:
            return tuple(map(float, (cell or "nan" for cell in column)))  # ten times faster than one by one
        except ValueError:
            pass
    return tuple(to_number(cell) if cell else math.nan for cell in column)


def _table_of_columns(columns: Sequence[_Column]) -> Table:
    scored = [column for column in columns if not column.names_rows]
    naming = [column for column in columns if column.names_rows]
    naming.sort(key=lambda column: not column.is_text)  # words name a row better than numbers do
    if not scored:
        raise ValueError(f"Expected a column of numbers; got {quoted(columns[0].cells[0])} and no numbers.")
    for column in scored:
        _refuse_words(column)
    return table_of(
        np.array([column.numbers for column in scored], dtype=np.float64).T,
        None if scored[0].heading is None else [column.heading or "" for column in scored],
        naming[0].cells if naming else (),
        [column.heading or "" for column in naming[1:]],
    )


def _refuse_words(column: _Column) -> None:
    if None not in column.numbers:
        return
    for row, (cell, number) in enumerate(zip(column.cells, column.numbers, strict=True), 1):
        if number is None:
            where = f"column {quoted(column.heading)}" if column.heading else "a column of numbers"
            raise ValueError(f"Expected numbers throughout {where}; row {row:,} holds {quoted(cell)}.")


def _delimiter(text: str) -> str:
    """Find what separates cells, by the first line; where every comma there may begin decimals, it is another sign."""
    first_line = _QUOTED.sub("", text.lstrip("\r\n").partition("\n")[0])
    strong = max(_STRONG_DELIMITERS, key=first_line.count)
    if strong in first_line and len(_BETWEEN_DIGITS.findall(first_line)) == first_line.count(","):
        return strong
    return max("," + _STRONG_DELIMITERS, key=first_line.count)


def _refuse_two_separators(labels: Sequence[_Column], delimiter: str) -> None:
    """Refuse "5;1" or "dog;2" as a label: the file has a second separator, and its numbers would be misread."""
    for cell in chain.from_iterable(column.cells for column in labels):
        if not cell.isalnum() and _holds_numbers(cell):
            raise ValueError(
                f"Expected one kind of separator; {quoted(cell)} stands between two {_NAMES[delimiter]}. "
                "Separate by semicolons where commas begin the decimals, and put quotes around a label."
            )


def _holds_numbers(cell: str) -> bool:
    parts, words = _STRONG.split(cell), _ANY_SEPARATOR.split(cell.strip())
    if len(parts) > 1 and any(number_in(part) is not None for part in parts):
        return True
    return len(words) > 1 and not has_decimal_comma(cell) and all(number_in(word) is not None for word in words)


def _cells(text: str, delimiter: str) -> Cells:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
        cells = [list(map(str.strip, row)) for row in rows] if _may_be_padded(text) else list(rows)
    except csv.Error as error:
        raise ValueError(f"Expected a CSV file; it cannot be read: {error}.") from None
    filled = [row for row in cells if any(row)]
    if not filled:
        raise ValueError("Expected a CSV file with scores; got empty cells only.")
    return _without_empty_end(filled)


def _may_be_padded(text: str) -> bool:
    return not text.isascii() or any(space in text for space in " \t\v\f\x1c\x1d\x1e\x1f")


def _without_empty_end(cells: Cells) -> Cells:
    """Rows of one length, without the empty columns that spreadsheets leave at the end."""
    width = max(map(_filled_width, cells))
    if width == 1 and len(cells) > MAX_CLASSES + 1:
        check_count(len(cells))
    if len(cells) > MAX_ROWS + 1:
        check_rows(len(cells))
    for position, row in enumerate(cells, 1):
        if len(row) < width:
            raise ValueError(f"Expected {width:,} cells in every line; line {position:,} has {len(row):,}.")
    return [row if len(row) == width else row[:width] for row in cells]


def _filled_width(row: Sequence[str]) -> int:
    width = len(row)
    while not row[width - 1]:
        width -= 1
    return width


def _has_heading(cells: Cells, to_number: Callable[[str], float | None]) -> bool:
    """Whether the first line names the columns rather than being one of the rows.

    It must hold nothing but words, whole numbers and gaps, and a word over a column of numbers. Without a
    word it is a heading when it only counts the columns after a gap, as pandas writes it.
    """
    first, below = cells[0], cells[1:]
    if not below or any(to_number(cell) is not None and not cell.isdecimal() for cell in first):
        return False
    if all(cell.isdecimal() for cell in first[1:]) and first[0] == "":
        return first[1:] in (_counted_from(0, first), _counted_from(1, first))
    words = [position for position, cell in enumerate(first) if cell and not cell.isdecimal()]
    return any(_are_numbers([row[position] for row in below if row[position]]) for position in words)


def _are_numbers(cells: Sequence[str]) -> bool:
    return bool(cells) and all(number_in(cell.replace(",", ".")) is not None for cell in cells)


def _counted_from(start: int, first: Sequence[str]) -> list[str]:
    return [str(number) for number in range(start, start + len(first) - 1)]
