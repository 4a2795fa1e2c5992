"""Play, look back, follow a point; the page answers meanwhile, and nothing works on once nobody watches."""

import re
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.evaluation import shown_rows
from softviz.training.outcome import follow
from softviz.training.recording import joined, train
from tests.browser.conftest import OpenPage, settle

SHORT = "training?data=iris&steps=50&layers=2&width=7"
LONG = "training?steps=100000&noise=0.2"
FLOAT32 = 1e-5
"""Weights and points were rounded to float32, 6e-8 of their size, and pass through three layers."""


def where(page: Page) -> int:
    """The step on screen."""
    return int(page.locator(".where").get_attribute("data-step"))


def have(page: Page) -> int:
    """Kept steps that the browser has."""
    return int(page.locator(".where").get_attribute("data-have"))


def button(page: Page, name: str) -> Locator:
    return page.locator(".transport").get_by_role("button", name=name, exact=True)


def scrub(page: Page, place: int) -> None:
    """Move the handle as a finger that is still down."""
    page.get_by_label("Place in the run").evaluate(
        "(range, to) => { range.value = to; range.dispatchEvent(new Event('input')); }", place
    )


def choose_example(page: Page, row: int) -> None:
    page.get_by_label("Which example to follow").evaluate(
        "(range, to) => { range.value = to; range.dispatchEvent(new Event('input')); }", row
    )


def cells(page: Page, column: int) -> np.ndarray:
    """One column of the followed example's table at full precision: 0 logits, 1 p, 2 y, 3 p - y."""
    rows = page.locator(".followed tbody tr").all()
    return np.array([float(row.locator("td").nth(column).get_attribute("data-value")) for row in rows])


def play_to_end(page: Page) -> None:
    page.get_by_label("Speed").select_option("3")
    button(page, "Play").click()
    expect(button(page, "Play")).to_be_visible(timeout=60_000)
    settle(page)


def processor_seconds(address: str) -> float:
    """Processor time that the server has used, from the kernel."""
    port = address.rsplit(":", 1)[1].encode()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if port in (place / "cmdline").read_bytes().split(b"\0"):
                fields = (place / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
                return (int(fields[11]) + int(fields[12])) / 100
        except OSError:
            continue
    raise AssertionError(f"no server on port {port!r}")


@pytest.mark.parametrize("choices", [{}, {"act": "maxout", "loss": "sparsemax"}, {"act": "sigmoid", "bn": "1"}])
def test_the_browser_computes_what_python_recorded_at_every_step(open_page: OpenPage, choices: dict[str, str]) -> None:
    page = open_page(SHORT + "".join(f"&{key}={value}" for key, value in choices.items()))
    config = TrainingConfig(
        dataset="iris", steps=50, hidden_layers=2, width=7, activation=choices.get("act", "tanh"),
        loss=choices.get("loss", "cross_entropy"), batch_norm="bn" in choices,
    )  # fmt: skip
    dataset = load_dataset(config)
    run = joined(train(config, dataset))
    rows = np.concatenate([shown_rows(dataset.train), shown_rows(dataset.held_out)])
    play_to_end(page)
    followed = follow(run, dataset.features[rows])
    for place, row in ((50, 0), (13, 101), (0, 149), (50, 77)):
        scrub(page, place)
        choose_example(page, row)
        assert where(page) == run.steps[place]
        np.testing.assert_allclose(cells(page, 0), followed.logits[place, row], atol=FLOAT32)
        np.testing.assert_allclose(cells(page, 1), followed.probabilities[place, row], atol=FLOAT32)
        truth = np.eye(3)[dataset.labels[rows[row]]]
        np.testing.assert_allclose(cells(page, 3), followed.probabilities[place, row] - truth, atol=FLOAT32)
        loss = float(page.locator(".ends .held").get_attribute("data-value"))
        assert loss == pytest.approx(run.held_out_loss[place], rel=1e-6)  # sent as float32


def test_play_pause_step_scrub_back_and_reset(open_page: OpenPage) -> None:
    page = open_page("training?steps=200")
    assert (where(page), have(page)) == (0, 15)
    button(page, "One step").click()
    expect(page.locator(".where")).to_have_attribute("data-step", "1")
    assert have(page) == 15, "what is here already is not asked for"
    first = page.locator(".plane .frame").get_attribute("aria-label")
    button(page, "Play").click()
    page.wait_for_function("(node) => +node.dataset.step > 20", arg=page.locator(".where").element_handle())
    button(page, "Pause").click()
    stopped = where(page)
    page.wait_for_timeout(300)
    assert where(page) == stopped
    scrub(page, 1)
    assert page.locator(".plane .frame").get_attribute("aria-label") == first, "the same step, the same picture"
    button(page, "Reset: back to the same initial weights").click()
    assert where(page) == 0
    scrub(page, 200)
    expect(page.locator(".where")).to_have_attribute("data-step", "200", timeout=30_000)


def test_other_controls_answer_while_it_trains_and_begin_another_run(open_page: OpenPage) -> None:
    page = open_page(LONG)
    page.get_by_label("Speed").select_option("3")
    button(page, "Play").click()
    page.wait_for_function("(node) => +node.dataset.step > 300", arg=page.locator(".where").element_handle())
    page.get_by_text("The mathematics", exact=True).click()
    expect(page.get_by_text("Rumelhart", exact=False)).to_be_visible()
    page.get_by_role("combobox", name="Learning rate").click()
    page.get_by_role("option", name="0.1", exact=True).click()
    expect(page).to_have_url(re.compile(r"lr=0\.1"), timeout=15_000)
    page.wait_for_function("(node) => +node.dataset.step > 300", arg=page.locator(".where").element_handle())


def test_two_sessions_train_at_once_and_closing_a_tab_stops_its_work(open_page: OpenPage, server: str) -> None:
    pages = [open_page(LONG), open_page(LONG + "&init=1")]
    for page in pages:
        page.get_by_label("Speed").select_option("3")
        button(page, "Play").click()
    for page in pages:
        page.bring_to_front()  # a tab in the background draws nothing, and asks for nothing
        page.wait_for_function("(node) => +node.dataset.step > 1000", arg=page.locator(".where").element_handle())
    losses = {page.locator(".ends .train").get_attribute("data-value") for page in pages}
    assert len(losses) == 2
    for page in pages:
        page.close()
    time.sleep(1.0)  # the answer that was under way
    before = processor_seconds(server)
    time.sleep(2.0)
    assert processor_seconds(server) - before < 0.5, "a quarter of a core at most: nobody trains"


def test_replaying_a_finished_run_asks_nothing_of_the_server(open_page: OpenPage) -> None:
    page = open_page(SHORT)
    sent: list[str | bytes] = []
    play_to_end(page)
    expect(page.get_by_role("button", name="Use these logits as scores")).to_be_visible()
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    page.evaluate(
        "() => { const send = WebSocket.prototype.send; window.sent_ = 0;"
        " WebSocket.prototype.send = function (...data) { window.sent_++; return send.apply(this, data); }; }"
    )
    button(page, "Play").click()
    expect(button(page, "Play")).to_be_visible(timeout=20_000)
    assert page.evaluate("window.sent_") == 0


def test_a_point_is_followed_by_a_click_and_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("training?steps=50")
    before = page.locator(".followed .said").text_content()
    box = page.locator(".plane .marks").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    clicked = page.locator(".followed .said").text_content()
    assert clicked != before
    page.get_by_label("Which example to follow").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".followed .said").text_content() != clicked
    assert cells(page, 1).sum() == pytest.approx(1, abs=FLOAT32)
    expect(page.locator(".simplex")).to_have_attribute("aria-label", re.compile(r"Now A 0\.\d+"))
    page.get_by_label("Place in the run").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".where")).to_have_attribute("data-step", "1")
    expect(page.get_by_label("Place in the run")).to_have_attribute("aria-valuetext", re.compile("Step 1: train loss"))


def test_a_run_that_diverges_says_so_and_keeps_its_pictures(open_page: OpenPage) -> None:
    page = open_page("training?act=relu&opt=sgd&lr=100&layers=3&scale=10&steps=100")
    play_to_end(page)
    expect(page.locator(".training-player .message")).to_contain_text("diverged")
    assert "nan" not in page.locator(".training-player").inner_text().lower()
    scrub(page, 0)
    assert where(page) == 0


def test_a_table_of_ones_own_is_refused_with_a_reason_or_taken_with_notes(open_page: OpenPage) -> None:
    page = open_page("training?steps=50")
    popover = page.get_by_test_id("stPopoverBody")

    def unfold() -> None:
        page.get_by_role("button", name="More about the data").click()
        expect(popover).to_be_visible()

    def fold() -> None:
        page.keyboard.press("Escape")
        expect(popover).to_have_count(0)

    def upload(text: str) -> None:
        file = {"name": "own.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("input[type=file]").set_input_files([file])
        page.get_by_role("button", name="Use this table").click()
        settle(page)

    unfold()
    upload("a,b\n" + "\n".join(f"{i},{i * 0.37}" for i in range(41)))
    expect(page.get_by_text("expected 2 to 20 classes")).to_be_visible()
    fold()
    unfold()
    lines = [f"{i},{i % 7},{'xy'[i % 2]},5,{['<b>cat</b>', 'dog'][i % 3 == 0]}" for i in range(61)]
    upload("a,b,colour,constant,kind\n" + ",,x,5,dog\n" + "\n".join(lines))
    for note in ("1 row is left out", "'colour' holds text", "'constant' is left out"):
        expect(page.get_by_text(note)).to_be_visible()
    fold()
    play_to_end(page)
    expect(page.locator(".followed tbody th").first).to_have_text("<b>cat</b>")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_player_first_and_never_scrolls_sideways(open_page: OpenPage, scheme: str) -> None:
    page = open_page(
        "training", viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True, reduced_motion="reduce"
    )
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    frame = page.locator(".plane .frame").bounding_box()
    assert frame["y"] + frame["height"] < 844
    button(page, "Play").click()
    page.wait_for_function("(node) => +node.dataset.step > 20", arg=page.locator(".where").element_handle())
