"""Records that a link can carry: the name, default, range and codec of a field stand together.

A record is a frozen dataclass whose fields are made by the functions below::

    @dataclass(frozen=True)
    class Walk(LinkRecord):
        steps: int = integer("steps", default=10, minimum=1, maximum=1_000)

``Walk.from_query({"steps": "10^9"})`` never raises: a value that cannot be read keeps its default and leaves one
sentence in ``notices``. ``Walk(steps=-1)`` raises ``ValueError`` with what was expected and what came.
"""

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

Query = Mapping[str, str]
MAX_QUERY_VALUE = 8_192
"""Characters of one value in a link; a longer one is not read."""

_CODEC = "codec"


@dataclass(frozen=True)
class Codec:
    """How one field travels in a link.

    Attributes:
        keys: The names in the query string that belong to this field.
        read: From the query to a value; raises ``ValueError`` with a sentence.
        write: From a value to its part of the query.
        check: Returns the value, made canonical; raises ``ValueError`` with a sentence.
    """

    keys: tuple[str, ...]
    read: Callable[[Query], Any]
    write: Callable[[Any], dict[str, str]]
    check: Callable[[Any], Any]


def shortened(text: str, limit: int = 40) -> str:
    """Quote text in an error without letting it flood the page."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return repr(printable if len(printable) <= limit else printable[: limit - 1] + "…")


def carried(codec: Codec, default: Any) -> Any:
    """Make a dataclass field from a codec."""
    return dataclasses.field(default=default, metadata={_CODEC: codec})


def _single(key: str, read: Callable[[str], Any], write: Callable[[Any], str], check: Callable[[Any], Any]) -> Codec:
    return Codec((key,), lambda query: read(query[key]), lambda value: {key: write(value)}, check)


def number(key: str, *, default: float, minimum: float, maximum: float) -> Any:
    """Declare a real number in ``[minimum, maximum]``."""

    def read(text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{key} must be a number; got {shortened(text)}") from None

    def check(value: Any) -> float:
        if isinstance(value, str) or not minimum <= float(value) <= maximum:
            raise ValueError(f"{key} must be in [{minimum:g}, {maximum:g}]; got {value!r}")
        return float(value)

    return carried(_single(key, read, number_text, check), default)


def integer(key: str, *, default: int, minimum: int, maximum: int) -> Any:
    """Declare a whole number in ``[minimum, maximum]``."""

    def read(text: str) -> int:
        if not (len(text) <= 20 and text.lstrip("-").isascii() and text.lstrip("-").isdigit()):
            raise ValueError(f"{key} must be a whole number; got {shortened(text)}")
        return int(text)

    def check(value: Any) -> int:
        if isinstance(value, str) or int(value) != value or not minimum <= value <= maximum:
            raise ValueError(f"{key} must be a whole number in [{minimum}, {maximum}]; got {value!r}")
        return int(value)

    return carried(_single(key, read, str, check), default)


def choice(key: str, *, default: str, options: Collection[str]) -> Any:
    """Declare one of a few names."""

    def check(value: Any) -> str:
        if value not in options:
            raise ValueError(f"{key} must be one of {', '.join(options)}; got {shortened(str(value))}")
        return str(value)

    return carried(_single(key, str, str, check), default)


def choices(key: str, *, default: tuple[str, ...], options: Collection[str], fewest: int, most: int) -> Any:
    """Declare an ordered selection of ``fewest`` to ``most`` distinct names."""

    def check(value: Any) -> tuple[str, ...]:
        names = tuple(value)
        unknown = [name for name in names if name not in options]
        if unknown:
            raise ValueError(f"{key} must be taken from {', '.join(options)}; got {shortened(str(unknown[0]))}")
        if not fewest <= len(set(names)) == len(names) <= most:
            raise ValueError(f"{key} must name {fewest} to {most} different ones; got {len(names)}")
        return names

    return carried(_single(key, lambda text: tuple(text.split(",")), ",".join, check), default)


def flag(key: str, *, default: bool = False) -> Any:
    """Declare a yes or no, written ``1`` or ``0``."""

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError(f"{key} must be 0 or 1; got {shortened(text)}")
        return text == "1"

    return carried(_single(key, read, lambda value: str(int(value)), bool), default)


def number_text(value: float) -> str:
    """Write a float so that reading it gives the same float, without a needless ``.0``."""
    text = repr(float(value))
    return text.removesuffix(".0") if math.isfinite(value) else text


_Record = TypeVar("_Record")


@dataclass(frozen=True)
class Reading(Generic[_Record]):
    """A record read from a link, and what could not be read."""

    record: _Record
    notices: tuple[str, ...]


@dataclass(frozen=True)
class LinkRecord:
    """A frozen record whose fields are checked when it is made and can be carried by a link."""

    def __post_init__(self) -> None:
        for field, codec in _carried_fields(type(self)):
            object.__setattr__(self, field.name, codec.check(getattr(self, field.name)))

    @classmethod
    def from_query(cls, query: Query, before: Self | None = None) -> Reading[Self]:
        """Read a record from a query string's names and values; what is broken keeps its default.

        Args:
            query: Names and values.
            before: Whose values stay where no link could carry them, so that none can take them back.
        """
        values: dict[str, Any] = {} if before is None else before._beyond_a_link()
        notices: list[str] = []
        for field, codec in _carried_fields(cls):
            present = {key: query[key] for key in codec.keys if key in query}
            if not present:
                continue
            try:
                values[field.name] = codec.check(codec.read(_bounded(present)))
            except (ValueError, OverflowError) as error:
                notices.append(str(error))
        return Reading(cls(**values), tuple(notices))

    def to_query(self) -> dict[str, str]:
        """Write what differs from the defaults as a query string's names and values."""
        query: dict[str, str] = {}
        for field, codec in _carried_fields(type(self)):
            value = getattr(self, field.name)
            if value != field.default:
                query.update(codec.write(value))
        return query

    def _beyond_a_link(self) -> dict[str, Any]:
        """Return the values that are not the defaults and yet leave no trace in a query."""
        fields = [(field, codec, getattr(self, field.name)) for field, codec in _carried_fields(type(self))]
        return {f.name: value for f, codec, value in fields if value != f.default and not codec.write(value)}

    def changed(self, **values: Any) -> Self:
        """Copy the record with some fields replaced; raises ``ValueError`` where one does not fit."""
        return dataclasses.replace(self, **values)

    @classmethod
    def query_keys(cls) -> frozenset[str]:
        """All names in a query string that belong to this record."""
        return frozenset(key for _, codec in _carried_fields(cls) for key in codec.keys)


def _bounded(query: Query) -> Query:
    for key, text in query.items():
        if len(text) > MAX_QUERY_VALUE:
            raise ValueError(f"{key} must have at most {MAX_QUERY_VALUE:,} characters; got {len(text):,}")
    return query


def _carried_fields(record: type) -> list[tuple[dataclasses.Field[Any], Codec]]:
    return [(field, field.metadata[_CODEC]) for field in dataclasses.fields(record) if _CODEC in field.metadata]
