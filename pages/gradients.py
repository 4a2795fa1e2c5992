"""Why the gradient of cross-entropy is p - y, ways to check it, and what happens when it is followed."""

import streamlit as st

from softviz.core.chain import cross_entropy_chain, cross_entropy_forms
from softviz.core.checks import jacobian_facts
from softviz.explain import gradients as explain_gradients
from softviz.figures import gradients
from softviz.records.descent import Descent
from softviz.scripts.gradients import gradient_scripts
from softviz.ui import charts, controls, numbers, prose, shell, slopes, supervision

shell.open_page("gradients", Descent)
supervised = supervision.supervised_scores()
z, y, temperature = supervised.logits, supervised.target, supervised.temperature

supervision.board(supervised)
forms = cross_entropy_forms(z, y, temperature)
for column, formula in zip(st.columns(2), explain_gradients.loss_formulas(supervised, forms), strict=True):
    column.latex(formula)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(explain_gradients.loss_verdict(forms))
    supervision.soft_target(supervised)

st.header("Where p − y comes from", anchor=False)
chain = cross_entropy_chain(z, y, temperature)
said = explain_gradients.chain_verdict(chain)
charts.show(gradients.chain_product(chain, supervised.labels), key="chain", alt=said)
st.markdown(said)
numbers.show(explain_gradients.jacobian_measures(jacobian_facts(chain.jacobian), chain))
prose.show("gradients", "derive")

st.header("Checked in front of you", anchor=False)
loss = slopes.choose_loss(supervised)
checked = slopes.check(supervised, loss)

st.header("From very wrong to very right", anchor=False)
compared = slopes.compare(supervised)

st.header("Down the slope", anchor=False)
walk = slopes.descend_surface(supervised, loss)

prose.why("gradients")
controls.experiments("gradients")
shell.close_page(
    "gradients",
    {
        "gradient": explain_gradients.gradient_table(supervised, chain),
        "Jacobian": explain_gradients.jacobian_table(supervised, chain),
        "check": checked,
        "losses": compared,
        "walk": walk,
    },
    gradient_scripts(supervised),
)
