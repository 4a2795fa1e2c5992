"""Softmax beside its relatives: the same scores through several maps."""

import streamlit as st

from softviz.components.map_board import MapEdit, map_board
from softviz.components.property_table import show_properties
from softviz.explain import relatives as explain
from softviz.scripts.maps import Chosen, map_scripts
from softviz.state import Exploration
from softviz.studies.comparison import Comparison, Pictures
from softviz.studies.property_table import property_table
from softviz.ui import controls, numbers, prose, relatives, session, shell

BOARD = "maps"

exploration = shell.open_page("compare", Pictures)
comparison, pictures = Comparison.of(exploration), session.current(Pictures)
corners = comparison.corners()


def settle(edit: MapEdit) -> None:
    """Put what was left on the board into the record without sending it back to the board."""
    before = session.current(Exploration)
    own = before.own if edit.scores == before.scores else edit.scores
    values = {"own": own, "temperature": edit.temperature, "maps": edit.maps, "parameters": edit.parameters}
    session.change(origin=BOARD, **values)


map_board(comparison, exploration, key=BOARD, revision=session.revision(BOARD), on_edit=settle)
measures = comparison.measures_table(exploration.unit)
numbers.table(explain.measures_on_screen(measures), key="measures", name="Each map's measures")
controls.segmented("unit", "Entropy and divergence in", ("nats", "bits"))

left, right = st.columns(2, gap="medium")
with left:
    relatives.two_classes(comparison, pictures)
with right:
    if corners is None:
        prose.heading("Three classes")
        st.markdown("A triangle needs three classes; you have two. The curves of two classes show all there is.")
    else:
        relatives.three_classes(comparison, corners, pictures)
if corners is not None:
    relatives.landing(comparison, corners)
relatives.slopes(comparison)

prose.heading("What holds for which map")
st.markdown(
    "Each cell is computed, on your scores and on round and drawn ones. Open a False to see the numbers that refute it."
)
relatives.guess_a_shift(comparison)
properties = property_table(comparison)
show_properties(properties, key="properties")

prose.why("compare")
relatives.sayings()
relatives.not_on_the_list(exploration)

controls.experiments("compare")
tables = {"outputs": comparison.outputs_table(), "measures": measures, "properties": properties.to_frame()}
chosen = [Chosen(relative.mapping.key, relative.parameters) for relative in comparison.relatives]
shell.close_page("compare", tables, map_scripts(comparison.scores, comparison.temperature, chosen))
