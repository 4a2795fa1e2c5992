"""Named numbers and small tables, as a screen reader reads them."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from softviz.components.table import text_table


def show(values: Mapping[str, str], *, under: str = "") -> None:
    """List names and their values, one a line, under what Markdown says of them."""
    st.markdown("\n".join([f"{under}\n", *(f"- {name}: **{value}**" for name, value in values.items())]))


def table(rows: pd.DataFrame, *, key: str, name: str, of: int | None = None, note: str = "") -> None:
    """Show a small table of texts.

    Args:
        rows: Cells are texts already; see ``explain.on_screen``.
        key: Of the table on its page.
        name: What it holds, for a screen reader.
        of: How many rows there are in all, where ``rows`` is a part.
        note: A sentence under it.
    """
    if of is not None and of > len(rows):
        note = f"The {len(rows)} rows with the largest scores, of {of:,}. The file below has them all. {note}"
    text_table(rows, key=key, name=name, note=note)
