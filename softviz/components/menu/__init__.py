"""The menu of pages, drawn as one element: every settled change walks through all that the page holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from softviz.components.assets import javascript, stylesheet

_mount = st.components.v2.component(
    "softviz_menu",
    html='<nav class="softviz menu" aria-label="Pages"><strong>softviz</strong></nav>',
    css=stylesheet("elements.css", "menu/menu.css"),
    js=javascript("elements.js", "menu/menu.js"),
)


@dataclass(frozen=True)
class Entry:
    """One page in the menu.

    Attributes:
        key: Of the page.
        name: In the menu.
        address: Relative, with what the learner has set.
        here: Whether it is the page on screen.
    """

    key: str
    name: str
    address: str
    here: bool


def menu(groups: Mapping[str, Sequence[Entry]]) -> str | None:
    """Put the menu on the page.

    Args:
        groups: Entries under their headings.

    Returns:
        Key of the page that the learner has just chosen.
    """
    sent = [{"name": name, "pages": [asdict(entry) for entry in entries]} for name, entries in groups.items()]
    chosen: str | None = _mount(key="menu", data={"groups": sent}, on_page_change=lambda: None).page
    return chosen
