"""What a learner can take along from a page: its link and its data at full precision."""

import json
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from softviz.state import MAX_LINK_CLASSES, Exploration
from softviz.ui import session

Tables = Mapping[str, pd.DataFrame]


def take_along(page: str, tables: Tables) -> None:
    """Draw the last section of a page: link, then each table as CSV and JSON."""
    st.subheader("Take it with you", anchor=False)
    _link()
    for name, table in tables.items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"The {name}:")
            _download(page, name, "CSV", "text/csv", lambda table=table: _csv(table))
            _download(page, name, "JSON", "application/json", lambda table=table: _json(table))


def _link() -> None:
    exploration = session.current(Exploration)
    if exploration.travels_by_link:
        st.markdown("This link opens exactly this view:")
        st.code(session.link(), language=None, wrap_lines=True)
    else:
        st.markdown(
            f"A link carries up to {MAX_LINK_CLASSES} scores of your own; you have {len(exploration.scores):,}. "
            "Save the scores as a file below, and open that file where you want to go on."
        )


def _download(page: str, name: str, kind: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        kind,
        data=data,  # made only when it is asked for
        file_name=f"softviz-{page}-{name.replace(' ', '-')}.{kind.lower()}",
        mime=mime,
        key=f"{page}:{name}:{kind}",
        on_click="ignore",
    )


def _csv(table: pd.DataFrame) -> bytes:
    text: str = table.map(_inert).to_csv(index=False)
    return text.encode("utf-8")


def _json(table: pd.DataFrame) -> bytes:
    return json.dumps(table.to_dict(orient="list"), ensure_ascii=False, indent=1).encode("utf-8")


def _inert(cell: object) -> object:
    """Keep a spreadsheet from running a label as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell
