"""The picture of two classes."""

import numpy as np

from softviz.figures.map_marks import MAP_MARKS, apart
from softviz.figures.theme import ACCENT
from softviz.figures.two_class import describe_two_class_curves, two_class_curves
from softviz.state import Exploration
from softviz.studies.comparison import Comparison

SIX = ("softmax", "sigmoid", "sparsemax", "softplus_raw", "taylor", "argmax")


def curves(**values: object) -> list:
    return Comparison.of(Exploration(**values)).two_class_curves(0.0)


def test_it_is_a_valid_figure_with_an_output_and_a_slope_a_map() -> None:
    figure = two_class_curves(curves(maps=SIX), 1.0).figure  # checked by Plotly
    assert [trace.yaxis for trace in figure.data] == ["y"] * 6 + ["y2"] * 6
    assert {trace.line.dash for trace in figure.data} == {mark.dash for mark in MAP_MARKS}


def test_every_line_is_named_at_its_end_without_overlap() -> None:
    figure = two_class_curves(curves(maps=SIX), 1.0)
    names = [note for note in figure.layout.annotations if note.yref == "y"]
    assert len(names) == 6
    heights = sorted(note.y for note in names)
    assert min(np.diff(heights)) > 0
    low, high = figure.layout.yaxis.range
    assert low <= heights[0] <= heights[-1] <= high


def test_the_learner_s_gap_is_marked_where_it_is_in_view() -> None:
    shapes = two_class_curves(curves(), 1.0).layout.shapes
    assert [(shape.x0, shape.line.color) for shape in shapes] == [(1.0, ACCENT.light)] * 2
    assert two_class_curves(curves(), 7.0).layout.shapes == ()


def test_without_slopes_the_panel_says_so() -> None:
    figure = two_class_curves(curves(temperature=0.0), 1.0).figure
    assert any("no slope" in note.text for note in figure.layout.annotations)
    assert "slope" not in describe_two_class_curves(curves(temperature=0.0)).split("below.")[1]


def test_the_description_has_the_numbers() -> None:
    words = describe_two_class_curves(curves(maps=("softmax", "sparsemax")))
    assert "Softmax: 0.731 at a gap of 1, slope at most 0.250." in words
    assert "Sparsemax: 1.00 at a gap of 1, slope at most 0.500." in words


def test_labels_move_apart_and_stay_under_the_ceiling() -> None:
    np.testing.assert_allclose(apart([0.5, 0.5, 0.0], 0.1, 1.0), [0.5, 0.6, 0.0])
    np.testing.assert_allclose(apart([1.0, 1.0, 0.2], 0.1, 1.0), [0.9, 1.0, 0.2])
