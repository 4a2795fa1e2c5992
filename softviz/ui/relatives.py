"""The sections of the compare page: pictures of several maps, each with its controls and its caption."""

from functools import cache

import streamlit as st

from softviz.explain import relatives as explain
from softviz.figures import jacobians, maxout, simplex, support, two_class
from softviz.figures.map_marks import MAP_MARKS
from softviz.state import Exploration
from softviz.studies.comparison import MOVING_SCORES, Comparison, Corners, Pictures
from softviz.ui import charts, controls, guess, prose
from softviz.ui.prose import literal


def two_classes(comparison: Comparison, pictures: Pictures) -> None:
    """Draw every map's curve of two classes, with the second score to turn."""
    prose.heading("Two classes")
    controls.slider("second", "Score of the second class", -10.0, 10.0, step=0.5, record=Pictures)
    curves = comparison.two_class_curves(pictures.second)
    alt = two_class.describe_two_class_curves(curves)
    charts.show(
        two_class.two_class_curves(curves, comparison.top_gap),
        key="two-classes",
        alt=alt,
        caption=explain.about_two_classes(comparison, pictures.second),
    )


def three_classes(comparison: Comparison, corners: Corners, pictures: Pictures) -> None:
    """Draw every map's point on the triangle, and its path while something moves."""
    prose.heading("Three classes")
    moves = {"temperature": "the temperature"}
    moves |= {key: f"the score of {label}" for key, label in zip(MOVING_SCORES, corners.labels, strict=True)}
    controls.select("path", "The paths follow", moves, record=Pictures, format_func=moves.get)
    paths = comparison.ternary_paths(corners, pictures)
    marks = [MAP_MARKS[comparison.names.index(path.name)] for path in paths]
    alt = simplex.describe_triangle(paths, corners.labels)
    charts.show(
        simplex.triangle(paths, marks, corners.labels),
        key="triangle",
        alt=alt,
        caption=explain.about_triangle(comparison, corners),
    )


def landing(comparison: Comparison, corners: Corners) -> None:
    """Draw which scores land on an edge or in a corner."""
    prose.heading("Which scores lose a class")
    planes = comparison.support_planes(corners)
    said = explain.about_planes(comparison, planes)
    if planes:
        alt = support.describe_support_planes(planes, corners.labels)
        charts.show(support.support_planes(planes, corners.labels), key="landing", alt=alt, caption=said)
    else:
        st.caption(literal(said))


def slopes(comparison: Comparison) -> None:
    """Draw the Jacobians side by side on one scale."""
    prose.heading("Slopes: how each score moves each output")
    if not comparison.slopes_exist:
        st.markdown("Slopes need a temperature between 0 and ∞: at 0 maps jump, at ∞ nothing moves. Turn the handle.")
        return
    values, shown = comparison.jacobians(), comparison.heat_map_classes()
    labels = [comparison.scores.labels[i] for i in shown]
    alt = jacobians.describe_jacobians(comparison.names, values)
    charts.show(
        jacobians.jacobian_heat_maps(comparison.names, values, labels),
        key="slopes",
        alt=alt,
        caption=explain.about_slopes(comparison),
    )


def guess_a_shift(comparison: Comparison) -> None:
    """Ask which map a shift moves most, before the table tells."""
    guess.ask(f"shift:{'|'.join(comparison.names)}", explain.shift_question(comparison))


def sayings() -> None:
    """List every map with its formula, what is said of it, what is seen, and its source."""
    prose.heading("What is said, and what is seen")
    st.markdown(_sayings())


@cache
def _sayings() -> str:
    # A paragraph a map: a table of this width would make a phone scroll sideways, and st.table clips formulas.
    paragraphs = []
    for row in explain.sayings().to_dict(orient="records"):
        said, seen, source = (literal(row[column]) for column in ("what is said", "what is seen", "source"))
        head = f"**{literal(row['map'])}**, {row['formula']}"
        paragraphs.append(f"{head}  \n*Said:* {said} *Seen:* {seen} *Source:* {source}.")
    return "\n\n".join(paragraphs)


def not_on_the_list(exploration: Exploration) -> None:
    """Show what the texts list beside softmax and is no fixed map to a distribution: maxout and Gumbel-softmax."""
    prose.heading("Two more names, and why they are not in the list")
    words, picture = st.columns([3, 2], gap="medium")
    with words:
        prose.show("compare", "maxout")
        st.markdown(literal(explain.about_maxout(exploration.scores)))
    with picture:
        charts.show(maxout.maxout_unit(), key="maxout", alt=maxout.describe_maxout_unit())
    prose.show("compare", "gumbel")
    st.markdown(literal(explain.about_gumbel(exploration.scores, exploration.temperature, exploration.seed)))
