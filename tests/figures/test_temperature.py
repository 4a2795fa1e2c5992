"""The picture of draws beside expectations."""

import numpy as np

from softviz.figures.temperature import describe_observed_and_expected, observed_and_expected
from softviz.figures.theme import CLASS_INKS, INKS, REST
from softviz.scores import Scores
from softviz.studies.samples import draw_sample

SCORES = Scores.of([2.0, 1.0, 0.1, 0.0, -1.0], ["cat", "<b>dog</b>", "bird", "fox", "owl"])
SAMPLE = draw_sample(SCORES, 1.0, 503, 1).gathered(np.array([0, 1, 2]))
FIGURE = observed_and_expected(SAMPLE, np.array([0, 1, 2]))


def test_bars_are_the_draws_and_ticks_the_expectations() -> None:
    bars, ticks = FIGURE.data
    np.testing.assert_array_equal(bars.x, SAMPLE.observed)
    np.testing.assert_array_equal(ticks.x, SAMPLE.expected)


def test_whiskers_end_where_the_interval_ends() -> None:
    bars = FIGURE.data[0]
    np.testing.assert_allclose(bars.x + bars.error_x.array, SAMPLE.interval.high, rtol=1e-15)
    np.testing.assert_allclose(bars.x - bars.error_x.arrayminus, SAMPLE.interval.low, rtol=0, atol=1e-16)


def test_a_class_keeps_its_hue_and_the_rest_is_grey() -> None:
    assert FIGURE.data[0].marker.color == (*(ink.light for ink in CLASS_INKS[:3]), REST.light)


def test_only_inks_with_a_dark_counterpart_are_used() -> None:
    spec = FIGURE.to_json().upper()
    known = {ink.light.upper() for ink in INKS}
    used = {f"#{part[:6]}" for part in spec.split("#")[1:]}
    assert used <= known


def test_labels_are_text_and_never_markup() -> None:
    assert FIGURE.layout.yaxis.ticktext[1] == "&lt;b&gt;dog&lt;/b&gt;"


def test_the_words_for_it_carry_the_numbers() -> None:
    words = describe_observed_and_expected(SAMPLE)
    assert f"cat drawn {SAMPLE.counts[0]:,}, expected" in words
    assert "2 others" in words
    assert "503 draws" in words
