"""The picture of the triangle."""

import numpy as np
import plotly.graph_objects as go

from softviz.core.simplex import ternary_coordinates
from softviz.figures.map_marks import MAP_MARKS
from softviz.figures.simplex import describe_triangle, triangle
from softviz.scores import Scores
from softviz.state import Exploration
from softviz.studies.comparison import Comparison, Pictures

LABELS = ("cat", "<b>dog</b>", "bird")


def drawn(**values: object) -> go.Figure:
    comparison = Comparison.of(Exploration(**values))
    paths = comparison.ternary_paths(comparison.corners(), Pictures())
    return triangle(paths, MAP_MARKS[: len(paths)], LABELS)


def test_it_is_a_valid_figure() -> None:
    assert len(drawn().figure.data) > 10  # checked by Plotly


def test_points_lie_where_the_shares_say() -> None:
    figure = drawn(maps=("softmax", "sparsemax"))
    points = {trace.name: (trace.x[0], trace.y[0]) for trace in figure.data if trace.name}
    softmax = np.exp([2.0, 1.0, 0.1]) / np.exp([2.0, 1.0, 0.1]).sum()
    np.testing.assert_allclose(points["Softmax"], ternary_coordinates(softmax), rtol=1e-12)
    np.testing.assert_allclose(points["Sparsemax"], [0, 0], atol=1e-15)


def test_triangles_keep_their_angles() -> None:
    assert drawn().layout.yaxis.scaleanchor == "x"


def test_labels_are_text_and_not_markup() -> None:
    assert "&lt;b&gt;dog&lt;/b&gt;" in [note.text for note in drawn().layout.annotations]


def test_six_maps_are_told_apart_by_symbol_and_named() -> None:
    figure = drawn(maps=("softmax", "sparsemax", "entmax", "argmax", "taylor", "top_k"), own=Scores.of([1.0, 0.5, 0.4]))
    named = [trace for trace in figure.data if trace.mode == "markers" and trace.name]
    assert len({trace.marker.symbol for trace in named}) == 6
    assert {trace.name for trace in named} <= {note.text for note in figure.layout.annotations}


def test_the_description_has_the_numbers() -> None:
    comparison = Comparison.of(Exploration(maps=("softmax", "sparsemax")))
    words = describe_triangle(comparison.ternary_paths(comparison.corners(), Pictures()), LABELS)
    assert "Softmax: 0.659, 0.242, 0.0986. Sparsemax: 1.00, 0, 0." in words
