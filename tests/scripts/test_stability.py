"""The scripts print what the page shows, each in the type's own arithmetic."""

import contextlib
import io

import numpy as np
import pytest

from softviz.core.float_types import FLOAT_TYPES
from softviz.core.precision import FORMS, trace
from softviz.records.magnitude import Magnitude
from softviz.scores import Scores
from softviz.scripts.stability import stability_scripts

SCORES = Scores.of([2.0, 1.0, 0.1, -3.0, 1.7], ["cat", "'); raise SystemExit #", "{scores}", "{type}", "b\\"])


def printed(script: str) -> dict[str, float]:
    with contextlib.redirect_stdout(io.StringIO()) as said, np.errstate():
        exec(compile(script, "script", "exec"), {})
    rows = [line.rsplit("\t", 1) for line in said.getvalue().splitlines()]
    return {label: float(value) for label, value in rows}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", FLOAT_TYPES)
@pytest.mark.parametrize("size", [2.0, 1000.0])
def test_numpy_and_core_print_the_results_on_screen(form: str, key: str, size: float) -> None:
    settings = Magnitude(size=size, form=form, float_type=key)
    scripts = stability_scripts(SCORES, settings)
    shown = trace(FORMS[form], FLOAT_TYPES[key], settings.moved(SCORES)).outputs
    assert printed(scripts["softviz.core"]) == pytest.approx(
        dict(zip(SCORES.labels, shown, strict=True)), nan_ok=True, rel=0
    )
    if "NumPy" in scripts:
        assert_near(printed(scripts["NumPy"]), shown, key)


@pytest.mark.torch
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", FLOAT_TYPES)
def test_pytorch_prints_the_results_on_screen(form: str, key: str) -> None:
    pytest.importorskip("torch")
    settings = Magnitude(size=2.0, form=form, float_type=key)
    shown = trace(FORMS[form], FLOAT_TYPES[key], settings.moved(SCORES)).outputs
    assert_near(printed(stability_scripts(SCORES, settings)["PyTorch"]), shown, key)


def assert_near(found: dict[str, float], shown: np.ndarray, key: str) -> None:
    """exp is up to 2.5 units off in NumPy and in PyTorch, and a sum of five and a quotient add some."""
    assert list(found) == list(SCORES.labels)
    np.testing.assert_allclose(list(found.values()), shown, rtol=12 * FLOAT_TYPES[key].epsilon)


def test_numpy_has_no_bfloat16() -> None:
    assert set(stability_scripts(SCORES, Magnitude(float_type="bfloat16"))) == {"PyTorch", "softviz.core"}
    assert set(stability_scripts(SCORES, Magnitude())) == {"NumPy", "PyTorch", "softviz.core"}
