"""Two parts of the temperature page: from a wish to a temperature, and draws beside what was expected."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from softviz.core.temperature import TemperatureAnswer, gumbel_draw
from softviz.explain import softmax as explain
from softviz.explain import temperature as heat
from softviz.figures import temperature as figures
from softviz.hues import hue_ranks
from softviz.records.wishes import WISHES, TemperatureWish
from softviz.scores import Scores
from softviz.state import Exploration
from softviz.studies.samples import Sample, draw_sample
from softviz.ui import charts, controls, folded, numbers, prose, session
from softviz.ui.folded import Leaf

LARGEST_SEED = 2**32 - 1
MOST_DRAWS = 100_000


def wish_for_temperature(scores: Scores, unit: str) -> None:
    """Ask for an entropy or a top probability, answer with the temperature, and offer to set it."""
    prose.heading("Which temperature gives …")
    ask, reply = st.columns(2, vertical_alignment="bottom")
    with ask:
        _ask(unit)
    wish = session.current(TemperatureWish)
    answer = _granted(wish, scores, unit)
    reply.markdown(wish.reply(answer, unit))

    def grant() -> None:
        session.change(temperature=answer.temperature)

    reply.button("Set this temperature", disabled=answer.temperature is None, on_click=grant)


@st.cache_data(
    max_entries=64,
    show_spinner=False,
    hash_funcs={Scores: lambda scores: scores.values.tobytes(), TemperatureWish: repr},
)
def _granted(wish: TemperatureWish, scores: Scores, unit: str) -> TemperatureAnswer:
    return wish.granted(scores, unit)  # fifty passes over the scores, which turning the handle need not repeat


def _ask(unit: str) -> None:
    kind = controls.segmented(
        "kind", "What do you want?", WISHES, record=TemperatureWish, format_func=lambda wish: WISHES[wish]
    )
    if kind == "entropy":
        label, maximum, step = f"Entropy, in {unit}", 17.0, 0.1
    else:
        label, maximum, step = "Top probability", 1.0, 0.05
    controls.number_input(kind, label, 0.0, maximum, step=step, format="%.4g", record=TemperatureWish)


def draw_classes(exploration: Exploration, shown: NDArray[np.intp]) -> Sample:
    """Draw as often as asked, show what came beside what was expected, and take one draw apart.

    Args:
        exploration: Holds the scores, the temperature, the number of draws and the seed.
        shown: The classes that get a row; the others are gathered.
    """
    prose.heading("Draw at this temperature")
    _ask_for_draws(exploration)
    scores = exploration.scores
    sample = draw_sample(scores, exploration.temperature, exploration.draws, exploration.seed)
    in_view = sample.gathered(shown)
    charts.show(
        figures.observed_and_expected(in_view, hue_ranks(scores.values)[shown]),
        key="observed-and-expected",
        alt=figures.describe_observed_and_expected(in_view),
    )
    st.markdown(heat.coverage(in_view) + heat.way_of_drawing(len(scores), exploration.draws))
    prose.show("temperature", "sampling")
    folded.expanders(
        Leaf("One draw, step by step", partial(_one_draw, exploration, len(shown)), "temperature:one-draw")
    )
    return sample


def _one_draw(exploration: Exploration, rows: int) -> None:
    scores = exploration.scores
    first = gumbel_draw(scores.values, exploration.temperature, np.random.default_rng(exploration.seed))
    st.markdown(heat.whose_draw(len(scores), exploration.draws))
    numbers.table(
        explain.on_screen(heat.gumbel_table(first, scores, rows)), key="gumbel", name="One draw, by the Gumbel trick"
    )


def _ask_for_draws(exploration: Exploration) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.number_input("draws", "Draws", 1, MOST_DRAWS, step=1, width=160)
        controls.number_input("seed", "Seed", 0, LARGEST_SEED, step=1, width=160)
        st.button("Draw again", on_click=_draw_again, help="Adds one to the seed")


def _draw_again() -> None:
    seed = session.current(Exploration).seed
    session.change(seed=(seed + 1) % (LARGEST_SEED + 1))
