"""Three classes: the path that a map takes over the triangle while the temperature or a score moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from softviz.core.relatives import Floats, Relative

POINTS = 121
VISIBLE_STEP = 0.04
"""A path is sampled until its steps are shorter than this share of an edge, or prove to be jumps."""
HALVINGS = 12
SCORE_REACH = 8.0
"""A score walks this many temperatures past the other two: e^-8 is too close to an edge to see."""


@dataclass(frozen=True)
class TernaryPath:
    """One map on the triangle.

    Attributes:
        name: Of the map.
        point: What the map makes of the three scores, shape ``[3]``.
        path: Where the point goes, shape ``[steps, 3]``; a row of NaN is a jump.
    """

    name: str
    point: Floats
    path: Floats


def temperature_path(relative: Relative, logits: Floats, temperature: float) -> TernaryPath:
    """Turn the temperature from its exact limit at 0 over 0.01 and 100 to the exact limit at infinity.

    Args:
        relative: A map whose outputs are distributions.
        logits: Of the three classes.
        temperature: Where the learner is, in [0, inf].
    """
    between = _sampled(np.linspace(-2, 2, POINTS), lambda powers: relative.outputs(logits, 10.0 ** powers[:, None]))
    cold, hot = relative.outputs(logits, np.array([[0.0], [np.inf]]))
    path = _broken_at_jumps(np.vstack([cold, between, hot]))
    return TernaryPath(relative.name, relative.outputs(logits, temperature), path)


def score_path(relative: Relative, logits: Floats, temperature: float, moved: int) -> TernaryPath:
    """Move one score from far below the other two to far above them.

    Args:
        relative: A map whose outputs are distributions.
        logits: Of the three classes.
        temperature: In [0, inf].
        moved: Position of the score that moves, 0 to 2.
    """
    others = np.delete(logits, moved)
    margin = SCORE_REACH * float(np.clip(temperature, 0.01, 100.0))
    scores = np.linspace(others.min() - margin, others.max() + margin, POINTS)

    def outputs_at(places: Floats) -> Floats:
        rows = np.tile(logits, (places.size, 1))
        rows[:, moved] = places
        return relative.outputs(rows, temperature)

    path = _broken_at_jumps(_sampled(scores, outputs_at))
    return TernaryPath(relative.name, relative.outputs(logits, temperature), path)


def _sampled(places: Floats, outputs_at: Callable[[Floats], Floats]) -> Floats:
    """Evaluate along places, halving every step that moves further than the eye would join."""
    outputs = outputs_at(places)
    for _ in range(HALVINGS):
        wide = np.flatnonzero(_step_lengths(outputs) > VISIBLE_STEP)
        if wide.size == 0:
            break
        middles = (places[wide] + places[wide + 1]) / 2
        outputs = np.insert(outputs, wide + 1, outputs_at(middles), axis=0)
        places = np.insert(places, wide + 1, middles)
    return outputs


def _broken_at_jumps(outputs: Floats) -> Floats:
    """Put a row of NaN where a step stayed long however finely it was cut, so that no line is drawn across it."""
    jumps = np.flatnonzero(_step_lengths(outputs) > VISIBLE_STEP)
    return np.insert(outputs, jumps + 1, np.nan, axis=0)


def _step_lengths(outputs: Floats) -> Floats:
    lengths: Floats = np.abs(np.diff(outputs, axis=0)).max(axis=-1)
    return lengths
