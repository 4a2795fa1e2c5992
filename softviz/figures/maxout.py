"""Maxout as what it is: a hidden activation, the largest of a few straight lines."""

from functools import cache

import numpy as np

from softviz.core.alternatives import maxout
from softviz.figures.panels import Panel, evenly, together
from softviz.figures.picture import Picture
from softviz.figures.theme import CLASS_INKS, MUTED

SLOPES = np.array([1.0, 0.0, -0.5])
OFFSETS = np.array([0.0, 0.0, -1.0])
NAMES = ("z", "0", "−z/2 − 1")
PANEL = Panel(1)


@cache
def maxout_unit() -> Picture:
    """Draw the unit max(z, 0, -z/2 - 1) and its three pieces."""
    z = np.linspace(-4, 3, 141)
    pieces = z[:, None] * SLOPES + OFFSETS
    place = evenly("x", z)
    thin, bold = {"color": MUTED.light, "width": 1, "dash": "dot"}, {"color": CLASS_INKS[0].light, "width": 3}
    traces = [PANEL.trace("scatter", **place, y=piece, mode="lines", line=thin, hoverinfo="skip") for piece in pieces.T]
    unit = maxout(pieces, len(SLOPES))[:, 0]
    traces.append(PANEL.trace("scatter", **place, y=unit, mode="lines", line=bold, hovertemplate="%{y:.3g}"))
    notes = [
        PANEL.note(3, float(end), name, MUTED.light, xanchor="left", xshift=4)
        for end, name in zip(pieces[-1], NAMES, strict=True)
    ]
    axes = PANEL.axes({"title": {"text": "input z"}}, {"title": {"text": "largest piece"}, "range": [-2.8, 3.2]})
    return together(traces, [axes], notes, height=240, margin={"t": 8, "b": 40, "r": 60})


def describe_maxout_unit() -> str:
    """Say what the picture of the unit shows."""
    return "The largest of the lines z, 0 and −z/2 − 1: a convex curve of straight pieces with corners at −2 and 0."
