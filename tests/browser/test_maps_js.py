"""The browser's maps agree with Python's, everywhere a finger can take them."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from softviz.core.registry import MAPPINGS
from softviz.core.simplex import entropy

MAPS_JS = Path(__file__).parents[2] / "softviz" / "components" / "maps.js"
TEMPERATURES = (0.0, 0.01, 0.37, 1.0, 100.0, math.inf)
ROUNDING = 1e-6
"""What the preview may be off by; a bar of 300 pixels moves by one per 0.003."""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def in_browser(page: Page, cases: list[dict[str, Any]]) -> list[list[float] | None]:
    """Run the preview on every case; None where a map has no browser version."""
    script = f"""(cases) => {{
      {MAPS_JS.read_text(encoding="utf-8")}
      const wide = (T) => (T === "inf" ? Infinity : T);
      const one = (c) => mapAt(c.key, c.scores, wide(c.T), c.parameters);
      return cases.map((c) => canPreview(c.key) ? Array.from(one(c), String) : null);
    }}"""
    answers = page.evaluate(script, json.loads(json.dumps(cases)))
    return [None if answer is None else [float(value) for value in answer] for answer in answers]


def drawn_scores(rng: np.random.Generator) -> list[list[float]]:
    """Narrow and wide rows, with ties, zeros and one sign only; two classes and many."""
    rows = [rng.normal(scale=scale, size=size) for scale in (0.3, 3.0, 40.0) for size in (2, 7, 53)]
    tied = np.round(rng.normal(scale=2.0, size=(5, 5)))
    below_zero, far = -np.abs(tied[0]) - 1, np.array([1e6, -1e6, 0.0])
    return [row.tolist() for row in [*rows, *tied, below_zero, np.zeros(3), far]]


def parameter_choices(key: str, rng: np.random.Generator) -> list[dict[str, float]]:
    """Defaults, both ends of every range, a step off the lower end, and some drawn in between."""
    choices: list[dict[str, float]] = [{}]
    for p in MAPPINGS[key].parameters:
        last = round((p.maximum - p.minimum) / p.step)
        places = [0, 1, last, *rng.integers(last, size=4).tolist()]
        choices += [{p.key: round(p.minimum + place * p.step, 6)} for place in places]
    return choices


@pytest.mark.parametrize("key", MAPPINGS)
def test_the_preview_of_a_map_is_python_s_answer(blank: Page, key: str) -> None:
    rng = np.random.default_rng(11)
    cases = [
        {"key": key, "scores": scores, "T": "inf" if math.isinf(T) else T, "parameters": parameters}
        for scores in drawn_scores(rng) for T in TEMPERATURES for parameters in parameter_choices(key, rng)
    ]  # fmt: skip
    for case, preview in zip(cases, in_browser(blank, cases), strict=True):
        if preview is None:
            pytest.skip(f"{key} settles on release")
        truth = MAPPINGS[key].at(np.array(case["scores"]), float(case["T"]), **case["parameters"])
        np.testing.assert_allclose(preview, truth, rtol=ROUNDING, atol=ROUNDING, err_msg=str(case))


@pytest.mark.parametrize(("alpha", "same"), [(1.0, "softmax"), (2.0, "sparsemax")])
def test_entmax_in_the_browser_is_softmax_at_one_and_sparsemax_at_two(blank: Page, alpha: float, same: str) -> None:
    scores = drawn_scores(np.random.default_rng(13))
    glide = [{"key": "entmax", "scores": z, "T": 1.0, "parameters": {"alpha": alpha}} for z in scores]
    fixed = [{"key": same, "scores": z, "T": 1.0, "parameters": {}} for z in scores]
    assert in_browser(blank, glide) == in_browser(blank, fixed)


def test_zeros_of_the_preview_are_python_s_zeros(blank: Page) -> None:
    scores = drawn_scores(np.random.default_rng(17))
    sparse = [key for key, mapping in MAPPINGS.items() if mapping.claims.sparse]
    cases = [{"key": key, "scores": z, "T": 1.0, "parameters": {}} for key in sparse for z in scores]
    for case, preview in zip(cases, in_browser(blank, cases), strict=True):
        truth = MAPPINGS[case["key"]](np.array(case["scores"]))
        np.testing.assert_array_equal(np.array(preview) == 0, truth == 0, err_msg=str(case))


def test_the_entropy_of_the_preview_is_python_s(blank: Page) -> None:
    p = np.random.default_rng(19).dirichlet(np.ones(7))
    script = f"(p) => {{ {MAPS_JS.read_text(encoding='utf-8')}; return [entropy(p), entropy([1, 0, 0])]; }}"
    truth = [float(entropy(p)), 0.0]
    assert blank.evaluate(script, p.tolist()) == pytest.approx(truth, abs=1e-12)  # a sum of 7 terms
