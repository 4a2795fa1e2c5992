"""Named numbers and small tables: plain HTML, so that a screen reader reads them."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from softviz.ui.prose import literal


def show(values: Mapping[str, str]) -> None:
    """List names and their values, one a line."""
    st.markdown("\n".join(f"- {name}: **{value}**" for name, value in values.items()))


def table(rows: pd.DataFrame, *, of: int | None = None) -> None:
    """Show a small table of texts.

    Args:
        rows: Cells are texts already; see ``explain.on_screen``.
        of: How many rows there are in all, where ``rows`` is a part.
    """
    st.table(rows.map(literal).rename(columns=literal), hide_index=True)
    if of is not None and of > len(rows):
        st.caption(f"The {len(rows)} rows with the largest scores, of {of:,}. The file below has them all.")
