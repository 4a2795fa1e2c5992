"""What can be claimed of a map from scores to probabilities, and a search for the counterexample.

A claim speaks of every finite input in exact arithmetic. Floats can spoil it in three ways, and each is
kept out of the search: scores are rounded to a millionth (so that adding 1 or doubling is exact), brought
within 100 of zero (so that they do not overflow), and within the map's own reach where zeros are counted (so
that no zero is a rounded-off e^-745).
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from softviz.core.jumps import jump
from softviz.core.refutations import (
    Counterexample,
    Floats,
    Parameters,
    disordered,
    exact_zero,
    falling,
    moved_by_scale,
    moved_by_shift,
    no_zero,
    not_on_simplex,
    out_of_order,
    ratio_moved,
    within,
)

if TYPE_CHECKING:
    from softviz.core.record import Mapping


REACH = 100.0
DRAWN = 512
MOST_GIVEN = 32


@dataclass(frozen=True)
class Claims:
    """What is true of a map for every finite input, in exact arithmetic."""

    on_simplex: bool
    strictly_positive: bool
    sparse: bool
    order_preserving: bool
    monotone: bool
    shift_invariant: bool
    scale_invariant: bool
    independent_ratios: bool
    smooth: bool
    permutation_equivariant: bool

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Name the claims, in the order of the property table."""
        return tuple(claim.name for claim in fields(cls))

    @classmethod
    def of(cls, *true: str) -> Claims:
        """Claim what is named and nothing else."""
        known = cls.keys()
        unknown = set(true) - set(known)
        if unknown:
            raise ValueError(f"claims are {known}; got {sorted(unknown)}")
        return cls(**{key: key in true for key in known})


@dataclass(frozen=True)
class Claim:
    """A property that a map may have, in words and as a search for a counterexample."""

    key: str
    name: str
    explanation: str
    search: Callable[[Mapping, Floats, Parameters], Counterexample | None]
    existential: bool = False
    """True when one example proves the claim, rather than one counterexample refuting it."""

    def check(self, mapping: Mapping, logits: ArrayLike, **parameters: float) -> Counterexample | None:
        """Look for a counterexample among rows of scores.

        Args:
            mapping: A record of the registry.
            logits: Shape ``[rows, classes]`` or ``[classes]``; rows that are not finite are passed over.
            parameters: The map's own.

        Returns:
            The first one found, or None.
        """
        return self.among(_judged(logits), mapping, mapping.complete(parameters))

    def among(self, rows: Floats, mapping: Mapping, parameters: Parameters) -> Counterexample | None:
        """Do the same among rows that are fit to be judged, with all of the map's parameters."""
        return self.search(mapping, rows, parameters) if rows.size else None


def check(claim_key: str, mapping: Mapping, logits: ArrayLike, **parameters: float) -> Counterexample | None:
    """Look for a counterexample to one claim among rows of scores, see ``Claim.check``."""
    return claim(claim_key).check(mapping, logits, **parameters)


def claim(key: str) -> Claim:
    """Look a claim up by its key."""
    for known in CLAIMS:
        if known.key == key:
            return known
    raise ValueError(f"claims are {[known.key for known in CLAIMS]}; got {key!r}")


@dataclass(frozen=True)
class Verdict:
    """One cell of the property table."""

    claim: Claim
    holds: bool
    """No counterexample was found (for an existential claim: an example was)."""
    counterexample: Counterexample | None
    on_given: bool
    """The counterexample was found on the given scores, not on drawn ones."""


def verdicts(mapping: Mapping, logits: ArrayLike, **parameters: float) -> ReadOnly[str, Verdict]:
    """Judge every claim on the learner's scores and on round and drawn ones, see ``counterexamples``.

    The last verdicts are kept: most of what a learner changes on a page leaves most of them alone.

    Args:
        mapping: A record of the registry.
        logits: The learner's scores, ``[classes]``; of more than 32 the 32 largest are judged.
        parameters: The map's own.

    Returns:
        A verdict for each claim, by its key.
    """
    given = np.asarray(logits, dtype=np.float64)
    if given.ndim != 1:
        raise ValueError(f"expected the scores of one example, shape [classes]; got shape {given.shape}")
    largest = given[np.sort(np.argsort(-given, kind="stable")[:MOST_GIVEN])]
    return _judge(mapping, tuple(largest.tolist()), tuple(sorted(mapping.complete(parameters).items())))


@lru_cache(maxsize=256)
def _judge(mapping: Mapping, given: tuple[float, ...], pairs: tuple[tuple[str, float], ...]) -> ReadOnly[str, Verdict]:
    rows, parameters = _judged(given), dict(pairs)
    elsewhere = counterexamples(mapping, **parameters)
    found = {known: known.among(rows, mapping, parameters) for known in CLAIMS}
    return MappingProxyType(
        {known.key: _verdict(known, here, elsewhere.get(known.key), rows.size > 0) for known, here in found.items()}
    )


def _verdict(known: Claim, here: Counterexample | None, there: Counterexample | None, searched: bool) -> Verdict:
    """Weigh what was found on the given scores, where there were any to search, and elsewhere."""
    if known.existential and (there is None or (here is None and searched)):
        return Verdict(known, True, None, False)
    found = here or there
    return Verdict(known, found is None, found, here is not None)


def counterexamples(mapping: Mapping, **parameters: float) -> ReadOnly[str, Counterexample]:
    """Find a counterexample to every claim that fails, among round scores first: they read best.

    The search is seeded, so that the same numbers are found every time, and its findings are kept.

    Args:
        mapping: A record of the registry.
        parameters: The map's own.

    Returns:
        By the claim's key; a claim that is missing stood up to 1,198 rows.
    """
    return _found(mapping, tuple(sorted(mapping.complete(parameters).items())))


@lru_cache(maxsize=256)
def _found(mapping: Mapping, parameters: tuple[tuple[str, float], ...]) -> ReadOnly[str, Counterexample]:
    given = dict(parameters)
    batches = (ROUND_SCORES, drawn_logits(mapping, np.random.default_rng(0), DRAWN, **given))
    found: dict[str, Counterexample] = {}
    for known in CLAIMS:
        refutations = (known.check(mapping, rows, **given) for rows in batches)
        if known.existential:
            refuted = list(refutations)
            first = None if None in refuted else refuted[0]
        else:
            first = next((refutation for refutation in refutations if refutation is not None), None)
        if first is not None:
            found[known.key] = first
    return MappingProxyType(found)


def drawn_logits(mapping: Mapping, rng: np.random.Generator, rows: int, **parameters: float) -> Floats:
    """Draw rows of scores that give claims a chance to fail.

    Narrow rows and wide ones, some with ties, some with a score of zero; enough classes that a whole-number
    parameter such as k leaves some out.

    Returns:
        Shape ``[rows, classes]``.
    """
    complete = mapping.complete(parameters)
    whole = [int(complete[p.key]) for p in mapping.parameters if p.integer]
    classes = max([2, *whole]) + 3
    widths = np.array([0.3, 1.0, 3.0, mapping.reach_for_zeros])[np.arange(rows) % 4]
    logits: Floats = rng.normal(size=(rows, classes)) * widths[:, None]
    logits[1::5, 0] = logits[1::5, 1]
    logits[2::5, -1] = 0.0
    return logits


def _judged(logits: ArrayLike) -> Floats:
    """Keep finite rows (of a single row, its finite scores), in range and on the grid."""
    scores = np.asarray(logits, dtype=np.float64)
    if scores.ndim == 1:
        scores = scores[np.isfinite(scores)][None, :]
    if scores.ndim != 2:
        raise ValueError(f"expected scores [rows, classes]; got shape {scores.shape}")
    return within(scores[np.isfinite(scores).all(axis=-1)], REACH)


def _round_scores() -> Floats:
    """Three whole scores from -3 to 3, then their halves: all different first, small first."""
    triples = sorted(
        product(range(-3, 4), repeat=3),
        key=lambda z: (-len(set(z)), max(map(abs, z)), sum(map(abs, z)), [-score for score in z]),
    )
    whole = np.array(triples, dtype=np.float64)
    scores = np.concatenate([whole, whole / 2])
    scores.setflags(write=False)
    return scores


ROUND_SCORES = _round_scores()

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "on_simplex",
        "A distribution",
        "The outputs are never negative and sum to one.",
        not_on_simplex,
    ),
    Claim(
        "strictly_positive",
        "Always positive",
        "No finite score gets exactly zero. A zero that floats round off, as e^-746, does not count.",
        exact_zero,
    ),
    Claim(
        "sparse",
        "Can be sparse",
        "Some finite score gets exactly zero.",
        no_zero,
        existential=True,
    ),
    Claim(
        "order_preserving",
        "Keeps the order",
        "A larger score never gets a smaller output, and equal scores get equal outputs.",
        out_of_order,
    ),
    Claim(
        "monotone",
        "Rises with its score",
        "Raising one score never lowers that score's own output.",
        falling,
    ),
    Claim(
        "shift_invariant",
        "Ignores a shift",
        "Adding the same number to every score changes nothing.",
        moved_by_shift,
    ),
    Claim(
        "scale_invariant",
        "Ignores the scale",
        "Multiplying every score by the same positive number changes nothing.",
        moved_by_scale,
    ),
    Claim(
        "independent_ratios",
        "Ratios stand alone",
        "The ratio of two outputs depends on their own two scores, wherever it is defined.",
        ratio_moved,
    ),
    Claim(
        "smooth",
        "Smooth",
        "Outputs and slopes change without a jump: continuously differentiable everywhere.",
        jump,
    ),
    Claim(
        "permutation_equivariant",
        "Treats classes alike",
        "Listing the scores in another order lists the outputs in that order.",
        disordered,
    ),
)
"""Every claim, in the order of the property table: one for each field of ``Claims``."""
