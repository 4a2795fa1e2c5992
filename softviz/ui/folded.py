"""What is folded away is computed and sent only once somebody opens it: until then it costs no answer anything."""

from collections.abc import Callable

import streamlit as st


@st.fragment
def expander(label: str, draw: Callable[[], object], *, key: str) -> None:
    """Put something to read behind a heading; opening it runs this part of the page alone.

    Args:
        label: The heading.
        draw: Puts the content on the page. A widget in it does not run the rest of the page.
        key: Of the expander.
    """
    folded = st.expander(label, key=key, on_change="rerun")
    if folded.open:
        with folded:
            draw()


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
