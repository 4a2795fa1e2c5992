"""Scores: what a learner brings, checked once at the door.

Every way in (a preset, pasted text, an uploaded file, a link) ends in one `Scores`, so that whatever
comes after may trust it: finite float64 values, as many labels as values, and labels that are safe to
show as *text*. A label may still hold ``<script>`` or Markdown: escaping belongs to whoever writes HTML
or Markdown.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

MIN_CLASSES = 2
MAX_CLASSES = 100_000
MAX_LABEL = 80
MAX_MAGNITUDE = 1e6

Floats = NDArray[np.float64]

_LINE_ENDS = frozenset("\n\r\v\f\x85\u2028\u2029")
_JOINERS = frozenset("\u200c\u200d")  # Persian, Indic scripts and family emoji need them
_REPLACED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn"})


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores (logits) of the classes, each with its label.

    Attributes:
        values: Shape ``[classes]``, float64, read-only, every one finite and at most 1e6 in size.
        labels: One text a class, at most 80 characters, cleaned of control characters. Labels may repeat:
            two tokens can look alike and still be two classes. A class is known by its position.

    Two records are equal when their values and labels are, and equal records have equal hashes.

    Raises:
        ValueError: A sentence with what was expected and what came.
    """

    values: Floats
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        values = _checked_values(self.values)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "labels", _checked_labels(self.labels, values.size))

    @classmethod
    def of(cls, values: ArrayLike, labels: Iterable[str] | None = None) -> Self:
        """Scores from anything array-like; without labels the classes are called "class 1", "class 2", …"""
        checked = _checked_values(values)
        return cls(checked, default_labels(checked.size) if labels is None else tuple(labels))

    def __len__(self) -> int:
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scores):
            return NotImplemented
        return self.labels == other.labels and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash((self.values.tobytes(), self.labels))

    def __reduce__(self) -> tuple[type[Self], tuple[Floats, tuple[str, ...]]]:
        # A plain unpickling would hand back a writable array.
        return type(self), (self.values, self.labels)

    def __repr__(self) -> str:
        first = zip(self.labels[:5], self.values[:5], strict=True)
        shown = ", ".join(f"{label!r}: {value:.4g}" for label, value in first)
        return f"Scores({shown}{', …' if len(self) > 5 else ''}; {len(self):,} classes)"

    def with_values(self, values: ArrayLike) -> Self:
        """The same classes with other values; as many values as there are labels."""
        return type(self)(np.asarray(values), self.labels)

    def with_value(self, index: int, value: float) -> Self:
        """One class set to an exact number."""
        values = self.values.copy()
        values[index] = value
        return type(self)(values, self.labels)

    def with_label(self, index: int, label: str) -> Self:
        """One class renamed; an empty name gives the default back."""
        labels = list(self.labels)
        labels[index] = label
        return type(self)(self.values, tuple(labels))

    def with_class(self, value: float = 0.0, label: str = "") -> Self:
        """One more class at the end."""
        return type(self)(np.append(self.values, value), (*self.labels, label))

    def without_class(self, index: int) -> Self:
        """One class fewer; two must stay."""
        kept = np.delete(self.values, index)
        labels = list(self.labels)
        del labels[index]
        return type(self)(kept, tuple(labels))

    def ranking(self) -> NDArray[np.intp]:
        """Positions from the largest score to the smallest; ties stay in their order."""
        return np.argsort(-self.values, kind="stable")


@cache
def default_labels(count: int) -> tuple[str, ...]:
    """The labels "class 1" to "class ``count``"."""
    return tuple(_default_label(position) for position in range(count))


def clean_label(label: str) -> str:
    """Make a label safe to show: no line breaks, control or direction characters, at most 80 characters.

    Line breaks become "↵", tabs and odd spaces a space, other invisible characters "�"; "…" stands for all
    that is past the limit. Returns the empty text when nothing is left.
    """
    stripped = label.strip()
    if len(stripped) > MAX_LABEL:
        stripped = stripped[: MAX_LABEL - 1] + "…"
    if stripped.isprintable():
        return stripped
    return "".join(map(_visible, stripped))


def check_count(count: int) -> None:
    """Refuse fewer classes than two and more than 100,000, before anything is built for them."""
    if not MIN_CLASSES <= count <= MAX_CLASSES:
        raise ValueError(f"Expected {MIN_CLASSES} to {MAX_CLASSES:,} scores; got {count:,}.")


@lru_cache(maxsize=1_024)
def _visible(character: str) -> str:
    if character in _LINE_ENDS:
        return "↵"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if character in _JOINERS or unicodedata.category(character) not in _REPLACED_CATEGORIES:
        return character
    return "\N{REPLACEMENT CHARACTER}"


def _default_label(position: int) -> str:
    return f"class {position + 1}"


def _checked_labels(labels: Iterable[str], count: int) -> tuple[str, ...]:
    given = tuple(labels)
    if len(given) != count:
        raise ValueError(f"Expected one label a score, so {count:,} labels; got {len(given):,}.")
    for label in given:
        if not isinstance(label, str):
            raise ValueError(f"Expected labels that are text; got {type(label).__name__}.")
    return tuple(clean_label(label) or _default_label(position) for position, label in enumerate(given))


def _checked_values(values: ArrayLike) -> Floats:
    array = _as_numbers(values)
    if array.ndim != 1:
        raise ValueError(f"Expected one row of scores; got an array of shape {array.shape}.")
    check_count(array.size)
    _refuse_extremes(array)
    checked: Floats = array + 0.0  # a copy of our own, in which -0.0 is 0.0, so that equal scores hash alike
    checked.flags.writeable = False
    return checked


def _as_numbers(values: ArrayLike) -> Floats:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError("Expected one row of numbers; got rows of different lengths.") from error
    if array.dtype.kind not in "biuf" and array.size:
        raise ValueError(f"Expected numbers; got {_described(array)}.")
    with np.errstate(over="ignore"):  # a long double past float64 becomes inf, which is refused by name
        return array.astype(np.float64)


def _described(array: NDArray[np.generic]) -> str:
    names = {
        "U": "text",
        "S": "bytes",
        "c": "complex numbers",
        "M": "dates",
        "m": "durations",
        "O": "values of mixed kinds",
    }
    return names.get(array.dtype.kind, f"{array.dtype} values")


def _refuse_extremes(values: Floats) -> None:
    within = np.abs(values) <= MAX_MAGNITUDE  # False for nan as well
    if within.all():
        return
    position = int(np.argmin(within))
    value = float(values[position])
    limits = f"between -{MAX_MAGNITUDE:,.0f} and {MAX_MAGNITUDE:,.0f}"
    expected = f"scores {limits}" if math.isfinite(value) else f"finite scores, {limits}"
    raise ValueError(f"Expected {expected}; got {value:g} as score {position + 1:,}.")
