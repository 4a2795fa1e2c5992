"""A small table of texts, whose cells change in place."""

import pandas as pd
import streamlit as st

from softviz.components.assets import javascript, stylesheet

_mount = st.components.v2.component(
    "softviz_table",
    html='<div class="softviz"><div class="table"></div><p class="muted"></p></div>',
    css=stylesheet("elements.css", "table/table.css"),
    js=javascript("elements.js", "table/table.js"),
)


def text_table(rows: pd.DataFrame, *, key: str, name: str, note: str = "") -> None:
    """Put a table on the page.

    Args:
        rows: Cells are texts already, and shown as they are: nothing in them is markup.
        key: Of the component on this page.
        name: What the table holds, for a screen reader.
        note: A sentence under it.
    """
    sent = {"name": name, "note": note, "columns": list(rows.columns), "rows": rows.to_numpy().tolist()}
    _mount(key=key, data=sent)
