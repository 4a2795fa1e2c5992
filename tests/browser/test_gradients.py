"""The board answers the hand before it comes off, Python agrees after, and the walk plays without the server."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from numpy.typing import ArrayLike
from playwright.sync_api import Page, expect
from scipy.special import log_softmax, softmax

from softviz.core.losses import cross_entropy_gradient
from softviz.scores import PRESETS, Scores
from softviz.studies.supervised import supervise
from tests.browser.conftest import OpenPage, draw_every_figure, eventually, settle

SCORES = np.array([2.0, 1.0, 0.1])
ROUNDING = 1e-6


def shown(page: Page, measure: str) -> np.ndarray:
    """A column of the board at full precision: p, y or slope."""
    cells = page.locator(f".loss-board .{measure} output").all()
    return np.array([float(cell.get_attribute("data-value")) for cell in cells])


def expect_shown(page: Page, measure: str, expected: ArrayLike, atol: float = ROUNDING) -> None:
    """Wait until a column of the board shows these values."""
    eventually(lambda: np.testing.assert_allclose(shown(page, measure), expected, rtol=0, atol=atol))


def expect_loss(page: Page, expected: float) -> None:
    eventually(lambda: np.testing.assert_allclose(loss(page), expected, rtol=0, atol=ROUNDING))


def loss(page: Page) -> float:
    return float(page.locator(".loss-board .readout").get_attribute("data-loss"))


def python_gradient(page: Page) -> list[str]:
    """What Python's table says, in three digits."""
    return page.locator(".table").first.locator("tbody tr td:nth-child(2)").all_inner_texts()


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def test_p_y_the_gradient_and_the_loss_follow_the_finger_and_python_agrees_after(open_page: OpenPage) -> None:
    page = open_page("gradients?y=1")
    expect_shown(page, "slope", softmax(SCORES) - [0, 1, 0])
    slider = page.get_by_role("slider", name="Score of dog")
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] * 7 / 12, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 25, y, steps=5)
    z = [2.0, float(slider.input_value()), 0.1]
    assert z[1] > 1.2
    expect_shown(page, "p", softmax(z))
    expect_shown(page, "slope", softmax(z) - [0, 1, 0])
    expect_loss(page, -log_softmax(z)[1])
    assert python_gradient(page)[1] == "−0.758", "nothing is sent while the finger is down"
    page.mouse.up()
    expect(page).to_have_url(re.compile("z="))
    settle(page)
    assert [float(v) for v in query(page)["z"][0].split(",")] == z
    said = f"{softmax(z)[1] - 1:.3f}".replace("-", "−")
    eventually(lambda: np.testing.assert_equal(python_gradient(page)[1], said))


def test_a_click_on_a_class_makes_it_the_target_and_smoothing_softens_it(open_page: OpenPage) -> None:
    page = open_page("gradients")
    page.locator(".loss-board .label").filter(has_text="bird").click()
    expect_shown(page, "y", [0, 0, 1], atol=0)
    expect(page).to_have_url(re.compile(r"y=2"))
    settle(page)
    smoothing = page.get_by_role("slider", name="Label smoothing")
    smoothing.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    y = 0.88 * np.eye(3)[2] + 0.12 / 3
    expect_shown(page, "y", y)
    expect_shown(page, "slope", softmax(SCORES) - y)
    expect_loss(page, -(y * log_softmax(SCORES)).sum())
    expect(page).to_have_url(re.compile(r"eps=0\.12"))
    expect(page.get_by_role("radio", name="Target: bird")).to_be_checked()

    again = open_page(page.url.split("/", 3)[3])
    expect_shown(again, "slope", softmax(SCORES) - y)


@pytest.mark.parametrize(
    ("link", "scores", "target", "options"),
    [
        ("preset=token-paris&y=3000&eps=0.1", PRESETS["token-paris"].load(), 3000, {"label_smoothing": 0.1}),
        ("preset=wide&y=4&T=2.5", PRESETS["wide"].load(), 4, {"temperature": 2.5}),
        ("z=1000,0,-3&y=1", Scores.of([1000.0, 0.0, -3.0]), 1, {}),
    ],
    ids=["vocabulary", "temperature", "underflow"],
)
def test_the_board_is_held_to_python(
    open_page: OpenPage, link: str, scores: Scores, target: int, options: dict[str, float]
) -> None:
    page = open_page(f"gradients?{link}")
    supervised = supervise(scores, target, **options)
    on_board, expected = shown(page, "slope"), cross_entropy_gradient(scores.values, target, **options)
    np.testing.assert_allclose(on_board[: supervised.positions.size], expected[supervised.positions], atol=ROUNDING)
    assert abs(on_board.sum()) < ROUNDING
    fused = -(supervised.target * log_softmax(supervised.scaled)).sum()
    assert loss(page) == pytest.approx(fused, abs=ROUNDING)


def test_a_soft_target_from_a_link_shows_and_a_click_goes_back_to_one_class(open_page: OpenPage) -> None:
    page = open_page("gradients?soft=0.2,0.7,0.1")
    expect_shown(page, "y", [0.2, 0.7, 0.1], atol=0)
    expect(page.locator(".loss-board")).to_contain_text("The target is soft")
    expect(page.locator(".loss-board :checked")).to_have_count(0)
    page.get_by_role("radio", name="Target: cat").check()
    expect(page).not_to_have_url(re.compile("soft"))
    expect_shown(page, "y", [1, 0, 0], atol=0)


def test_the_walk_is_stepped_and_played_in_the_browser(open_page: OpenPage) -> None:
    page = open_page("gradients?y=1&steps=9")
    draw_every_figure(page)
    player = page.locator(".player:visible")
    said = player.locator("output")
    expect(said).to_have_text(re.compile(r"^step 9: loss 0\."))
    page.evaluate("document.querySelectorAll('.player').forEach((node) => { node.dataset.same = 'yes'; })")
    player.get_by_role("button", name="Start over").click()
    expect(said).to_have_text(re.compile(r"^step 0: loss 1\.42"))
    player.get_by_role("button", name="Step", exact=True).click()
    expect(said).to_have_text(re.compile(r"^step 1: "))
    page.wait_for_function(
        """() => [...document.querySelectorAll('.softviz-figure')].find((f) => f.querySelector('.player:not([hidden])'))
          .querySelector('.plot').data[3].x.length === 2"""
    )  # start and one step
    player.get_by_role("button", name="Play").click()
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    expect(said).to_have_text(re.compile(r"^step 9: "), timeout=10_000)
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    expect(player).to_have_attribute("data-same", "yes")


def test_moving_by_one_step_redraws_the_board(open_page: OpenPage) -> None:
    page = open_page("gradients?y=1&all=1")
    page.get_by_role("button", name="Move my scores by one step").click()
    expect(page).to_have_url(re.compile("z="))
    settle(page)
    z = SCORES - (softmax(SCORES) - [0, 1, 0])
    expect_shown(page, "p", softmax(z))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_first_control_and_its_result_without_sideways_scrolling(
    open_page: OpenPage, scheme: str
) -> None:
    page = open_page("gradients", viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert page.locator(".loss-board .slope output").first.bounding_box()["y"] < 844
