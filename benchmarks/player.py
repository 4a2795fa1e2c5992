"""How the training player plays: frames, the first picture, and what a replay costs the server.

Written to ``player.md``. Frames are intervals between animation frames; while chunks arrive the server trains on the
same machine. Where other work disturbs the machine, the intervals show it; the processor time of a frame does not, and
60 frames a second are in reach while it stays below 16.7 ms. The first picture runs from the click on Play to the next
step on screen.
"""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from benchmarks.machine import setting, write_table
from benchmarks.screen import resident_megabytes
from tests.browser.serving import CHROMIUM, FLAGS, VIEWPORT, Server, serve, settle

RUNS = {
    "spirals 2-16-3": "training",
    "spirals 2-64-64-64-3": "training?layers=3&width=64",
    "digits 64-32-10": "training?data=digits&width=32",
}
TRIES = 5

_PLAYED = """(play) => new Promise((resolve) => {
  const intervals = []; let last = performance.now();
  play.click();
  const look = (now) => {
    intervals.push(now - last); last = now;
    if (play.textContent === 'Pause') requestAnimationFrame(look); else resolve(intervals.slice(2));
  };
  requestAnimationFrame(look); })"""
_FIRST = """(where) => new Promise((resolve) => {
  const start = performance.now(), play = where.closest('.transport').querySelector('button');
  const look = () => (+where.dataset.step > 0 ? resolve(performance.now() - start) : requestAnimationFrame(look));
  play.click(); look(); })"""


def opened(context: BrowserContext, address: str) -> Page:
    """Open the page and wait for its first picture; a busy machine may take a minute for the first one."""
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_selector(".transport .where")
    settle(page)
    return page


@dataclass(frozen=True)
class Playing:
    """What playing a run to its end took.

    Attributes:
        intervals: Milliseconds between animation frames.
        work: Milliseconds of processor time of the page's main thread for each frame.
    """

    intervals: list[float]
    work: float


def thread_seconds(metrics: CDPSession) -> float:
    """Processor time of the page's main thread."""
    values = metrics.send("Performance.getMetrics")["metrics"]
    return next(float(metric["value"]) for metric in values if metric["name"] == "TaskDuration")


def played(page: Page) -> Playing:
    """Play from the click on Play to the end of the run."""
    metrics = page.context.new_cdp_session(page)
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.get_by_label("Speed").select_option("2")
    before = thread_seconds(metrics)
    play = page.locator(".transport").get_by_role("button", name="Play", exact=True)
    intervals = list(play.evaluate(_PLAYED))
    return Playing(intervals, 1_000 * (thread_seconds(metrics) - before) / len(intervals))


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


def _rows(name: str, playing: Playing) -> list[str]:
    return [
        _row(f"{name}: frame interval", playing.intervals, "ms"),
        f"| {name}: processor time of a frame | {playing.work:.1f} | | ms |",
    ]


def main() -> None:
    """Measure and write the table."""
    rows = []
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=VIEWPORT)
        for name, path in RUNS.items():
            page = opened(context, f"{server.address}/{path}")
            rows += _rows(f"{name}, while chunks arrive", played(page))
            page.wait_for_timeout(2_000)
            before, begin = processor_seconds(server), time.monotonic()
            rows += _rows(f"{name}, replayed", played(page))
            share = (processor_seconds(server) - before) / (time.monotonic() - begin)
            rows.append(f"| {name}: server's processor during that replay | {100 * share:.1f} | | % of a core |")
            page.close()
        page = opened(context, f"{server.address}/{RUNS['spirals 2-16-3']}")
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
