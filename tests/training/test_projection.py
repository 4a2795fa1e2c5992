import numpy as np
import pytest

from softviz.training.datasets import Examples, load_dataset, prepare
from softviz.training.projection import plane_of

from .conftest import small


def test_two_features_are_drawn_as_they_are():
    dataset = load_dataset(small())
    plane = plane_of(dataset)
    np.testing.assert_array_equal(plane.positions(dataset.features), dataset.features)
    assert plane.axes == ("x", "y")


def test_a_pair_of_features_is_drawn_with_the_others_at_their_mean():
    dataset = load_dataset(small(dataset="wine"))
    plane = plane_of(dataset, (11, 2))
    np.testing.assert_array_equal(plane.positions(dataset.features), dataset.features[:, [11, 2]])
    assert plane.axes == (dataset.feature_names[11], dataset.feature_names[2])


def test_principal_components_are_orthonormal_and_spread_most():
    dataset = load_dataset(small(dataset="digits"))
    plane = plane_of(dataset)
    axes = np.stack([plane.across, plane.up])
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)
    rows = dataset.features[dataset.train]
    spread = plane.positions(rows).std(axis=0)
    assert spread[0] >= spread[1] > rows.std(axis=0).max()
    assert "principal component 1 (" in plane.axes[0]


def test_the_picture_never_flips_with_the_signs_of_an_eigenvector():
    plane = plane_of(load_dataset(small(dataset="iris")))
    for axis in (plane.across, plane.up):
        assert axis[np.abs(axis).argmax()] > 0


def test_the_window_holds_every_row():
    dataset = load_dataset(small(dataset="penguins"))
    plane = plane_of(dataset)
    left, right, bottom, top = plane.window(dataset.features)
    u, v = plane.positions(dataset.features).T
    assert left < u.min() < u.max() < right
    assert bottom < v.min() < v.max() < top


def test_one_feature_is_drawn_on_a_line():
    rows = np.arange(20.0)[:, None]
    dataset = prepare(Examples(rows, np.arange(20) % 2, ("no", "yes"), ("x",)), small(dataset="table"))
    positions = plane_of(dataset).positions(dataset.features)
    np.testing.assert_array_equal(positions[:, 1], 0)
    np.testing.assert_array_equal(positions[:, :1], dataset.features)


@pytest.mark.parametrize("pair", [(0, 0), (0, 4), (-1, 1)])
def test_a_pair_must_name_two_features(pair):
    with pytest.raises(ValueError, match="two different features from 0 to 3"):
        plane_of(load_dataset(small(dataset="iris")), pair)
