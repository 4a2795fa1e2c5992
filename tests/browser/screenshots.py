"""Take the README's pictures: ``make screenshots``."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from softviz.ui.navigation import PAGES
from tests.browser.serving import CHROMIUM, FLAGS, ROOT, serve, settle

PICTURES = ROOT / "docs" / "pictures"
VIEWS = {
    "home": "?z=2.6,1.4,0.2,-0.8&labels=cat,dog,bird,fish",
    "temperature": "?preset=token-canberra-top8&T=1.4",
    "compare": "?z=1.6,1.1,0.2&labels=cat,dog,bird",
}
DESKTOP = {"width": 1280, "height": 800}


def take(browser: Browser, address: str, page_key: str, scheme: str, target: Path) -> None:
    """Photograph one page as it stands after everything has been drawn."""
    context = browser.new_context(viewport=DESKTOP, color_scheme=scheme)
    page = context.new_page()
    path = "" if page_key == "home" else page_key
    page.goto(f"{address}/{path}{VIEWS.get(page_key, '')}")
    page.wait_for_selector(".stage, .softviz-figure")
    settle(page, quiet=1_500)
    page.screenshot(path=target)
    context.close()


def main() -> None:
    """Photograph every page by day, and the home page by night too."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serve() as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for key in PAGES:
            take(browser, server.address, key, "light", PICTURES / f"{key}.png")
        take(browser, server.address, "home", "dark", PICTURES / "home-dark.png")
        browser.close()


if __name__ == "__main__":
    main()
