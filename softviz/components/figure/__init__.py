"""A Plotly figure on the page that never blinks."""

import os
import tempfile
from pathlib import Path

import plotly.offline
import streamlit as st
from plotly import __version__ as plotly_version

from softviz.components.assets import javascript, stylesheet
from softviz.figures.picture import Picture
from softviz.figures.theme import DARK_FOR_LIGHT

STATIC = Path(__file__).parents[3] / "static"
"""Served by Streamlit as ``app/static`` (``server.enableStaticServing``)."""


def _publish_plotly() -> str:
    """Write plotly.js, which the Python package carries, to where the browser can load it from our own origin."""
    target = STATIC / f"plotly-{plotly_version}.min.js"
    if not target.exists():
        STATIC.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=STATIC, suffix=".draft")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(plotly.offline.get_plotlyjs())
        Path(draft).chmod(0o644)
        Path(draft).replace(target)  # at once: another process may be serving it
    return f"app/static/{target.name}"


_SOURCE = _publish_plotly()
_INKS = {light.upper(): dark for light, dark in DARK_FOR_LIGHT.items()}

_mount = st.components.v2.component(
    "softviz_figure",
    html="""
<div class="softviz-figure">
  <div class="plot" role="img"></div>
  <p class="note"></p>
  <p class="caption"></p>
  <div class="save"><span>Save as</span><button type="button" data-kind="png">PNG</button>
    <button type="button" data-kind="svg">SVG</button><button type="button" data-kind="html">HTML</button></div>
</div>
""",
    css=stylesheet("figure/figure.css"),
    js=javascript("elements.js", "figure/player.js", "figure/figure.js"),
    isolate_styles=False,  # Plotly writes its style sheet into the document
)


def plotly_figure(figure: Picture, *, key: str, alt: str, caption: str = "") -> None:
    """Show a figure; its node, axes and zoom outlive changes of its data.

    Args:
        figure: In the project's template (``figures.theme.figure``). One with frames gets a player; a frame's name
            is said while it is shown, and the figure is drawn as its last frame.
        key: Of the component on this page; also the name of saved files.
        alt: What a screen reader says: what the picture shows, with the numbers that matter.
        caption: A plain text under it.
    """
    _mount(
        key=key,
        data={
            "spec": figure.to_json(uirevision=key),
            "alt": alt,
            "caption": caption,
            "name": f"softviz-{key}",
            "source": _SOURCE,
            "inks": _INKS,
        },
    )
