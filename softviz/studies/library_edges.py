"""Inputs at the edge of softmax, and what libraries answer: the file is written by ``benchmarks/library_edges.py``."""

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softviz import core
from softviz.numerals import three_digits

RECORD = Path(__file__).parent / "data" / "library_edges.json"
MOST_SHOWN = 4

Function = Callable[[NDArray[Any]], Any]


@dataclass(frozen=True)
class EdgeCase:
    """One input and the function it is put to.

    Attributes:
        key: Short name, in the record.
        function: ``softmax``, ``log_softmax`` or ``logsumexp``, along the last axis.
        shown: The input as the table says it.
        array: The input.
        right: What the answer should be, and why.
    """

    key: str
    function: str
    shown: str
    array: NDArray[Any]
    right: str


_INF, _NAN = np.inf, np.nan

_ZEROS = np.zeros(70_000, dtype=np.float16)
_BYTES = np.array([0, 3, 255], dtype=np.uint8)

CASES = (
    EdgeCase("impossible", "softmax", "[−∞, −∞, −∞]", np.array([-_INF] * 3), "nan: no class is possible, 0/0"),
    EdgeCase("infinite", "softmax", "[1, ∞, 2]", np.array([1.0, _INF, 2.0]), "nan: ∞ − ∞ has no value"),
    EdgeCase("nan", "softmax", "[[1, nan], [1, 1]]", np.array([[1.0, _NAN], [1.0, 1.0]]), "nan in the first row only"),
    EdgeCase("empty", "softmax", "[ ]", np.array([]), "empty"),
    EdgeCase("empty-sum", "logsumexp", "[ ]", np.array([]), "−∞: the log of an empty sum"),
    EdgeCase("scalar", "softmax", "3.0, no axis", np.array(3.0), "1: the only class"),
    EdgeCase("far-apart", "softmax", "[1e308, −1e308]", np.array([1e308, -1e308]), "[1, 0], and no warning"),
    EdgeCase("bytes", "softmax", "uint8 [0, 3, 255]", _BYTES, "nearly all for the last class"),
    EdgeCase("many-halves", "softmax", "70,000 zeros in float16", _ZEROS, "1/70,000 each"),
    EdgeCase("winner", "log_softmax", "[40, 0]", np.array([40.0, 0.0]), "−log(1 + e^−40) for the first"),
)


@dataclass(frozen=True)
class Outcome:
    """What a function did.

    Attributes:
        values: The first few numbers of its answer, at full precision, as text.
        size: How many there were.
        warnings: Names of the warnings it gave.
        error: Name of the exception it raised, or nothing.
    """

    values: tuple[str, ...] = ()
    size: int = 0
    warnings: tuple[str, ...] = ()
    error: str = ""

    def __str__(self) -> str:
        if self.error:
            return f"raises {self.error}"
        numbers = [three_digits(float(value)) for value in self.values]
        more = ["…"] if self.size > len(numbers) else []
        answer = numbers[0] if self.size == 1 else f"[{', '.join(numbers + more)}]"
        return f"{answer}, warns" if self.warnings else answer


def observe(function: Function, array: NDArray[Any]) -> Outcome:
    """Call a function and write down whatever it does."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            answer = np.ravel(np.asarray(function(array.copy())))
        except Exception as raised:  # noqa: BLE001 - whatever a library raises is what is asked
            return Outcome(error=type(raised).__name__)
    names = tuple(sorted({warning.category.__name__ for warning in heard}))
    values = tuple(repr(float(value)) for value in answer[:MOST_SHOWN])
    return Outcome(values, int(answer.size), names)


OWN: Mapping[str, Function] = {
    "softmax": core.softmax,
    "log_softmax": core.log_softmax,
    "logsumexp": core.logsumexp,
}


def own_outcomes() -> dict[str, Outcome]:
    """Put every case to softviz, now."""
    return {case.key: observe(OWN[case.function], case.array) for case in CASES}


@dataclass(frozen=True)
class Record:
    """What the libraries did when the record was made.

    Attributes:
        versions: Of each library, by name.
        outcomes: By library, then by case.
    """

    versions: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, Outcome]]

    def as_json(self) -> str:
        """Write the record as text for a file."""
        outcomes = {name: {key: asdict(seen) for key, seen in cases.items()} for name, cases in self.outcomes.items()}
        return json.dumps({"versions": dict(self.versions), "outcomes": outcomes}, indent=1) + "\n"


@cache
def recorded() -> Record:
    """Read the committed record."""
    read = json.loads(RECORD.read_text(encoding="utf-8"))
    outcomes = {name: {key: _outcome(seen) for key, seen in cases.items()} for name, cases in read["outcomes"].items()}
    return Record(read["versions"], outcomes)


def _outcome(seen: Mapping[str, Any]) -> Outcome:
    return Outcome(tuple(seen["values"]), int(seen["size"]), tuple(seen["warnings"]), seen["error"])


@cache
def table() -> pd.DataFrame:
    """Lay the cases out: ours computed now, the libraries' as recorded."""
    own, record = own_outcomes(), recorded()
    rows = [
        {
            "function": case.function,
            "input": case.shown,
            "the best answer": case.right,
            "softviz": str(own[case.key]),
            **{f"{name} {record.versions[name]}": str(seen[case.key]) for name, seen in record.outcomes.items()},
        }
        for case in CASES
    ]
    return pd.DataFrame(rows)
