"""Pictures of the backward pass: what is drawn is what was computed."""

import numpy as np
import pytest

from softviz.core.chain import cross_entropy_chain
from softviz.core.checks import DifferenceErrors
from softviz.core.landscape import along_score
from softviz.core.loss_registry import LOSSES
from softviz.figures.gradients import (
    MOST_NUMBERED,
    SMALLEST_ERROR,
    chain_product,
    error_over_step,
    losses_over_score,
    slopes_over_score,
)
from softviz.figures.theme import INKS

LABELS = ("cat", "<b>dog</b>", "bird")
CHAIN = cross_entropy_chain(np.array([2.0, 1.0, 0.1]), np.array([0.0, 1.0, 0.0]))
BROKEN = cross_entropy_chain(np.array([1000.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
LINES = {
    loss.name: along_score(loss, np.array([2.0, 1.0, 0.1]), np.array([0.0, 1.0, 0.0]), 1, np.linspace(-9, 9, 31))
    for loss in LOSSES.values()
}
ERRORS = DifferenceErrors(np.array([1e-9, 1e-5, 1e-3]), np.array([1e-7, 1e-5, 1e-3]), np.array([0.0, 1e-11, 1e-7]))
FIGURES = {
    "chain": chain_product(CHAIN, LABELS),
    "errors": error_over_step(ERRORS, 1e-5),
    "losses": losses_over_score(LINES, 1.0, "<b>dog</b>"),
    "slopes": slopes_over_score(LINES, 1.0, "<b>dog</b>"),
}


def test_the_product_is_drawn_as_matrix_times_column_equals_column():
    matrix, factor, result = FIGURES["chain"].data
    np.testing.assert_array_equal(matrix.z, CHAIN.jacobian)
    np.testing.assert_array_equal(np.ravel(factor.z), CHAIN.by_probability)
    np.testing.assert_array_equal(np.ravel(result.z), CHAIN.product)
    assert matrix.zmin == -matrix.zmax, "zero lies in the middle of the colours"
    assert [row[0] for row in result.text] == ["0.659", "−0.758", "0.0986"]


def test_where_the_product_breaks_the_closed_form_stands_beside_it():
    drawn = chain_product(BROKEN, LABELS)
    np.testing.assert_array_equal(np.ravel(drawn.data[3].z), [1, -1, 0])
    said = [note.text for note in drawn.layout.annotations]
    assert said.count("nan") == 3
    assert said.count("−∞") == 1
    assert "≠" in said


def test_numbers_leave_a_matrix_that_is_too_small_for_them_and_stay_in_its_columns():
    classes = MOST_NUMBERED + 3
    chain = cross_entropy_chain(np.arange(classes) / 7, np.eye(classes)[5])
    drawn = chain_product(chain, [f"class {i}" for i in range(classes)])
    assert drawn.data[0].texttemplate is None
    assert drawn.data[1].texttemplate == drawn.data[2].texttemplate == "%{text}"


def test_an_error_of_zero_has_a_place_on_the_logarithmic_axis():
    central = FIGURES["errors"].data[1]
    assert central.y[0] == SMALLEST_ERROR
    np.testing.assert_array_equal(central.y[1:], ERRORS.central[1:])


@pytest.mark.parametrize("name", ["losses", "slopes"])
def test_every_loss_has_a_line_and_a_name_at_its_start(name):
    drawn = FIGURES[name]
    assert [line.name for line in drawn.data] == list(LINES)
    strokes = {(line.line.color, line.line.dash) for line in drawn.data}
    assert len(strokes) == len(LINES)
    said = " ".join(note.text for note in drawn.layout.annotations)
    assert all(key in said for key in LINES)
    heights = sorted(note.y for note in drawn.layout.annotations if note.xref == "x domain")
    assert min(np.diff(heights)) > 0.05 * max(heights), "names do not lie on each other"


def test_slopes_are_drawn_by_their_size():
    for line, (_, computed) in zip(FIGURES["slopes"].data, LINES.items(), strict=True):
        np.testing.assert_array_equal(line.y, np.abs(computed.slopes))


@pytest.mark.parametrize("name", FIGURES)
def test_only_inks_with_a_dark_counterpart_are_used(name):
    spec = FIGURES[name].to_json().upper()
    used = {f"#{part[:6]}" for part in spec.split("#")[1:]}
    assert used <= {ink.light.upper() for ink in INKS}


@pytest.mark.parametrize("name", ["chain", "losses", "slopes"])
def test_labels_are_text_and_never_markup(name):
    spec = FIGURES[name].to_json()
    assert "<b>dog" not in spec.replace("\\u003c", "<")
    assert "&lt;b&gt;dog" in spec
