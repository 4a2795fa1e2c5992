"""SGD, momentum and Adam on one flat vector, as prepared NumPy calls; the same formulas as torch.optim's.

Weight decay is added to the gradient (an L2 penalty of weight_decay / 2 * |parameters|^2), for all three and
for every parameter, biases included. The gradient itself is left as it is, so that a recording shows the
loss's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from softviz.training.arrays import Call, Floats
from softviz.training.configuration import TrainingConfig

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def update_calls(config: TrainingConfig, parameters: Floats, gradient: Floats) -> list[Call]:
    """List the calls of one update of ``parameters`` (in place) from ``gradient``."""
    if not config.weight_decay:
        return OPTIMIZERS[config.optimizer](config, parameters, gradient)
    decay, total = _scalar(config.weight_decay, gradient), np.empty_like(gradient)
    decayed: list[Call] = [
        partial(np.multiply, parameters, decay, total),
        partial(np.add, total, gradient, total),
    ]
    return decayed + OPTIMIZERS[config.optimizer](config, parameters, total)


def _sgd(config: TrainingConfig, parameters: Floats, gradient: Floats) -> list[Call]:
    rate, step = _scalar(config.learning_rate, gradient), np.empty_like(gradient)
    return [partial(np.multiply, gradient, rate, step), partial(np.subtract, parameters, step, parameters)]


def _momentum(config: TrainingConfig, parameters: Floats, gradient: Floats) -> list[Call]:
    keep, velocity = _scalar(config.momentum, gradient), np.zeros_like(gradient)
    gather: list[Call] = [
        partial(np.multiply, velocity, keep, velocity),
        partial(np.add, velocity, gradient, velocity),
    ]
    return gather + _sgd(config, parameters, velocity)


def _adam(config: TrainingConfig, parameters: Floats, gradient: Floats) -> list[Call]:
    """Adam (Kingma & Ba 2015, arXiv:1412.6980), with the constants gathered into two scalars a step.

    The moments are kept without their factors 1 - beta; ``tick`` puts these and the bias corrections into the
    scalars, which leaves ten calls instead of thirteen.
    """
    first, second, step = np.zeros_like(gradient), np.zeros_like(gradient), np.empty_like(gradient)
    keep_first, keep_second = _scalar(BETA_1, gradient), _scalar(BETA_2, gradient)
    epsilon, rate = _scalar(0.0, gradient), _scalar(0.0, gradient)
    powers = [1.0, 1.0]

    def tick() -> None:
        powers[0] *= BETA_1
        powers[1] *= BETA_2
        root = math.sqrt((1 - BETA_2) / (1 - powers[1]))
        epsilon[...] = EPSILON / root
        rate[...] = config.learning_rate * (1 - BETA_1) / ((1 - powers[0]) * root)

    return [
        tick,
        partial(np.multiply, first, keep_first, first),
        partial(np.add, first, gradient, first),
        partial(np.multiply, second, keep_second, second),
        partial(np.multiply, gradient, gradient, step),
        partial(np.add, second, step, second),
        partial(np.sqrt, second, step),
        partial(np.add, step, epsilon, step),
        partial(np.divide, first, step, step),
        partial(np.multiply, step, rate, step),
        partial(np.subtract, parameters, step, parameters),
    ]


def _scalar(value: float, like: Floats) -> Floats:
    # A 0-d array is what NumPy reads fastest, and it keeps float32 vectors float32.
    return np.full((), value, like.dtype)


OPTIMIZERS: Mapping[str, Callable[[TrainingConfig, Floats, Floats], list[Call]]] = MappingProxyType(
    {"sgd": _sgd, "momentum": _momentum, "adam": _adam}
)
