"""The only way a Plotly figure reaches the screen."""

from softviz.components.figure import plotly_figure
from softviz.figures.picture import Picture


def show(figure: Picture, *, key: str, alt: str, caption: str = "") -> None:
    """Put a figure on the page without a blink.

    Args:
        figure: In the project's template.
        key: Of the figure on its page.
        alt: What it shows, with the numbers that matter, for a screen reader.
        caption: A plain text under it.
    """
    plotly_figure(figure, key=key, alt=alt, caption=caption)
