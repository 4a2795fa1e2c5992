"""The learner's own table: a CSV file with one column that names the class.

Nothing is dropped in silence: what is encoded, left out or sampled becomes a note for the screen. The
standard library reads the file: every cell stays text until its column is understood.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count, islice

import numpy as np

from softviz.training.arrays import Floats
from softviz.training.datasets import LARGEST_MAGNITUDE, Examples

ROWS_KEPT = 20_000
"""A longer file is sampled, every row with the same chance."""
VALUES_KEPT = 2_000_000
"""Rows times columns: a wide file keeps fewer rows."""
MOST_COLUMNS = 256
MOST_CLASSES = 20
MOST_TEXTS = 10
"""A text column with more different texts is left out: one feature a text would drown the others."""
MOST_MISSING = 0.2
"""A column with a larger share of empty cells is left out; else the rows with empty cells are."""
NAME_LENGTH = 40
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
NAMES_OF_CLASSES = frozenset({"none", "-"})
"""Of what a missing number is written as, what may well name a class."""

_PIECE_ROWS = 20_000
_SEPARATORS = ",;\t|"


@dataclass(frozen=True)
class Table:
    """A file as read.

    Attributes:
        columns: Names of the columns, all different.
        rows: Cells as text, stripped; at most ``ROWS_KEPT`` rows, each as long as ``columns``.
        rows_in_file: How many rows the file has.
        ragged: How many rows were left out because they have more cells than there are columns.
        decimal_comma: Numbers may be written 3,5: semicolons separate the cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    rows_in_file: int
    ragged: int = 0
    decimal_comma: bool = False

    def column(self, name: str) -> list[str]:
        """The cells of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def read_table(content: bytes, *, seed: int = 0) -> Table:
    """Read a CSV file in UTF-8; commas, semicolons, tabs and bars are recognised.

    Memory is bounded by the file itself, one piece of it and the kept rows.

    Raises:
        ValueError: there are no rows, fewer than two columns, more than ``MOST_COLUMNS``, or it is not a
            table.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors="replace", newline="")
    separator = _separator(text.readline())
    text.seek(0)
    reader = csv.reader(text, delimiter=separator, skipinitialspace=True)
    try:
        names = next(reader, [])
        if not 2 <= len(names) <= MOST_COLUMNS:
            raise ValueError(f"expected a first line of 2 to {MOST_COLUMNS} column names; got {len(names):,}")
        columns = _distinct(names)
        sample = _Sample(columns=len(columns), rng=np.random.default_rng(seed))
        while piece := list(islice(reader, _PIECE_ROWS)):
            sample.add(piece)
    except csv.Error as error:
        raise ValueError(f"expected a CSV file; got one that cannot be read: {error}") from None
    if not sample.rows:
        raise ValueError("expected rows below the line of column names; got none")
    rows = tuple(_padded(row, len(columns)) for row in sample.rows)
    return Table(columns, rows, sample.seen, sample.ragged, decimal_comma=separator == ";")


def examples_from_table(table: Table, label_column: str) -> Examples:
    """Turn a table into examples of classes.

    Numbers stay, short lists of texts become one feature a text, the rest is left out and noted.

    Args:
        table: From ``read_table``.
        label_column: Name of the column that holds the class.

    Raises:
        ValueError: the label column is missing, empty, or holds one class or more than ``MOST_CLASSES``; or
            no usable feature or fewer than ten rows remain.
    """
    notes = _size_notes(table)
    labels = np.array(_labels(table, label_column), dtype=object)
    usable = labels != ""
    _note_rows(notes, int((~usable).sum()), _why_unlabelled(table.column(label_column)))
    features = _features(table, label_column, notes)
    complete = ~np.any([np.isnan(values) for values in features.values()] or [~usable], axis=0)
    _note_rows(notes, int((usable & ~complete).sum()), "an empty or unreadable cell")
    usable &= complete
    features = _varying({name: values[usable] for name, values in features.items()}, notes)
    if not features or not usable.any():
        raise ValueError(f"expected rows and features to learn from; got none. {' '.join(notes)}".rstrip())
    class_names = _in_order(set(labels[usable]))
    _check_classes(class_names, label_column)
    return Examples(
        features=np.stack(list(features.values()), axis=1),
        labels=np.array([class_names.index(label) for label in labels[usable]]),
        class_names=tuple(name[:NAME_LENGTH] for name in class_names),
        feature_names=tuple(features),
        notes=tuple(notes),
    )


@dataclass
class _Sample:
    """A uniform sample of the rows seen so far: those with the smallest random draws."""

    columns: int
    rng: np.random.Generator
    rows: list[Sequence[str]] = field(default_factory=list)
    seen: int = 0
    ragged: int = 0
    _draws: Floats = field(default_factory=lambda: np.empty(0))

    def add(self, piece: Sequence[Sequence[str]]) -> None:
        """Take a piece of the file into account."""
        filled = [row for row in piece if row]
        fitting = [row for row in filled if len(row) <= self.columns or not any(row[self.columns :])]
        self.seen += len(filled)
        self.ragged += len(filled) - len(fitting)
        rows = self.rows + fitting
        draws = np.concatenate([self._draws, self.rng.random(len(fitting))])
        limit = min(ROWS_KEPT, VALUES_KEPT // self.columns)
        kept = np.sort(np.argsort(draws, kind="stable")[:limit])
        self.rows, self._draws = [rows[place] for place in kept.tolist()], draws[kept]


def _padded(row: Sequence[str], columns: int) -> tuple[str, ...]:
    cells = [cell.strip() for cell in row[:columns]]
    return (*cells, *[""] * (columns - len(cells)))


def _separator(first_line: str) -> str:
    return max(_SEPARATORS, key=first_line.count)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Give empty names a number, and names that come twice a counter."""
    distinct: dict[str, None] = {}
    for place, raw in enumerate(names, 1):
        name = raw.strip()[:NAME_LENGTH] or f"column {place}"
        versions = (name if number == 1 else f"{name} ({number})" for number in count(1))
        distinct[next(version for version in versions if version not in distinct)] = None
    return tuple(distinct)


def _size_notes(table: Table) -> list[str]:
    notes: list[str] = []
    numeric = [name for name in table.columns if not np.isnan(_number(name))]
    if numeric:
        notes.append(
            f"The first line was taken for the names of the columns, and it holds numbers: {_some(numeric)}. If it is "
            "a row, write a line of names above it, so that it is not left out."
        )
    _note_rows(notes, table.ragged, "more cells than columns")
    if len(table.rows) < table.rows_in_file - table.ragged:
        notes.append(f"{len(table.rows):,} of {table.rows_in_file:,} rows are kept, drawn at random.")
    return notes


def _note_rows(notes: list[str], left_out: int, why: str) -> None:
    if left_out:
        notes.append(f"{left_out:,} {'row is' if left_out == 1 else 'rows are'} left out: {why}.")


def _some(names: Sequence[str]) -> str:
    return ", ".join([*map(repr, names[:3]), *(["…"] if len(names) > 3 else [])])


def _is_label(cell: str) -> bool:
    return cell.lower() not in MISSING - NAMES_OF_CLASSES


def _why_unlabelled(cells: Sequence[str]) -> str:
    written = sorted({cell for cell in cells if cell and not _is_label(cell)})
    return f"no label, or {_some(written)} in its place" if written else "no label"


def _labels(table: Table, label_column: str) -> list[str]:
    """The class of every row, empty where it has none."""
    if label_column not in table.columns:
        raise ValueError(f"expected a label column among {', '.join(table.columns)}; got {label_column!r}")
    labels = [cell if _is_label(cell) else "" for cell in table.column(label_column)]
    if not any(labels):
        raise ValueError(f"expected class names in column {label_column!r}; got only empty cells")
    _check_classes(set(labels) - {""}, label_column)
    return labels


def _check_classes(names: Sequence[str] | set[str], label_column: str) -> None:
    if len(names) == 1:
        raise ValueError(f"expected at least 2 classes in column {label_column!r}; got one: {next(iter(names))!r}")
    if len(names) > MOST_CLASSES:
        raise ValueError(
            f"expected 2 to {MOST_CLASSES} classes in column {label_column!r}; got {len(names):,}. "
            "Choose a column with a few different values"
        )


def _features(table: Table, label_column: str, notes: list[str]) -> dict[str, Floats]:
    """Every usable column's features by name, ``[rows]`` each; missing values are nan."""
    features: dict[str, Floats] = {}
    for name in table.columns:
        if name != label_column:
            features |= _column_features(name, table.column(name), notes, decimal_comma=table.decimal_comma)
    return features


def _column_features(name: str, cells: Sequence[str], notes: list[str], *, decimal_comma: bool) -> dict[str, Floats]:
    missing = np.array([cell.lower() in MISSING for cell in cells])
    if missing.mean() > MOST_MISSING:
        notes.append(f"Column {name!r} is left out: {missing.mean():.0%} of it is empty.")
        return {}
    numbers = np.array([_number(cell.replace(",", ".") if decimal_comma else cell) for cell in cells])
    if np.isnan(numbers[~missing]).mean() <= MOST_MISSING:
        return {name: numbers}
    texts = sorted({cell for cell, empty in zip(cells, missing, strict=True) if not empty})
    if len(texts) > MOST_TEXTS:
        notes.append(f"Column {name!r} is left out: it holds {len(texts):,} different texts.")
        return {}
    notes.append(f"Column {name!r} holds text: each of its {len(texts)} values became a feature of 0 and 1.")
    written = np.array(cells, dtype=object)
    return {
        f"{name} = {text[:NAME_LENGTH]}": np.where(missing, np.nan, (written == text).astype(float)) for text in texts
    }


def _number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        return np.nan
    return number if abs(number) <= LARGEST_MAGNITUDE else np.nan


def _varying(features: dict[str, Floats], notes: list[str]) -> dict[str, Floats]:
    constant = {name for name, values in features.items() if values.size and np.ptp(values) == 0}
    notes += [f"Feature {name!r} is left out: it has one value in every row." for name in sorted(constant)]
    return {name: values for name, values in features.items() if name not in constant}


def _in_order(names: set[str]) -> list[str]:
    try:
        return sorted(names, key=float)
    except ValueError:
        return sorted(names)
