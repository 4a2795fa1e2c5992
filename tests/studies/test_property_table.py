"""The property table is what the checkers find."""

import pytest

from softviz.core.claims import Claims
from softviz.core.registry import MAPPINGS
from softviz.scores import Scores
from softviz.state import Exploration
from softviz.studies.comparison import Comparison
from softviz.studies.property_table import PropertyTable, property_table


def table(**values: object) -> PropertyTable:
    return property_table(Comparison.of(Exploration(**values)))


@pytest.mark.parametrize("own", [None, Scores.of([3.0, -40.0]), Scores.of([0.0, 0.0, 0.0, 0.0, 0.0])])
@pytest.mark.parametrize("temperature", [0.0, 0.1, 1.0, float("inf")])
def test_verdicts_are_the_claims_whatever_the_learner_brings(own: Scores | None, temperature: float) -> None:
    maps = ("softmax", "sigmoid", "argmax", "gaussian", "spherical", "top_k")
    properties = table(own=own, temperature=temperature, maps=maps)
    for claim in properties.claims:
        claimed = [getattr(MAPPINGS[key].claims, claim.key) for key in maps]
        assert [verdict.holds for verdict in properties.row(claim)] == claimed, claim.key


def test_rows_are_the_registry_s_claims() -> None:
    assert tuple(claim.key for claim in table(maps=("softmax", "sigmoid")).claims) == Claims.keys()


def test_the_file_holds_every_cell_and_the_numbers_behind_each_false() -> None:
    frame = table(maps=("softmax", "sigmoid")).to_frame()
    assert len(frame) == 2 * len(Claims.keys())
    assert (frame["counterexample"] == "").equals(frame["holds"])
    refuted = frame[(frame["map"] == "Sigmoid") & (frame["claim"] == "A distribution")].iloc[0]
    outputs = [float(value) for value in refuted["outputs"].split()]
    assert sum(outputs) != pytest.approx(1)
