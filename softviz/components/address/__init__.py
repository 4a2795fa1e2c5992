"""An address to take along."""

import streamlit as st

from softviz.components.assets import javascript, stylesheet

_mount = st.components.v2.component(
    "softviz_address",
    html='<div class="softviz address"></div>',
    css=stylesheet("elements.css", "address/address.css"),
    js=javascript("elements.js", "address/address.js"),
)


def show_address(says: str, address: str, *, key: str) -> None:
    """Put an address on the page, with a button that copies it.

    Args:
        says: A line before it.
        address: The whole of it.
        key: Of the component on this page.
    """
    _mount(key=key, data={"says": says, "address": address})
