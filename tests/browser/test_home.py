"""The board answers a finger; Python agrees when the hand comes off; the link carries it all."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy.special import softmax

from tests.browser.conftest import OpenPage, settle

SCORES = np.array([2.0, 1.0, 0.1])


def shown_probabilities(page: Page) -> np.ndarray:
    """What the board shows, at full precision."""
    return np.array([float(p.get_attribute("data-value")) for p in page.locator(".board .class .p").all()])


def python_probability(page: Page, place: int) -> Locator:
    """What Python's table says of a class, in three digits."""
    return page.locator('[data-testid="stTable"] tbody tr').nth(place).locator("td").nth(5)


def grab(page: Page, slider: Locator) -> tuple[float, float]:
    """Press the mouse on a slider's thumb."""
    box = slider.bounding_box()
    low, high = float(slider.get_attribute("min")), float(slider.get_attribute("max"))
    share = (float(slider.input_value()) - low) / (high - low)
    thumb = 17.6
    x, y = box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def test_probabilities_follow_the_mouse_before_it_is_released_and_python_agrees_after(
    open_page: OpenPage,
) -> None:
    page = open_page()
    before = shown_probabilities(page)
    np.testing.assert_allclose(before, softmax(SCORES), atol=1e-6)

    x, y = grab(page, page.get_by_role("slider", name="Score of dog"))
    page.mouse.move(x + 30, y, steps=5)
    during = shown_probabilities(page)
    assert during[1] > before[1] + 0.05, "the bar did not follow the finger"
    expect(python_probability(page, 1)).to_have_text("0.242")  # nothing is sent while the finger is down

    page.mouse.up()
    settle(page)
    score = float(page.get_by_role("slider", name="Score of dog").input_value())
    np.testing.assert_allclose(shown_probabilities(page), softmax([2.0, score, 0.1]), atol=1e-6)
    expect(python_probability(page, 1)).to_have_text(f"{softmax([2.0, score, 0.1])[1]:.3f}")
    carried = [float(z) for z in parse_qs(urlparse(page.url).query)["z"][0].split(",")]
    assert carried == [2.0, score, 0.1]


def test_a_quick_hand_on_a_slow_machine_loses_nothing(open_page: OpenPage) -> None:
    page = open_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    dog = page.get_by_role("slider", name="Score of dog")
    dog.focus()
    for key in ["ArrowRight", "PageUp", "ArrowUp", "ArrowRight", "PageUp", "ArrowDown", "ArrowRight", "ArrowUp"]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)  # each asks for a run before the browser has heard of the one before
    settle(page)
    expect(dog).to_have_attribute("aria-valuetext", re.compile("^score 3.4, "))
    expect(page).to_have_url(re.compile(r"z=2%2C3\.4%2C0\.1"))


def test_a_score_moves_by_keyboard_and_says_so(open_page: OpenPage) -> None:
    page = open_page()
    dog = page.get_by_role("slider", name="Score of dog")
    dog.focus()
    for key, wanted in [
        ("ArrowRight", "1.1"),
        ("PageUp", "2.1"),
        ("ArrowDown", "2"),
        ("End", "max"),
        ("Home", "min"),
    ]:
        score = float(dog.get_attribute(wanted) if wanted in ("min", "max") else wanted)
        page.keyboard.press(key)
        p = softmax([2.0, score, 0.1])[1]
        expect(dog).to_have_attribute(
            "aria-valuetext", re.compile(rf"^score {score:g}, probability ".replace("-", "−"))
        )
        assert abs(shown_probabilities(page)[1] - p) < 1e-6
    expect(page).to_have_url(re.compile(rf"z=2%2C{score:g}%2C0\.1"))


def test_the_temperature_handle_moves_all_bars_and_reaches_its_limits_exactly(open_page: OpenPage) -> None:
    page = open_page()
    handle = page.get_by_role("slider", name="Temperature")
    handle.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    settle(page)
    warm = float(re.search(r"T=([\d.]+)", page.url)[1])
    np.testing.assert_allclose(shown_probabilities(page), softmax(SCORES / warm), atol=1e-6)
    page.get_by_role("button", name="Temperature zero").click()
    settle(page)
    assert shown_probabilities(page).tolist() == [1, 0, 0]
    page.get_by_role("button", name="Infinite temperature").click()
    settle(page)
    assert shown_probabilities(page).tolist() == [1 / 3] * 3


def test_a_link_opened_elsewhere_shows_the_same_and_sessions_do_not_mix(open_page: OpenPage) -> None:
    first = open_page()
    first.get_by_role("textbox", name="Exact score of bird").fill("3.25")
    first.keyboard.press("Enter")
    settle(first)
    second = open_page(first.url.split("/", 3)[3], locale="de-DE")
    np.testing.assert_allclose(shown_probabilities(second), softmax([2.0, 1.0, 3.25]), atol=1e-6)

    second.get_by_role("textbox", name="Exact score of bird").fill("0")
    second.keyboard.press("Enter")
    settle(second)
    np.testing.assert_allclose(shown_probabilities(first), softmax([2.0, 1.0, 3.25]), atol=1e-6)
    third = open_page()
    np.testing.assert_allclose(shown_probabilities(third), softmax(SCORES), atol=1e-6)


def test_classes_are_added_renamed_sorted_and_removed(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Add a class").click()
    page.keyboard.type("<b>fox</b>, sly")
    page.keyboard.press("Enter")
    settle(page)
    assert shown_probabilities(page).size == 4
    expect(page.locator('[data-testid="stTable"] tbody tr').nth(3)).to_contain_text("<b>fox</b>, sly")
    page.get_by_role("textbox", name="Exact score of <b>fox</b>, sly").fill("7")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("button", name="Sort by score").click()
    settle(page)
    assert page.get_by_role("textbox", name="Name of class 1").input_value() == "<b>fox</b>, sly"
    page.get_by_role("button", name="Remove <b>fox</b>, sly").click()
    settle(page)
    np.testing.assert_allclose(shown_probabilities(page), softmax(SCORES), atol=1e-6)


def test_a_wrong_number_is_refused_with_a_sentence_and_the_last_score_stays(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("textbox", name="Exact score of dog").fill("<img src=x>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Expected a number")).to_contain_text("The score is still 1")
    np.testing.assert_allclose(shown_probabilities(page), softmax(SCORES), atol=1e-6)


def test_a_vocabulary_is_shown_as_its_top_the_rest_and_a_rank_plot(open_page: OpenPage) -> None:
    page = open_page("?preset=token-paris")
    assert page.locator(".board .class").count() == 10
    rest = float(page.locator(".board .rest .p").get_attribute("data-value"))
    assert abs(shown_probabilities(page).sum() + rest - 1) < 1e-6
    expect(page.locator(".board .ranks svg")).to_be_visible()


def test_twenty_settled_changes_leave_the_chart_in_place_and_never_blank(open_page: OpenPage) -> None:
    page = open_page()
    chart = page.locator(".softviz-figure .plot")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    assert "line charts" in chart.get_attribute("aria-label")
    page.evaluate(
        """() => {
          const plot = document.querySelector('.softviz-figure .plot');
          plot.dataset.same = 'yes';
          window.watched = { mounts: 0, blanks: 0, frames: 0 };
          const node = plot;
          const look = () => {
            const now = document.querySelector('.softviz-figure .plot');
            watched.frames += 1;
            if (now !== node) watched.mounts += 1;
            if (!now || !now.querySelector('.scatterlayer path')) watched.blanks += 1;
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    drawn = int(chart.get_attribute("data-draws"))
    slider = page.get_by_role("slider", name="Add to every score")
    slider.focus()
    for change in range(1, 21):
        page.keyboard.press("ArrowRight")
        expect(chart).to_have_attribute("data-draws", str(drawn + change))
    watched = page.evaluate("watched")
    assert watched["frames"] > 20
    assert watched["mounts"] == 0
    assert watched["blanks"] == 0


def test_nothing_is_asked_of_another_host(open_page: OpenPage) -> None:
    page = open_page()
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    asked += [page.locator('link[rel*="icon"]').first.get_attribute("href")]
    foreign = [url for url in asked if urlparse(url).netloc not in ("", urlparse(page.url).netloc)]
    assert any("plotly" in url for url in asked)
    assert foreign == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_first_control_and_its_result_without_sideways_scrolling(
    open_page: OpenPage, scheme: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    assert page.locator(".board .class .p").first.bounding_box()["y"] < 844
