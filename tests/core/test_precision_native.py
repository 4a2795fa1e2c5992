"""The emulated types break where NumPy's own types break: naive and shifted softmax, run in the type itself."""

from collections.abc import Callable

import numpy as np
import pytest

from softviz.core.float_types import FLOAT_TYPES, limits
from softviz.core.magnitudes import MOVES, breaking_point, moved
from softviz.core.precision import FORMS, Trace, trace

NATIVE = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
SCORES = np.array([2.0, 1.0, 0.1])


def naive(z: np.ndarray) -> np.ndarray:
    exponentials = np.exp(z)
    return exponentials / from_left_to_right(exponentials)


def shifted(z: np.ndarray) -> np.ndarray:
    return naive(z - z.max())


def from_left_to_right(terms: np.ndarray) -> np.floating:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


WRITTEN: dict[str, Callable[[np.ndarray], np.ndarray]] = {"naive": naive, "shifted": shifted}


def computed(form: str, key: str, given: np.ndarray) -> np.ndarray:
    """A form run by NumPy in a type of its own, every intermediate value in it."""
    with np.errstate(all="ignore"):
        p = WRITTEN[form](given.astype(NATIVE[key]))
    assert p.dtype == NATIVE[key]
    return p


def breaks(form: str, key: str, given: np.ndarray) -> bool:
    """Judge what NumPy computed as the page judges its emulation."""
    own = {"z": FLOAT_TYPES[key].round(given), "p": computed(form, key, given).astype(np.float64)}
    return bool(Trace(FORMS[form], FLOAT_TYPES[key], own).breaks)


@pytest.mark.parametrize("key", NATIVE)
@pytest.mark.parametrize("move", MOVES)
def test_naive_softmax_breaks_in_the_type_itself_at_the_very_size_that_was_searched_for(key: str, move: str) -> None:
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES[key], SCORES, move)
    assert edge is not None
    assert not breaks("naive", key, moved(SCORES, edge.last_good, move))
    assert breaks("naive", key, moved(SCORES, edge.first_bad, move))


@pytest.mark.parametrize("key", NATIVE)
@pytest.mark.parametrize("move", MOVES)
def test_shifted_softmax_stands_in_the_type_itself_where_the_naive_one_breaks(key: str, move: str) -> None:
    edge = breaking_point(FORMS["naive"], FLOAT_TYPES[key], SCORES, move)
    for size in (edge.last_good, edge.first_bad, 4 * edge.first_bad):
        assert not breaks("shifted", key, moved(SCORES, size, move)), size


@pytest.mark.parametrize("key", NATIVE)
@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("move", MOVES)
def test_the_emulation_is_right_and_wrong_where_the_type_is(key: str, form: str, move: str) -> None:
    smallest, normal = np.finfo(NATIVE[key]).tiny, np.log(np.finfo(NATIVE[key]).tiny)
    for size in np.geomspace(0.1, 2 * limits(FLOAT_TYPES[key]).overflow_boundary, 499):
        given = moved(SCORES, size, move)
        own, emulated = computed(form, key, given), trace(FORMS[form], FLOAT_TYPES[key], given)
        assert np.isfinite(own).tolist() == np.isfinite(emulated.outputs).tolist(), size
        assert breaks(form, key, given) == bool(emulated.breaks), size
        if breaks(form, key, given) or given.min() < normal or emulated.outputs.min() < smallest:
            continue  # below the normal numbers a unit is a large part of the number
        # NumPy's exp is off by up to 4 units of its type, a quotient of two by twice that
        np.testing.assert_allclose(own.astype(np.float64), emulated.outputs, rtol=9 * np.finfo(NATIVE[key]).eps)
