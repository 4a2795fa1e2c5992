"""The map board answers a finger in every column; links and experiments set the same state."""

import re

import numpy as np
from numpy.typing import ArrayLike
from playwright.sync_api import Page, expect
from scipy.special import expit, softmax

from softviz.core.registry import MAPPINGS
from softviz.scores import PRESETS
from tests.browser.conftest import OpenPage, eventually, settle

SCORES = np.array([2.0, 1.0, 0.1])
PREVIEW = 1e-6


def column(page: Page, place: int) -> np.ndarray:
    """What one column of the board shows, at full precision."""
    cells = page.locator(f".maps .class > :nth-child({4 + place}) .p").all()
    return np.array([float(cell.get_attribute("data-value")) for cell in cells])


def expect_column(page: Page, place: int, expected: ArrayLike, atol: float = PREVIEW) -> None:
    """Wait until a column shows these outputs."""
    eventually(lambda: np.testing.assert_allclose(column(page, place), expected, rtol=0, atol=atol))


def expect_measure(page: Page, name: str, place: int, text: str) -> None:
    """Wait until Python's table says so."""
    eventually(lambda: np.testing.assert_equal(measures(page, name)[place], text))


def measures(page: Page, name: str) -> list[str]:
    """A row of Python's table under the board."""
    rows = page.locator(".table").first.locator("tbody tr")
    return rows.filter(has_text=re.compile(rf"^{re.escape(name)}")).locator("td").all_inner_texts()


def grab(page: Page, name: str) -> tuple[float, float]:
    """Press the mouse on the thumb of a slider that stands in the middle of its range."""
    box = page.get_by_role("slider", name=name, exact=True).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def settled(page: Page, query: str) -> None:
    """Wait until a change is in the link and on the page."""
    expect(page).to_have_url(re.compile(re.escape(query)))
    settle(page)


def test_every_column_follows_a_score_before_it_is_released(open_page: OpenPage) -> None:
    page = open_page("compare?z=2,0,0.1")
    before = [column(page, place) for place in range(4)]
    x, y = grab(page, "Score of class 2")
    for step in range(1, 6):
        page.mouse.move(x + 8 * step, y)
    score = float(page.get_by_role("slider", name="Score of class 2", exact=True).input_value())
    assert score > 1
    moved = np.array([2.0, score, 0.1])
    for place, key in enumerate(("softmax", "sigmoid", "sparsemax", "entmax")):
        expect_column(page, place, MAPPINGS[key](moved))
        assert column(page, place)[1] > before[place][1] or key == "sparsemax"
    assert measures(page, "Softmax")[2] == f"{softmax([2.0, 0.0, 0.1]).max():.3f}", "nothing is sent yet"

    page.mouse.up()
    settled(page, f"z=2%2C{score:g}%2C0.1")
    expect_measure(page, "Softmax", 2, f"{softmax(moved).max():.3f}")


def test_alpha_glides_and_is_exactly_softmax_at_one_and_sparsemax_at_two(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,entmax,sparsemax")
    alpha = page.get_by_role("slider", name="Alpha of α-entmax", exact=True)
    alpha.focus()
    page.keyboard.press("ArrowRight")
    expect_column(page, 1, MAPPINGS["entmax"](SCORES, alpha=1.51))
    page.keyboard.press("Home")
    expect_column(page, 1, column(page, 0), atol=0)
    exact = page.get_by_role("textbox", name="Exact Alpha of α-entmax")
    exact.fill("2")
    exact.press("Enter")
    expect_column(page, 1, column(page, 2), atol=0)
    settled(page, "entmax.alpha=2")
    eventually(lambda: np.testing.assert_equal(measures(page, "α-entmax (α = 2)")[1:], measures(page, "Sparsemax")[1:]))

    exact.fill("9")
    exact.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Expected a number between 1 and 4")).to_be_visible()
    expect_column(page, 1, column(page, 2), atol=0)


def test_a_link_with_four_maps_and_parameters_opens_the_same(open_page: OpenPage) -> None:
    page = open_page("compare?maps=gaussian,softmax,top_k,entmax&gaussian.centre=1.5&top_k.k=1&entmax.alpha=3&T=0.5")
    truth = [
        MAPPINGS[key].at(SCORES, 0.5, **parameters)
        for key, parameters in [
            ("gaussian", {"centre": 1.5}),
            ("softmax", {}),
            ("top_k", {"k": 1}),
            ("entmax", {"alpha": 3}),
        ]
    ]
    for place, outputs in enumerate(truth):
        expect_column(page, place, outputs)
    again = open_page(page.url.split("/", 3)[3])
    for place in range(4):
        expect_column(again, place, column(page, place), atol=0)


def test_maps_are_chosen_added_and_removed_on_the_board(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sigmoid")
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)  # two is the fewest
    page.get_by_label("Add a map").select_option("arctan")
    expect_column(page, 2, MAPPINGS["arctan"](SCORES))
    page.get_by_label("Map in column 1", exact=True).select_option("argmax")
    settled(page, "maps=argmax%2Csigmoid%2Carctan")
    page.get_by_role("button", name="Remove Sigmoid").click()
    settled(page, "maps=argmax%2Carctan")
    expect_measure(page, "Arctan", 1, "1.00")


def test_an_exact_zero_looks_unlike_a_tiny_value_and_a_sum_off_one_is_named(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sparsemax,sigmoid&z=20,0,0")
    tiny, zero = (page.locator(f".maps .class >> nth=1 >> css=.cell >> nth={place}") for place in (0, 1))
    expect(tiny.locator(".p")).to_have_text("2.06e−9")
    expect(zero.locator(".p")).to_have_text("0")
    expect(zero).to_have_class(re.compile(r"\bzero\b"))
    expect(tiny).not_to_have_class(re.compile(r"\bzero\b"))
    sums = page.locator(".maps .sums .sum")
    expect(sums.nth(1)).to_contain_text("2 exact zeros")
    expect(sums.nth(2)).to_contain_text("not a distribution")
    expect_column(page, 2, expit([20.0, 0.0, 0.0]))


def test_a_zero_that_floats_round_off_is_no_exact_zero(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sparsemax,entmax&z=20,0,0&T=0.01&entmax.alpha=1")
    rounded, exact, at_one = (page.locator(f".maps .class >> nth=1 >> css=.cell >> nth={place}") for place in range(3))
    for cell in (rounded, at_one):
        expect(cell.locator(".p")).to_have_text("<5e−324")
        expect(cell.locator(".p")).to_have_attribute("title", re.compile("^Not zero"))
        expect(cell).not_to_have_class(re.compile(r"\bzero\b"))
    expect(exact).to_have_class(re.compile(r"\bzero\b"))
    expect(page.locator(".maps .sums .sum").first).to_contain_text("2 too small for a float")
    page.get_by_role("button", name="Temperature zero").click()
    expect(rounded).to_have_class(re.compile(r"\bzero\b"))


def test_a_false_opens_its_counterexample(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sigmoid")
    button = page.get_by_role("button", name="A distribution, Sigmoid: False, show the counterexample")
    button.scroll_into_view_if_needed()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    detail = page.locator(".properties .detail")
    expect(detail).to_contain_text("The outputs sum to 2.14, not to 1.")
    expect(detail).to_contain_text("0.881")
    button.press("Enter")
    expect(detail).to_have_count(0)


def test_a_whole_vocabulary_follows_the_temperature(open_page: OpenPage) -> None:
    page = open_page("compare?preset=token-paris")
    handle = page.get_by_role("slider", name="Temperature")
    handle.focus()
    page.keyboard.press("ArrowRight")
    settled(page, "T=")
    warm = float(re.search(r"T=([\d.]+)", page.url)[1])
    z = PRESETS["token-paris"].load().values
    expect_column(page, 0, np.sort(softmax(z / warm))[::-1][:10])
