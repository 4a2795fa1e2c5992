"""Which steps of a run are kept: all of a short one, and ever sparser ones of a long one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softviz.training.arrays import Ints

KEPT_STEPS = 2_000
"""No recording holds more steps than this."""
KEPT_BYTES = 8 * 2**20
"""Nor more bytes than this."""

CHUNK_KEPT = 64
"""Kept steps in a full chunk; the first chunks are shorter (1, 2, 4, ...), so that a picture can start at
once."""
CHUNK_STEPS = 512
"""A chunk ends with the kept step that leaves this many steps behind it."""


def kept_steps(steps: int, bytes_each: int) -> Ints:
    """Choose the steps of a run that a recording keeps.

    Early steps change most, so the gap between kept steps grows along the run: gap = 1 + step // d, with the
    largest whole d that respects ``KEPT_STEPS`` and ``KEPT_BYTES``. Step 0 and the last step are always kept.

    Args:
        steps: Length of the run.
        bytes_each: What one kept step takes.

    Returns:
        Increasing step numbers from 0 to ``steps``.
    """
    limit = max(2, min(KEPT_STEPS, KEPT_BYTES // bytes_each))
    if steps < limit:
        return np.arange(steps + 1)
    # The first d steps have no gap, so d itself stays below the limit.
    fits, too_many = 1, limit
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if len(_with_growing_gaps(steps, middle)) <= limit:
            fits = middle
        else:
            too_many = middle
    return np.array(_with_growing_gaps(steps, fits))


def _with_growing_gaps(steps: int, density: int) -> list[int]:
    kept, step = [], 0
    while step < steps:
        kept.append(step)
        step += 1 + step // density
    return [*kept, steps]


def chunk_slices(plan: Ints) -> Iterator[slice]:
    """Cut the kept steps of a run into the chunks in which they are handed out; depends on the plan alone."""
    start, size = 0, 1
    while start < len(plan):
        within_steps = int(np.searchsorted(plan, plan[start] + CHUNK_STEPS, side="right"))
        stop = max(start + 1, min(start + size, within_steps))
        yield slice(start, min(stop, len(plan)))
        start, size = stop, min(2 * size, CHUNK_KEPT)
