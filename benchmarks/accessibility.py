"""What axe-core finds on every page, in both themes, folded and unfolded, on a projector, in a slide and on a phone.

Written to ``accessibility.md``. The tests fail on a serious or critical finding; the table counts the milder ones too.
"""

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.machine import setting, write_table
from softviz.ui.navigation import PAGES
from tests.browser.serving import CHROMIUM, FLAGS, VIEWPORT, draw_every_figure, serve, settle, unfold
from tests.browser.test_everyone import PHONE, READY, SERIOUS, findings, path

MILDER = ("minor", "moderate")
FORMS = {
    "light": ("", {"viewport": VIEWPORT, "color_scheme": "light"}),
    "dark": ("", {"viewport": VIEWPORT, "color_scheme": "dark"}),
    "phone": ("", {"viewport": PHONE, "has_touch": True}),
    "projector": ("?present=1", {"viewport": VIEWPORT}),
    "slide": ("?embed=true", {"viewport": VIEWPORT}),
}


def opened(browser: Browser, address: str, options: dict[str, object]) -> Page:
    """Open a page, draw every figure and unfold what is folded."""
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.wait_for_selector(READY)
    settle(page)
    draw_every_figure(page)
    unfold(page)
    return page


def main() -> None:
    """Look at all and write the table."""
    milder: set[str] = set()
    lines = [f"| page | {' | '.join(FORMS)} |", "|---" * (len(FORMS) + 1) + "|"]
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for key in PAGES:
            cells = []
            for query, options in FORMS.values():
                page = opened(browser, f"{server.address}/{path(key)}{query}", options)
                worse, mild = findings(page), findings(page, MILDER)
                milder |= {finding.partition(":")[0] for finding in mild}
                cells.append(f"{len(worse)} ({len(mild)})")
                page.context.close()
            lines.append(f"| {key} | {' | '.join(cells)} |")
            print(lines[-1], flush=True)
        browser.close()
    named = f"The milder ones: {', '.join(sorted(milder))}." if milder else "There is none."
    write_table(
        "accessibility",
        "# For everyone\n\n`python -m benchmarks accessibility`. "
        + setting("streamlit", "axe-playwright-python")
        + f"\n\nWhat axe-core finds {' or '.join(SERIOUS)} (in brackets: milder), with everything unfolded.\n\n"
        + "\n".join(lines)
        + f"\n\n{named}\n",
    )


if __name__ == "__main__":
    main()
