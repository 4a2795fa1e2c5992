"""The planes of scores."""

import numpy as np
import pytest

from softviz.core.support_planes import SupportPlane
from softviz.figures.support import describe_support_planes, support_planes
from softviz.state import Exploration
from softviz.studies.comparison import Comparison

LABELS = ("cat", "dog", "bird")


def planes(*maps: str, **values: object) -> list[SupportPlane]:
    comparison = Comparison.of(Exploration(maps=maps, **values))
    return comparison.support_planes(comparison.corners())


@pytest.mark.parametrize("maps", [("softmax", "sparsemax"), ("sparsemax", "entmax", "argmax", "top_k")])
def test_it_is_a_valid_figure_with_a_panel_for_every_sparse_map(maps: tuple[str, ...]) -> None:
    drawn = planes(*maps)
    figure = support_planes(drawn, LABELS).figure  # checked by Plotly
    assert [trace.type for trace in figure.data].count("heatmap") == len(drawn)


def test_regions_are_named_and_bordered() -> None:
    figure = support_planes(planes("softmax", "sparsemax"), LABELS)
    names = {note.text for note in figure.layout.annotations}
    assert {"cat", "dog", "bird", "cat + dog", "all three"} <= names
    regions = figure.data[0].z
    assert set(np.unique(regions)) == {0, 1, 2, 3}
    assert np.mean(regions == 0) < 0.05, "borders are thin"


def test_scores_and_where_they_land_are_joined() -> None:
    (plane,) = planes("softmax", "sparsemax")
    figure = support_planes([plane], LABELS)
    ring_and_dot = figure.data[-1]
    np.testing.assert_array_equal([ring_and_dot.x[0], ring_and_dot.y[0]], plane.at)
    np.testing.assert_array_equal([ring_and_dot.x[1], ring_and_dot.y[1]], plane.lands)


def test_the_description_has_the_numbers() -> None:
    assert "Argmax: one class on 1.00 of the window, two on 0, three on 0." in describe_support_planes(
        planes("softmax", "argmax"), LABELS
    )
