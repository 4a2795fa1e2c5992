"""In a room: a remote steps through the experiments, a slide shows the stage alone, and a link leaves parts out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, settle


def on_step(page: Page, place: int) -> None:
    expect(page.get_by_text(re.compile(rf"^{place} of \d"))).to_be_visible()
    settle(page)


def test_a_remote_steps_through_the_experiments_and_back(open_page: OpenPage) -> None:
    page = open_page("?present=1")
    page.keyboard.press("PageDown")
    on_step(page, 1)
    page.keyboard.press("PageDown")
    on_step(page, 2)
    expect(page).to_have_url(re.compile("T=0"))
    page.keyboard.press("PageUp")
    on_step(page, 1)


@pytest.mark.parametrize(
    ("path", "handle"),
    [
        ("", "Score of cat"),
        ("", "Temperature"),
        ("compare", "Score of cat"),
        ("temperature", "Temperature"),
        ("stability", "Largest size of a score"),
    ],
)
def test_a_remote_steps_on_after_the_presenter_has_dragged_a_handle(
    open_page: OpenPage, path: str, handle: str
) -> None:
    page = open_page(f"{path}?present=1")
    slider = page.get_by_role("slider", name=handle, exact=True)
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=3)
    page.mouse.up()
    settle(page)
    page.keyboard.press("PageDown")
    on_step(page, 1)
    page.keyboard.press("PageDown")
    on_step(page, 2)


def test_without_a_presentation_the_page_keys_move_the_handle(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("slider", name="Score of dog").focus()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("slider", name="Score of dog")).to_have_attribute("aria-valuetext", re.compile("^score 2,"))


def test_a_slide_shows_no_menu(open_page: OpenPage) -> None:
    page = open_page("?embed=true")
    expect(page.locator(".board .class")).to_have_count(3)
    expect(page.get_by_role("link", name="Temperature")).to_have_count(0)
    expect(page.locator('[data-testid="stSidebar"]')).to_have_count(0)


def test_a_link_leaves_out_what_its_teacher_hid(open_page: OpenPage) -> None:
    whole, page = open_page(), open_page("?hide=menu,scores,try,take,why")
    for part in (
        whole.get_by_role("link", name="Temperature"),
        whole.get_by_role("heading", name="Try"),
        whole.get_by_role("heading", name="Take it with you"),
        whole.get_by_role("button", name="Paste scores"),
    ):
        expect(part).to_have_count(1)
    expect(page.locator(".board .class")).to_have_count(3)
    expect(page.get_by_role("link", name="Temperature")).to_have_count(0)
    expect(page.get_by_role("heading", name=re.compile("^(Try|Take it with you|Why)$"))).to_have_count(0)
    expect(page.get_by_role("button", name="Paste scores")).to_have_count(0)
