"""Words on screen: a page's prose from ``softviz/text/<page>.md``, and learners' words made harmless."""

import re
from functools import cache, partial
from pathlib import Path

import streamlit as st

from softviz.records.presentation import Presentation
from softviz.ui import folded, session

_TEXT = Path(__file__).parents[1] / "text"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&\"'])")


def literal(text: str) -> str:
    """Escape every sign that Markdown reads, so that a label or a file's content is shown as it is written."""
    return _MARKDOWN.sub(r"\\\1", text)


@cache
def sections(page: str) -> dict[str, str]:
    """Read a page's words, by section; ``## What to try`` is the section ``what-to-try``."""
    parts = (_TEXT / f"{page}.md").read_text(encoding="utf-8").split("\n## ")[1:]
    headed = (part.partition("\n") for part in parts)
    return {heading.strip().lower().replace(" ", "-"): body.strip() for heading, _, body in headed}


def heading(text: str) -> None:
    """Begin a section.

    Its anchor is given, since the browser would spell it out of the words again at every run: two milliseconds each.
    """
    st.header(text, anchor="-".join(re.findall(r"[a-z0-9]+", text.lower())))


def formulas(*written: str) -> None:
    """Write formulas in LaTeX beside each other; where the screen is narrow, one below the other."""
    st.markdown(" &emsp; ".join(rf"$\displaystyle {formula}$" for formula in written))


def show(page: str, section: str) -> None:
    """Put one section of a page's words on screen, unless a teacher left the words out."""
    if session.current(Presentation).shows("why"):
        st.markdown(sections(page)[section])


def why(page: str) -> None:
    """Put a page's reasons on screen, and behind a heading the mathematics for those who want it."""
    if session.current(Presentation).shows("why"):
        heading("Why")
        show(page, "why")
        mathematics = partial(show, page, "mathematics")
        folded.expanders(folded.Leaf("The mathematics", mathematics, f"{page}:mathematics"))
