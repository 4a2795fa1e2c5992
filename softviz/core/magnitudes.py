"""Scores moved to any size, and where each way of computing softmax breaks on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.float_types import FLOAT_TYPES, Edge, FloatType
from softviz.core.mappings import log_softmax
from softviz.core.precision import FORMS, Form, digits_lost, error_in_ulps, is_broken, reference, trace

Floats = NDArray[np.float64]

SMALLEST_ON_MAP, LARGEST_ON_MAP = 1.0, 1e5
"""The map runs from ordinary scores to beyond the largest float16, 65,504."""
MAP_PLACES = 121
SEARCH_PLACES = 65
SEARCH_DIGITS = 6
"""Significant digits to which a breaking point is searched; a learner can type them in."""


@dataclass(frozen=True)
class Move:
    """A way to bring the scores to a size.

    Attributes:
        key: Short name.
        name: On screen.
        apply: From scores ``[classes]`` and sizes ``[..., 1]`` to moved scores ``[..., classes]``.
    """

    key: str
    name: str
    apply: Callable[[Floats, Floats], Floats]


def _scale(scores: Floats, size: Floats) -> Floats:
    reach = np.abs(scores).max()
    scaled: Floats = scores * size if reach == 0 else scores / reach * size
    return scaled


def _add(scores: Floats, size: Floats) -> Floats:
    raised: Floats = (scores - scores.max()) + size
    return raised


def _subtract(scores: Floats, size: Floats) -> Floats:
    return _add(scores, -size)


_ALL = (
    Move("scale", "Multiply every score", _scale),
    Move("add", "Add to every score", _add),
    Move("subtract", "Subtract from every score", _subtract),
)
MOVES: MappingProxyType[str, Move] = MappingProxyType({move.key: move for move in _ALL})


def moved(scores: ArrayLike, size: ArrayLike, move: str) -> Floats:
    """Bring scores to a size.

    Args:
        scores: Finite, shape ``[classes]``.
        size: What the largest score becomes (``add``), its negative (``subtract``), or what the largest
            absolute score becomes (``scale``); at least 0, shape ``[...]``.
        move: Key of one of ``MOVES``. Adding and subtracting leave the exact softmax as it is.

    Returns:
        Shape ``[..., classes]``.
    """
    return MOVES[move].apply(np.asarray(scores, dtype=np.float64), np.asarray(size, dtype=np.float64)[..., None])


def breaking_point(form: Form, float_type: FloatType, scores: ArrayLike, move: str) -> Edge | None:
    """Search for the size at which a form first breaks in a type.

    Args:
        form: One of ``FORMS``.
        float_type: The type that is computed in.
        scores: Shape ``[classes]``.
        move: Key of one of ``MOVES``.

    Returns:
        The last size that works and the first that does not, next to each other in ``SEARCH_DIGITS``
        significant digits; None if the form holds everywhere on the map. Both at the map's start where it is
        broken there already.
    """
    return _edges([form], float_type, np.asarray(scores, dtype=np.float64), move)[form]


@lru_cache(maxsize=64)
def breaking_points(scores: tuple[float, ...], move: str) -> MappingProxyType[tuple[str, str], Edge | None]:
    """Search for the breaking point of every form in every type: by ``(form.key, float_type.key)``."""
    given = np.array(scores, dtype=np.float64)
    edges = {key: _edges(FORMS.values(), float_type, given, move) for key, float_type in FLOAT_TYPES.items()}
    return MappingProxyType({(form.key, key): edges[key][form] for form in FORMS.values() for key in FLOAT_TYPES})


def _edges(forms: Iterable[Form], float_type: FloatType, scores: Floats, move: str) -> dict[Form, Edge | None]:
    """Search side by side for the sizes at which forms break: each round tries all of their places at once."""
    places = dict.fromkeys(forms, np.geomspace(SMALLEST_ON_MAP, LARGEST_ON_MAP, 4 * SEARCH_PLACES))
    edges: dict[Form, Edge | None] = {}
    while places:
        logits = float_type.round(moved(scores, np.concatenate(list(places.values())), move))
        judge, stops = log_softmax(logits), np.cumsum([sizes.size for sizes in places.values()])
        tried, places = places, {}
        for (form, sizes), stop in zip(tried.items(), stops, strict=True):
            rows = slice(stop - sizes.size, stop)
            closer = _closer(sizes, is_broken(trace(form, float_type, logits[rows]), judge[rows]))
            if closer.size > 2:
                places[form] = closer
            else:
                edges[form] = Edge(*closer.tolist()) if closer.size else None
    return edges


def _closer(sizes: Floats, broken: NDArray[np.bool_]) -> Floats:
    """Choose the sizes to try next: none where nothing broke, and two where no size lies between them."""
    if not broken.any():
        return sizes[:0]
    first = int(np.argmax(broken))
    return sizes[[0, 0]] if first == 0 else _between(sizes[first - 1], sizes[first])


def _between(low: float, high: float) -> Floats:
    """Spread places between two sizes, on numbers of ``SEARCH_DIGITS`` digits, until the two are neighbours."""
    decimals = SEARCH_DIGITS - 1 - int(np.floor(np.log10(low)))
    unit = 10.0**-decimals
    start, stop = np.floor(low / unit + 1e-6), np.ceil(high / unit - 1e-6)  # low and high may be such numbers
    step = max(1.0, (stop - start) / (SEARCH_PLACES - 1))
    return np.round(np.rint(np.arange(start, stop + step / 2, step)) * unit, decimals)


@dataclass(frozen=True)
class ErrorMap:
    """How wrong every form is in every type, over the size of the scores.

    Attributes:
        sizes: Shape ``[sizes]``.
        ulps: Largest error of a row in units of the type's last place, shape ``[forms, types, sizes]``, in the
            order of ``FORMS`` and ``FLOAT_TYPES``; ``inf`` and ``nan`` where an output is.
        digits_lost: Largest share of an output's binary digits that is wrong, same shape: 0 none, 1 all.
    """

    sizes: Floats
    ulps: Floats
    digits_lost: Floats


@lru_cache(maxsize=64)
def error_map(scores: tuple[float, ...], move: str) -> ErrorMap:
    """Measure every form in every type against a reference of twice float64's digits.

    Args:
        scores: Finite.
        move: Key of one of ``MOVES``.
    """
    sizes = np.geomspace(SMALLEST_ON_MAP, LARGEST_ON_MAP, MAP_PLACES)
    ulps, lost = np.empty((2, len(FORMS), len(FLOAT_TYPES), sizes.size))
    given = moved(scores, sizes, move)
    logits = np.stack([float_type.round(given) for float_type in FLOAT_TYPES.values()])
    exact = reference(logits)
    for i, form in enumerate(FORMS.values()):
        for j, float_type in enumerate(FLOAT_TYPES.values()):
            of = trace(form, float_type, logits[j])
            error = error_in_ulps(of, exact[j])
            ulps[i, j] = error.max(axis=-1)
            lost[i, j] = digits_lost(of, exact[j], error).max(axis=-1)
    for shared in (sizes, ulps, lost):
        shared.flags.writeable = False
    return ErrorMap(sizes, ulps, lost)
