"""Every page works for everyone: axe-core, keyboard order, narrow screens, and no request to another host."""

from collections.abc import Collection
from urllib.parse import urlparse

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from softviz.ui.navigation import PAGES
from tests.browser.conftest import OpenPage, draw_every_figure, eventually, settle, unfold

SERIOUS = ("serious", "critical")
READY = ".stage, .softviz-figure"


def path(key: str) -> str:
    return "" if key == "home" else key


def findings(page: Page, impacts: Collection[str] = SERIOUS) -> list[str]:
    """What axe-core finds of some impacts, each with the first place where it is seen."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in impacts]


def test_axe_finds_what_is_wrong_on_a_page_made_to_be_wrong(warm_context: BrowserContext) -> None:
    page = warm_context.new_page()
    page.set_content('<html><body><img src="x.png"><button></button><p style="color:#ccc">pale</p></body></html>')
    found = " ".join(findings(page))
    for rule in ("image-alt", "button-name", "color-contrast", "html-has-lang"):
        assert rule in found
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", PAGES)
def test_no_page_has_a_serious_violation_folded_or_unfolded(open_page: OpenPage, key: str, scheme: str) -> None:
    page = open_page(path(key), wait_for=READY, color_scheme=scheme)
    draw_every_figure(page)
    assert findings(page) == []
    unfold(page)
    assert findings(page) == []


@pytest.mark.parametrize("key", PAGES)
@pytest.mark.parametrize("form", ["present=1", "embed=true"])
def test_no_page_has_a_serious_violation_on_a_projector_or_in_a_slide(open_page: OpenPage, key: str, form: str) -> None:
    page = open_page(f"{path(key)}?{form}", wait_for=READY)
    assert findings(page) == []


@pytest.mark.parametrize("key", PAGES)
def test_no_page_has_a_serious_violation_on_a_phone(open_page: OpenPage, key: str) -> None:
    page = open_page(path(key), wait_for=READY, viewport={"width": 390, "height": 844}, is_mobile=True)
    draw_every_figure(page)
    assert findings(page) == []


def test_a_table_wider_than_a_phone_is_scrolled_by_keys(open_page: OpenPage) -> None:
    page = open_page("compare", viewport={"width": 390, "height": 844}, is_mobile=True)
    table = page.get_by_role("region", name="Each map's measures")
    table.focus()
    page.keyboard.press("ArrowRight")
    eventually(lambda: np.testing.assert_array_less(0, table.evaluate("node => node.scrollLeft")))


@pytest.mark.parametrize("button", ["Paste scores", "Open a file"])
def test_a_way_in_for_scores_has_no_serious_violation_when_it_is_open(open_page: OpenPage, button: str) -> None:
    page = open_page()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    settle(page)
    assert findings(page) == []


PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 360}
"""A laptop's 1280 by 720 at 200 %."""


@pytest.mark.parametrize("key", PAGES)
def test_neither_phone_nor_zoom_scrolls_sideways_and_no_other_host_is_asked(open_page: OpenPage, key: str) -> None:
    page = open_page(path(key), wait_for=READY, viewport=PHONE, has_touch=True)
    draw_every_figure(page)
    for size in (PHONE, ZOOMED):
        page.set_viewport_size(size)
        settle(page)
        page.wait_for_function(f"document.querySelector('[data-testid=stMain]').scrollWidth <= {size['width']}")
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    own = urlparse(page.url).netloc
    assert [url for url in asked if urlparse(url).netloc not in ("", own)] == []


@pytest.mark.parametrize("key", PAGES)
def test_every_picture_and_every_control_has_a_name(open_page: OpenPage, key: str) -> None:
    page = open_page(path(key), wait_for=READY)
    for picture in page.locator(".softviz-figure .plot").all():
        assert len(picture.get_attribute("aria-label") or "") > 40, "an alt with the numbers that matter"
        assert any(character.isdigit() for character in picture.get_attribute("aria-label"))
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('*')]
          .flatMap((host) => host.shadowRoot ? [...host.shadowRoot.querySelectorAll('input, button, select')] : [])
          .filter((control) => control.checkVisibility() && !control.getAttribute('aria-label')
            && !control.textContent.trim() && !control.labels?.length)
          .map((control) => control.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
