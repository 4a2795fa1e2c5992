"""Settings of every test."""

import importlib.util
import os

import pytest
from hypothesis import settings

# No test is timed: the same case takes ten times as long where the machine is shared.
settings.register_profile("softviz", deadline=None)
settings.load_profile("softviz")


def pytest_configure(config: pytest.Config) -> None:
    left_out = "not torch" in config.option.markexpr
    if os.environ.get("CI") == "true" and not left_out and importlib.util.find_spec("torch") is None:
        raise pytest.UsageError("expected torch where CI=true; got none. make test installs it")
