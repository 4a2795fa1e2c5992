"""The app behind nginx, as it is hosted: its policy of what a page may load lets the page work, and nothing else in."""

import os
import re
import shutil
import socket

import pytest
from playwright.sync_api import Browser, expect

from deploy.replicas import LOOPBACK, cluster
from tests.browser.serving import VIEWPORT, draw_every_figure, settle

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_ports(count: int) -> int:
    """The first of some free ports that follow each other."""
    while True:
        with socket.socket() as first:
            first.bind((LOOPBACK, 0))
            port = first.getsockname()[1]
        try:
            for place in range(port, port + count):
                with socket.socket() as tried:
                    tried.bind((LOOPBACK, place))
        except OSError:
            continue
        return port


@pytest.mark.skipif(NGINX is None and os.environ.get("CI") != "true", reason="nginx is not installed")
def test_board_figure_and_link_work_under_the_policy_that_nginx_sends(browser: Browser) -> None:
    with cluster(1, free_ports(2)) as running:
        page = browser.new_context(viewport=VIEWPORT).new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
        answer = page.goto(running.address)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        page.wait_for_selector(".board .class", timeout=60_000)
        settle(page)
        draw_every_figure(page)
        page.get_by_role("textbox", name="Exact score of dog").fill("3")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"z=2%2C3%2C0\.1"))
        with page.expect_download() as saved:
            page.get_by_role("button", name="PNG").first.click()
        assert saved.value.suggested_filename.endswith(".png")
        assert refused == []
        page.context.close()
