"""Every shape can be told from its page, and the server's theme is the palette."""

import tomllib
from pathlib import Path

import plotly.graph_objects as go
import pytest

from softviz.figures import theme
from softviz.hues import HUES

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())["theme"]
PAGES = ("light", "dark")


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("ink", [*theme.CLASS_INKS, theme.REST, theme.AXIS, theme.ACCENT], ids=lambda ink: ink.light)
def test_every_shape_has_a_contrast_of_three_with_its_page(ink: theme.Ink, page: str) -> None:
    assert contrast(getattr(ink, page), getattr(theme.PAPER, page)) >= 3


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("ground", [theme.PAPER, theme.PANEL], ids=["paper", "panel"])
@pytest.mark.parametrize("ink", [theme.TEXT, theme.MUTED, theme.ACCENT], ids=["text", "muted", "accent"])
def test_text_has_a_contrast_of_four_and_a_half(ink: theme.Ink, ground: theme.Ink, page: str) -> None:
    assert contrast(getattr(ink, page), getattr(ground, page)) >= 4.5


def test_each_ink_can_be_swapped_for_its_dark_counterpart_without_mistaking_another() -> None:
    assert len(theme.DARK_FOR_LIGHT) == len(theme.INKS)
    assert all(color == color.upper() for pair in theme.DARK_FOR_LIGHT.items() for color in pair)


def test_what_can_be_touched_has_a_colour_of_its_own() -> None:
    others = [ink for ink in theme.INKS if ink is not theme.ACCENT]
    assert all(theme.ACCENT.light != ink.light and theme.ACCENT.dark != ink.dark for ink in others)


@pytest.mark.parametrize("page", PAGES)
def test_the_servers_theme_is_this_palette(page: str) -> None:
    served = CONFIG[page]
    assert served["chartCategoricalColors"] == [getattr(ink, page) for ink in theme.CLASS_INKS]
    assert served["primaryColor"] == getattr(theme.ACCENT, page)
    assert served["backgroundColor"] == getattr(theme.PAPER, page)
    assert served["secondaryBackgroundColor"] == getattr(theme.PANEL, page)
    assert served["textColor"] == getattr(theme.TEXT, page)


def test_eight_classes_keep_a_hue_and_the_ninth_is_one_of_the_rest() -> None:
    assert len(theme.CLASS_INKS) == HUES
    colors = theme.class_colors([0, 7, 8, 900])
    assert colors == [theme.CLASS_INKS[0].light, theme.CLASS_INKS[7].light, theme.REST.light, theme.REST.light]


@pytest.mark.parametrize("scale", [theme.SEQUENTIAL, theme.DIVERGING], ids=["sequential", "diverging"])
def test_a_scale_runs_from_nothing_to_one(scale: tuple[theme.Ink, ...]) -> None:
    stops = [stop for stop, _ in theme.colorscale(scale)]
    assert stops[0] == 0
    assert stops[-1] == 1
    assert stops == sorted(stops)


@pytest.mark.parametrize("page", PAGES)
def test_sequential_lightness_is_monotone_and_diverging_has_its_turn_in_the_middle(page: str) -> None:
    rising = [contrast(getattr(ink, page), getattr(theme.PAPER, page)) for ink in theme.SEQUENTIAL]
    assert rising == sorted(rising)
    around = [contrast(getattr(ink, page), getattr(theme.PAPER, page)) for ink in theme.DIVERGING]
    assert around.index(min(around)) == len(around) // 2


def test_a_new_figure_wears_the_template() -> None:
    figure = theme.figure(height=123)
    assert isinstance(figure.figure, go.Figure)
    assert figure.layout.height == 123
    assert figure.layout.template.layout.paper_bgcolor == theme.PAPER.light
