"""A real server and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

OpenPage = Callable[..., Page]


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.address=127.0.0.1"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError("the app did not start")


VIEWPORT = {"width": 1280, "height": 720}


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


def settle(page: Page, quiet: int = 400) -> None:
    """Wait until the server has answered and nothing on the page has been running or stale for some milliseconds."""
    page.evaluate(
        """(quiet) => new Promise((resolve) => {
          let since = performance.now();
          const look = () => {
            const app = document.querySelector('[data-testid="stApp"]');
            const idle = app?.getAttribute('data-test-script-state') === 'notRunning'
              && app.getAttribute('data-test-connection-state') === 'CONNECTED'
              && !document.querySelector('[data-stale="true"]');
            if (!idle) since = performance.now();
            if (performance.now() - since > quiet) resolve();
            else requestAnimationFrame(look);
          };
          look();
        })""",
        quiet,
    )
