"""Sentences and tables about numerical stability hold the numbers they name."""

import numpy as np
import pytest

from softviz.core.float_types import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FLOAT_TYPES
from softviz.core.gaps import winners_surprise
from softviz.core.magnitudes import breaking_points, error_map, moved
from softviz.core.precision import FORMS, trace
from softviz.explain import stability as explain
from softviz.records.magnitude import MOST_CLASSES, Magnitude, largest_classes, part
from softviz.scores import Scores

SCORES = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])
PATTERN = (2.0, 1.0, 0.1)


def test_the_limits_table_shows_the_thresholds_and_neighbours_that_differ() -> None:
    shown = explain.limits_on_screen(explain.limits_table()).set_index("type")
    assert shown["exp(z) is ∞ past"].to_dict() == {
        "float16": "11.09", "bfloat16": "88.721", "float32": "88.723", "float64": "709.78",
    }  # fmt: skip
    assert shown.loc["bfloat16", "its own scores there"] == "88.5 → 89"
    for both in shown["its own scores there"]:
        low, high = both.split(" → ")
        assert low != high


def test_the_verdict_says_how_wrong_a_result_is() -> None:
    def said(form: str, float_type, size: float, move: str = "scale") -> str:
        given = moved(PATTERN, size, move)
        return explain.verdict(trace(FORMS[form], float_type, given), given)

    assert "no number" in said("naive", FLOAT32, 90)
    assert "no digit right" in said("log-softmax", FLOAT64, 100)
    assert "units in the last place" in said("log1p", FLOAT64, 100)
    assert "cannot hold these scores" in said("shifted", FLOAT16, 70_000, "add")
    assert "moves a probability by up to" in said("shifted", BFLOAT16, 90.3, "add")
    assert "sum to 1 + **2.86e−20**" in said("shifted", FLOAT64, 90)
    assert "sum to 1 − **" in said("online", BFLOAT16, 1)
    assert "sum to" not in said("log1p", FLOAT32, 1) + said("naive", FLOAT32, 90)
    assert "costs no probability anything" in said("shifted", FLOAT64, 90)


def test_the_losses_show_zero_for_the_winner_beside_the_exact_one() -> None:
    losses = explain.surprise_table(SCORES, moved(PATTERN, 90, "scale"), FLOAT32)
    winner = losses.iloc[0]
    assert winner["log(softmax)"] == winner["log-softmax"] == 0
    assert winner["log1p"] == pytest.approx(winner["exact"], rel=2.0**-23)
    assert winner["exact"] == pytest.approx(np.exp(-45), rel=1e-15)
    assert explain.losses_on_screen(losses).iloc[0]["exact"] == "2.86e−20"


def test_the_steps_table_has_every_step_and_the_error() -> None:
    given = moved(PATTERN, 90, "scale")
    table = explain.steps_table(SCORES, given, trace(FORMS["naive"], FLOAT32, given))
    assert list(table.columns) == ["class", "score", "z", "exp", "sum", "p", "error in ulps"]
    assert table["exp"].iloc[0] == np.inf


def test_the_errors_table_has_a_row_a_form_type_and_size() -> None:
    errors = error_map(PATTERN, "scale")
    table = explain.errors_table(errors)
    assert len(table) == errors.ulps.size
    some = table[(table["form"] == "naive") & (table["type"] == "float16")]
    np.testing.assert_array_equal(some["largest error in ulps"], errors.ulps[0, 0])


def test_the_description_of_the_map_names_the_thresholds_and_what_never_breaks() -> None:
    said = explain.describe_error_map(error_map(PATTERN, "scale"), breaking_points(PATTERN, "scale"), Magnitude())
    for part_of_it in ("float16 from 11.09", "float32 from 88.723", "float64 from 709.78", "shifted, online, log1p"):
        assert part_of_it in said


def test_more_classes_than_can_be_shown_are_cut_to_the_largest_in_their_own_order() -> None:
    scores = Scores.of(np.arange(17.0)[::-1] * 3)
    shown = largest_classes(scores)
    assert shown.tolist() == list(range(MOST_CLASSES))
    assert "12 largest of your 17 scores" in explain.cut(part(scores, shown), scores)
    assert "12" not in explain.cut(SCORES, SCORES)


@pytest.mark.parametrize("key", FLOAT_TYPES)
def test_the_usual_log_of_softmax_loses_the_winner_in_every_type(key: str) -> None:
    question = explain.winner_question(winners_surprise(FLOAT_TYPES[key]), FLOAT_TYPES[key])
    assert question.truth == "exactly 0"
    assert question.because.startswith("Computed: 0. The exact loss is ")
