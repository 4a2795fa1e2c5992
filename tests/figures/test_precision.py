"""Pictures of what rounding does."""

import json

import numpy as np
import pytest

from softviz.core.float_types import FLOAT32, FLOAT_TYPES
from softviz.core.gaps import losers_surprise, winners_surprise
from softviz.core.magnitudes import MOVES, breaking_points, error_map
from softviz.core.precision import FORMS
from softviz.figures import precision
from softviz.figures.theme import DARK_FOR_LIGHT

SCORES = (2.0, 1.0, 0.1)


def drawn(move: str = "scale", scores: tuple[float, ...] = SCORES, size: float = 90.0):
    return precision.error_map(error_map(scores, move), breaking_points(scores, move), size, ("naive", "float32"))


def test_every_form_has_a_row_in_every_type() -> None:
    figure = drawn()
    assert list(figure.layout.yaxis.ticktext) == list(FLOAT_TYPES) * len(FORMS)
    texts = [note.text for note in figure.layout.annotations]
    assert [f"<b>{form.name}</b>" for form in FORMS.values()] == texts[: len(FORMS)]


def test_a_row_is_blue_where_digits_are_lost_and_orange_where_there_is_no_number() -> None:
    lost, broken, _ = drawn().data
    lost, broken = np.array(lost.z, dtype=float), np.array(broken.z, dtype=float)
    filled = np.isfinite(lost) | np.isfinite(broken)
    air = ~filled.any(axis=1)
    assert air.sum() == len(FORMS)
    assert filled[~air].all()
    assert not (np.isfinite(lost) & np.isfinite(broken)).any()


def test_the_edges_are_written_beside_the_rows() -> None:
    texts = [note.text for note in drawn().layout.annotations]
    for said in ("nan from 11.09", "nan from 88.75", "nan from 88.723", "nan from 709.78"):
        assert said in texts
    assert texts.count("−∞") == 4, "log(softmax) in each type"


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("scores", [SCORES, (0.0, 0.0), (-1e6, 1e6), (5.0,) * 12])
def test_any_scores_and_any_move_can_be_drawn(move: str, scores: tuple[float, ...]) -> None:
    figure = drawn(move, scores)
    notes = [note for note in figure.layout.annotations if note.text.startswith(("from", "nan", "−∞"))]
    assert all(0 <= note.x <= 5.001 for note in notes)


@pytest.mark.parametrize(("size", "place"), [(0.0, 1), (90.0, 90), (1e300, 1e5)])
def test_the_learners_point_stays_on_the_axis(size: float, place: float) -> None:
    assert drawn(size=size).data[2].x[0] == pytest.approx(place)


def test_losses_of_zero_and_infinity_have_no_place_on_the_lines() -> None:
    winner, loser = winners_surprise(FLOAT32), losers_surprise(FLOAT32)
    lines = {(line.name, line.xaxis): line for line in precision.surprises(winner, loser).data}
    stopped = np.array(lines["log-softmax", "x"].y, dtype=float)
    assert np.isnan(stopped[winner.gaps > winner.breaks_at]).all()
    assert np.isfinite(np.array(lines["log1p", "x"].y, dtype=float)).all()
    vanished = np.array(lines["log(softmax)", "x2"].y, dtype=float)
    assert np.isnan(vanished[loser.gaps > loser.breaks_at]).all()


def test_the_descriptions_say_the_edges() -> None:
    said = precision.describe_surprises(winners_surprise(FLOAT32), losers_surprise(FLOAT32), "float32")
    assert "16.6" in said
    assert "104" in said


def test_only_inks_of_the_theme_are_used() -> None:
    for figure in (drawn(), precision.surprises(winners_surprise(FLOAT32), losers_surprise(FLOAT32))):
        text = json.dumps(json.loads(figure.to_json()))
        used = {text[i : i + 7].upper() for i in range(len(text)) if text[i] == "#"}
        assert used <= {ink.upper() for ink in DARK_FOR_LIGHT}
