"""Questions: the truth is computed, and is one of the answers offered."""

import numpy as np
import pytest

from softviz.explain import softmax as explain
from softviz.explain.question import Question
from softviz.explain.training import error_sum_question
from softviz.scores import Scores
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.recording import train


def test_a_truth_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the truth among the options"):
        Question("?", ("yes", "no"), "perhaps", "")


@pytest.mark.parametrize("temperature", [0.0, 1.0, np.inf])
def test_a_shift_changes_no_probability(temperature: float) -> None:
    question = explain.shift_question(Scores.of([2.0, 1.0, 0.1]), temperature)
    change = question.because.removeprefix("The largest change of any probability is ").split(":")[0]
    assert float(change.replace("−", "-")) < 1e-12


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", "sparsemax"])
def test_the_errors_of_a_row_add_up_to_nothing(loss: str) -> None:
    config = TrainingConfig(loss=loss, label_smoothing=0.1)
    for chunk in train(config, load_dataset(config)):
        assert error_sum_question(chunk[-1]).truth == "0 in every row"
