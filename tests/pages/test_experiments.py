"""Every experiment's sentence holds in the state that its button leaves, whatever was set and pressed before."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from softviz.core.chain import cross_entropy_chain, cross_entropy_forms
from softviz.core.checks import central_differences
from softviz.core.float_types import FLOAT_TYPES
from softviz.core.landscape import descend
from softviz.core.loss_registry import LOSSES
from softviz.core.mappings import softmax, softmax_at
from softviz.core.precision import FORMS, Trace, error_in_ulps, trace
from softviz.core.simplex import entropy
from softviz.core.softmax_sweep import softmax_sweep
from softviz.fields import LinkRecord
from softviz.records.descent import Descent
from softviz.records.experiments import EXPERIMENTS
from softviz.records.magnitude import Magnitude
from softviz.state import Exploration
from softviz.studies.comparison import Comparison
from softviz.studies.supervised import SupervisedScores, supervise
from tests.pages.conftest import RunPage
from tests.pages.on_page import press

Claim = Callable[[AppTest], bool]
Kind = TypeVar("Kind", bound=LinkRecord)

ELSEWHERE = {
    "z": "1,0,5,5",
    "T": "3",
    "y": "2",
    "maps": "gaussian,taylor",
    "entmax__alpha": "3",
    "gaussian__centre": "4",
}
"""What a learner may have set before: nothing of it may leak into an experiment."""
SOFTENED = {"eps": "0.5", "soft": "0.1,0.2,0.3,0.4", "loss": "focal", "h": "-2", "lr": "0.1", "za": "2", "all": "1"}
MAGNIFIED = {"size": "3", "move": "subtract", "dtype": "bfloat16", "form": "online"}

both_ways = pytest.mark.parametrize("way", [1, -1], ids=["in order", "backwards"])


def record(app: AppTest, kind: type[Kind]) -> Kind:
    return app.session_state[f"softviz:record:{kind.__name__}"]


def press_all(app: AppTest, page: str, claims: Mapping[str, Claim], way: int) -> None:
    """Press every button of a page in an order, and hold each sentence to the state after it."""
    assert list(claims) == [experiment.label for experiment in EXPERIMENTS[page]]
    for place, label in list(enumerate(claims))[::way]:
        press(app, place)
        assert not app.exception
        assert not app.warning
        assert claims[label](app), label


def probabilities(app: AppTest) -> np.ndarray:
    """Softmax of the state's scores at the state's temperature."""
    exploration = record(app, Exploration)
    return softmax_at(exploration.scores.values, exploration.temperature)


def always_tied(app: AppTest) -> bool:
    z = record(app, Exploration).scores.values
    sweep = softmax_sweep(z, [0.0, 0.3, 1.0, 7.0, np.inf], classes=np.arange(2))
    return bool((sweep.probabilities[:, 0] == sweep.probabilities[:, 1]).all())


def nothing_moved(app: AppTest) -> bool:
    z, p = record(app, Exploration).scores.values, probabilities(app)
    before = softmax([2.0, 1.0, 0.1])
    return bool((z == [1002, 1001, 1000.1]).all() and np.abs(p - before).max() < 1e-12 and f"{p[0]:.3g}" == "0.659")


HOME: dict[str, Claim] = {
    "Make the first two tie": always_tied,
    "Turn the temperature to zero": lambda app: np.sort(probabilities(app)).tolist() == [0, 0, 1],
    "Add 1,000 to every score": nothing_moved,
}


@both_ways
def test_the_experiments_of_the_home_page_show_what_they_say(run_page: RunPage, way: int) -> None:
    press_all(run_page("home", **ELSEWHERE), "home", HOME, way)


def entropies(app: AppTest, *temperatures: float) -> list[float]:
    z = record(app, Exploration).scores.values
    return [float(entropy(softmax_at(z, temperature))) for temperature in temperatures]


def the_giant_melts_late(app: AppTest) -> bool:
    z = np.sort(record(app, Exploration).scores.values)
    cold, here = entropies(app, 1.0, record(app, Exploration).temperature)
    return z[-1] - z[-2] == 10 and cold < 0.001 and here > 0.7


def the_tail_takes_over(app: AppTest) -> bool:
    z = record(app, Exploration).scores.values
    warm, warmer = (float(np.sort(softmax_at(z, temperature))[-8:].sum()) for temperature in (1.0, 1.5))
    return record(app, Exploration).temperature == 1 and warm > 0.5 > warmer


TEMPERATURE: dict[str, Claim] = {
    "Make two scores tie, then freeze": lambda app: (
        sorted(probabilities(app)) == [0, 0.5, 0.5] and entropy(probabilities(app)) == pytest.approx(np.log(2))
    ),
    "Heat one giant": the_giant_melts_late,
    "Warm a whole vocabulary": the_tail_takes_over,
}


@both_ways
def test_the_experiments_of_the_temperature_page_show_what_they_say(run_page: RunPage, way: int) -> None:
    press_all(run_page("temperature", **ELSEWHERE), "temperature", TEMPERATURE, way)


def outputs(app: AppTest, **parameters: float) -> dict[str, np.ndarray]:
    """Every column of the compare page by its map's key, with other parameters where they are given."""
    exploration = record(app, Exploration)
    changed = exploration.changed(parameters=tuple((key.replace("__", "."), v) for key, v in parameters.items()))
    return dict(zip(exploration.maps, Comparison.of(changed if parameters else exploration).outputs, strict=True))


def steepest(app: AppTest) -> dict[str, float]:
    """The largest slope on each map's heat map."""
    exploration = record(app, Exploration)
    slopes = np.abs(Comparison.of(exploration).jacobians()).max(axis=(1, 2))
    return dict(zip(exploration.maps, slopes.tolist(), strict=True))


def has_regions(app: AppTest) -> set[str]:
    comparison = Comparison.of(record(app, Exploration))
    return {plane.name.partition(" ")[0] for plane in comparison.support_planes(comparison.corners())}


def alpha_is_a_twin_of(app: AppTest, twin: str) -> bool:
    columns = outputs(app)
    return bool((columns["entmax"] == columns[twin]).all())


def the_tied_share(app: AppTest) -> bool:
    columns = outputs(app)
    share = all(np.allclose(columns[key], [0.5, 0.5, 0], atol=1e-15) for key in ("softmax", "sparsemax", "entmax"))
    return share and columns["sigmoid"].tolist() == [1, 1, 1] and record(app, Exploration).temperature == 0


def the_two_agree(app: AppTest) -> bool:
    columns = outputs(app)
    return f"{columns['sigmoid'][0]:.3f}" == f"{columns['softmax'][0]:.3f}" == "0.881"


def logistic_goes_flat(app: AppTest) -> bool:
    columns, before = outputs(app), softmax([2.0, 1.0, 0.1])
    return bool(np.ptp(columns["logistic"]) < 1e-4 and np.abs(columns["softmax"] - before).max() < 1e-12)


def the_tail_is_heavy(app: AppTest) -> bool:
    columns = outputs(app)
    return bool(columns["softmax"][2] < 1e-9 and 0.009 < columns["arctan"][2] < 0.01)


def the_nearest_to_the_centre_wins(app: AppTest) -> bool:
    z = record(app, Exploration).scores.values
    here, moved = outputs(app)["gaussian"], outputs(app, gaussian__centre=2.0)["gaussian"]
    return bool(np.argmin(here) == np.argmax(z) == np.argmax(moved) and np.argmax(here) == np.argmin(np.abs(z)))


def softplus_is_pale(app: AppTest) -> bool:
    slopes, columns = steepest(app), outputs(app)
    return 0 < slopes["softplus_raw"] < 0.02 * slopes["softmax"] and np.isclose(
        slopes["softplus_raw"], columns["sigmoid"].max()
    )


COMPARE: dict[str, Claim] = {
    "Make alpha 1": lambda app: alpha_is_a_twin_of(app, "softmax") and has_regions(app) == {"Sparsemax"},
    "Make alpha 2": lambda app: alpha_is_a_twin_of(app, "sparsemax") and has_regions(app) == {"Sparsemax", "α-entmax"},
    "Let two scores tie, without heat": the_tied_share,
    "Give sigmoid two classes, scores 2 and 0": the_two_agree,
    "Add 10 to every score": logistic_goes_flat,
    "Send one score to −20": the_tail_is_heavy,
    "Ask the Gaussian": the_nearest_to_the_centre_wins,
    "Put softplus far below zero": softplus_is_pale,
}


@both_ways
def test_the_experiments_of_the_compare_page_show_what_they_say(run_page: RunPage, way: int) -> None:
    press_all(run_page("compare", **ELSEWHERE), "compare", COMPARE, way)


def supervised(app: AppTest) -> SupervisedScores:
    exploration, descent = record(app, Exploration), record(app, Descent)
    target = exploration.target if descent.soft_target is None else descent.soft_target
    smoothing, temperature = descent.label_smoothing, exploration.temperature
    return supervise(exploration.scores, target, temperature=temperature, label_smoothing=smoothing)


def pull(app: AppTest, loss: str) -> float:
    """How hard a loss pulls on the true class's score."""
    here = supervised(app)
    return float(abs(LOSSES[loss].at(here.temperature).gradient(here.logits, here.target)[here.truth]))


def the_product_breaks(app: AppTest) -> bool:
    here = supervised(app)
    chain = cross_entropy_chain(here.logits, here.target, here.temperature)
    forms = cross_entropy_forms(here.logits, here.target, here.temperature)
    return bool(np.isinf(forms.surprise) and not chain.holds and chain.closed_form.tolist() == [1, -1, 0])


def hardly_a_digit_is_right(app: AppTest) -> bool:
    here, loss = supervised(app), LOSSES[record(app, Descent).loss]

    def value(points: np.ndarray) -> np.ndarray:
        return loss.value(points, np.broadcast_to(here.target, points.shape))

    step, exact = 10.0 ** record(app, Descent).difference_exponent, loss.gradient(here.logits, here.target)
    return bool((np.abs(central_differences(value, here.logits, step) / exact - 1) > 0.05).all())


def half_and_sixteen(app: AppTest) -> bool:
    here = supervised(app)
    loss, p = LOSSES[record(app, Descent).loss].at(here.temperature), softmax(here.scaled)
    halved = np.allclose(loss.gradient(here.logits, here.target), (p - here.target) / 2, rtol=1e-14)
    return halved and 2 / loss.curvature == 16


def the_walk_rises_again_and_again(app: AppTest) -> bool:
    here, descent = supervised(app), record(app, Descent)
    moving = np.isin(np.arange(3), [descent.first, descent.second]) | descent.every_score
    loss = LOSSES[descent.loss].at(here.temperature)
    walk = descend(
        loss, here.logits, here.target, learning_rate=descent.learning_rate, steps=descent.steps, moving=moving
    )
    return descent.learning_rate == 60 and descent.label_smoothing > 0 and walk.rises() > 10


GRADIENTS: dict[str, Claim] = {
    "Be confidently wrong": lambda app: pull(app, "cross-entropy") > 0.999 and pull(app, "squared-error") < 0.001,
    "Let a probability vanish": the_product_breaks,
    "Make the step too small": hardly_a_digit_is_right,
    "Set T = 2": half_and_sixteen,
    "Overshoot": the_walk_rises_again_and_again,
}


@both_ways
def test_the_experiments_of_the_gradients_page_show_what_they_say(run_page: RunPage, way: int) -> None:
    press_all(run_page("gradients", **ELSEWHERE, **SOFTENED), "gradients", GRADIENTS, way)


def traced(app: AppTest, form: str = "", float_type: str = "", size: float | None = None) -> Trace:
    """The trace on the page, or that of another form, type or size."""
    settings = record(app, Magnitude)
    settings = settings if size is None else settings.changed(size=size)
    given = settings.moved(record(app, Exploration).scores)
    return trace(FORMS[form or settings.form], FLOAT_TYPES[float_type or settings.float_type], given)


def one_exponential_overflows(app: AppTest) -> bool:
    below, here = traced(app, size=88.0), traced(app)
    overflowed = np.isinf(here.steps["exp"])
    return (
        bool(not below.breaks and overflowed.sum() == 1 and np.isnan(here.outputs[overflowed]).all())
        and here.float_type.key == "float32"
    )


def only_naive_notices(app: AppTest) -> bool:
    exact = softmax(record(app, Exploration).scores.values)
    broken = all(np.isnan(traced(app, "naive", key).outputs).all() for key in FLOAT_TYPES)
    return broken and all(
        np.abs(traced(app, form, "float64").outputs - exact).max() < 1e-12 for form in ("shifted", "online")
    )


def nothing_by_nothing(app: AppTest) -> bool:
    here = traced(app)
    return bool(here.form.key == "naive" and (here.steps["exp"] == 0).all() and np.isnan(here.outputs).all())


def the_winner_is_lost(app: AppTest) -> bool:
    kept = error_in_ulps(traced(app, "log1p"))
    return bool(traced(app).form.key == "log-softmax" and traced(app).outputs[0] == 0 and kept.max() <= 2)


STABILITY: dict[str, Claim] = {
    "Cross the edge of float32": one_exponential_overflows,
    "Add until the largest is 1,000": only_naive_notices,
    "Divide nothing by nothing": nothing_by_nothing,
    "Lose the winner": the_winner_is_lost,
    "Leave float16 altogether": lambda app: all(
        np.isinf(traced(app).logits).any() and bool(traced(app, form).breaks) for form in FORMS
    ),
}


@both_ways
def test_the_experiments_of_the_stability_page_show_what_they_say(run_page: RunPage, way: int) -> None:
    press_all(run_page("stability", **ELSEWHERE, **MAGNIFIED), "stability", STABILITY, way)


@both_ways
def test_the_experiments_of_the_training_page_set_the_whole_run(run_page: RunPage, way: int) -> None:
    app = run_page("training", data="iris", layers="0", act="relu", bn="1", flip="0.4", plane="1,2")
    for place, experiment in list(enumerate(EXPERIMENTS["training"]))[::way]:
        press(app, place)
        (expected,) = experiment.records
        assert record(app, type(expected)) == expected
