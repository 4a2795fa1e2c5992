"""How fast the screen answers: frames during a drag, a settled change, a cold start, and memory.

Written to ``screen.md``. Frames are intervals between animation frames while the mouse drags a score; a settled change
runs from the release of the mouse to the moment when the page shows Python's answer, every picture in view is drawn,
and nothing is running.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.machine import setting, write_table
from tests.browser.serving import CHROMIUM, FLAGS, VIEWPORT, Server, serve, settle

DRAGS = 12
HANDLE = ".board input.score, .stage input[type=range]"
BARE = """import streamlit as st
st.write(st.checkbox("flag"))
"""
"""The least that a Streamlit page can do: the yardstick of a settled change."""
TEMPERATURE = ".stage .temperature input[type=range]"
DRAGGED = ("temperature", "compare")
PAGES = ("", "temperature", "compare", "gradients", "stability", "training")


def board(classes: int) -> str:
    """Link to a board with that many classes."""
    return "?z=" + ",".join(f"{(7 * i) % 11 / 3:.2f}" for i in range(classes))


def open_settled(browser: Browser, server: Server, path: str) -> Page:
    """Open a page and wait until nothing on it runs."""
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(f"{server.address}/{path}")
    page.wait_for_selector(".stage, .softviz-figure")
    settle(page)
    return page


def drag_intervals(page: Page, control: str = HANDLE) -> list[float]:
    """Milliseconds between frames while a score or the temperature is dragged."""
    slider = page.locator(control).first
    box = slider.bounding_box()
    y, left, width = box["y"] + box["height"] / 2, box["x"], box["width"]
    page.mouse.move(left + width * 0.5, y)
    page.mouse.down()
    page.evaluate(
        """() => { window.frames_ = []; let last = performance.now();
          window.watching_ = true;
          const look = (now) => { frames_.push(now - last); last = now; if (watching_) requestAnimationFrame(look); };
          requestAnimationFrame(look); }"""
    )
    for step in range(120):
        page.mouse.move(left + width * (0.5 + 0.3 * ((step % 40) / 40 - 0.5)), y)
    intervals = page.evaluate("() => { watching_ = false; return frames_.slice(2); }")
    page.mouse.up()
    settle(page)
    return list(intervals)


def settled_changes(page: Page, control: str = HANDLE, key: str = "ArrowRight") -> list[float]:
    """Milliseconds from a released key on a control to the page that shows Python's answer."""
    page.locator(control).first.focus()
    times = []
    for _ in range(DRAGS):
        page.evaluate(_TIMER)
        page.keyboard.press(key)
        times.append(float(page.evaluate("window.settled_")))
        settle(page)
    return times


_HEAVY = "import sys, softviz.ui.shell; print([m for m in ('torch', 'scipy', 'sklearn') if m in sys.modules])"

_TIMER = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  window.settled_ = new Promise((resolve) => {
    let start = null, ran = false;
    const runs = () => app.getAttribute('data-test-script-state') !== 'notRunning';
    addEventListener('keyup', () => { start = performance.now(); }, { once: true, capture: true });
    // A run may be over before the page has shown that it runs; then the text that it changed tells of it.
    const watch = new MutationObserver((seen) => {
      if (start !== null && (runs() || seen.some(({ type }) => type === 'characterData'))) ran = true;
    });
    watch.observe(app, { attributes: true, characterData: true, subtree: true });
    const waits = (figure) => {
      const { top, bottom } = figure.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    const behind = () => document.querySelector('[data-stale="true"]')
      || [...document.querySelectorAll('.softviz-figure[aria-busy="true"]')].some(waits);
    const look = () => {
      if (ran && !runs() && !behind()) resolve(performance.now() - start);
      else if (start !== null && performance.now() - start > 5000) resolve(NaN);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


def resident_megabytes(server: Server) -> float:
    """Memory that the server holds, from the kernel."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def play_a_run(page: Page) -> None:
    """Train the default classifier to its end."""
    page.get_by_label("Speed").select_option("3")
    play = page.locator(".transport").get_by_role("button", name="Play", exact=True)
    play.click()
    expect(play).to_be_visible(timeout=120_000)
    settle(page)


def bare_changes(browser: Browser) -> list[float]:
    """Milliseconds that a page of one checkbox and one line takes."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(BARE)
        script.flush()
        with serve(script.name) as server:
            page = browser.new_page(viewport=VIEWPORT)
            page.goto(server.address)
            page.wait_for_selector('input[type="checkbox"]', state="attached")
            settle(page)
            times = settled_changes(page, 'input[type="checkbox"]', "Space")
            page.close()
    return times


def cold_start() -> tuple[float, float]:
    """Seconds from `streamlit run` to the first board on screen, and the server's memory then."""
    begin = time.monotonic()
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(server.address)
        page.wait_for_selector(".board .class")
        seconds = time.monotonic() - begin
        settle(page)
        memory = resident_megabytes(server)
        browser.close()
    return seconds, memory


def _row(name: str, values: list[float], unit: str) -> str:
    ordered = sorted(values)
    worst = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    line = f"| {name} | {statistics.median(values):.1f} | {worst:.1f} | {unit} |"
    print(line, flush=True)
    return line


def main() -> None:
    """Measure and write the table."""
    rows = []
    seconds, memory = cold_start()
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        rows.append(_row("yardstick: Streamlit with one checkbox and one line", bare_changes(browser), "ms"))
        for classes in (10, 50):
            page = open_settled(browser, server, board(classes))
            rows.append(_row(f"frame interval while a score is dragged, {classes} classes", drag_intervals(page), "ms"))
            rows.append(_row(f"home, release to settled page, {classes} classes", settled_changes(page), "ms"))
            page.close()
        for path in PAGES[1:]:
            if path == "training":
                continue  # its frames and answers stand in player.md
            for name, query in (("10", board(10)), ("49,152", "?preset=token-paris")):
                page = open_settled(browser, server, path + query)
                if path in DRAGGED:
                    dragged = drag_intervals(page, TEMPERATURE)
                    rows.append(_row(f"{path}, frame interval while T is dragged, {name} classes", dragged, "ms"))
                rows.append(_row(f"{path}, release to settled page, {name} classes", settled_changes(page), "ms"))
                page.close()
        play_a_run(open_settled(browser, server, "training"))
        all_pages = resident_megabytes(server)
        browser.close()
    heavy = subprocess.run([sys.executable, "-c", _HEAVY], capture_output=True, text=True, check=True).stdout.strip()
    write_table(
        "screen",
        "# The screen\n\n`python -m benchmarks screen`. "
        + setting("streamlit", "numpy", "plotly", "pandas")
        + "\n\n| what | median | 95th percentile | unit |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n| cold `streamlit run` to the first board | {seconds:.1f} | | s |"
        + f"\n| resident memory of the server, home open | {memory:.0f} | | MB |"
        + f"\n| the same after every page, whole vocabularies and a training run included | {all_pages:.0f} | | MB |"
        + f"\n\nHeavy libraries imported by the app: {heavy}.\n",
    )


if __name__ == "__main__":
    main()
