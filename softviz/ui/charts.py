"""The only way a Plotly figure reaches the screen."""

from softviz.components.figure import plotly_figure
from softviz.figures.picture import Picture


def show(figure: Picture, *, key: str, alt: str) -> None:
    """Put a figure on the page without a blink; ``alt`` says what it shows, with the numbers that matter."""
    plotly_figure(figure, key=key, alt=alt)
