"""Plain lines of text to scores: numbers, label-score pairs, or a heading over a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from softviz.scores.numerals import (
    has_decimal_comma,
    not_a_number,
    number_in,
    number_with_comma_in,
    quoted,
    two_readings,
)
from softviz.scores.scores import MAX_CLASSES, Scores, check_count
from softviz.scores.tables import SCORE_HEADINGS, several_rows

_NOTHING_BETWEEN = re.compile(r"[,;|][^\S\n]*[,;|]")
_STRONG_SEPARATORS = "\t;:=|"
_QUOTES = "\"'`"


@dataclass(frozen=True)
class _Pair:
    label: str
    value: float


def scores_from_lines(text: str) -> Scores:
    """Scores from lines of numbers, of label-score pairs, or from a line of labels over a line of scores.

    Raises:
        ValueError: A sentence that names the first word or line that cannot be read.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and lines[-1].startswith(("dtype:", "Name:")):
        lines.pop()  # the footer of a pandas Series
    if len(lines) > MAX_CLASSES:
        check_count(len(lines))
    for read in (_from_numbers, _from_heading_and_row, _from_one_line_of_pairs):
        scores = read(lines)
        if scores is not None:
            return scores
    if len(lines) == 1 and "," in lines[0]:
        raise not_a_number(_first_word_among_numbers(lines[0]))
    return _from_pairs(lines)


def _first_word_among_numbers(line: str) -> str:
    fields = (field for field in line.split(",") if number_in(field) is None)
    return next(fields, line)


def _from_numbers(lines: Sequence[str]) -> Scores | None:
    first = _words(lines[0])
    if not first or number_in(first[0]) is None:
        return None
    words = [first, *map(_words, lines[1:])]
    count = sum(map(len, words))
    if count > MAX_CLASSES:
        check_count(count)
    rows = _all_numbers(words)
    if rows is None:
        return None
    text = "\n".join(lines)
    if _NOTHING_BETWEEN.search(text):
        raise ValueError("Expected a number between two commas; got nothing there.")
    if "," in text and ";" in text:
        rows = [_numbers_between_semicolons(line, decimal_point="." in text) for line in lines]
    elif "," in text and "." not in text:
        _refuse_two_readings(text)
    return _labelled_by_counting(rows) or Scores.of(_one_row(rows, lines))


def _words(line: str) -> list[str]:
    return line.replace(",", " ").replace(";", " ").replace("|", " ").split()


def _all_numbers(words: Sequence[Sequence[str]]) -> list[list[float]] | None:
    rows: list[list[float]] = []
    for line in words:
        numbers = [number for word in line if (number := number_in(word)) is not None]
        if len(numbers) < len(line):
            return None
        rows.append(numbers)
    return rows


def _numbers_between_semicolons(line: str, *, decimal_point: bool) -> list[float]:
    """The numbers of a line in which semicolons separate and commas, if no point does, begin the decimals."""
    numbers = []
    for field in filter(None, map(str.strip, line.split(";"))):
        number = number_in(field) if decimal_point else number_with_comma_in(field)
        if number is None:
            raise ValueError(
                f"Expected one kind of separator; between the semicolons stands {quoted(field)}. "
                "Use commas only, or semicolons only."
            )
        numbers.append(number)
    return numbers


def _refuse_two_readings(text: str) -> None:
    """Refuse "2,0 1,0": two numbers with decimal commas, or four without."""
    words = text.split()
    doubtful = next((word for word in words if has_decimal_comma(word)), None)
    clear = any(word.startswith(",") or word.endswith(",") or word.count(",") > 1 for word in words)
    if len(words) > 1 and doubtful is not None and not clear:
        raise two_readings(doubtful)


def _labelled_by_counting(rows: Sequence[Sequence[float]]) -> Scores | None:
    """Scores from "0 2.0", "1 1.0", …: two columns, of which the first only counts the lines."""
    if len(rows) < 2 or any(len(row) != 2 for row in rows):
        return None
    numbers = [row[0] for row in rows]
    if numbers not in ([*range(len(rows))], [*range(1, len(rows) + 1)]):
        return None
    return Scores.of([row[1] for row in rows], [f"{number:.0f}" for number in numbers])


def _one_row(rows: Sequence[list[float]], lines: Sequence[str]) -> list[float]:
    """All numbers in one row, unless the lines form a table."""
    width = len(rows[0])
    continued = any(line.endswith((",", ";", "|")) for line in lines[:-1])
    if len(rows) > 1 and width > 1 and not continued and all(len(row) == width for row in rows):
        raise several_rows(len(rows), width)
    return [number for row in rows for number in row]


def _from_heading_and_row(lines: Sequence[str]) -> Scores | None:
    if len(lines) < 2:
        return None
    delimiter = next((sign for sign in "\t;," if sign in lines[0]), None)
    if delimiter is not None and lines[0].count(delimiter) >= MAX_CLASSES:
        check_count(lines[0].count(delimiter) + 1)
    labels = _fields(lines[0], delimiter)
    if len(labels) < 2 or labels[-1].lower() in SCORE_HEADINGS:
        return None
    if any(number_in(label) is not None for label in labels):
        return None
    rows = [_row_under(labels, line, delimiter) for line in lines[1:]]
    if rows[0] is None or any(row is None for row in rows):
        return None
    if len(rows) > 1:
        raise several_rows(len(rows), len(labels))
    return Scores.of(rows[0], labels)


def _row_under(labels: Sequence[str], line: str, delimiter: str | None) -> list[float] | None:
    fields = _fields(line, delimiter)
    if len(fields) != len(labels):
        return None
    numbers = [number for field in fields if (number := number_with_comma_in(field)) is not None]
    return numbers if len(numbers) == len(labels) else None


def _fields(line: str, delimiter: str | None) -> list[str]:
    return [_unquoted(field) for field in line.split(delimiter)]


def _from_one_line_of_pairs(lines: Sequence[str]) -> Scores | None:
    if len(lines) > 1:
        return None
    chunks = lines[0].rstrip(",; \t").split(";" if ";" in lines[0] else ",")
    if len(chunks) > MAX_CLASSES:
        check_count(len(chunks))
    pairs = [pair for chunk in chunks if (pair := _pair(chunk)) is not None]
    return _scores_of(pairs) if 2 <= len(pairs) == len(chunks) else None


def _from_pairs(lines: Sequence[str]) -> Scores:
    start = 1 if len(lines) > 1 and _ends_in_score_heading(lines[0]) else 0
    pairs = []
    for position, line in enumerate(lines[start:], start + 1):
        pair = _pair(line)
        if pair is None:
            raise _unreadable(line, position, len(lines))
        pairs.append(pair)
    return _scores_of(pairs)


def _ends_in_score_heading(line: str) -> bool:
    words = _words(line)
    return len(words) > 1 and _unquoted(words[-1]).lower() in SCORE_HEADINGS


def _scores_of(pairs: Sequence[_Pair]) -> Scores:
    return Scores.of([pair.value for pair in pairs], [pair.label for pair in pairs])


def _unreadable(line: str, position: int, count: int) -> ValueError:
    words = _words(line)
    if words and words[-1].endswith("%"):
        return not_a_number(words[-1])
    if count == 1:
        return not_a_number(next((word for word in words if number_in(word) is None), line))
    return ValueError(
        f"Expected a score at the end of each line, as in 'cat 2.0'; line {position:,} is {quoted(line)}."
    )


def _pair(line: str) -> _Pair | None:
    """A label and the number after it; None when the line does not end in a number or has no label."""
    text = line.strip("|").rstrip(",; \t")
    cut = max(map(text.rfind, _STRONG_SEPARATORS))
    if cut > 0:
        value = number_with_comma_in(text[cut + 1 :])
        if value is not None:
            return _pair_of(text[:cut], value)
    return _pair_across_space(text) or _pair_across_comma(text)


def _pair_across_space(text: str) -> _Pair | None:
    words = text.rsplit(maxsplit=1)
    if len(words) < 2:
        return None
    if has_decimal_comma(words[1]):
        raise two_readings(text)
    value = number_in(words[1])
    return None if value is None else _pair_of(words[0], value)


def _pair_across_comma(text: str) -> _Pair | None:
    label, _, last = text.rpartition(",")
    value = number_in(last)
    return None if value is None else _pair_of(label, value)


def _pair_of(label: str, value: float) -> _Pair | None:
    name = _unquoted(label.strip().rstrip(",:;=| \t"))
    return _Pair(name, value) if name else None


def _unquoted(text: str) -> str:
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in _QUOTES:
        return stripped[1:-1]
    return stripped
