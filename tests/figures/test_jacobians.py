"""The heat maps of slopes."""

import numpy as np
import pytest

from softviz.figures.jacobians import describe_jacobians, jacobian_heat_maps

NAMES = ["Softmax", "Sigmoid", "Sparsemax", "Argmax", "Taylor", "Top-k"]


def slopes(maps: int, classes: int) -> np.ndarray:
    return np.random.default_rng(5).normal(size=(maps, classes, classes))


@pytest.mark.parametrize("maps", range(2, 7))
def test_it_is_a_valid_figure_with_one_heat_map_a_map(maps: int) -> None:
    figure = jacobian_heat_maps(NAMES[:maps], slopes(maps, 3), ["a", "b", "c"]).figure
    assert [trace.type for trace in figure.data] == ["heatmap"] * maps
    assert [note.text for note in figure.layout.annotations] == NAMES[:maps]


def test_all_maps_share_one_scale_with_zero_in_the_middle() -> None:
    values = slopes(2, 3)
    values[1, 0, 0] = np.nan
    figure = jacobian_heat_maps(NAMES[:2], values, ["a", "b", "c"])
    scale = figure.layout.coloraxis
    assert {trace.coloraxis for trace in figure.data} == {"coloraxis"}
    assert (scale.cmin, scale.cmid, scale.cmax) == (-np.nanmax(np.abs(values)), 0, np.nanmax(np.abs(values)))


def test_maps_that_are_all_flat_still_have_a_scale() -> None:
    scale = jacobian_heat_maps(NAMES[:2], np.zeros((2, 2, 2)), ["a", "b"]).layout.coloraxis
    assert scale.cmin < 0 < scale.cmax


@pytest.mark.parametrize(("classes", "written"), [(4, True), (5, False)])
def test_numbers_are_written_where_there_is_room(classes: int, written: bool) -> None:
    figure = jacobian_heat_maps(NAMES[:2], slopes(2, classes), list("abcde")[:classes])
    assert (figure.data[0].texttemplate is not None) is written


def test_rows_are_outputs_from_the_top() -> None:
    figure = jacobian_heat_maps(NAMES[:2], slopes(2, 3), ["a", "b", "c"])
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.yaxis.title.text == "output"
    assert list(figure.layout.yaxis.ticktext) == ["a", "b", "c"]


def test_the_description_has_the_numbers() -> None:
    values = np.array([[[0.25, -0.25], [-0.25, 0.25]], np.full((2, 2), np.nan)])
    words = describe_jacobians(["Softmax", "Odd"], values)
    assert "Softmax: from −0.250 to 0.250." in words
    assert "Odd: no slope is a number here." in words
