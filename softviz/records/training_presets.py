"""Runs that teach one thing each: what differs from the default run, and what to look for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from softviz.records.training_settings import TrainingSettings


@dataclass(frozen=True)
class TrainingPreset:
    """One run worth watching.

    Attributes:
        name: What the learner does.
        look_for: One or two sentences.
        settings: All of it, so that what was set before does not leak in.
    """

    name: str
    look_for: str
    settings: TrainingSettings

    @property
    def changes(self) -> dict[str, Any]:
        """Every field with its value."""
        return dict(vars(self.settings))


def _preset(name: str, look_for: str, **changes: Any) -> TrainingPreset:
    return TrainingPreset(name, look_for, TrainingSettings(**changes))


PRESETS: tuple[TrainingPreset, ...] = (
    _preset(
        "Take too large a step",
        "With plain SGD and a learning rate of 100 the steps overshoot: the borders swing, and four steps in ten raise "
        "the loss. Then try 1.",
        dataset="blobs",
        hidden_layers=0,
        noise=0.3,
        optimizer="sgd",
        learning_rate=100.0,
        steps=200,
    ),
    _preset(
        "Let squared error stall",
        "Large first weights make confident mistakes: no row is right. Squared error hardly pulls on them, and after "
        "300 steps still none is. Choose cross-entropy and play again: the same start, and it learns them all.",
        dataset="blobs",
        hidden_layers=0,
        loss="squared_error",
        optimizer="sgd",
        learning_rate=0.1,
        initial_scale=8.0,
        seed=9,
        steps=300,
    ),
    _preset(
        "Let the classes overlap",
        "The clouds overlap. The loss stops above 0, and the borders stay pale: the probabilities say how mixed they "
        "are.",
        dataset="blobs",
        hidden_layers=0,
        noise=0.5,
        steps=300,
    ),
    _preset(
        "Learn without batch norm",
        "Three sigmoid layers. Look at the gradient norms of the first 200 steps: the first layer mostly gets less "
        "than a tenth of what the head gets, and little is learned.",
        noise=0.05,
        hidden_layers=3,
        activation="sigmoid",
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.3,
    ),
    _preset(
        "Learn with batch norm",
        "The same network and the same step, normalised in each layer: now gradients reach the first layer.",
        noise=0.05,
        hidden_layers=3,
        activation="sigmoid",
        batch_size=128,
        optimizer="sgd",
        learning_rate=0.3,
        batch_norm=True,
    ),
    _preset(
        "Mislabel a third",
        "Crosses mark labels that are wrong. Train loss falls on, held-out loss turns: islands grow around the "
        "crosses.",
        dataset="moons",
        classes=2,
        examples=200,
        noise=0.2,
        label_noise=0.3,
        held_out=0.5,
        batch_size=64,
        width=64,
        hidden_layers=2,
        steps=1_000,
    ),
    _preset(
        "Drop the last logit",
        "Softmax ignores a constant added to every logit, so one of them may stay 0. Follow a point: its last logit is "
        "0 at every step, and the regions are learned all the same.",
        pin_last_logit=True,
    ),
    _preset(
        "Read digits",
        "Every small image is what one unit looks for. Follow a digit to see its ten probabilities.",
        dataset="digits",
        hidden_layers=0,
        steps=300,
    ),
)


def preset_of(settings: TrainingSettings) -> TrainingPreset | None:
    """Find the preset that the settings still are, or None once something was changed."""
    return next((preset for preset in PRESETS if preset.settings == settings), None)
