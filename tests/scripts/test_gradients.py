"""Each script runs as it is and prints the loss and gradient of the page."""

import numpy as np
import pytest

from softviz.core.losses import cross_entropy, cross_entropy_gradient
from softviz.scores import Scores
from softviz.scripts.gradients import gradient_scripts
from softviz.studies.supervised import supervise
from tests.scripts.test_maps import printed

SCORES = Scores.of([2.0, -1.0, 0.1, 0.7, 2.0], ["cat", 'quo"te', "new\\line", "{data}", "comma, too"])


@pytest.mark.parametrize("flavour", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.torch), "softviz.core"])
@pytest.mark.parametrize("temperature", [1.0, 0.37, 5.0])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_script_prints_what_the_page_shows(flavour: str, temperature: float, smoothing: float) -> None:
    if flavour == "PyTorch":
        pytest.importorskip("torch")
    supervised = supervise(SCORES, 2, temperature=temperature, label_smoothing=smoothing)
    loss, *gradient = printed(gradient_scripts(supervised)[flavour])
    z, y = supervised.logits, supervised.target
    assert loss == pytest.approx(cross_entropy(z, y, temperature=temperature), rel=1e-13)
    # a handful of roundings of numbers near 1/T
    np.testing.assert_allclose(gradient, cross_entropy_gradient(z, y, temperature=temperature), atol=1e-14)
