"""The map board answers a finger in every column; links and experiments set the same state."""

import re

import numpy as np
from playwright.sync_api import Page, expect
from scipy.special import expit, softmax

from softviz.core.registry import MAPPINGS
from softviz.scores import PRESETS
from tests.browser.conftest import OpenPage, settle

SCORES = np.array([2.0, 1.0, 0.1])
PREVIEW = 1e-6


def column(page: Page, place: int) -> np.ndarray:
    """What one column of the board shows, at full precision."""
    cells = page.locator(f".maps .class > :nth-child({4 + place}) .p").all()
    return np.array([float(cell.get_attribute("data-value")) for cell in cells])


def measures(page: Page, name: str) -> list[str]:
    """A row of Python's table under the board."""
    rows = page.locator('[data-testid="stTable"]').first.locator("tbody tr")
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
        during = column(page, place)
        np.testing.assert_allclose(during, MAPPINGS[key](moved), atol=PREVIEW)
        assert during[1] > before[place][1] or key == "sparsemax"
    assert measures(page, "Softmax")[2] == f"{softmax([2.0, 0.0, 0.1]).max():.3f}", "nothing is sent yet"

    page.mouse.up()
    settled(page, f"z=2%2C{score:g}%2C0.1")
    assert measures(page, "Softmax")[2] == f"{softmax(moved).max():.3f}"


def test_alpha_glides_and_is_exactly_softmax_at_one_and_sparsemax_at_two(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,entmax,sparsemax")
    alpha = page.get_by_role("slider", name="Alpha of α-entmax", exact=True)
    alpha.focus()
    page.keyboard.press("ArrowRight")
    np.testing.assert_allclose(column(page, 1), MAPPINGS["entmax"](SCORES, alpha=1.51), atol=PREVIEW)
    page.keyboard.press("Home")
    np.testing.assert_array_equal(column(page, 1), column(page, 0))
    exact = page.get_by_role("textbox", name="Exact Alpha of α-entmax")
    exact.fill("2")
    exact.press("Enter")
    np.testing.assert_array_equal(column(page, 1), column(page, 2))
    settled(page, "entmax.alpha=2")
    assert measures(page, "α-entmax (α = 2)")[1:] == measures(page, "Sparsemax")[1:]

    exact.fill("9")
    exact.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Expected a number between 1 and 4")).to_be_visible()
    np.testing.assert_array_equal(column(page, 1), column(page, 2))


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
        np.testing.assert_allclose(column(page, place), outputs, atol=PREVIEW)
    again = open_page(page.url.split("/", 3)[3])
    for place in range(4):
        np.testing.assert_array_equal(column(again, place), column(page, place))


def test_maps_are_chosen_added_and_removed_on_the_board(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sigmoid")
    assert page.get_by_role("button", name=re.compile("^Remove")).count() == 0, "two is the fewest"
    page.get_by_label("Add a map").select_option("arctan")
    np.testing.assert_allclose(column(page, 2), MAPPINGS["arctan"](SCORES), atol=PREVIEW)
    page.get_by_label("Map in column 1", exact=True).select_option("argmax")
    settled(page, "maps=argmax%2Csigmoid%2Carctan")
    page.get_by_role("button", name="Remove Sigmoid").click()
    settled(page, "maps=argmax%2Carctan")
    assert measures(page, "Arctan")[1] == "1.00"


def test_an_exact_zero_looks_unlike_a_tiny_value_and_a_sum_off_one_is_named(open_page: OpenPage) -> None:
    page = open_page("compare?maps=softmax,sparsemax,sigmoid&z=20,0,0")
    tiny, zero = (page.locator(f".maps .class >> nth=1 >> css=.cell >> nth={place}") for place in (0, 1))
    assert re.fullmatch(r".*2\.06e−9", tiny.inner_text(), re.DOTALL)
    assert zero.locator(".p").inner_text() == "0"
    assert "zero" in zero.get_attribute("class").split()
    assert "zero" not in tiny.get_attribute("class").split()
    sums = page.locator(".maps .sums .sum").all_inner_texts()
    assert "2 exact zeros" in sums[1]
    assert "not a distribution" in sums[2]
    np.testing.assert_allclose(column(page, 2), expit([20.0, 0.0, 0.0]), atol=PREVIEW)


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
    np.testing.assert_allclose(column(page, 0), np.sort(softmax(z / warm))[::-1][:10], atol=PREVIEW)
