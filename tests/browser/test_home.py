"""The board answers a finger; Python agrees when the hand comes off; the link carries it all."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike
from playwright.sync_api import Locator, Page, expect
from scipy.special import softmax

from softviz.scores import PRESETS
from tests.browser.conftest import OpenPage, draw_every_figure, eventually, settle

SCORES = np.array([2.0, 1.0, 0.1])


def shown_probabilities(page: Page) -> np.ndarray:
    """What the board shows, at full precision."""
    return np.array([float(p.get_attribute("data-value")) for p in page.locator(".board .class .p").all()])


def expect_shown(page: Page, expected: ArrayLike, atol: float = 1e-6) -> None:
    """Wait until the board shows these probabilities."""
    eventually(lambda: np.testing.assert_allclose(shown_probabilities(page), expected, rtol=0, atol=atol))


def expect_link(page: Page, scores: list[float], temperature: float = 1.0) -> None:
    """Wait until Python has written these scores, to their last digit, into the address."""

    def check() -> None:
        query = parse_qs(page.evaluate("location.search.slice(1)"))  # page.url does not move while Python sleeps
        assert [float(z) for z in query.get("z", ["2,1,0.1"])[0].split(",")] == scores
        assert float(query.get("T", ["1"])[0]) == temperature

    eventually(check)


def in_steps_table(page: Page) -> np.ndarray:
    """The probabilities that Python computed, at full precision, as they can be taken along."""
    page.get_by_text("Data at full precision").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="steps CSV").click()
    return pd.read_csv(download.value.path())["p = exp / sum"].to_numpy()


def python_probability(page: Page, place: int) -> Locator:
    """What Python's table says of a class, in three digits."""
    return page.locator(".table tbody tr").nth(place).locator("td").nth(5)


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
    expect_shown(page, softmax(SCORES))
    before = shown_probabilities(page)

    x, y = grab(page, page.get_by_role("slider", name="Score of dog"))
    page.mouse.move(x + 30, y, steps=5)
    eventually(lambda: np.testing.assert_array_less(before[1] + 0.05, shown_probabilities(page)[1]))
    expect(python_probability(page, 1)).to_have_text("0.242")  # nothing is sent while the finger is down

    page.mouse.up()
    score = float(page.get_by_role("slider", name="Score of dog").input_value())
    expect_link(page, [2.0, score, 0.1])
    expect_shown(page, softmax([2.0, score, 0.1]))
    expect(python_probability(page, 1)).to_have_text(f"{softmax([2.0, score, 0.1])[1]:.3f}")
    settle(page)
    np.testing.assert_allclose(shown_probabilities(page), in_steps_table(page), rtol=0, atol=1e-6)


def test_a_quick_hand_on_a_slow_machine_loses_nothing(open_page: OpenPage) -> None:
    page = open_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    dog = page.get_by_role("slider", name="Score of dog")
    dog.focus()
    for key in ["ArrowRight", "PageUp", "ArrowUp", "ArrowRight", "PageUp", "ArrowDown", "ArrowRight", "ArrowUp"]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)  # each asks for a run before the browser has heard of the one before
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
        expect(dog).to_have_attribute(
            "aria-valuetext", re.compile(rf"^score {score:g}, probability ".replace("-", "−"))
        )
        expect_shown(page, softmax([2.0, score, 0.1]))
    expect(page).to_have_url(re.compile(rf"z=2%2C{score:g}%2C0\.1"))


def test_the_temperature_handle_moves_all_bars_and_reaches_its_limits_exactly(open_page: OpenPage) -> None:
    page = open_page()
    handle = page.get_by_role("slider", name="Temperature")
    handle.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    warm = float(f"{10 ** (4 * 230 / 400 - 2):.3g}")  # thirty places to the right of T = 1
    expect_shown(page, softmax(SCORES / warm))
    expect_link(page, SCORES.tolist(), warm)
    page.get_by_role("button", name="Temperature zero").click()
    expect_shown(page, [1, 0, 0], atol=0)
    expect_link(page, SCORES.tolist(), 0)
    page.get_by_role("button", name="Infinite temperature").click()
    expect_shown(page, [1 / 3] * 3, atol=0)
    expect_link(page, SCORES.tolist(), float("inf"))


def test_a_link_opened_elsewhere_shows_the_same_and_sessions_do_not_mix(open_page: OpenPage) -> None:
    first = open_page()
    first.get_by_role("textbox", name="Exact score of bird").fill("3.25")
    first.keyboard.press("Enter")
    expect_link(first, [2.0, 1.0, 3.25])
    second = open_page(first.url.split("/", 3)[3], locale="de-DE")
    expect_shown(second, softmax([2.0, 1.0, 3.25]))

    second.get_by_role("textbox", name="Exact score of bird").fill("0")
    second.keyboard.press("Enter")
    expect_link(second, [2.0, 1.0, 0.0])
    settle(first)
    expect_shown(first, softmax([2.0, 1.0, 3.25]))
    third = open_page()
    expect_shown(third, softmax(SCORES))


def test_classes_are_added_renamed_sorted_and_removed(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Add a class").click()
    page.keyboard.type("<b>fox</b>, sly")
    page.keyboard.press("Enter")
    expect_shown(page, softmax([2.0, 1.0, 0.1, 0.0]))
    expect(page.locator(".table tbody tr").nth(3)).to_contain_text("<b>fox</b>, sly")
    page.get_by_role("textbox", name="Exact score of <b>fox</b>, sly").fill("7")
    page.keyboard.press("Enter")
    expect_link(page, [2.0, 1.0, 0.1, 7.0])
    page.get_by_role("button", name="Sort by score").click()
    expect(page.get_by_role("textbox", name="Name of class 1")).to_have_value("<b>fox</b>, sly")
    page.get_by_role("button", name="Remove <b>fox</b>, sly").click()
    expect_link(page, SCORES.tolist())
    expect_shown(page, softmax(SCORES))


def test_a_wrong_number_is_refused_with_a_sentence_and_the_last_score_stays(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("textbox", name="Exact score of dog").fill("<img src=x>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Expected a number")).to_contain_text("The score is still 1")
    expect_shown(page, softmax(SCORES))


def test_the_handle_of_the_largest_score_ends_where_scores_end(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("textbox", name="Exact score of dog").fill("1000000")
    page.keyboard.press("Enter")
    expect_link(page, [2.0, 1e6, 0.1])
    bird = page.get_by_role("slider", name="Score of bird")
    expect(bird).to_have_attribute("max", "1000000")
    bird.focus()
    page.keyboard.press("End")
    expect_link(page, [2.0, 1e6, 1e6])
    page.keyboard.press("ArrowRight")
    expect_shown(page, [0, 0.5, 0.5])
    settle(page)
    expect(page.get_by_text("encountered an error")).to_have_count(0)
    expect_link(page, [2.0, 1e6, 1e6])


def test_a_key_that_comes_up_elsewhere_has_settled_too(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("slider", name="Score of dog").focus()
    page.keyboard.down("ArrowRight")
    page.get_by_role("textbox", name="Exact score of bird").focus()
    page.keyboard.up("ArrowRight")
    expect_link(page, [2.0, 1.1, 0.1])


def test_a_vocabulary_is_shown_as_its_top_the_rest_and_a_rank_plot(open_page: OpenPage) -> None:
    page = open_page("?preset=token-paris")
    expect(page.locator(".board .class")).to_have_count(10)
    rest = float(page.locator(".board .rest .p").get_attribute("data-value"))
    assert abs(shown_probabilities(page).sum() + rest - 1) < 1e-6
    expect(page.locator(".board .ranks svg")).to_be_visible()
    p = np.sort(softmax(PRESETS["token-paris"].load().values))[::-1]
    said = f"rank 1 has {p[0]:.3f}, rank 10 has {p[9]:.5f}, .*rank 49,152 has 5.57e−17"
    expect(page.locator(".board .ranks svg")).to_have_attribute("aria-label", re.compile(said))


def test_a_class_of_a_vocabulary_has_a_name_that_no_hand_can_change_in_vain(open_page: OpenPage) -> None:
    few, many = open_page(), open_page("?preset=token-paris")
    expect(few.get_by_role("textbox", name="Name of class 1")).to_be_editable()
    expect(many.get_by_role("textbox", name="Name of class 1", exact=True)).not_to_be_editable()


def test_a_zero_that_is_only_rounding_is_not_marked_as_an_exact_one(open_page: OpenPage) -> None:
    page = open_page("?z=10,0,-1&T=0.01")
    row = page.locator(".board .class").nth(2)
    expect(row.locator(".p")).to_have_text("<5e−324")
    expect(row).not_to_have_class(re.compile("zero"))
    page.get_by_role("button", name="Temperature zero").click()
    expect(row.locator(".p")).to_have_text("0")
    expect(row).to_have_class(re.compile("zero"))


def test_a_score_follows_a_finger(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    dog = page.get_by_role("slider", name="Score of dog")
    dog.scroll_into_view_if_needed()
    box, before = dog.bounding_box(), shown_probabilities(page)
    thumb = 17.6
    x, y = box["x"] + thumb / 2 + 7 / 12 * (box["width"] - thumb), box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: float) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": y} for at in points]})

    touch("touchStart", x)
    for step in range(1, 6):
        touch("touchMove", x + 12 * step)
    eventually(lambda: np.testing.assert_array_less(before[1] + 0.1, shown_probabilities(page)[1]))
    expect_link(page, SCORES.tolist())  # nothing is sent while the finger is down
    touch("touchEnd")
    expect_link(page, [2.0, float(dog.input_value()), 0.1])


def test_twenty_settled_changes_leave_the_chart_in_place_and_never_blank(open_page: OpenPage) -> None:
    page = open_page()
    chart = page.locator(".softviz-figure .plot")
    chart.scroll_into_view_if_needed()
    expect(chart.locator(".main-svg").first).to_be_visible()
    expect(chart).to_have_attribute("aria-label", re.compile("line charts"))
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
    draw_every_figure(page)
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    asked += [page.locator('link[rel*="icon"]').first.get_attribute("href")]
    foreign = [url for url in asked if urlparse(url).netloc not in ("", urlparse(page.url).netloc)]
    assert any("plotly" in url for url in asked)
    assert foreign == []


def test_a_figure_whose_library_did_not_arrive_is_drawn_with_the_next_change(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/plotly-*.js", lambda route: route.abort())
    page.reload()
    page.wait_for_selector(".board .class")
    figure = page.locator(".softviz-figure").first
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(figure.locator(".note")).to_have_text("plotly.js could not be loaded")
    page.unroute("**/plotly-*.js")
    page.get_by_role("textbox", name="Exact score of dog").fill("1.5")
    page.keyboard.press("Enter")
    expect_link(page, [2.0, 1.5, 0.1])
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".main-svg").first).to_be_visible()
    expect(figure.locator(".note")).to_have_text("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_first_control_and_its_result_without_sideways_scrolling(
    open_page: OpenPage, scheme: str
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert width <= 390
    assert page.locator(".board .class .p").first.bounding_box()["y"] < 844
