"""The handle moves the scores, the cells break in the same frame; Python agrees after; the pass can be played."""

import re

import numpy as np
from playwright.sync_api import Locator, Page, expect
from scipy.special import softmax

from softviz.core.float_types import FLOAT_TYPES
from softviz.core.magnitudes import breaking_point, moved
from softviz.core.online import online_steps
from softviz.core.precision import FORMS, trace
from tests.browser.conftest import OpenPage, eventually, settle

SCORES = [2.0, 1.0, 0.1]


def handle(page: Page) -> Locator:
    return page.locator(".stability input.size")


def put_handle(page: Page, size: float) -> float:
    """Move the handle as a finger that is still down; returns the size it came to."""
    place = round(100 * np.log10(size))
    handle(page).evaluate("(range, place) => { range.value = place; range.dispatchEvent(new Event('input')); }", place)
    return float(page.locator(".stability .exact").input_value())


def let_go(page: Page) -> None:
    handle(page).evaluate("(range) => range.dispatchEvent(new Event('change'))")
    settle(page)


def cell(page: Page, form: str, key: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(FORMS[form].name)} in {key}:"))


def column(page: Page, step: str) -> list[float]:
    cells = page.locator(f'.stability td[data-step="{step}"]').all()
    return [float(one.get_attribute("data-value").replace("Infinity", "inf")) for one in cells]


def said_by_python(page: Page) -> Locator:
    """The line under the board; it changes only when Python has answered."""
    text = re.compile(r"^(naive|shifted|online|log\S*) in \w+:")
    return page.locator('[data-testid="stMarkdownContainer"] p').filter(has_text=text)


def test_cells_break_under_the_finger_with_a_mark_where_it_enters_and_python_agrees_after(open_page: OpenPage) -> None:
    page = open_page("stability")
    naive = cell(page, "naive", "float32")
    expect(naive).to_have_text("nan")
    entered = page.locator(".stability td[data-enters]")
    expect(entered).to_have_count(1)
    expect(entered).to_have_text("∞ enters")
    assert entered.get_attribute("data-step") == "exp"
    assert page.locator('.stability td[data-step="p"]').first.get_attribute("data-kind") == "nan"
    expect(page.locator(".story")).to_contain_text("exp(90) is past the largest float32, 3.40e38: ∞ enters with")
    expect(said_by_python(page)).to_contain_text("the result is no number")

    size = put_handle(page, 80)
    expect(naive).to_have_text("1.00")
    assert cell(page, "naive", "float16").inner_text() == "nan", "float16 has been broken since 11.09"
    expected = trace(FORMS["naive"], FLOAT_TYPES["float32"], moved(SCORES, size, "scale"))
    np.testing.assert_array_equal(column(page, "p"), expected.outputs)
    expect(said_by_python(page)).to_contain_text("the result is no number")  # nothing is sent while the finger is down

    let_go(page)
    expect(said_by_python(page)).to_contain_text("units in the last place")
    expect(page).to_have_url(re.compile(f"size={size:g}"))
    again = open_page(page.url.split("/", 3)[3])
    np.testing.assert_array_equal(column(again, "p"), expected.outputs)


def test_the_buttons_lead_to_both_sides_of_the_edge(open_page: OpenPage) -> None:
    page = open_page("stability?dtype=float64")
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES["float64"], SCORES, "scale")
    page.get_by_role("button", name=f"first that breaks: {edge.first_bad:g}").click()
    expect(cell(page, "naive", "float64")).to_have_text("nan")
    page.get_by_role("button", name=f"last that holds: {edge.last_good:g}").click()
    expect(cell(page, "naive", "float64")).to_have_text("1.00")
    settle(page)
    expect(page).to_have_url(re.compile(rf"size={edge.last_good:g}"))


def test_a_cell_chooses_what_is_shown_step_by_step(open_page: OpenPage) -> None:
    page = open_page("stability?size=100")
    cell(page, "log-softmax", "float64").click()
    settle(page)
    expect(page.locator(".story")).to_contain_text("rounds to 1, and log 1 = 0")
    expect(said_by_python(page)).to_contain_text("log-softmax in float64: the worst result has no digit right")
    cell(page, "log1p", "float64").click()
    settle(page)
    np.testing.assert_allclose(column(page, "log p")[0], -np.exp(-50) - np.exp(-95), rtol=1e-15)
    expect(page).to_have_url(re.compile("form=log1p"))


def test_adding_a_constant_leaves_the_shifted_answer_as_it_was(open_page: OpenPage) -> None:
    page = open_page("stability?form=shifted&dtype=float64")
    page.get_by_role("button", name="Add to every score").click()
    settle(page)
    put_handle(page, 1000)
    expect(cell(page, "naive", "float64")).to_have_text("nan")
    np.testing.assert_allclose(column(page, "p"), softmax(SCORES), atol=1e-13)  # 1e3 holds 13 digits behind the point
    expect(page.locator(".edges")).to_contain_text("shifted in float64 holds all the way to 100,000.")


def test_a_size_past_every_type_is_shown_and_a_wrong_one_is_refused(open_page: OpenPage) -> None:
    page = open_page("stability?form=shifted&dtype=float16&move=add")
    exact = page.locator(".stability .exact")
    exact.fill("70000")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.locator(".story")).to_contain_text("is past the largest float16, 65504: it is held as ∞")
    for wrong in ("1e301", "-1", "<img src=x>", ""):
        exact.fill(wrong)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="Expected a number")).to_contain_text("still 70000")
        expect(exact).to_have_value("70000")


def test_the_pass_is_stepped_through_scrubbed_and_ends_at_softmax(open_page: OpenPage) -> None:
    page = open_page("stability", reduced_motion="reduce")
    shown = {name: page.locator(f".online dd >> nth={place}") for place, name in enumerate(("m", "rescale", "d"))}
    steps = online_steps(sorted(SCORES), 1)
    for k, step in enumerate(steps, start=1):
        expect(page.locator(".online .where")).to_have_text(f"chunk {k} of 3")
        assert float(shown["m"].get_attribute("data-value")) == step.maximum
        assert float(shown["rescale"].get_attribute("data-value")) == step.rescale
        assert float(shown["d"].get_attribute("data-value")) == step.total
        page.get_by_role("button", name="Step", exact=True).click()
    expect(page.locator(".online .where")).to_have_text("divided")
    expect(page.locator(".online .tile").last).to_contain_text(f"p {softmax(SCORES)[0]:.3f}")
    page.get_by_role("slider", name="Place in the pass").focus()
    page.keyboard.press("Home")
    expect(page.locator(".online .where")).to_have_text("nothing read yet")


def test_the_pass_plays_pauses_and_reads_in_other_chunks_and_orders(open_page: OpenPage) -> None:
    page = open_page("stability")
    play = page.locator(".online .play")
    play.click()
    expect(play).to_have_text("Pause")
    expect(page.locator(".online .where")).to_have_text("chunk 2 of 3")
    play.click()
    expect(play).to_have_text("Play")
    page.get_by_role("group", name="Scores at once").get_by_role("button", name="2").click()
    page.get_by_role("button", name="largest first").click()
    settle(page)
    expect(page.locator(".online .where")).to_have_text("chunk 2 of 2")
    expect(page).to_have_url(re.compile(r"chunk=2.*order=falling"))

    def assert_falling() -> None:
        assert [tile.inner_text().split()[1] for tile in page.locator(".online .tile").all()] == ["2", "1", "0.1"]

    eventually(assert_falling)


def test_a_phone_shows_the_handle_and_the_cells_and_a_label_is_text(open_page: OpenPage) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True}
    page = open_page("stability?z=3,2,1&labels=<img src=x onerror=alert(1)>,$x$,%23 big", **phone)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert handle(page).bounding_box()["y"] < 844
    assert cell(page, "naive", "float16").bounding_box()["y"] < 844
    expect(page.locator(".stability .label").first).to_have_text("<img src=x onerror=alert(1)>")
    assert page.locator(".stability img, .online img").count() == 0
