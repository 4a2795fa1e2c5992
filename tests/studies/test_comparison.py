"""The learner's scores through the chosen maps."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, softmax
from scipy.stats import entropy

from softviz.scores import PRESETS, Scores
from softviz.state import Exploration
from softviz.studies.comparison import Comparison, Pictures

SCORES = np.array([2.0, 1.0, 0.1])


def measured(**values: object) -> pd.DataFrame:
    return Comparison.of(Exploration(**values)).measures_table().set_index("map")


def test_every_chosen_map_sees_the_same_scores_and_temperature() -> None:
    comparison = Comparison.of(Exploration(temperature=0.5, maps=("sigmoid", "softmax")))
    np.testing.assert_allclose(comparison.outputs, [expit(SCORES / 0.5), softmax(SCORES / 0.5)], rtol=1e-14)
    assert comparison.names == ["Sigmoid", "Softmax"]


def test_measures_agree_with_scipy() -> None:
    table = measured(maps=("softmax", "entmax", "sparsemax"))
    p, q = Comparison.of(Exploration(maps=("entmax", "softmax"))).outputs
    row = table.loc["α-entmax (α = 1.5)"]
    assert row["entropy (nats)"] == pytest.approx(entropy(p), rel=1e-12)
    assert row["KL to softmax (nats)"] == pytest.approx(entropy(p, q), rel=1e-12)
    assert row["total variation to softmax"] == pytest.approx(np.abs(p - q).sum() / 2, rel=1e-12)
    assert row["classes not zero"] == 2
    assert table.loc["Softmax", "KL to softmax (nats)"] == 0
    assert table.loc["Sparsemax", ["sum", "largest", "classes not zero"]].tolist() == [1, 1, 1]


def test_bits_are_nats_over_log_two() -> None:
    comparison = Comparison.of(Exploration())
    nats, bits = (comparison.measures_table(unit)[f"entropy ({unit})"] for unit in ("nats", "bits"))
    np.testing.assert_allclose(bits, nats / np.log(2), rtol=1e-14)


def test_what_is_not_a_distribution_has_no_entropy_or_distance() -> None:
    row = measured(maps=("softmax", "sigmoid")).loc["Sigmoid"]
    assert row["sum"] == pytest.approx(expit(SCORES).sum())
    assert row[["entropy (nats)", "KL to softmax (nats)", "total variation to softmax"]].isna().all()


def test_the_triangle_takes_the_three_largest_scores_in_their_order() -> None:
    comparison = Comparison.of(Exploration(own=Scores.of([0.0, 5.0, -1.0, 3.0, 4.0], "abcde")))
    corners = comparison.corners()
    assert corners.labels == ("b", "d", "e")
    np.testing.assert_array_equal(corners.logits, [5.0, 3.0, 4.0])
    assert Comparison.of(Exploration(own=Scores.of([1.0, 0.0]))).corners() is None


def test_only_distributions_are_on_the_triangle() -> None:
    comparison = Comparison.of(Exploration())
    corners = comparison.corners()
    assert [r.mapping.key for r in comparison.on_triangle(corners)] == ["softmax", "sparsemax", "entmax"]
    for key, place in (("temperature", 0), ("third", -1)):
        paths = comparison.ternary_paths(corners, Pictures(path=key))
        assert [path.name for path in paths] == ["Softmax", "Sparsemax", "α-entmax (α = 1.5)"]
        assert paths[1].path[place].max() == 1, "sparsemax starts, and ends, in a corner"


def test_a_whole_vocabulary_is_compared_and_its_pictures_take_the_head() -> None:
    comparison = Comparison.of(Exploration(preset="token-paris", maps=("softmax", "sparsemax", "top_k")))
    assert comparison.outputs.shape == (3, 49_152)
    assert comparison.jacobians().shape == (3, 8, 8)
    p = softmax(PRESETS["token-paris"].load().values)[comparison.heat_map_classes()]
    np.testing.assert_allclose(
        comparison.jacobians()[0], np.diag(p) - np.outer(p, p), rtol=1e-9, atol=1e-15
    )  # 49,152 terms


@pytest.mark.parametrize(("temperature", "exist"), [(0.0, False), (np.inf, False), (1e-3, True)])
def test_slopes_exist_between_the_limits(temperature: float, exist: bool) -> None:
    assert Comparison.of(Exploration(temperature=temperature)).slopes_exist is exist


def test_the_files_hold_full_precision() -> None:
    table = Comparison.of(Exploration(maps=("softmax", "sparsemax"))).outputs_table()
    np.testing.assert_array_equal(table["Softmax"], Comparison.of(Exploration()).outputs[0])
    assert table.columns.tolist() == ["class", "score z", "Softmax", "Sparsemax"]
