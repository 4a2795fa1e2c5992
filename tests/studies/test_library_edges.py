"""The record of what libraries do is what they do."""

import warnings

import numpy as np
import pytest

from benchmarks.library_edges import LIBRARIES, run
from softviz.studies.library_edges import CASES, Outcome, observe, own_outcomes, recorded, table


@pytest.mark.torch
def test_the_record_is_what_the_installed_libraries_of_the_same_version_do() -> None:
    pytest.importorskip("torch")
    found, record = run(), recorded()
    same = [name for name, version in found.versions.items() if record.versions[name] == version]
    for name in same:
        assert found.outcomes[name] == record.outcomes[name], name


def test_every_library_was_asked_every_case() -> None:
    record = recorded()
    assert list(record.outcomes) == list(record.versions) == list(LIBRARIES)
    for outcomes in record.outcomes.values():
        assert list(outcomes) == [case.key for case in CASES]


def test_softviz_gives_the_best_answer_everywhere_without_a_warning() -> None:
    own = own_outcomes()
    assert all(seen.warnings == () and seen.error == "" for seen in own.values())
    numbers = {key: [float(value) for value in seen.values] for key, seen in own.items()}
    np.testing.assert_equal(
        {key: numbers[key] for key in ("impossible", "infinite", "nan", "empty", "empty-sum", "scalar", "far-apart")},
        {
            "impossible": [np.nan] * 3,
            "infinite": [np.nan] * 3,
            "nan": [np.nan, np.nan, 0.5, 0.5],
            "empty": [],
            "empty-sum": [-np.inf],
            "scalar": [1],
            "far-apart": [1, 0],
        },
    )
    np.testing.assert_allclose(numbers["bytes"], np.exp([-255.0, -252, 0]), rtol=1e-15)
    assert numbers["many-halves"][0] == np.float16(1 / 70_000)
    assert numbers["winner"][0] == pytest.approx(-np.log1p(np.exp(-40)), rel=1e-15)


def test_libraries_lose_the_winner() -> None:
    for name, outcomes in recorded().outcomes.items():
        assert float(outcomes["winner"].values[0]) == 0, name


def test_an_observer_writes_down_answers_warnings_and_errors() -> None:
    def warn(x: np.ndarray) -> np.ndarray:
        warnings.warn("careful", RuntimeWarning, stacklevel=1)
        return x

    def fail(x: np.ndarray) -> np.ndarray:
        raise TypeError("no")

    assert observe(warn, np.array([0.5])) == Outcome(("0.5",), 1, ("RuntimeWarning",))
    assert str(observe(warn, np.array([0.5]))) == "0.500, warns"
    assert str(observe(fail, np.array([1.0]))) == "raises TypeError"
    assert str(observe(lambda x: x, np.arange(7.0))) == "[0, 1.00, 2.00, 3.00, …]"
    assert str(observe(lambda x: x, np.array([]))) == "[]"


def test_the_table_names_versions_and_has_a_row_a_case() -> None:
    shown = table()
    assert len(shown) == len(CASES)
    columns = [f"{name} {version}" for name, version in recorded().versions.items()]
    assert list(shown.columns) == ["function", "input", "the best answer", "softviz", *columns]
