"""The property table: what holds for each map, computed on the learner's scores and on drawn ones."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass

import numpy as np
import pandas as pd

from softviz.core.claims import CLAIMS, Claim, Verdict, verdicts
from softviz.studies.comparison import Comparison

COLDEST = 1e-3
"""Below this temperature, and at infinity, claims are judged on the scores themselves: they speak of finite scores."""


@dataclass(frozen=True)
class PropertyTable:
    """A verdict for every claim and every map.

    Attributes:
        names: Of the maps, in the order of the columns.
        columns: Verdicts of each map, by the claim's key.
    """

    names: tuple[str, ...]
    columns: tuple[ReadOnly[str, Verdict], ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The rows."""
        return CLAIMS

    def row(self, claim: Claim) -> list[Verdict]:
        """One verdict a map."""
        return [column[claim.key] for column in self.columns]

    def to_frame(self) -> pd.DataFrame:
        """Lay the table out for a file at full precision: one row a claim and a map."""
        return pd.DataFrame(
            [
                _file_row(claim, name, verdict)
                for claim in self.claims
                for name, verdict in zip(self.names, self.row(claim), strict=True)
            ]
        )


def property_table(comparison: Comparison) -> PropertyTable:
    """Judge every claim for every map on the scores over the temperature, and on round and drawn scores."""
    temperature = comparison.temperature if COLDEST <= comparison.temperature < np.inf else 1.0
    logits = comparison.scores.values / temperature
    columns = (verdicts(relative.mapping, logits, **relative.parameters) for relative in comparison.relatives)
    return PropertyTable(tuple(comparison.names), tuple(columns))


def _file_row(claim: Claim, name: str, verdict: Verdict) -> dict[str, object]:
    found = verdict.counterexample
    row: dict[str, object] = {"claim": claim.name, "meaning": claim.explanation, "map": name, "holds": verdict.holds}
    return row | {
        "counterexample": "" if found is None else found.sentence,
        "scores": "" if found is None else _listed(found.logits),
        "outputs": "" if found is None else _listed(found.outputs),
        "changed scores": "" if found is None else _listed(found.changed_logits),
        "changed outputs": "" if found is None else _listed(found.changed_outputs),
    }


def _listed(values: tuple[float, ...]) -> str:
    return " ".join(repr(value) for value in values)
