"""How the training player plays: frames, the first picture, and what a replay costs the server.

Written to ``player.md``. Frames are intervals between animation frames; while chunks arrive the server trains on the
same machine. The first picture runs from the click on Play to the next step on screen.
"""

import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import setting, write_table
from benchmarks.screen import open_settled, resident_megabytes
from tests.browser.serving import CHROMIUM, FLAGS, Server, serve

RUNS = {
    "spirals 2-16-3": "training",
    "spirals 2-64-64-64-3": "training?layers=3&width=64",
    "digits 64-32-10": "training?data=digits&width=32",
}
TRIES = 5

_WATCH = """() => { window.frames_ = []; window.watching_ = true; let last = performance.now();
  const look = (now) => { frames_.push(now - last); last = now; if (watching_) requestAnimationFrame(look); };
  requestAnimationFrame(look); }"""
_FIRST = """(where) => new Promise((resolve) => {
  const start = performance.now(), play = where.closest('.transport').querySelector('button');
  const look = () => (+where.dataset.step > 0 ? resolve(performance.now() - start) : requestAnimationFrame(look));
  play.click(); look(); })"""


def played(page: Page) -> list[float]:
    """Milliseconds between frames from the click on Play to the end of the run."""
    page.get_by_label("Speed").select_option("2")
    page.evaluate(_WATCH)
    page.locator(".transport").get_by_role("button", name="Play", exact=True).click()
    page.locator(".transport").get_by_role("button", name="Pause", exact=True).wait_for()
    page.locator(".transport").get_by_role("button", name="Play", exact=True).wait_for(timeout=180_000)
    return list(page.evaluate("() => { watching_ = false; return frames_.slice(2); }"))


def first_pictures(page: Page) -> list[float]:
    """Milliseconds from Play to the next step on screen, each time on a fresh seed."""
    times = []
    for _ in range(TRIES):
        where = page.locator(".where")
        seen = page.locator(".ends .train").get_attribute("data-value")
        page.locator(".transport").get_by_role("button", name="New seed: other initial weights").click()
        page.wait_for_function(
            "([loss, seen]) => loss.dataset.value !== seen",
            arg=[page.locator(".ends .train").element_handle(), seen],
        )
        page.wait_for_timeout(1_500)
        times.append(float(where.evaluate(_FIRST)))
        page.locator(".transport").get_by_role("button", name="Pause", exact=True).click()
        page.wait_for_timeout(500)
    return times


def processor_seconds(server: Server) -> float:
    """Processor time that the server has used, from the kernel."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _row(name: str, values: list[float], unit: str) -> str:
    ordered = sorted(values)
    worst = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"| {name} | {statistics.median(values):.1f} | {worst:.1f} | {unit} |"


def main() -> None:
    """Measure and write the table."""
    rows = []
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in RUNS.items():
            page = open_settled(browser, server, path)
            rows.append(_row(f"{name}: frame interval while chunks arrive", played(page), "ms"))
            page.wait_for_timeout(2_000)
            before, begin = processor_seconds(server), time.monotonic()
            rows.append(_row(f"{name}: frame interval of the finished run", played(page), "ms"))
            share = (processor_seconds(server) - before) / (time.monotonic() - begin)
            rows.append(f"| {name}: server's processor during that replay | {100 * share:.1f} | | % of a core |")
            page.close()
        page = open_settled(browser, server, RUNS["spirals 2-16-3"])
        rows.append(_row("spirals 2-16-3: Play to first new picture", first_pictures(page), "ms"))
        memory = resident_megabytes(server)
        browser.close()
    write_table(
        "player",
        "# The training player\n\n`python -m benchmarks player`. "
        + setting("streamlit", "numpy")
        + " Server and browser share the machine; Chromium draws without a graphics processor.\n\n"
        + "| what | median | 95th percentile | unit |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n| resident memory of the server after these runs | {memory:.0f} | | MB |\n",
    )


if __name__ == "__main__":
    main()
