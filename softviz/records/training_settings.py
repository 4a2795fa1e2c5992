"""What a learner has set on the page with the live classifier; it travels in the page's link."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from softviz.fields import Codec, LinkRecord, Query, carried, choice, flag, integer, number, shortened
from softviz.training.configuration import BOUNDS, CHOICES, TrainingConfig

_DEFAULTS = {field.name: field.default for field in dataclasses.fields(TrainingConfig)}

MOST_FEATURES = 4_096


def _same_as(name: str, key: str) -> Any:
    """Declare a field of ``TrainingConfig`` under its name in a link: its default, choices and bounds hold here too."""
    default: Any = _DEFAULTS[name]
    if isinstance(default, bool):
        return flag(key, default=default)
    if isinstance(default, str):
        return choice(key, default=default, options=CHOICES[name])
    low, high = BOUNDS[name]
    if isinstance(default, int):
        return integer(key, default=default, minimum=int(low), maximum=int(high))
    return number(key, default=default, minimum=low, maximum=high)


def _pair() -> Any:
    def read(query: Query) -> tuple[int, ...]:
        parts = query["plane"].split(",")
        if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise ValueError(f"plane must be two feature numbers such as 0,2; got {shortened(query['plane'])}")
        return tuple(int(part) for part in parts)

    def write(pair: tuple[int, int]) -> dict[str, str]:
        return {"plane": f"{pair[0]},{pair[1]}"}

    def check(value: Any) -> tuple[int, int] | None:
        if value is None:
            return None
        if len(value) != 2 or value[0] == value[1] or not all(0 <= number < MOST_FEATURES for number in value):
            raise ValueError(f"plane must name two different features; got {value!r}")
        return int(value[0]), int(value[1])

    return carried(Codec(("plane",), read, write, check), None)


@dataclass(frozen=True)
class TrainingSettings(LinkRecord):
    """Every choice that decides a run's numbers, as a link carries them; see ``TrainingConfig``.

    Attributes:
        plane: Numbers of the two features that are drawn, or None for the first two principal components.
    """

    dataset: str = _same_as("dataset", "data")
    classes: int = _same_as("classes", "classes")
    examples: int = _same_as("examples", "rows")
    noise: float = _same_as("noise", "noise")
    label_noise: float = _same_as("label_noise", "flip")
    held_out: float = _same_as("held_out", "held")
    data_seed: int = _same_as("data_seed", "dataseed")
    hidden_layers: int = _same_as("hidden_layers", "layers")
    width: int = _same_as("width", "width")
    activation: str = _same_as("activation", "act")
    batch_norm: bool = _same_as("batch_norm", "bn")
    freeze_hidden: bool = _same_as("freeze_hidden", "frozen")
    pin_last_logit: bool = _same_as("pin_last_logit", "pin")
    initial_scale: float = _same_as("initial_scale", "scale")
    loss: str = _same_as("loss", "loss")
    label_smoothing: float = _same_as("label_smoothing", "smooth")
    weight_decay: float = _same_as("weight_decay", "decay")
    optimizer: str = _same_as("optimizer", "opt")
    learning_rate: float = _same_as("learning_rate", "lr")
    momentum: float = _same_as("momentum", "mu")
    batch_size: int = _same_as("batch_size", "batch")
    steps: int = _same_as("steps", "steps")
    seed: int = _same_as("seed", "init")
    plane: tuple[int, int] | None = _pair()

    @property
    def config(self) -> TrainingConfig:
        """The run that these settings ask for."""
        return TrainingConfig(**{name: getattr(self, name) for name in _DEFAULTS})
