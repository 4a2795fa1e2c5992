"""What NumPy, PyTorch, TensorFlow, JAX and Python print, read back without evaluating any of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from softviz.scores.numerals import not_a_number, number_in, quoted
from softviz.scores.scores import MAX_CLASSES, Scores, check_count
from softviz.scores.tables import several_rows

_SHORTENED = ("...", "…")
_LONGEST_OPENING = 200
_MOST_WORDS = 4 * MAX_CLASSES  # a column prints two brackets with each number

# Every quantifier below is bounded, possessive, or ends where what follows begins: no pattern goes over a text twice.
_WRAPPED_SCALAR = re.compile(
    r"\b(?:np\.(?:float|int|uint)\d{1,3}|tensor)\(([^()\[\],\s]{1,64}+)(?:,[^()\[\]]{0,80}+)?+\)"
)
_OPENING = re.compile(
    r"(?:Parameter containing:\s{1,4})?"
    r"(?:<tf\.Tensor:.{0,120}numpy=\s{0,4})?"
    r"(?:[^\W\d]\w{0,40}\s{0,4}[=:]\s{0,4})?"  # logits =
    r"(?:[^\W\d][\w.]{0,40}\s{0,4}\()?",  # np.array(
    re.DOTALL,
)
_WORD = re.compile(r"[^\[\]\s,;]+")
_BRACKET_OR_WORD = re.compile(rf"[\[\]]|{_WORD.pattern}")
_MAPPING_ITEM = re.compile(r"""\s*(?:'([^'\n]*)'|"([^"\n]*)"|([^\s:'",{}]+))\s*:\s*([^\s,:{}]+)\s*(?:,|\Z)""")


def with_plain_scalars(text: str) -> str:
    """The text with ``np.float64(2.0)`` and ``tensor(2.)`` as the numbers they hold."""
    return _WRAPPED_SCALAR.sub(r"\1", text) if "np." in text or "tensor(" in text else text


def scores_from_array(text: str) -> Scores | None:
    """Scores from a printed array; None when the text is none.

    Raises:
        ValueError: Several rows or several arrays, a shortened print-out, a bracket that never closes.
    """
    start = text.find("[", 0, _LONGEST_OPENING)
    if start < 0 or not _OPENING.fullmatch(text[:start].rstrip()):
        return None
    first = _WORD.search(text, start)
    if first and number_in(first[0]) is None and first[0] not in _SHORTENED:
        return None
    words = list(islice(_BRACKET_OR_WORD.finditer(text, start), _MOST_WORDS + 1))
    closing = _closing(words)
    if closing is None and len(words) > _MOST_WORDS:
        raise ValueError(f"Expected one row of at most {MAX_CLASSES:,} scores; got more.")
    if closing is None:
        raise ValueError("Expected a closing bracket; got an opening one that stays open.")
    after = text[words[closing].end() :].strip(" \t\r\n;.,")
    if after.startswith("[") or "([" in after:
        raise ValueError("Expected one array; got more than one. Paste the one that you want.")
    if after and not _closes_print_out(after):
        return None
    return Scores.of(_row_in_brackets([word[0] for word in words[: closing + 1]]))


def _closes_print_out(after: str) -> bool:
    name, equals, _ = after.partition("=")
    return after[0] in ")>" or (equals == "=" and name.strip().isidentifier())


def _closing(words: Sequence[re.Match[str]]) -> int | None:
    """The position of the bracket that closes the first one."""
    depth = 0
    for position, word in enumerate(words):
        if word[0] == "[":
            depth += 1
        elif word[0] == "]":
            depth -= 1
            if depth == 0:
                return position
    return None


def _row_in_brackets(words: Sequence[str]) -> list[float]:
    rows: list[list[str]] = [[]]
    for word in words:
        if word in "[]":
            rows.append([])
        else:
            rows[-1].append(word)
    row = _only_row([row for row in rows if row])
    if row != ["..."]:
        check_count(len(row))
    return [_number_in_print_out(word) for word in row]


def _only_row(rows: Sequence[list[str]]) -> list[str]:
    """The only row, or the only column."""
    if not rows:
        return []
    if len(rows) == 1:
        return rows[0]
    if all(len(row) == 1 for row in rows):
        return [row[0] for row in rows]
    raise several_rows(len(rows), len(rows[0]))


def _number_in_print_out(word: str) -> float:
    if word in _SHORTENED:
        raise ValueError(
            "Expected every score; got a print-out shortened with '...'. "
            "Print it in full, or save it with np.save and upload the .npy file."
        )
    number = number_in(word)
    if number is None:
        raise not_a_number(word)
    return number


def scores_from_mapping(text: str) -> Scores | None:
    """Scores from a printed dict, ``{'cat': 2.0}`` or ``Counter({'cat': 2})``; None when the text is none.

    Raises:
        ValueError: An entry is not a label and a number.
    """
    start = text.find("{", 0, _LONGEST_OPENING)
    unwrapped = text.rstrip(") \t\r\n")
    if start < 0 or not unwrapped.endswith("}") or not _OPENING.fullmatch(text[:start].rstrip()):
        return None
    return _scores_from_items(unwrapped[start + 1 : -1].rstrip())


def _scores_from_items(body: str) -> Scores:
    labels: list[str] = []
    values: list[float] = []
    position = 0
    while position < len(body):
        item = _MAPPING_ITEM.match(body, position)
        if item is None:
            came = quoted(body[position : position + 100])
            raise ValueError(f"Expected a label and a score, as in {{'cat': 2.0}}; got {came}.")
        if len(labels) == MAX_CLASSES:
            raise ValueError(f"Expected at most {MAX_CLASSES:,} scores; got more.")
        labels.append(item[1] or item[2] or item[3] or "")
        values.append(_number_in_print_out(item[4]))
        position = item.end()
    return Scores.of(values, labels)
