"""A tuned map says its name, its limits and its slopes."""

import numpy as np
import pytest

from softviz.core.derivatives import jacobian
from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Relative, is_distribution

SCORES = np.array([2.0, 1.0, 0.1, -3.0, 0.7])


def relative(key: str, **parameters: float) -> Relative:
    return Relative(MAPPINGS[key], tuple(parameters.items()))


def test_a_name_carries_the_parameters_in_plain_signs() -> None:
    assert relative("softmax").name == "Softmax"
    assert relative("entmax", alpha=1.25).name == "α-entmax (α = 1.25)"
    assert relative("top_k", k=3).name == "Top-k softmax (k = 3)"


def test_equal_relatives_are_one_key() -> None:
    assert len({relative("entmax", alpha=1.5), relative("entmax", alpha=1.5), relative("entmax", alpha=2)}) == 2


def test_parameters_reach_the_map() -> None:
    at_one, softmax = relative("entmax", alpha=1.0), relative("softmax")
    np.testing.assert_array_equal(at_one.outputs(SCORES, 0.7), softmax.outputs(SCORES, 0.7))


@pytest.mark.parametrize("key", MAPPINGS)
def test_a_block_of_slopes_is_a_part_of_the_whole_jacobian(key: str) -> None:
    classes = np.array([1, 3, 4])
    whole = jacobian(MAPPINGS[key], SCORES, temperature=0.7)
    block = relative(key).jacobian_block(SCORES, 0.7, classes)
    np.testing.assert_allclose(
        block, whole[np.ix_(classes, classes)], rtol=1e-12, atol=1e-15
    )  # same formula, other batch


def test_slopes_along_a_score_are_a_column_of_the_jacobian() -> None:
    tangent = np.array([0.0, 1.0, 0.0, 0.0, 0.0])
    column = jacobian(MAPPINGS["softmax"], SCORES)[:, 1]
    np.testing.assert_allclose(
        relative("softmax").slopes_along(SCORES, tangent, 1.0), column, atol=1e-15
    )  # one rounding


def test_slopes_at_temperature_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="positive and finite"):
        relative("softmax").jacobian_block(SCORES, 0.0, np.arange(2))


def test_a_distribution_is_non_negative_and_sums_to_one() -> None:
    rows = np.array([[0.25, 0.75], [0.5, 0.6], [1.5, -0.5], [np.nan, 1.0]])
    assert is_distribution(rows).tolist() == [True, False, False, False]
