"""What a learner takes along opens elsewhere, without the app and without a network."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Download, Locator, Page, Route, expect
from scipy.special import softmax

from tests.browser.conftest import OpenPage, draw_every_figure


def saved(page: Page, button: Locator) -> Download:
    with page.expect_download() as download:
        button.click()
    return download.value


def saved_figure(page: Page, figure: Locator, kind: str) -> Download:
    return saved(page, figure.locator(f'.save button[data-kind="{kind}"]'))


def opened_offline(browser: Browser, file: Path, asked: list[str]) -> Page:
    """Open a saved file where no host answers; note what it asks for all the same."""
    page = browser.new_context().new_page()

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(re.compile("^https?:"), refuse)
    page.goto(file.as_uri())
    return page


def test_a_figure_is_saved_as_png_and_svg(open_page: OpenPage) -> None:
    page = open_page()
    draw_every_figure(page)
    figure = page.locator(".softviz-figure").first
    png, svg = (saved_figure(page, figure, kind) for kind in ("png", "svg"))
    assert png.suggested_filename == "softviz-shift-and-scale.png"
    assert png.path().read_bytes().startswith(b"\x89PNG\r\n")
    drawing = svg.path().read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "scatterlayer" in drawing


@pytest.mark.parametrize(
    ("path", "name", "texts"),
    [
        ("temperature?preset=token-paris", "softviz-temperature", ["␣Paris", "log 49,152", "10,000"]),
        ("?preset=token-paris", "softviz-ranks", ["10,000", "1e−9"]),
    ],
)
def test_a_boards_own_pictures_are_saved_in_their_inks(
    open_page: OpenPage, browser: Browser, tmp_path: Path, path: str, name: str, texts: list[str]
) -> None:
    page = open_page(path)
    png, svg = (saved(page, page.get_by_role("button", name=f"Save the pictures as {k}")) for k in ("PNG", "SVG"))
    assert (png.suggested_filename, svg.suggested_filename) == (f"{name}.png", f"{name}.svg")
    assert png.path().read_bytes().startswith(b"\x89PNG\r\n")
    svg.save_as(tmp_path / svg.suggested_filename)
    alone = opened_offline(browser, tmp_path / svg.suggested_filename, [])
    for text in texts:
        assert alone.locator("text").filter(has_text=text).count() >= 1
    strokes = alone.evaluate("[...document.querySelectorAll('path')].map((path) => getComputedStyle(path).stroke)")
    assert "rgb(0, 114, 178)" in strokes, "the first class's blue, without the page's style sheets"
    alone.context.close()


def test_a_figure_saved_as_html_is_drawn_offline_with_its_words_and_its_steps(
    open_page: OpenPage, browser: Browser, tmp_path: Path
) -> None:
    page = open_page("gradients?y=1&steps=9")
    draw_every_figure(page)
    figure = page.locator(".softviz-figure").filter(has=page.locator(".player:visible"))
    words = figure.locator(".plot").get_attribute("aria-label")
    file = tmp_path / "walk.html"
    saved_figure(page, figure, "html").save_as(file)

    asked: list[str] = []
    alone = opened_offline(browser, file, asked)
    expect(alone.get_by_role("img", name=words, exact=True)).to_be_visible()
    expect(alone.locator("#figure .main-svg").first).to_be_visible()
    expect(alone.locator("#figure .slider-label").first).to_have_text(re.compile("^step 9: "))
    assert alone.evaluate("document.querySelector('#figure')._transitionData._frames.length") == 10
    alone.evaluate("Plotly.animate('figure', ['1'], { frame: { duration: 0 }, transition: { duration: 0 } })")
    alone.wait_for_function("document.querySelector('#figure').data[3].x.length === 2")
    assert asked == []
    alone.context.close()


def test_a_table_is_saved_as_csv_and_json_at_full_precision(open_page: OpenPage) -> None:
    page = open_page("?z=2,0.3333333333333333,0.1&T=0.7")
    page.get_by_text("Data at full precision").click()
    rows, text = (saved(page, page.get_by_role("button", name=f"steps {kind}")) for kind in ("CSV", "JSON"))
    columns = json.loads(text.path().read_text(encoding="utf-8"))
    p = columns["p = exp / sum"]
    np.testing.assert_allclose(p, softmax(np.array([2, 1 / 3, 0.1]) / 0.7), rtol=1e-15)  # a sum in another order
    with rows.path().open(encoding="utf-8", newline="") as file:
        assert [float(row["p = exp / sum"]) for row in csv.DictReader(file)] == p
