"""Reading one number, and saying what stands where a number should be."""

from __future__ import annotations

import re

from softviz.scores.scores import clean_label

LONGEST_NUMBER = 400
"""In characters; no float64 below 1e6 needs as many."""
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\ufe63": "-", "\uff0d": "-", "\u2013": "-"})
# To know a word by its first letter is four times faster than by an exception.
_BEFORE_DIGITS = frozenset("+-.nNiI") | frozenset(map(chr, _MINUS_SIGNS))
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_SHOWN = 40


def number_in(text: str) -> float | None:
    """The number that the whole of the text writes, or None.

    Python's notation, any script's digits, and typographic minus signs. "nan" and "inf" are numbers here:
    refusing them is the work of `Scores`, which can say where they stand.
    """
    stripped = text.strip()
    if not stripped or not (stripped[0].isdecimal() or stripped[0] in _BEFORE_DIGITS):
        return None
    if len(stripped) > LONGEST_NUMBER or "_" in stripped:
        return None
    try:
        return float(with_plain_minus(stripped))
    except ValueError:
        return None


def is_plain(text: str) -> bool:
    """Whether Python's own ``float`` reads the numbers in a text as ``number_in`` does."""
    return text.isascii() and "_" not in text


def with_plain_minus(text: str) -> str:
    """The text with its typographic minus signs as hyphens."""
    return text if text.isascii() else text.translate(_MINUS_SIGNS)


def has_decimal_comma(text: str) -> bool:
    """Whether the whole text could be one number with a decimal comma, such as "2,0"."""
    if "," not in text or len(text) > LONGEST_NUMBER:
        return False
    return _DECIMAL_COMMA.fullmatch(with_plain_minus(text.strip())) is not None


def number_with_comma_in(text: str) -> float | None:
    """The number in a text that no comma separates from others: "2.0", or "2,0" with a decimal comma.

    Raises:
        ValueError: For "1,234", which is 1.234 to some and 1234 to others.
    """
    if not has_decimal_comma(text):
        return number_in(text)
    if _THOUSANDS.fullmatch(with_plain_minus(text.strip())):
        raise two_readings(text)
    return number_in(text.replace(",", "."))


def two_readings(text: str) -> ValueError:
    """The error for a comma that may be a decimal comma or a separator."""
    return ValueError(
        f"Expected a decimal point; the comma in {quoted(text)} can be read in two ways. Write 2.5 for two and a half."
    )


def not_a_number(text: str) -> ValueError:
    """The error for a text that should have been a number."""
    if text.strip().endswith("%"):
        return ValueError(f"Expected scores, which may be any number; {quoted(text)} is a percentage.")
    return ValueError(
        f"Expected numbers separated by commas, or a label and a score on each line; {quoted(text)} is not a number."
    )


def quoted(text: str) -> str:
    """What came, short and clean enough for a sentence."""
    shown = clean_label(text)
    return f"'{shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + '…'}'"
