"""The only way a Plotly figure reaches the screen."""

import plotly.graph_objects as go

from softviz.components.figure import plotly_figure


def show(figure: go.Figure, *, key: str, alt: str) -> None:
    """Put a figure on the page without a blink; ``alt`` says what it shows, with the numbers that matter."""
    plotly_figure(figure, key=key, alt=alt)
