"""Open and close a page: configuration, menu, notices, the shared record, and what can be taken along."""

import gc
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from softviz.components.menu import Entry, menu
from softviz.fields import LinkRecord
from softviz.records.presentation import Presentation
from softviz.state import Exploration
from softviz.ui import controls, export, session
from softviz.ui.navigation import PAGES, by_group
from softviz.ui.prose import literal

_FAVICON = str(Path(__file__).with_name("favicon.png"))

# Once, after the heavy imports: what lives as long as the server need not be walked by every collection. Together with
# runner.postScriptGC = false this keeps the slowest answers fast when many learn at once.
gc.collect()
gc.freeze()


_STILL = """
[data-testid="stElementContainer"] { opacity: 1 !important; transition: none !important; }
[data-testid="stHeaderActionElements"] { display: none; }
"""
"""A heading shows no link to itself: what stands above it grows while the page loads, and the link would lead astray.
Nothing dims while the next answer is on its way; the header says that the page works. Streamlit would start a
transition on every element at every run, and take it back before it can be seen: a quarter of a long page's answer."""

_PROJECTOR = """
html { font-size: 20px; }
[data-testid="stHeader"] { background: transparent; }
[data-testid="stMainBlockContainer"] { padding: 1rem 2rem; }
[data-testid="stBottomBlockContainer"] { padding: 0.4rem 2rem 0.6rem; max-width: none; }
"""
"""Larger type, and the stage from edge to edge."""


def open_page(key: str, *records: type[LinkRecord], scores: bool = True) -> Exploration:
    """Begin a page: every page's first line.

    Args:
        key: The page's key in ``navigation.PAGES``.
        records: The page's own records beside the shared one; they travel in its link too.
        scores: Whether the page takes the learner's scores, and offers the ways in for them.

    Returns:
        The shared record, after a link has been followed.
    """
    page = PAGES[key]
    st.set_page_config(
        page_title=f"{page.title} · softviz", page_icon=_FAVICON, layout="wide", initial_sidebar_state=220
    )
    session.follow_link(key, Exploration, Presentation, *records)
    presentation = session.current(Presentation)
    if presentation.shows("menu") and not st.context.is_embedded:
        _menu(key)
    st.html(f"<style>{_STILL}{_PROJECTOR if presentation.present else ''}</style>")
    st.title(page.title, anchor="top")
    if not presentation.present:
        st.markdown(page.promise)
    _notices()
    session.write_link(Exploration, Presentation, *records)
    if scores and presentation.shows("scores"):
        controls.score_bar()
    return session.current(Exploration)


def _menu(here: str) -> None:
    carried = session.query_of(Exploration, Presentation)  # from the first, so that Back leads to no bare address
    query = f"?{urlencode(carried)}" if carried else ""
    groups = {
        group: [Entry(page.key, page.name, page.address + query, page.key == here) for page in pages]
        for group, pages in by_group().items()
    }
    with st.sidebar:
        chosen = menu(groups)
    if chosen is not None:
        st.switch_page(PAGES[chosen].script, query_params=carried)


def _notices() -> None:
    with st.container():  # its own place, so that what follows is not moved, and mounted anew, by a notice
        for sentence in session.take_notices():
            st.warning(literal(sentence))


def close_page(key: str, tables: export.Tables | None = None, scripts: Mapping[str, str] | None = None) -> None:
    """End a page with what the learner can take along: every page's last line.

    Args:
        key: The page's key.
        tables: Its data at full precision, by what they are.
        scripts: Code that prints its numbers, by what it is written with; see ``softviz.scripts``.
    """
    if session.current(Presentation).shows("take"):
        export.take_along(key, tables or {}, scripts or {})
