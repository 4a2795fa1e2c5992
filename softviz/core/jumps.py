"""A search for jumps: points where a map's outputs or slopes do not change continuously."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from softviz.core.refutations import Counterexample, Floats, Parameters

if TYPE_CHECKING:
    from softviz.core.record import Mapping

SEGMENTS = 16
PIECES = 16
ROUNDS = 11
REFERENCE_ROUND = 4
"""Each round keeps a sixteenth: from here to the last what is smooth shrinks by 16^-7, and a jump stays."""
STAYS = 0.95
"""The share of a change that a jump keeps. Slopes of entmax that rise like x^h, h = (2 - alpha) / (alpha - 1), keep
16^-7h / 2 + 1 / 2 at most: 0.9 at 1.99, the last alpha below 2 that a learner can choose."""
VISIBLE = 1e-6


def jump(mapping: Mapping, rows: Floats, parameters: Parameters) -> Counterexample | None:
    """Zoom in on the largest change along straight segments: what is smooth fades away, a jump stays.

    Segments lead from a row to its mirror image at the origin, to its scores in another order, and to the
    next row.
    """
    start = rows[:SEGMENTS]
    ends = np.concatenate([-start, np.roll(start, 1, axis=-1), np.roll(start, 1, axis=0)])
    starts = np.concatenate([start] * 3)
    leads_away = (starts != ends).any(axis=-1)
    if not leads_away.any():
        return None
    walk = _Walk(mapping, parameters, starts[leads_away], ends[leads_away])
    left = np.zeros(len(walk.start))
    reference = np.zeros(len(walk.start))
    for level in range(1, ROUNDS + 1):
        track = walk.track(left, PIECES ** -float(level))
        changes = track.changes()
        if level == REFERENCE_ROUND:
            reference = changes.max(axis=-1)
        if level < ROUNDS:
            left = left + changes.argmax(axis=-1) * PIECES ** -float(level)
    last = changes.max(axis=-1)
    stays = (last > VISIBLE) & (last > STAYS * reference)
    return _described(mapping, track, int(stays.argmax())) if stays.any() else None


@dataclass(frozen=True)
class _Track:
    """Outputs and slopes at points along segments: arrays ``[segments, points, classes]``."""

    points: Floats
    outputs: Floats
    slopes: Floats

    def changes(self) -> Floats:
        """How much outputs and slopes change from point to point, ``[segments, points - 1]``."""
        return _largest_steps(self.outputs) + _largest_steps(self.slopes)


def _largest_steps(values: Floats) -> Floats:
    steps: Floats = np.abs(values[:, 1:] - values[:, :-1]).max(axis=-1)
    return steps


@dataclass(frozen=True)
class _Walk:
    mapping: Mapping
    parameters: Parameters
    start: Floats
    end: Floats

    @cached_property
    def course(self) -> Floats:
        """From each start to its end, for all points of a track: ``[segments, 1, classes]``."""
        return (self.end - self.start)[:, None, :]

    @cached_property
    def along(self) -> Floats:
        """The course, its largest step made 1, at every point of a track: ``[segments * points, classes]``."""
        length = np.abs(self.course).max(axis=-1, keepdims=True)
        return np.repeat((self.course / np.where(length > 0, length, 1))[:, 0], PIECES + 1, axis=0)

    def track(self, left: Floats, width: float) -> _Track:
        """Evaluate at equal steps from the fraction ``left`` of each segment on."""
        fractions = left[:, None] + width * np.arange(PIECES + 1)
        points = self.start[:, None, :] + fractions[..., None] * self.course
        rows = points.reshape(self.along.shape)  # the maps are fastest on plain rows
        outputs = self.mapping.apply(rows, axis=-1, **self.parameters)
        slopes = self.mapping.jvp(rows, self.along, axis=-1, **self.parameters)
        return _Track(points, outputs.reshape(points.shape), slopes.reshape(points.shape))


def _described(mapping: Mapping, track: _Track, segment: int) -> Counterexample:
    k = int(track.changes()[segment].argmax())
    points, outputs = track.points[segment, k : k + 2], track.outputs[segment, k : k + 2]
    broken = np.abs(outputs[1] - outputs[0]).max() > VISIBLE
    what, values = ("", outputs) if broken else ("the slope of ", track.slopes[segment, k : k + 2])
    i = int(np.abs(values[1] - values[0]).argmax())
    place = ", ".join(f"{round(score, 6) + 0.0:.3g}" for score in points[0].tolist())
    return Counterexample(
        claim="smooth",
        mapping=mapping.key,
        logits=tuple(map(float, points[0])),
        outputs=tuple(map(float, outputs[0])),
        sentence=f"At ({place}) {what}output {i + 1} jumps from {values[0, i]:.3g} to {values[1, i]:.3g}.",
        changed_logits=tuple(map(float, points[1])),
        changed_outputs=tuple(map(float, outputs[1])),
    )
