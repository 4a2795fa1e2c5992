"""Where exp overflows and underflows in each floating-point type, and which way to write softmax stands it."""

import streamlit as st

from softviz.components.online_softmax import Reading, online_softmax
from softviz.components.stability_board import stability_board
from softviz.core.float_types import FLOAT_TYPES
from softviz.core.gaps import losers_surprise, winners_surprise
from softviz.core.magnitudes import breaking_points, error_map
from softviz.core.online import online_steps
from softviz.core.precision import FORMS, trace
from softviz.explain import stability as explain
from softviz.figures import precision
from softviz.hues import hue_ranks
from softviz.records.magnitude import MOST_CHUNK, Magnitude, largest_classes, part
from softviz.scripts.stability import stability_scripts
from softviz.studies import library_edges
from softviz.ui import charts, controls, guess, numbers, prose, session, shell

BOARD, PASS = "stability-board", "online-softmax"

exploration = shell.open_page("stability", Magnitude)
settings = session.current(Magnitude)
form, float_type = FORMS[settings.form], FLOAT_TYPES[settings.float_type]
shown = largest_classes(exploration.scores)
scores, hues = part(exploration.scores, shown), hue_ranks(exploration.scores.values)[shown]
pattern = tuple(scores.values.tolist())
edges, errors = breaking_points(pattern, settings.move), error_map(pattern, settings.move)

stability_board(
    scores, settings, edges, hues=hues, key=BOARD, revision=session.revision(BOARD),
    on_choice=lambda chosen: session.change(Magnitude, origin=BOARD, **vars(chosen)),
)  # fmt: skip
moved = settings.moved(scores)
traced = trace(form, float_type, moved)
st.markdown(explain.verdict(traced, moved))
st.caption(explain.cut(scores, exploration.scores))

prose.heading("Where every form breaks")
prose.show("stability", "map")
charts.show(
    precision.error_map(errors, edges, settings.size, (form.key, float_type.key)),
    key="error-map",
    alt=explain.describe_error_map(errors, edges, settings),
)
limits = explain.limits_table()
numbers.table(explain.limits_on_screen(limits), key="limits", name="Limits of each float type")
prose.show("stability", "limits")

prose.heading("Why cross-entropy takes scores")
surprises = explain.surprise_table(scores, moved, float_type)
winner, loser = winners_surprise(float_type), losers_surprise(float_type)
guess.ask(f"winner:{float_type.key}", explain.winner_question(winner, float_type))
table, picture = st.columns([2, 3])
with table:
    st.markdown(f"Your losses in **{float_type.key}**, each class once as the target:")
    numbers.table(explain.losses_on_screen(surprises), key="losses", name="Losses, each class once as the target")
with picture:
    charts.show(
        precision.surprises(winner, loser),
        key="surprises",
        alt=precision.describe_surprises(winner, loser, float_type.key),
    )
prose.show("stability", "logits")

prose.heading("One pass over the scores")
order = settings.reading_order(scores)
online_softmax(
    part(scores, order), online_steps(scores.values[order], settings.chunk), Reading(settings.chunk, settings.order),
    most=MOST_CHUNK, hues=hues[order], key=PASS, revision=session.revision(PASS),
    on_reading=lambda reading: session.change(Magnitude, origin=PASS, **vars(reading)),
)  # fmt: skip
prose.show("stability", "flash")

prose.heading("What libraries do at the edges")
prose.show("stability", "libraries")
answers = library_edges.table()
numbers.table(answers, key="libraries", name="What libraries answer")

prose.why("stability")
controls.experiments("stability")
tables = {"steps": explain.steps_table(scores, moved, traced), "errors": explain.errors_table(errors)}
shell.close_page(
    "stability",
    {**tables, "losses": surprises, "limits": limits, "library answers": answers},
    stability_scripts(scores, settings),
)
