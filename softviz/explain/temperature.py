"""The learner's own numbers on the temperature page, put into formulas and tables."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softviz.core.mappings import softmax_at
from softviz.core.temperature import GumbelDraw, TemperatureSweep, uses_gumbel
from softviz.explain.question import Question
from softviz.explain.softmax import latex
from softviz.numerals import as_given, three_digits
from softviz.records.wishes import NATS_IN
from softviz.scores import Scores
from softviz.studies.samples import Sample

Floats = NDArray[np.float64]

TOLD_APART = 1e-9
"""A smaller difference of probabilities may be what rounding left."""


def slope_formula(here: TemperatureSweep, unit: str) -> str:
    """Write the slope of the entropy in LaTeX, with the variance of the scores in it.

    Args:
        here: A sweep of one temperature.
        unit: Of the entropy: nats or bits.
    """
    temperature, slope = float(here.temperatures[0]), float(here.entropy_slopes[0])
    per = r"\,\ln 2" if unit == "bits" else ""
    rule = rf"\frac{{dH}}{{dT}} = \frac{{\operatorname{{Var}}_p(z)}}{{T^3{per}}}"
    if not 1e-90 < temperature < 1e90:  # the limits, and where a cube leaves the range of a float
        return rf"{rule} \;\longrightarrow\; 0"
    variance = latex(three_digits(slope * temperature**3))
    cube = latex(as_given(temperature))
    cube = rf"({cube})^3" if r"\cdot" in cube else rf"{cube}^3"
    return rf"{rule} = \frac{{{variance}}}{{{cube}{per}}} = {latex(three_digits(slope / NATS_IN[unit]))}"


def doubling_question(scores: Scores, temperature: float) -> Question:
    """Ask which change of the scores does what a doubled temperature does.

    At a limit it is asked at T = 1, and where the answers cannot be told apart, of the scores 2, 1 and 0.1.
    """
    at, whose = temperature if 0 < temperature < np.inf else 1.0, ""
    apart = _apart_from_doubled(scores.values, at)
    if sorted(apart.values())[1] < TOLD_APART:
        at, whose = 1.0, "With your scores more than one answer looks right, so take 2, 1 and 0.1. "
        apart = _apart_from_doubled(np.array([2.0, 1.0, 0.1]), at)
    listing = "; ".join(f"{way.lower()}: {three_digits(distance)}" for way, distance in apart.items())
    return Question(
        f"{whose}You double T, from {as_given(at)} to {as_given(2 * at)}. Which change of the scores does the same?",
        tuple(apart),
        min(apart, key=lambda way: apart[way]),
        f"The largest difference of a probability from that at the doubled T: {listing}.",
    )


def _apart_from_doubled(z: Floats, at: float) -> dict[str, float]:
    """Measure by how much each change of the scores misses the probabilities at the doubled temperature."""
    ways = {"Halve every score": z / 2, "Double every score": z * 2, "Take 1 off every score": z - 1}
    doubled = softmax_at(z, 2 * at)
    return {way: float(np.abs(softmax_at(changed, at) - doubled).max()) for way, changed in ways.items()}


def sweep_table(sweep: TemperatureSweep, scores: Scores) -> pd.DataFrame:
    """Lay a sweep out at full precision, one row a temperature."""
    columns = {"temperature": sweep.temperatures}
    for column, position in enumerate(sweep.classes):  # labels may repeat, positions do not
        columns[f"p{position + 1} {scores.labels[position]}"] = sweep.probabilities[:, column]
    if len(sweep.classes) < len(scores):
        columns[f"p of the {len(scores) - len(sweep.classes)} others"] = sweep.rest
    columns["entropy in nats"] = sweep.entropies
    columns["effective classes"] = np.exp(sweep.entropies)
    columns["dH/dT"] = sweep.entropy_slopes
    return pd.DataFrame(columns)


def coverage(sample: Sample) -> str:
    """Say how many of the intervals hold their class's probability."""
    held = int(sample.covered.sum())
    return f"**{held} of {sample.covered.size}** intervals hold the expected probability. "


def way_of_drawing(classes: int, draws: int) -> str:
    """Say honestly how ``sample_counts`` drew."""
    if uses_gumbel(classes, draws):
        return "Each draw added fresh noise to every score and took the largest sum."
    return (
        f"{draws:,} draws among {classes:,} classes would need {draws * classes:,} noises, so the counts were drawn "
        "at once from the multinomial law that such draws follow."
    )


def whose_draw(classes: int, draws: int) -> str:
    """Say what the draw that is taken apart has to do with the draws counted above it."""
    if uses_gumbel(classes, draws):
        return "The first of the draws above:"
    return "The counts above came all at once, so this draw is not among them. Each of them could have been made so:"


def sample_table(sample: Sample) -> pd.DataFrame:
    """Lay draws and expectations out at full precision, one row a class."""
    interval = sample.interval
    return pd.DataFrame(
        {
            "class": list(sample.labels),
            "drawn": sample.counts,
            "share of the draws": sample.observed,
            "expected": sample.expected,
            "95 % interval, low": interval.low,
            "95 % interval, high": interval.high,
        }
    )


def gumbel_table(draw: GumbelDraw, scores: Scores, rows: int) -> pd.DataFrame:
    """Lay one Gumbel-max draw out, the largest sums first.

    Args:
        draw: Of one class.
        scores: What it was drawn from.
        rows: How many classes to keep.
    """
    order = np.argsort(-draw.noisy)[:rows]
    return pd.DataFrame(
        {
            "class": [scores.labels[i] for i in order],
            "z / T": draw.scaled[order],
            "Gumbel noise": draw.noise[order],
            "sum": draw.noisy[order],
            "": ["drawn" if i == draw.winner else "" for i in order],
        }
    )
