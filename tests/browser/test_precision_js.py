"""The browser's arithmetic in each type is Python's, bit for bit in the short types."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from softviz.components.stability_board import KINDS
from softviz.core.float_types import FLOAT_TYPES
from softviz.core.magnitudes import MOVES, moved
from softviz.core.precision import FORMS, trace

PRECISION_JS = Path(__file__).parents[2] / "softviz" / "components" / "stability_board" / "precision.js"
SHORT = [key for key, float_type in FLOAT_TYPES.items() if float_type.digits < 53]


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def in_browser(page: Page, body: str, cases: list[Any]) -> list[Any]:
    """Run an expression of ``c``, one case, on every case; numbers travel as text, so that nan and infinities can."""
    script = f"""([cases, types]) => {{
      {PRECISION_JS.read_text(encoding="utf-8")}
      const text = (_, value) => (typeof value === "number" ? String(value) : value);
      return cases.map((c) => JSON.parse(JSON.stringify({body}, text)));
    }}"""
    answers: list[Any] = page.evaluate(script, [json.loads(json.dumps(cases)), KINDS["types"]])
    return answers


def drawn_scores() -> list[list[float]]:
    rng = np.random.default_rng(17)
    rows = [rng.normal(size=classes) for classes in (1, 2, 3, 7, 12)]
    return [
        np.asarray(row).tolist() for row in [*rows, [2.0, 1.0, 0.1], np.zeros(3), [5.0, 5.0, -1.0], [-3.0, -7.0, -1e6]]
    ]


def sizes() -> list[float]:
    rng = np.random.default_rng(19)
    return [0.0, 1.0, 11.09, 88.72, 89.0, 709.79, 65_504.0, 65_520.0, 1e300, *(10 ** rng.uniform(-1, 5, 19)).tolist()]


@pytest.mark.parametrize("move", MOVES)
def test_scores_are_moved_to_the_same_bits(blank: Page, move: str) -> None:
    cases = [[scores, size] for scores in drawn_scores() for size in sizes()]
    answers = in_browser(blank, f"MOVES['{move}'](c[0], c[1])", cases)
    for (scores, size), answer in zip(cases, answers, strict=True):
        np.testing.assert_array_equal(np.array(answer, dtype=float), moved(scores, size, move))


@pytest.mark.parametrize("key", SHORT)
def test_rounding_is_the_same_at_ties_edges_and_everywhere(blank: Page, key: str) -> None:
    float_type = FLOAT_TYPES[key]
    rng = np.random.default_rng(23)
    middles = [float_type.number(i) / 2 + float_type.number(i + 1) / 2 for i in (0, 1, 2, 1000, float_type.count - 2)]
    above = float_type.largest + float(float_type.spacing(float_type.largest)) / 2
    drawn = rng.normal(size=997) * 10.0 ** rng.integers(-60, 60, 997)
    values = [*middles, above, math.nextafter(above, 0), 5e-324, 1.7e308, 0.0, *drawn.tolist()]
    values += [-value for value in values]
    body = f"rounding(types.find((t) => t.key === '{key}'))(c)"
    np.testing.assert_array_equal(np.array(in_browser(blank, body, values), dtype=float), float_type.round(values))


@pytest.mark.parametrize("key", FLOAT_TYPES)
@pytest.mark.parametrize("form", FORMS)
def test_every_step_is_python_s(blank: Page, form: str, key: str) -> None:
    kinds = itertools.product(drawn_scores(), sizes(), MOVES)
    cases = [moved(*kind).tolist() for kind in itertools.islice(kinds, None, None, 7)]  # 7: every move meets every size
    body = f"((t) => [t.steps, verdict(t)])(trace('{form}', types.find((t) => t.key === '{key}'), c))"
    for scores, (steps, verdict) in zip(cases, in_browser(blank, body, cases), strict=True):
        expected = trace(FORMS[form], FLOAT_TYPES[key], scores)
        assert list(steps) == list(expected.steps)
        for name, values in expected.steps.items():
            found = np.array(steps[name], dtype=float).reshape(values.shape)
            if key in SHORT:
                np.testing.assert_array_equal(found, values, err_msg=f"{name} of {scores}")
            else:  # exp and log of two libraries may differ in the last place, and a 1 + rest with them
                np.testing.assert_allclose(found, values, rtol=1e-12, atol=1e-15, err_msg=f"{name} of {scores}")
        if key in SHORT:
            assert bool(verdict) == bool(expected.breaks), scores


MARKED = [
    ("naive", "float32", [90.0, 45.0, 4.5], {"exp": "inf!--", "sum": "inf", "p": "nan-zero-zero-"}),
    ("naive", "float32", [88.5, 88.5], {"exp": "--", "sum": "inf!", "p": "zero-zero-"}),
    ("naive", "float32", [-110.0, -111.0], {"exp": "zero!zero!", "sum": "zero", "p": "nan-nan-"}),
    ("shifted", "float16", [0.0, -20.0], {"exp": "-zero!", "sum": "", "p": "-zero-"}),
    ("log-of-softmax", "float16", [0.0, -20.0], {"exp": "-zero!", "p": "-zero-", "log p": "zero!inf-"}),
    ("log-softmax", "float64", [40.0, 0.0], {"exp": "--", "sum": "", "log sum": "zero!", "log p": "zero--"}),
    ("log1p", "float64", [40.0, 0.0], {"others": "--", "rest": "", "log sum": "", "log p": "--"}),
    ("shifted", "float16", [70_000.0, 1.0], {"z": "inf!-", "max": "inf", "shifted": "nan-inf-", "p": "nan-nan-"}),
]


@pytest.mark.parametrize(("form", "key", "scores", "expected"), MARKED)
def test_a_mark_stands_where_something_enters_and_where_it_spreads(
    blank: Page, form: str, key: str, scores: list[float], expected: dict[str, str]
) -> None:
    """A class's mark is written ``inf!`` where it enters, ``inf-`` where it spreads, ``-`` where nothing is wrong."""
    body = f"marks(trace('{form}', types.find((t) => t.key === '{key}'), c), c.length)"
    (found,) = in_browser(blank, body, [scores])

    def written(mark: Any) -> str:
        if isinstance(mark, list):
            return "".join(one["kind"] + ("!" if one["enters"] else "-") for one in mark)
        return str(mark["kind"]) + ("!" if mark["enters"] else "")

    assert {name: written(found[name]) for name in expected} == expected
