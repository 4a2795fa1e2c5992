"""No link brings a page down: a bounded part of what ``python -m benchmarks fuzz`` does."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from softviz.ui.navigation import PAGES
from tests import hostile
from tests.pages.conftest import RunPage
from tests.pages.on_page import sent

RECORDS = hostile.link_records()
few = settings(max_examples=3, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
"""A page takes too long to be run hundreds of times for the smallest link that breaks it."""


@pytest.mark.parametrize("key", PAGES)
@settings(few, max_examples=4)
@given(data=st.data())
def test_a_hostile_link_to_any_page_leaves_a_page(run_page: RunPage, key: str, data: st.DataObject) -> None:
    query = data.draw(hostile.links(*RECORDS, most=7))
    app = run_page(key, **{name: value for name, value in query.items() if name not in ("key", "state")})
    assert not app.exception
    assert app.title[0].value == PAGES[key].title


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.npy", "a.txt"])
@few
@given(data=hostile.tables() | st.binary(max_size=200))
def test_any_file_leaves_a_page(run_page: RunPage, name: str, data: bytes) -> None:
    app = run_page("home", state={"scores:open": True})
    app.file_uploader(key="scores:file").upload(name, data).run()
    assert not app.exception
    assert sent(app, "softviz_logit_board")
