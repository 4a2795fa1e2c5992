"""The words and tables of the compare page, with the learner's own numbers in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from softviz.core.alternatives import maxout
from softviz.core.mappings import gumbel_softmax, softmax
from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Floats
from softviz.core.simplex import total_variation
from softviz.core.support_planes import SupportPlane
from softviz.explain.question import Question
from softviz.numerals import three_digits
from softviz.scores import Scores
from softviz.studies.comparison import Comparison, Corners

MOST_DRAWN = 50
HARD_DRAWS = 1_000
SHIFT = 5.0
VISIBLE_MOVE = 1e-9
"""Smaller changes are what adding a constant rounds off."""
NOBODY = "None of them"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: "softmax, sigmoid and sparsemax"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def measures_on_screen(measures: pd.DataFrame) -> pd.DataFrame:
    """Write a table of measures with three digits, and say where a measure needs a distribution."""
    return measures.map(_cell)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if np.isnan(number):
        return "not a distribution"
    return f"{int(number):,}" if isinstance(value, int | np.integer) else three_digits(number)


def sayings() -> pd.DataFrame:
    """List every registered map with what the popular texts say of it and what is seen here; formulas in dollars."""
    return pd.DataFrame(
        {
            "map": [m.name for m in MAPPINGS.values()],
            "formula": [f"${m.latex}$" for m in MAPPINGS.values()],
            "what is said": [m.said for m in MAPPINGS.values()],
            "what is seen": [m.seen for m in MAPPINGS.values()],
            "source": [m.reference for m in MAPPINGS.values()],
        }
    )


def about_triangle(comparison: Comparison, corners: Corners) -> str:
    """Say which classes the triangle shows, and which maps have no place on it."""
    on_it = comparison.on_triangle(corners)
    missing = [relative.name for relative in comparison.relatives if relative not in on_it]
    sentences = ["Each corner gives one class everything, each edge gives one class nothing."]
    if len(comparison.scores) > 3:
        sentences.append(
            f"You have {len(comparison.scores):,} classes: this picture takes your three largest scores alone, "
            f"{listed(corners.labels)}."
        )
    if missing:
        sentences.append(f"Not a distribution, so not on the triangle: {listed(missing)}.")
    return " ".join(sentences)


def about_planes(comparison: Comparison, planes: Sequence[SupportPlane]) -> str:
    """Say how to read the planes, and which maps have no region on an edge."""
    drawn = {plane.name for plane in planes}
    others = [relative for relative in comparison.relatives if relative.name not in drawn]
    sparse = [r.name for r in others if r.mapping.claims_at(**r.parameters).sparse]
    full = [r.name for r in others if r.name not in sparse]
    sentences = []
    if planes:
        sentences.append(
            "All scores over T with the same mean, on the triangle's own plane. Every region bears the names of the "
            "classes that keep a share there. The ring is where your scores lie, the dot where the map takes them; a "
            "ring at the rim says that your scores lie further out."
        )
    if full:
        sentences.append(f"No such region, so every class keeps something wherever the scores lie: {listed(full)}.")
    if sparse:
        sentences.append(f"Zeros exist, but fill no region that could be drawn: {listed(sparse)}.")
    return " ".join(sentences)


def about_slopes(comparison: Comparison) -> str:
    """Say how to read the heat maps, and which classes they show."""
    shown, all_classes = len(comparison.heat_map_classes()), len(comparison.scores)
    part = f" These are the {shown} largest scores of {all_classes:,}." if shown < all_classes else ""
    return f"Row: the output that moves. Column: the score that moves it. One scale for all, zero in the middle.{part}"


def about_two_classes(comparison: Comparison, second: float) -> str:
    """Say what stays when the second score is changed, from the maps' own claims, and what is marked."""
    still = [r.name for r in comparison.relatives if r.mapping.claims_at(**r.parameters).shift_invariant]
    stays = f"{listed(still)} will not move" if still else "every line moves"
    return (
        f"The second score is {three_digits(second)}. Change it: {stays}. The dotted line is the gap between your two "
        f"largest scores, {three_digits(comparison.top_gap)}."
    )


@dataclass(frozen=True)
class MostMoved:
    """The map that a shift moves most, and what was computed.

    Attributes:
        name: Of the map, or ``NOBODY``.
        sentence: How far each map's outputs move.
    """

    name: str
    sentence: str


def most_moved(comparison: Comparison) -> MostMoved:
    """Add a constant to every score and find the map whose outputs change most."""
    shifted = comparison.scores.values + SHIFT
    outputs = np.stack([relative.outputs(shifted, comparison.temperature) for relative in comparison.relatives])
    with np.errstate(invalid="ignore"):
        changes = np.nan_to_num(np.abs(outputs - comparison.outputs), nan=0.0, posinf=np.inf)  # infinity stays
    moves = [float(move) for move in changes.max(axis=-1)]
    largest = max(moves)
    name = comparison.names[moves.index(largest)] if largest > VISIBLE_MOVE else NOBODY
    listing = (f"{one}: {three_digits(move)}" for one, move in zip(comparison.names, moves, strict=True))
    return MostMoved(name, f"The largest change of an output, map by map: {'; '.join(listing)}.")


def shift_question(comparison: Comparison) -> Question:
    """Ask which column a shift changes most."""
    answer = most_moved(comparison)
    text = f"You add {SHIFT:g} to every score. Which column changes most?"
    return Question(text, (*comparison.names, NOBODY), answer.name, answer.sentence)


def about_maxout(scores: Scores) -> str:
    """Pool the learner's scores in pairs and say what is left."""
    if len(scores) % 2 or len(scores) > MOST_DRAWN:
        head = scores.values[scores.ranking()[:2]]
        which = "your two largest scores"
    else:
        head, which = scores.values, "your scores, two by two"
    pooled = maxout(head, 2)
    numbers = ", ".join(three_digits(float(value)) for value in pooled)
    total = three_digits(float(pooled.sum()))
    return f"Maxout of {which}: in go {head.size} numbers, out come {pooled.size}: {numbers}. The sum is {total}."


def about_gumbel(scores: Scores, temperature: float, seed: int) -> str:
    """Draw with noise and compare how often the leader comes first with what softmax says."""
    rng = np.random.default_rng(seed)
    head = np.sort(scores.ranking()[:MOST_DRAWN])
    logits = scores.values[head]
    relaxed: Floats = gumbel_softmax(logits, temperature, rng)
    frequencies = gumbel_softmax(np.tile(logits, (HARD_DRAWS, 1)), 1.0, rng, hard=True).mean(axis=0)
    expected, leader = softmax(logits), int(np.argmax(logits))
    frequency, probability = (three_digits(float(values[leader])) for values in (frequencies, expected))
    distance = three_digits(float(total_variation(frequencies, expected)))
    return (
        f"One relaxed draw at your temperature, seed {seed}: {_head(relaxed)}. In {HARD_DRAWS:,} hard draws "
        f"{scores.labels[head[leader]]} comes first with frequency {frequency}; softmax at T = 1 says {probability}. "
        f"Over all classes the two differ by {distance} in total variation."
    )


def _head(values: Floats) -> str:
    texts = [three_digits(float(value)) for value in values[:4]]
    return ", ".join(texts) + (", …" if values.size > 4 else "")
