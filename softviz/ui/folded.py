"""What is folded away is computed and sent only once somebody opens it: until then it costs no answer anything."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Leaf:
    """Something to read behind a heading.

    Attributes:
        label: The heading.
        draw: Puts the content on the page. A widget in it does not run the rest of the page.
        key: Of the expander.
    """

    label: str
    draw: Callable[[], object]
    key: str


@st.fragment
def expanders(*leaves: Leaf) -> None:
    """Put what is folded away behind its headings; opening one runs this part of the page alone."""
    for leaf in leaves:
        folded = st.expander(leaf.label, key=leaf.key, on_change="rerun")
        if folded.open:
            with folded:
                leaf.draw()


def popover(label: str, draw: Callable[[], object], *, key: str) -> None:
    """Put controls behind a button; what is set in them runs the page.

    Args:
        label: On the button.
        draw: Puts the controls on the page; one that must keep its value while folded is bound to a record.
        key: Of the popover.
    """
    folded = st.popover(label, key=key, on_change="rerun")
    if folded.open:
        with folded:
            draw()
