"""Tables of scores: one row is one learner's question, one column one class.

A file may hold the scores of many pictures or prompts. The table keeps them as they came; only the row
that is chosen becomes `Scores`, and only then are its numbers checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.scores.numerals import quoted
from softviz.scores.scores import MAX_CLASSES, Scores, check_count, clean_label, default_labels

MAX_ROWS = 100_000
MAX_CELLS = 250_000
"""Of a file of text: to read more takes longer than a second."""

LABEL_HEADINGS = frozenset({"label", "labels", "class", "classes", "name", "names", "token", "tokens"})
SCORE_HEADINGS = frozenset({"logit", "logits", "score", "scores", "value", "values"})


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of scores for the same classes.

    Attributes:
        values: Shape ``[rows, classes]``, read-only; nan where a cell is empty.
        labels: The label of each column.
        names: The name of each row, or empty when the file gives none.
        ignored: Headings of columns that hold neither scores nor the rows' names.
    """

    values: NDArray[Any]
    labels: tuple[str, ...]
    names: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_count(self.values.shape[1])
        check_rows(len(self))
        self.values.flags.writeable = False
        for texts in ("labels", "names", "ignored"):
            object.__setattr__(self, texts, tuple(map(clean_label, getattr(self, texts))))

    def __len__(self) -> int:
        return int(self.values.shape[0])

    def name(self, index: int) -> str:
        """The row's own name, or "row 1" for the first."""
        return self.names[index] if self.names else f"row {index + 1:,}"

    def row(self, index: int) -> Scores:
        """The scores of one row, counted from 0.

        Raises:
            ValueError: There is no such row, or a cell of it is empty, not finite or past the limits.
        """
        if not 0 <= index < len(self):
            raise ValueError(f"Expected a row from 1 to {len(self):,}; got row {index + 1:,}.")
        values = self.values[index]
        missing = np.isnan(values)
        if missing.any():
            label = self.labels[int(np.argmax(missing))]
            where = f" in {quoted(self.name(index))}" if len(self) > 1 else ""
            raise ValueError(f"Expected a finite score for {quoted(label)}{where}; got nan or an empty cell.")
        return Scores.of(values, self.labels)

    def only_row(self) -> Scores:
        """The scores, where exactly one row is wanted. Raises ValueError that asks for one row."""
        if len(self) != 1:
            raise several_rows(len(self), len(self.labels))
        return self.row(0)


def check_rows(count: int) -> None:
    """Refuse more rows than a table may have."""
    if count > MAX_ROWS:
        raise ValueError(f"Expected at most {MAX_ROWS:,} rows; got {count:,}.")


def check_cells(count: int) -> None:
    """Refuse more cells than a file of text may have, by counting its separators before it is read."""
    if count > MAX_CELLS:
        raise ValueError(f"Expected at most {MAX_CELLS:,} cells; got {count:,}.")


def several_rows(rows: int, width: int) -> ValueError:
    """The error for a matrix where one row of scores is wanted."""
    return ValueError(
        f"Expected one row of scores; got {rows:,} rows of {width:,}. "
        "Paste the row that you want, or upload the table as a file and choose the row there."
    )


def table_of(
    values: NDArray[Any],
    labels: Sequence[str] | None = None,
    names: Sequence[str] = (),
    ignored: Sequence[str] = (),
) -> Table:
    """A table from a matrix, or from a vector, which is one row.

    A matrix of one column is one row of scores as well, and the names of its rows are the labels.
    """
    matrix = values if values.ndim == 2 else values[np.newaxis]
    if matrix.shape[1] == 1:
        matrix, labels, names = matrix.T, tuple(names) or None, ()
    check_count(matrix.shape[1])
    given = default_labels(matrix.shape[1]) if labels is None else tuple(labels)
    return Table(matrix, given, tuple(names), tuple(ignored))


def table_from_json(document: Any) -> Table:
    """Scores from a parsed JSON document, in any of the shapes that people write.

    ``[2, 1]`` · ``[[2, 1], [0, 3]]`` · ``{"cat": 2, "dog": 1}`` · ``[{"label": "cat", "score": 2}, …]`` ·
    ``[{"cat": 2, "dog": 1}, …]`` · ``{"labels": […], "logits": […]}`` · ``{"cat": [2, 0], "dog": [1, 3]}``

    Raises:
        ValueError: The document has another shape, or holds something that is not a number.
    """
    if isinstance(document, list) and len(document) == 1 and isinstance(document[0], (list, dict)):
        return table_from_json(document[0])
    if isinstance(document, dict):
        return _table_from_object(document)
    if not isinstance(document, list):
        raise ValueError(f"Expected a list or an object of scores; got {_kind(document)}.")
    if document and isinstance(document[0], dict):
        return _table_from_records(document)
    if document and isinstance(document[0], list):
        return table_of(_matrix(document))
    return table_of(_vector(document))


def _table_from_object(document: Mapping[str, Any]) -> Table:
    labels = _first_list(document, LABEL_HEADINGS)
    scores = _first_list(document, SCORE_HEADINGS)
    if scores is not None and (labels is not None or len(document) == 1):
        return _table_with_labels(scores, labels)
    if document and all(isinstance(column, list) for column in document.values()):
        return table_of(_matrix(list(document.values())).T, tuple(document))
    return table_of(_vector(list(document.values()), tuple(document)), tuple(document))


def _table_with_labels(scores: list[Any], labels: list[Any] | None) -> Table:
    table = table_from_json(scores)
    if labels is None:
        return table
    if len(labels) != len(table.labels):
        raise ValueError(f"Expected as many labels as scores; got {len(labels):,} and {len(table.labels):,}.")
    return table_of(table.values, tuple(str(label) for label in labels))


def _table_from_records(records: list[Any]) -> Table:
    check_rows(len(records))
    label_key, score_key = _key_of(records[0], LABEL_HEADINGS), _key_of(records[0], SCORE_HEADINGS)
    keys = tuple(records[0])
    for position, record in enumerate(records):
        if not isinstance(record, dict) or record.keys() != records[0].keys():
            raise ValueError(
                f"Expected objects with the same names in each; entry {position + 1:,} differs from entry 1."
            )
    if label_key is not None and score_key is not None:
        labels = tuple(str(record[label_key]) for record in records)
        return table_of(_vector([record[score_key] for record in records], labels), labels)
    return table_of(_matrix([list(record.values()) for record in records]), keys)


def _key_of(record: Mapping[str, Any], keys: frozenset[str]) -> str | None:
    return next((key for key in record if key.lower() in keys), None)


def _first_list(document: Mapping[str, Any], keys: frozenset[str]) -> list[Any] | None:
    key = _key_of(document, keys)
    found = document[key] if key is not None else None
    return found if isinstance(found, list) else None


def _matrix(rows: list[Any]) -> NDArray[np.float64]:
    check_rows(len(rows))
    for position, row in enumerate(rows):
        if not isinstance(row, list):
            raise ValueError(f"Expected rows of scores; row {position + 1:,} is {_kind(row)}.")
        if len(row) != len(rows[0]):
            raise ValueError(
                f"Expected rows of one length; row 1 has {len(rows[0]):,} scores "
                f"and row {position + 1:,} has {len(row):,}."
            )
    return np.array([_vector(row) for row in rows], dtype=np.float64)


def _vector(values: list[Any], labels: Sequence[str] | None = None) -> NDArray[np.float64]:
    if len(values) > max(MAX_CLASSES, MAX_ROWS):
        check_count(len(values))
    for position, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            place = quoted(labels[position]) if labels is not None else f"score {position + 1:,}"
            raise ValueError(f"Expected numbers; {place} is {_kind(value)}.")
    return np.array(values, dtype=np.float64)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    names = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a single number")
