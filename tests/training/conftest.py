from collections.abc import Callable

import pytest

from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.recording import Recording, joined, train


@pytest.fixture
def recorded() -> Callable[..., Recording]:
    """Train a small run to its end: ``recorded(activation="relu", ...)``."""

    def run(**choices: object) -> Recording:
        config = small(**choices)
        return joined(train(config, load_dataset(config)))

    return run


def small(**choices: object) -> TrainingConfig:
    """A configuration that trains in milliseconds; sizes are distinct primes, so a swapped axis fails."""
    return TrainingConfig(**{"examples": 61, "width": 7, "batch_size": 11, "steps": 23, **choices})
