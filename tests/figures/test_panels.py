"""Panels in a figure."""

import pytest

from softviz.figures.maxout import describe_maxout_unit, maxout_unit
from softviz.figures.panels import Panel, grid, together


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (5, 3), (6, 3)])
def test_panels_fill_the_figure_without_overlap(count: int, columns: int) -> None:
    panels = grid(count, columns)
    assert [panel.number for panel in panels] == list(range(1, count + 1))
    for one in panels:
        for other in panels[one.number :]:
            beside = one.across[1] < other.across[0] or other.across[1] < one.across[0]
            over = one.up[0] > other.up[1]
            assert beside or over
    assert max(panel.across[1] for panel in panels) == pytest.approx(1)
    assert panels[0].up[1] == 1


def test_traces_axes_and_notes_belong_to_their_panel() -> None:
    panel = Panel(2, (0.5, 1.0), (0.0, 1.0))
    figure = together([panel.trace("scatter", x=[1], y=[2])], [panel.axes({}, {})], [panel.note(1, 2, "here")])
    checked = figure.figure  # by Plotly
    assert (checked.data[0].xaxis, checked.data[0].yaxis) == ("x2", "y2")
    assert checked.layout.xaxis2.domain == (0.5, 1.0)
    assert (checked.layout.annotations[0].xref, checked.layout.annotations[0].yref) == ("x2", "y2")


def test_a_maxout_unit_is_the_largest_of_its_lines() -> None:
    *pieces, unit = maxout_unit().data
    assert [max(values) for values in zip(*(piece.y for piece in pieces), strict=True)] == list(unit.y)
    assert "convex" in describe_maxout_unit()
