"""A real server and a real Chromium."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.serving import CHROMIUM, FLAGS, VIEWPORT, draw_every_figure, eventually, serve, settle, unfold

OpenPage = Callable[..., Page]

expect.set_options(timeout=20_000)  # a shared machine may stall for seconds; what is right at once passes at once


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and os.environ.get("CI") != "true":
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The app's address, served by a process of its own."""
    with serve() as running:
        yield running.address


@pytest.fixture(scope="session")
def warm_context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile for the tests that do not need their own: its cache spares each page load seconds."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context
    context.close()


@pytest.fixture
def open_page(server: str, browser: Browser, warm_context: BrowserContext) -> Iterator[OpenPage]:
    """Open a page and wait until it is settled: ``open_page("compare?T=2")``.

    Every page is a session of its own. Options such as ``color_scheme`` give it a browser profile of its own too.
    """
    opened: list[Page | BrowserContext] = []

    def open_(path: str = "", *, wait_for: str = ".stage", **options: Any) -> Page:
        context = browser.new_context(**({"viewport": VIEWPORT} | options)) if options else warm_context
        page = context.new_page()
        opened.append(context if options else page)
        page.set_default_timeout(30_000)
        page.goto(f"{server}/{path}")
        page.wait_for_selector(wait_for)
        settle(page)
        return page

    yield open_
    for closable in opened:
        closable.close()


__all__ = ["OpenPage", "draw_every_figure", "eventually", "settle", "unfold"]
