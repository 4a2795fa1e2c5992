"""The palette and the Plotly template: the only file that names a colour.

Figures are drawn in the inks of the light page, so they look right in a notebook and in print. On the dark page
the browser swaps each ink for its counterpart (``DARK_FOR_LIGHT``); no figure needs to know which page it is on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from softviz.figures.picture import Picture, Properties


@dataclass(frozen=True)
class Ink:
    """One colour with its value on the light page and on the dark one."""

    light: str
    dark: str


PAPER = Ink("#FBFAF7", "#16181D")
PANEL = Ink("#F1EFE9", "#21242B")
TEXT = Ink("#14171B", "#E8E6E1")
MUTED = Ink("#5C6169", "#A5A8AE")
GRID = Ink("#E4E1D9", "#2E323A")
AXIS = Ink("#8A8D93", "#7C8089")
ACCENT = Ink("#5B3FC4", "#A893FF")
"""What can be touched, and the learner's own point. Nothing else has this colour."""

CLASS_INKS: tuple[Ink, ...] = (
    Ink("#0072B2", "#0876B4"),  # blue
    Ink("#BD8200", "#E69F00"),  # orange
    Ink("#009E73", "#00A378"),  # green
    Ink("#C474A0", "#CC79A7"),  # magenta
    Ink("#4795C1", "#56B4E9"),  # sky
    Ink("#D55E00", "#DB6206"),  # vermilion
    Ink("#97902A", "#F0E442"),  # yellow
    Ink("#7F7F7F", "#8C8C8C"),  # grey
)
"""After Okabe & Ito (2008), darkened or lightened until each has a contrast of 3:1 or more with its page."""

REST = Ink("#8D8A83", "#71747B")
"""Classes past the eight that keep a hue."""

SEQUENTIAL: tuple[Ink, ...] = (
    Ink("#F3F1EB", "#1D2026"),
    Ink("#C9DCE8", "#173A54"),
    Ink("#8DBBD8", "#155A87"),
    Ink("#4A93C2", "#2F86BD"),
    Ink("#14699F", "#7DBBE3"),
    Ink("#073B61", "#DCEFFB"),
)
"""One hue, even steps of lightness, from nothing to much."""

DIVERGING: tuple[Ink, ...] = (
    Ink("#9C3F04", "#F4A36C"),
    Ink("#DD8A4E", "#B4622A"),
    Ink("#F0CBAE", "#5E3A22"),
    Ink("#F6F4EF", "#23262D"),
    Ink("#B3CFE2", "#1F425C"),
    Ink("#5A9BC6", "#2D77A8"),
    Ink("#085184", "#8CC6EC"),
)
"""Vermilion for negative, paper for zero, blue for positive."""

INKS: tuple[Ink, ...] = (
    PAPER,
    PANEL,
    TEXT,
    MUTED,
    GRID,
    AXIS,
    ACCENT,
    REST,
    *CLASS_INKS,
    *SEQUENTIAL,
    *DIVERGING,
)

DARK_FOR_LIGHT: dict[str, str] = {ink.light: ink.dark for ink in INKS}


def class_colors(ranks: Sequence[int]) -> list[str]:
    """Give each class its colour on the light page.

    Args:
        ranks: Position of each class in the order that hands out hues (its index for up to eight classes, its
            rank by probability beyond).

    Returns:
        One hex colour a class; the grey of the rest from the ninth on.
    """
    return [CLASS_INKS[rank].light if rank < len(CLASS_INKS) else REST.light for rank in ranks]


def colorscale(inks: Sequence[Ink]) -> list[list[float | str]]:
    """Spread inks evenly over a Plotly colour scale."""
    return [[position / (len(inks) - 1), ink.light] for position, ink in enumerate(inks)]


def _axis() -> dict[str, object]:
    return {
        "gridcolor": GRID.light,
        "linecolor": AXIS.light,
        "zerolinecolor": AXIS.light,
        "tickcolor": AXIS.light,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
        "automargin": True,
        "title": {"standoff": 8},
    }


TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "Source Sans, Source Sans Pro, sans-serif", "size": 14, "color": TEXT.light},
        "paper_bgcolor": PAPER.light,
        "plot_bgcolor": PAPER.light,
        "colorway": [ink.light for ink in CLASS_INKS],
        "colorscale": {"sequential": colorscale(SEQUENTIAL), "diverging": colorscale(DIVERGING)},
        "xaxis": _axis(),
        "yaxis": _axis(),
        "margin": {"l": 56, "r": 16, "t": 24, "b": 48},
        "showlegend": False,
        "hoverlabel": {"bgcolor": PANEL.light, "bordercolor": AXIS.light, "font": {"color": TEXT.light}},
        "hovermode": "closest",
        "dragmode": False,
    }
)


_TEMPLATE = TEMPLATE.to_plotly_json()


def figure(
    traces: Sequence[Properties] = (), *, height: int = 320, frames: Sequence[Properties] = (), **layout: object
) -> Picture:
    """Make a figure in the project's template.

    Args:
        traces: One dict a trace, with its ``type``.
        height: In CSS pixels; the width follows the page.
        frames: Steps that a player goes through.
        **layout: Anything ``plotly.graph_objects.Layout`` takes.
    """
    return Picture(traces, {"template": _TEMPLATE, "height": height, **layout}, frames)
