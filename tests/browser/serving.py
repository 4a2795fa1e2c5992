"""Start the app and a Chromium, and wait until a page is settled: for tests, screenshots and benchmarks."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VIEWPORT = {"width": 1280, "height": 720}
FRAME = 1000 / 60
"""Milliseconds from one drawn frame to the next."""


@dataclass(frozen=True)
class Server:
    """A running app."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serve(script: str = "app.py") -> Iterator[Server]:
    """Run the app, or another Streamlit script, in a process of its own on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), "--server.address=127.0.0.1"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}", process)
        yield Server(f"http://127.0.0.1:{port}", process)
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
            time.sleep(0.1)
    raise RuntimeError("the app did not start")


def settle(page: Page, quiet: int = 400) -> None:
    """Wait until the server has answered and nothing on the page has been running or stale for some milliseconds.

    The quiet is counted in frames: one that comes late, because the machine was busy, is one frame and not a pause.
    """
    page.evaluate(
        """(frames) => new Promise((resolve) => {
          let quiet = 0;
          const look = () => {
            const app = document.querySelector('[data-testid="stApp"]');
            const idle = app?.getAttribute('data-test-script-state') === 'notRunning'
              && app.getAttribute('data-test-connection-state') === 'CONNECTED'
              && !document.querySelector('[data-stale="true"]');
            quiet = idle ? quiet + 1 : 0;
            if (quiet > frames) resolve();
            else requestAnimationFrame(look);
          };
          look();
        })""",
        round(quiet / FRAME),
    )


def eventually(check: Callable[[], object], seconds: float = 15) -> None:
    """Try an assertion until it holds: for what moves for a moment, or comes with an answer that may be late."""
    end = time.monotonic() + seconds
    while True:
        try:
            check()
        except AssertionError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def unfold(page: Page) -> None:
    """Open everything that is folded into the page."""
    for heading in page.locator('[data-testid="stExpander"] summary').all():
        heading.click()
        settle(page)


def draw_every_figure(page: Page) -> None:
    """Have the figures drawn that are far from the screen too, as before printing."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function("!document.querySelector('.softviz-figure .plot:not([data-draws])')")
