"""The one record that follows a learner from page to page and travels in a link."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from softviz.core.registry import MAPPINGS
from softviz.fields import (
    Codec,
    LinkRecord,
    Query,
    carried,
    choice,
    choices,
    integer,
    number,
    number_text,
    shortened,
)
from softviz.scores import DEFAULT_PRESET, PRESETS, Scores

MAX_LINK_CLASSES = 64
"""More scores than this travel as a file; a longer link is cut by mail programs and chats."""

ParameterValues = tuple[tuple[str, float], ...]
"""Values that differ from a map's own defaults, as ``(("entmax.alpha", 1.7), ...)``."""


def _own_scores() -> Any:
    def read(query: Query) -> Scores:
        if "z" not in query:
            raise ValueError("labels in a link need the scores they belong to (z=...); got labels alone")
        parts = query["z"].split(",")
        if len(parts) > MAX_LINK_CLASSES:
            raise ValueError(f"z must hold at most {MAX_LINK_CLASSES} scores; got {len(parts):,}")
        values = [_score(part) for part in parts]
        return Scores.of(values, split_labels(query["labels"]) if "labels" in query else None)

    def write(scores: Scores) -> dict[str, str]:
        if len(scores) > MAX_LINK_CLASSES:
            return {}
        query = {"z": ",".join(number_text(value) for value in scores.values)}
        if scores.labels != Scores.of(scores.values).labels:
            query["labels"] = join_labels(scores.labels)
        return query

    def check(value: Any) -> Scores | None:
        if value is not None and not isinstance(value, Scores):
            raise ValueError(f"scores must be a Scores record; got {type(value).__name__}")
        return value

    return carried(Codec(("z", "labels"), read, write, check), None)


def _score(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"z must hold numbers separated by commas; {shortened(text)} is not one") from None


def join_labels(labels: Iterable[str]) -> str:
    """Write labels with commas between them; a comma or backslash inside one is escaped by a backslash."""
    return ",".join(label.replace("\\", "\\\\").replace(",", "\\,") for label in labels)


def split_labels(text: str) -> list[str]:
    """Undo ``join_labels``."""
    labels, escaped = [""], False
    for character in text:
        if character == "," and not escaped:
            labels.append("")
            continue
        escaped = character == "\\" and not escaped
        if not escaped:
            labels[-1] += character
    return labels


def _map_parameters() -> Any:
    declared = {f"{m.key}.{p.key}": p for m in MAPPINGS.values() for p in m.parameters}

    def check(value: Any) -> ParameterValues:
        values = {}
        for key, given in value:
            if key not in declared:
                raise ValueError(f"a map's parameter must be one of {', '.join(declared)}; got {shortened(str(key))}")
            try:
                fitting = declared[key].validated(given)
            except ValueError as error:
                raise ValueError(f"{key.partition('.')[0]}.{error}") from None
            if fitting != declared[key].default:
                values[key] = float(fitting)
        return tuple(sorted(values.items()))

    def read(query: Query) -> ParameterValues:
        return tuple((key, _score(text)) for key, text in query.items())

    def write(values: ParameterValues) -> dict[str, str]:
        return {key: number_text(value) for key, value in values}

    return carried(Codec(tuple(declared), read, write, check), ())


@dataclass(frozen=True)
class Exploration(LinkRecord):
    """What a learner is looking at, on every page.

    Attributes:
        preset: Key of the example that the scores come from.
        own: The learner's own scores (typed, pasted, uploaded, or a preset after the first edit), or None.
        temperature: Divides the scores; 0 and infinity are the exact limits.
        mapping: Key of the map on pages that show one.
        maps: Keys of the maps on the compare page.
        parameters: Values of the maps' parameters that differ from their defaults.
        target: Index of the class that is taken as the truth.
        seed: Of everything that is drawn at random.
        draws: How many tokens are drawn on the temperature page.
        unit: Of entropies: nats or bits.
    """

    preset: str = choice("preset", default=DEFAULT_PRESET, options=PRESETS)
    own: Scores | None = _own_scores()
    temperature: float = number("T", default=1.0, minimum=0.0, maximum=math.inf)
    mapping: str = choice("map", default="softmax", options=MAPPINGS)
    maps: tuple[str, ...] = choices(
        "maps", default=("softmax", "sigmoid", "sparsemax", "entmax"), options=MAPPINGS, fewest=2, most=6
    )
    parameters: ParameterValues = _map_parameters()
    target: int = integer("y", default=0, minimum=0, maximum=99_999)
    seed: int = integer("seed", default=0, minimum=0, maximum=2**32 - 1)
    draws: int = integer("n", default=1_000, minimum=1, maximum=100_000)
    unit: str = choice("unit", default="nats", options=("nats", "bits"))

    @property
    def scores(self) -> Scores:
        """The scores on screen: the learner's own, or the preset's."""
        return PRESETS[self.preset].load() if self.own is None else self.own

    def keeps_scores_of(self, before: "Exploration | None") -> bool:
        """Tell whether the scores are those of an earlier record."""
        return before is not None and self.preset == before.preset and self.own is before.own

    @property
    def travels_by_link(self) -> bool:
        """Whether a link can carry everything; more than 64 scores of one's own need a file."""
        return self.own is None or len(self.own) <= MAX_LINK_CLASSES

    def parameters_of(self, mapping: str) -> dict[str, float]:
        """All parameters of a map, by the names its function takes."""
        chosen = dict(self.parameters)
        return {p.key: chosen.get(f"{mapping}.{p.key}", p.default) for p in MAPPINGS[mapping].parameters}

    def with_parameter(self, mapping: str, parameter: str, value: float) -> "Exploration":
        """Set one parameter of one map."""
        return self.changed(parameters=tuple((dict(self.parameters) | {f"{mapping}.{parameter}": value}).items()))
