"""One knob, and everything follows before the hand comes off; Python agrees after."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy.special import softmax
from scipy.stats import entropy

from softviz.components.temperature_board import HANDLE_TEMPERATURES
from softviz.scores import PRESETS
from tests.browser.conftest import OpenPage, eventually, settle

SCORES = np.array([2.0, 1.0, 0.1])
STAGE_JS = Path(__file__).parents[2] / "softviz" / "components" / "stage.js"
ROUNDING = 1e-6
"""What the board may be off by: a bar of 300 pixels moves by one per 0.003."""


def shown(page: Page) -> np.ndarray:
    """The bars' probabilities at full precision."""
    return np.array([float(p.get_attribute("data-value")) for p in page.locator(".heat .p").all()])


def read(page: Page, name: str) -> float:
    """One number of the readout at full precision."""
    return float(page.locator(".heat .readout div").filter(has_text=name).locator("output").get_attribute("data-value"))


def marker(page: Page) -> float:
    """Where the marker stands in the upper picture."""
    return float(page.locator(".heat svg.sweep .now").get_attribute("x1"))


def tick(page: Page, text: str) -> float:
    """Where a temperature stands in the upper picture."""
    return float(page.locator(".heat svg.sweep .grid text").get_by_text(text, exact=True).last.get_attribute("x"))


def handle(page: Page) -> Locator:
    return page.get_by_role("slider", name="Temperature")


def put_handle(page: Page, place: int) -> None:
    """Move the handle as a finger that is still down."""
    handle(page).evaluate("(range, place) => { range.value = place; range.dispatchEvent(new Event('input')); }", place)


def formula(page: Page) -> str:
    """What Python wrote under the stage."""
    return page.locator(".katex annotation").first.text_content()


def assert_says(text: str, part: str) -> None:
    assert part in text


def drag(page: Page, start: float, end: float) -> None:
    """Press on the upper picture at one x and move to another, without letting go."""
    box = page.locator(".heat svg.sweep").bounding_box()
    y = box["y"] + box["height"] - 20
    page.mouse.move(box["x"] + start, y)
    page.mouse.down()
    page.mouse.move(box["x"] + end, y, steps=4)


def test_bars_curves_and_entropy_follow_the_handle_before_it_is_released(open_page: OpenPage) -> None:
    page = open_page("temperature")
    np.testing.assert_allclose(shown(page), softmax(SCORES), atol=ROUNDING)
    before, place = formula(page), marker(page)
    box = handle(page).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 60, y, steps=4)
    T = float(page.get_by_label("Exact temperature").input_value())
    assert T > 1.3
    np.testing.assert_allclose(shown(page), softmax(SCORES / T), atol=ROUNDING)
    assert read(page, "Entropy") == pytest.approx(entropy(softmax(SCORES / T)), abs=ROUNDING)
    assert read(page, "Effective") == pytest.approx(np.exp(entropy(softmax(SCORES / T))), abs=ROUNDING)
    assert marker(page) > place + 10
    assert formula(page) == before, "nothing is sent while the finger is down"
    page.mouse.up()
    eventually(lambda: assert_says(formula(page), f"/{T:g}"))
    expect(page).to_have_url(re.compile(rf"T={T:g}$"))


def test_the_marker_is_dragged_along_the_axis_and_reaches_both_limits_exactly(open_page: OpenPage) -> None:
    page = open_page("temperature?preset=tie")
    drag(page, tick(page, "1"), tick(page, "10"))
    np.testing.assert_allclose(shown(page), softmax(np.array([2, 2, 0.5]) / 10), atol=ROUNDING)
    box = page.locator(".heat svg.sweep").bounding_box()
    page.mouse.move(box["x"] + tick(page, "0"), box["y"] + 100)
    assert shown(page).tolist() == [0.5, 0.5, 0]
    assert read(page, "Entropy") == pytest.approx(np.log(2), rel=1e-15)
    page.mouse.move(box["x"] + tick(page, "∞"), box["y"] + 100)
    assert shown(page).tolist() == [1 / 3] * 3
    page.mouse.up()
    expect(page).to_have_url(re.compile("T=inf"))
    eventually(lambda: assert_says(formula(page), "infty"))


@pytest.mark.parametrize("preset", ["wide", "image-cat", "token-paris"])
def test_the_board_agrees_with_python_all_along_the_handle(open_page: OpenPage, preset: str) -> None:
    page = open_page(f"temperature?preset={preset}")
    scores = PRESETS[preset].load().values
    head = np.arange(scores.size) if scores.size <= 20 else np.argsort(-scores, kind="stable")[:8]
    for place in (0, 101, 200, 211, 263, 400):
        put_handle(page, place)
        T = HANDLE_TEMPERATURES[place + 1]
        p = softmax(scores / T)
        slope = (p @ scores**2 - (p @ scores) ** 2) / T**3
        expected = np.append(p[head], 1 - p[head].sum()) if head.size < p.size else p
        np.testing.assert_allclose(shown(page), expected, atol=ROUNDING)
        assert read(page, "Entropy") == pytest.approx(entropy(p), abs=ROUNDING)
        assert read(page, "Slope") == pytest.approx(slope, rel=ROUNDING, abs=ROUNDING)
    assert page.locator(".heat path.ranks").is_visible() == (scores.size > 20)


def test_the_places_of_the_handle_are_the_same_on_both_sides(open_page: OpenPage) -> None:
    page = open_page("temperature")
    script = STAGE_JS.read_text(encoding="utf-8")
    theirs = page.evaluate(f"() => {{ {script}; return Array.from({{ length: 401 }}, (_, i) => temperatureAt(i)); }}")
    assert theirs == HANDLE_TEMPERATURES[1:-1].tolist()


def test_a_temperature_is_typed_exactly_even_beyond_the_handle(open_page: OpenPage) -> None:
    page = open_page("temperature")
    field = page.get_by_label("Exact temperature")
    field.fill("250.5")
    page.keyboard.press("Enter")
    eventually(lambda: np.testing.assert_allclose(shown(page), softmax(SCORES / 250.5), atol=ROUNDING))
    field.fill("∞")
    page.keyboard.press("Enter")
    eventually(lambda: np.testing.assert_array_equal(shown(page), [1 / 3] * 3))
    for wrong in ("-3", "<img src=x>", "nan", ""):
        field.fill(wrong)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="Expected a temperature")).to_contain_text("is still ∞")
    assert shown(page).tolist() == [1 / 3] * 3


def test_the_handle_moves_by_keyboard_and_says_what_it_did(open_page: OpenPage) -> None:
    page = open_page("temperature")
    handle(page).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    p = softmax(SCORES / HANDLE_TEMPERATURES[206])
    expect(handle(page)).to_have_attribute("aria-valuetext", re.compile(rf"T = 1\.12, largest probability {p[0]:.3f}"))
    settle(page)
    expect(page).to_have_url(re.compile(r"T=1\.12"))
    expect(page.locator("svg.sweep")).to_have_attribute("aria-label", re.compile(rf"At T = 1\.12: cat {p[0]:.3f}, dog"))
    expect(page.locator("svg.entropy")).to_have_attribute("aria-label", re.compile("rising from 0 to 1.10 nats"))


def test_a_link_opened_elsewhere_shows_the_same_temperature_unit_and_draws(open_page: OpenPage) -> None:
    first = open_page("temperature")
    put_handle(first, 160)
    handle(first).dispatch_event("change")
    first.get_by_role("button", name="Entropy in bits").click()
    expect(first).to_have_url(re.compile("unit=bits"))
    first.get_by_role("button", name="Draw again").click()
    expect(first).to_have_url(re.compile("seed=1"))
    settle(first)
    second = open_page(first.url.split("/", 3)[3])
    assert shown(second).tolist() == shown(first).tolist()
    T = HANDLE_TEMPERATURES[161]
    assert read(second, "Entropy") == pytest.approx(entropy(softmax(SCORES / T), base=2), abs=ROUNDING)
    alts = [page.locator(".softviz-figure .plot").get_attribute("aria-label") for page in (first, second)]
    assert alts[0] == alts[1]
    assert "1,000 draws" in alts[0]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_the_answer_to_a_wish_moves_the_board_there(open_page: OpenPage, motion: str) -> None:
    page = open_page("temperature?wish=top&wish.top=0.5", reduced_motion=motion)
    page.get_by_role("button", name="Set this temperature").click()
    eventually(lambda: np.testing.assert_allclose(shown(page)[0], 0.5, atol=ROUNDING))  # the board glides there


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_handle_and_its_bars_without_sideways_scrolling(open_page: OpenPage, scheme: str) -> None:
    page = open_page("temperature", viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert page.locator(".heat .p").last.bounding_box()["y"] < 844
    assert page.locator(".heat svg.sweep").bounding_box()["width"] <= 390
