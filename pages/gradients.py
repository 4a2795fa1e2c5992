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
prose.formulas(*explain_gradients.loss_formulas(supervised, forms))
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(explain_gradients.loss_verdict(forms))
    supervision.soft_target(supervised)

prose.heading("Where p − y comes from")
chain = cross_entropy_chain(z, y, temperature)
said = explain_gradients.chain_verdict(chain)
charts.show(gradients.chain_product(chain, supervised.labels), key="chain", alt=said)
numbers.show(explain_gradients.jacobian_measures(jacobian_facts(chain.jacobian), chain), under=said)
prose.show("gradients", "derive")

prose.heading("Checked in front of you")
loss = slopes.choose_loss(supervised)
checked = slopes.check(supervised, loss)

prose.heading("From very wrong to very right")
compared = slopes.compare(supervised)

prose.heading("Down the slope")
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
