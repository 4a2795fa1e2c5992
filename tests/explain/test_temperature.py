"""Formulas, sentences and tables of the temperature page."""

import numpy as np
import pytest

from softviz.core.softmax_sweep import softmax_sweep
from softviz.core.temperature import gumbel_draw
from softviz.explain import temperature as heat
from softviz.scores import Scores
from softviz.studies.samples import draw_sample

SCORES = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "dog"])


def test_the_slope_is_written_with_the_learners_variance() -> None:
    here = softmax_sweep(SCORES.values, [0.5])
    assert heat.slope_formula(here, "nats").endswith(r"= \frac{0.163}{0.5^3} = 1.30")
    assert heat.slope_formula(here, "bits").endswith(r"= \frac{0.163}{0.5^3\,\ln 2} = 1.88")


def test_a_tiny_temperature_keeps_its_cube_readable() -> None:
    assert r"(1 \cdot 10^{-05})^3" in heat.slope_formula(softmax_sweep([1e-5, 0.0], [1e-5]), "nats")


@pytest.mark.parametrize("temperature", [0.0, 1e-300, 1e200, np.inf])
def test_the_slope_ends_in_zero_at_the_limits(temperature: float) -> None:
    assert heat.slope_formula(softmax_sweep(SCORES.values, [temperature]), "nats").endswith(r"\longrightarrow\; 0")


def test_the_sweep_is_laid_out_in_full_even_where_labels_repeat() -> None:
    sweep = softmax_sweep(SCORES.values, [0.0, 1.0, np.inf], classes=[2, 1])
    table = heat.sweep_table(sweep, SCORES)
    assert list(table.columns) == [
        "temperature", "p3 dog", "p2 dog", "p of the 1 others", "entropy in nats", "effective classes", "dH/dT",
    ]  # fmt: skip
    np.testing.assert_allclose(table.iloc[:, 1:4].sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_array_equal(table["entropy in nats"], sweep.entropies)


def test_the_sample_is_laid_out_in_full() -> None:
    sample = draw_sample(SCORES, 1.0, 101, 0)
    table = heat.sample_table(sample)
    assert table["drawn"].sum() == 101
    assert (table["95 % interval, low"] <= table["share of the draws"]).all()
    assert (table["share of the draws"] <= table["95 % interval, high"]).all()


def test_one_draw_lists_the_largest_sums_first_and_marks_the_winner() -> None:
    table = heat.gumbel_table(gumbel_draw(SCORES.values, 1.0, np.random.default_rng(3)), SCORES, 2)
    assert len(table) == 2
    assert table["sum"].is_monotonic_decreasing
    assert table[""].tolist() == ["drawn", ""]


def test_the_page_says_when_noise_was_not_drawn_one_by_one() -> None:
    assert heat.way_of_drawing(3, 1_000).startswith("Each draw")
    assert "49,152,000 noises" in heat.way_of_drawing(49_152, 1_000)
    assert "not among them" in heat.whose_draw(49_152, 1_000)


def test_the_draw_taken_apart_is_the_first_of_those_counted() -> None:
    assert heat.whose_draw(3, 1_000).startswith("The first")
    for seed in range(7):
        first = gumbel_draw(SCORES.values, 1.0, np.random.default_rng(seed))
        assert draw_sample(SCORES, 1.0, 1, seed).counts[first.winner] == 1


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 7.0, np.inf])
def test_a_doubled_temperature_is_halved_scores(temperature: float) -> None:
    question = heat.doubling_question(SCORES, temperature)
    assert question.truth == "Halve every score"
    assert "halve every score: 0;" in question.because


@pytest.mark.parametrize(
    ("z", "temperature"), [([3.0, 3.0, 3.0], 1.0), ([2.0, 1.0], 1e12), ([2.0, 1.0], 1e-3)], ids=str
)
def test_where_every_answer_would_be_right_the_question_is_asked_of_the_textbook_scores(
    z: list[float], temperature: float
) -> None:
    question = heat.doubling_question(Scores.of(z), temperature)
    assert question.text.startswith("With your scores more than one answer looks right, so take 2, 1 and 0.1.")
    assert question.because == heat.doubling_question(SCORES, 1.0).because
