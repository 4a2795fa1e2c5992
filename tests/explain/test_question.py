"""Questions: the truth is computed, and is one of the answers offered."""

import numpy as np
import pytest

from softviz.explain import softmax as explain
from softviz.explain.question import Question
from softviz.explain.training import first_loss_question
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


def test_untrained_weights_lose_about_as_much_as_an_even_spread() -> None:
    config = TrainingConfig()
    first = next(iter(train(config, load_dataset(config))))
    question = first_loss_question(first[0], 3)
    assert question is not None
    assert question.truth == "about log 3 = 1.10"


def test_only_a_cross_entropy_is_asked_about() -> None:
    config = TrainingConfig(loss="squared_error")
    assert first_loss_question(next(iter(train(config, load_dataset(config))))[0], 3) is None
