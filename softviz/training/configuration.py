"""What a run is made of: every choice that decides its numbers, in one frozen record.

Two equal configurations give bit-equal recordings on one machine (see recording.py), so this record is all
that a link has to carry. Bounds and choices stand in one table each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

TOY_DATASETS = ("spirals", "moons", "circles", "blobs", "checkerboard")
REAL_DATASETS = ("iris", "penguins", "wine", "digits")
OWN_TABLE = "table"

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dataset": (*TOY_DATASETS, *REAL_DATASETS, OWN_TABLE),
        "activation": ("tanh", "relu", "sigmoid", "maxout"),
        "loss": ("cross_entropy", "squared_error", "sparsemax"),
        "optimizer": ("sgd", "momentum", "adam"),
    }
)

BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "classes": (2, 6),
        "examples": (20, 5_000),
        "noise": (0.0, 1.0),
        "label_noise": (0.0, 0.5),
        "held_out": (0.1, 0.5),
        "data_seed": (0, 2**31 - 1),
        "hidden_layers": (0, 3),
        "width": (1, 64),
        "initial_scale": (0.0, 10.0),
        "label_smoothing": (0.0, 0.5),
        "weight_decay": (0.0, 1.0),
        "learning_rate": (1e-6, 100.0),
        "momentum": (0.0, 0.99),
        "batch_size": (1, 1_024),
        "steps": (1, 100_000),
        "seed": (0, 2**31 - 1),
    }
)


@dataclass(frozen=True)
class TrainingConfig:
    """One training run: data, network, loss, optimizer and seeds.

    Raises:
        ValueError: a field is out of its bounds, not one of its choices, or of the wrong type; the message
            names the field, what was expected and what came.
    """

    dataset: str = "spirals"
    classes: int = 3
    """Classes of a toy data set. Real data bring their own."""
    examples: int = 600
    """Examples of a toy data set, held-out ones included."""
    noise: float = 0.1
    """Jitter of toy points, in units of the picture's half width."""
    label_noise: float = 0.0
    """Fraction of *training* labels moved to another class. Held-out labels stay true, so they tell what
    it cost."""
    held_out: float = 0.25
    data_seed: int = 0

    hidden_layers: int = 1
    """0 is softmax regression."""
    width: int = 16
    activation: str = "tanh"
    batch_norm: bool = False
    """Normalise each hidden layer over the batch, before its activation."""
    freeze_hidden: bool = False
    """Hidden layers stay as drawn; only the head learns."""
    pin_last_logit: bool = False
    """The last class's logit stays 0: softmax needs only the other classes' logits."""
    initial_scale: float = 1.0
    """Multiplies every initial weight."""

    loss: str = "cross_entropy"
    label_smoothing: float = 0.0
    weight_decay: float = 0.0
    """Adds weight_decay * parameter to every gradient, as torch.optim's argument of that name does."""
    optimizer: str = "adam"
    learning_rate: float = 0.02
    momentum: float = 0.9
    """Used by the optimizer "momentum" alone."""
    batch_size: int = 32
    """Training examples a step; a smaller training set is taken whole."""
    steps: int = 600
    seed: int = 0
    """Initial weights and the order of the batches."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = _checked(field.name, field.default, getattr(self, field.name))
            object.__setattr__(self, field.name, value)

    @property
    def is_toy(self) -> bool:
        """Whether the data are drawn from a formula, so that classes, examples and noise apply."""
        return self.dataset in TOY_DATASETS


def _checked(name: str, default: object, value: object) -> object:
    if isinstance(default, bool):
        return _flag(name, value)
    if isinstance(default, str):
        return _choice(name, value)
    return _number(name, value, whole=isinstance(default, int))


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False; got {value!r}")
    return value


def _choice(name: str, value: object) -> str:
    if not isinstance(value, str) or value not in CHOICES[name]:
        raise ValueError(f"{name} must be one of {', '.join(CHOICES[name])}; got {value!r}")
    return value


def _number(name: str, value: object, *, whole: bool) -> int | float:
    low, high = BOUNDS[name]
    kind = "a whole number" if whole else "a number"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} must be {kind} in [{low:g}, {high:g}]; got {value!r}")
    if not low <= value <= high or (whole and not math.isfinite(value)) or (whole and value != int(value)):
        raise ValueError(f"{name} must be {kind} in [{low:g}, {high:g}]; got {value!r}")
    return int(value) if whole else float(value)
