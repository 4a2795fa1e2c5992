"""Run pages without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]

RunPage = Callable[..., AppTest]


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch) -> RunPage:
    """Run a page by its key with a link's values, as a first visitor: ``run_page("temperature", T="2")``."""
    monkeypatch.chdir(ROOT)

    def run(key: str, *, state: dict[str, object] | None = None, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        for name, value in query.items():
            app.query_params[name.replace("__", ".")] = value
        for name, value in (state or {}).items():
            app.session_state[name] = value
        if key != "home":
            app.switch_page(f"pages/{key}.py")
        return app.run()

    return run
