"""The sections of the compare page: pictures of several maps, each with its controls and its caption."""

import streamlit as st

from softviz.explain import relatives as explain
from softviz.figures import jacobians, maxout, simplex, support, two_class
from softviz.figures.map_marks import MAP_MARKS
from softviz.scores import Scores
from softviz.state import Exploration
from softviz.studies.comparison import MOVING_SCORES, Comparison, Corners, Pictures
from softviz.ui import charts, controls, guess, prose
from softviz.ui.controls import Experiment
from softviz.ui.prose import literal

_GLIDE = ("softmax", "entmax", "sparsemax")
_TEXTBOOK = Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])

EXPERIMENTS = (
    Experiment(
        "Make alpha 1",
        "The column of α-entmax is the column of softmax, and its region on the plane is gone.",
        {"maps": _GLIDE, "parameters": (("entmax.alpha", 1.0),)},
    ),
    Experiment(
        "Make alpha 2",
        "Now it is the column of sparsemax, and its slope jumps where the curve of two classes has corners.",
        {"maps": _GLIDE, "parameters": (("entmax.alpha", 2.0),)},
    ),
    Experiment(
        "Let two scores tie, without heat",
        "At T = 0 every map that keeps the order shares the top among the two; sigmoid gives each a full one.",
        {"preset": "tie", "own": None, "temperature": 0.0},
    ),
    Experiment(
        "Give sigmoid two classes, scores 2 and 0",
        "Said: sigmoid is for two classes. Its first output, 0.881, is softmax's first output.",
        {"maps": ("softmax", "sigmoid"), "own": Scores.of([2.0, 0.0]), "temperature": 1.0},
    ),
    Experiment(
        "Add 10 to every score",
        "Said: one-vs-rest logistic extends to many classes. Its column goes flat; softmax's stays.",
        {"maps": ("softmax", "logistic", "arctan"), "own": Scores.of(_TEXTBOOK.values + 10, _TEXTBOOK.labels)},
    ),
    Experiment(
        "Send one score to −20",
        "Softmax leaves it less than a billionth; the heavy tail of arctan, almost one part in a hundred.",
        {"maps": ("softmax", "arctan", "softplus"), "own": _TEXTBOOK.with_value(2, -20.0)},
    ),
    Experiment(
        "Ask the Gaussian",
        "The largest score gets the least: the score nearest the centre wins. Move the centre to 2.",
        {"maps": ("softmax", "gaussian", "spherical"), "own": _TEXTBOOK, "parameters": (("gaussian.centre", 0.0),)},
    ),
    Experiment(
        "Put softplus far below zero",
        "Said: no vanishing gradient. See its pale heat map: the slope of softplus is the sigmoid.",
        {"maps": ("softmax", "softplus_raw", "sigmoid"), "own": Scores.of([-6.0, -7.0, -7.9], _TEXTBOOK.labels)},
    ),
)
"""What to try: the family of alpha, ties, and what the popular texts say of the alternatives."""


def two_classes(comparison: Comparison, pictures: Pictures) -> None:
    """Draw every map's curve of two classes, with the second score to turn."""
    st.header("Two classes", anchor=False)
    controls.slider("second", "Score of the second class", -10.0, 10.0, step=0.5, record=Pictures)
    curves = comparison.two_class_curves(pictures.second)
    alt = two_class.describe_two_class_curves(curves)
    charts.show(two_class.two_class_curves(curves, comparison.top_gap), key="two-classes", alt=alt)
    st.caption(literal(explain.about_two_classes(comparison, pictures.second)))


def three_classes(comparison: Comparison, corners: Corners, pictures: Pictures) -> None:
    """Draw every map's point on the triangle, and its path while something moves."""
    st.header("Three classes", anchor=False)
    moves = {"temperature": "the temperature"}
    moves |= {key: f"the score of {label}" for key, label in zip(MOVING_SCORES, corners.labels, strict=True)}
    controls.select("path", "The paths follow", moves, record=Pictures, format_func=moves.get)
    paths = comparison.ternary_paths(corners, pictures)
    marks = [MAP_MARKS[comparison.names.index(path.name)] for path in paths]
    alt = simplex.describe_triangle(paths, corners.labels)
    charts.show(simplex.triangle(paths, marks, corners.labels), key="triangle", alt=alt)
    st.caption(literal(explain.about_triangle(comparison, corners)))


def landing(comparison: Comparison, corners: Corners) -> None:
    """Draw which scores land on an edge or in a corner."""
    st.header("Which scores lose a class", anchor=False)
    planes = comparison.support_planes(corners)
    if planes:
        alt = support.describe_support_planes(planes, corners.labels)
        charts.show(support.support_planes(planes, corners.labels), key="landing", alt=alt)
    st.caption(literal(explain.about_planes(comparison, planes)))


def slopes(comparison: Comparison) -> None:
    """Draw the Jacobians side by side on one scale."""
    st.header("Slopes: how each score moves each output", anchor=False)
    if not comparison.slopes_exist:
        st.markdown("Slopes need a temperature between 0 and ∞: at 0 maps jump, at ∞ nothing moves. Turn the handle.")
        return
    values, shown = comparison.jacobians(), comparison.heat_map_classes()
    labels = [comparison.scores.labels[i] for i in shown]
    alt = jacobians.describe_jacobians(comparison.names, values)
    charts.show(jacobians.jacobian_heat_maps(comparison.names, values, labels), key="slopes", alt=alt)
    st.caption(literal(explain.about_slopes(comparison)))


def guess_a_shift(comparison: Comparison) -> None:
    """Ask which map a shift moves most, before the table tells."""
    guess.ask(f"shift:{'|'.join(comparison.names)}", explain.shift_question(comparison))


def sayings() -> None:
    """List every map with its formula, what is said of it, what is seen, and its source."""
    st.header("What is said, and what is seen", anchor=False)
    for row in explain.sayings().to_dict(orient="records"):
        # A paragraph a map: a table of this width would make a phone scroll sideways, and st.table clips formulas.
        said, seen, source = (literal(row[column]) for column in ("what is said", "what is seen", "source"))
        st.markdown(f"**{literal(row['map'])}**, {row['formula']}  \n*Said:* {said} *Seen:* {seen} *Source:* {source}.")


def not_on_the_list(exploration: Exploration) -> None:
    """Show what the texts list beside softmax and is no fixed map to a distribution: maxout and Gumbel-softmax."""
    st.header("Two more names, and why they are not in the list", anchor=False)
    words, picture = st.columns([3, 2], gap="medium")
    with words:
        prose.show("compare", "maxout")
        st.markdown(literal(explain.about_maxout(exploration.scores)))
    with picture:
        charts.show(maxout.maxout_unit(), key="maxout", alt=maxout.describe_maxout_unit())
    prose.show("compare", "gumbel")
    st.markdown(literal(explain.about_gumbel(exploration.scores, exploration.temperature, exploration.seed)))
