"""Maxout as what it is: a hidden activation, the largest of a few straight lines."""

import numpy as np
import plotly.graph_objects as go

from softviz.core.alternatives import maxout
from softviz.figures.theme import CLASS_INKS, MUTED, figure

SLOPES = np.array([1.0, 0.0, -0.5])
OFFSETS = np.array([0.0, 0.0, -1.0])


def maxout_unit() -> go.Figure:
    """Draw the unit max(z, 0, -z/2 - 1) and its three pieces."""
    z = np.linspace(-4, 3, 141)
    pieces = z[:, None] * SLOPES + OFFSETS
    drawn = figure(height=240, margin={"t": 8, "b": 40, "r": 60})
    for piece, name in zip(pieces.T, ("z", "0", "−z/2 − 1"), strict=True):
        drawn.add_scatter(
            x=z, y=piece, mode="lines", line={"color": MUTED.light, "width": 1, "dash": "dot"}, hoverinfo="skip"
        )
        font = {"color": MUTED.light, "size": 12}
        drawn.add_annotation(x=3, y=piece[-1], text=name, xanchor="left", xshift=4, showarrow=False, font=font)
    unit = maxout(pieces, len(SLOPES))[:, 0]
    bold = {"color": CLASS_INKS[0].light, "width": 3}
    drawn.add_scatter(x=z, y=unit, mode="lines", line=bold, hovertemplate="%{y:.3g}")
    drawn.update_yaxes(title_text="largest piece", range=[-2.8, 3.2])
    return drawn.update_xaxes(title_text="input z")


def describe_maxout_unit() -> str:
    """Say what the picture of the unit shows."""
    return "The largest of the lines z, 0 and −z/2 − 1: a convex curve of straight pieces with corners at −2 and 0."
