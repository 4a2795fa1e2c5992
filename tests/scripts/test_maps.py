"""Each script runs as it is and prints the numbers of the page."""

import contextlib
import io
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import entropy

from softviz.core.registry import MAPPINGS
from softviz.scores import PRESETS, Scores
from softviz.scripts import maps as scripts
from softviz.scripts.maps import Chosen, map_scripts

SCORES = Scores.of([2.0, -1.0, 0.1, 0.7, 2.0], ["cat", 'quo"te', "new\\line", "<b>", "comma, too"])
TEMPERATURES = [0.0, 0.37, 1.0, 5.0, math.inf]


MEASURES = ("entropy in nats", "effective classes")


def lines(script: str) -> list[list[str]]:
    """Run a script in a fresh namespace; the lines it prints, in fields."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(script, "script.py", "exec"), {"__name__": "__main__"})
    return [line.split("\t") for line in output.getvalue().splitlines()]


def printed(script: str) -> np.ndarray:
    """The values that a script prints for the classes."""
    return np.array([float(line[-1]) for line in lines(script) if line[0] not in MEASURES])


@pytest.mark.parametrize("temperature", TEMPERATURES)
@pytest.mark.parametrize("flavour", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.torch), "softviz.core"])
@pytest.mark.parametrize("key", MAPPINGS)
def test_a_script_prints_what_the_page_shows(key: str, flavour: str, temperature: float) -> None:
    if flavour == "PyTorch":
        pytest.importorskip("torch")
    offered = map_scripts(SCORES, temperature, [Chosen(key)])
    if flavour not in offered:
        assert temperature in (0.0, math.inf), "only a limit may go without a plain script"
        return
    expected = MAPPINGS[key].at(SCORES.values, temperature)
    # alpha-entmax is found by halving in the plain script: its threshold is exact to an ulp of the scores
    np.testing.assert_allclose(printed(offered[flavour]), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("alpha", [1.0, 1.3, 2.0, 4.0])
def test_parameters_are_written_into_the_script(alpha: float) -> None:
    for script in map_scripts(SCORES, 1.0, [Chosen("entmax", {"alpha": alpha})]).values():
        if "torch" not in script:
            np.testing.assert_allclose(printed(script), MAPPINGS["entmax"](SCORES.values, alpha=alpha), atol=1e-12)


def test_several_maps_go_into_one_script() -> None:
    maps = [Chosen("softmax"), Chosen("sparsemax"), Chosen("taylor", {"order": 4})]
    script = map_scripts(SCORES, 1.0, maps)["NumPy"]
    assert printed(script).size == 3 * len(SCORES)


@pytest.mark.parametrize("flavour", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.torch), "softviz.core"])
def test_a_script_prints_the_measures_of_a_distribution_and_of_nothing_else(flavour: str) -> None:
    offered = map_scripts(SCORES, 0.5, [Chosen("softmax"), Chosen("sigmoid"), Chosen("sparsemax")])
    measured = {(line[1], line[0]): float(line[2]) for line in lines(offered[flavour]) if line[0] in MEASURES}
    assert {name for name, _ in measured} == {"softmax", "sparsemax"}
    for key in ("softmax", "sparsemax"):
        expected = entropy(MAPPINGS[key].at(SCORES.values, 0.5))
        assert measured[key, "entropy in nats"] == pytest.approx(expected, abs=1e-12)
        assert measured[key, "effective classes"] == pytest.approx(np.exp(expected), abs=1e-12)


def test_a_script_runs_in_a_process_of_its_own() -> None:
    script = map_scripts(SCORES, 2.0)["NumPy"]
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd="/")
    assert run.stdout.splitlines()[0].startswith("cat\tsoftmax\t0.")


def test_a_label_cannot_become_code() -> None:
    hostile = Scores.of([1.0, 2.0], ["']); import os; os._exit(1) #", '"""\\'])
    np.testing.assert_allclose(printed(map_scripts(hostile, 1.0)["NumPy"]).sum(), 1.0)


def test_a_whole_vocabulary_is_read_from_the_saved_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = PRESETS["token-paris"].load()
    monkeypatch.chdir(tmp_path)
    lines = ["class,score", *(f'"{label.replace(chr(34), chr(34) * 2)}",{value!r}' for label, value in
             zip(scores.labels, scores.values.tolist(), strict=True))]  # fmt: skip
    (tmp_path / scripts.SCORES_FILE).write_text("\n".join(lines), encoding="utf-8")
    script = map_scripts(scores, 1.0)["NumPy"]
    assert len(script) < 1_000
    assert printed(script).sum() == pytest.approx(1.0, abs=1e-12)


def test_every_registered_map_has_a_recipe() -> None:
    assert set(scripts.RECIPES) == set(MAPPINGS)
