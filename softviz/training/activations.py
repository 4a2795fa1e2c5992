"""Hidden activations and their derivatives, as prepared NumPy calls.

Shapes are class-major: ``[units, batch]``. An activation reads the sums ``z`` and writes ``h``; its
derivative reads the gradient on ``h`` and writes the gradient on ``z``. Derivatives are written from ``h``
where that is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from softviz.training.arrays import Call, Floats


@dataclass(frozen=True)
class Activation:
    """``forward(z, h)`` and ``backward(z, h, d_h, d_z)`` list the calls that fill ``h`` and ``d_z``."""

    forward: Callable[[Floats, Floats], list[Call]]
    backward: Callable[[Floats, Floats, Floats, Floats], list[Call]]


def _tanh(z: Floats, h: Floats) -> list[Call]:
    return [partial(np.tanh, z, h)]


def _tanh_backward(z: Floats, h: Floats, d_h: Floats, d_z: Floats) -> list[Call]:
    one = np.ones((), h.dtype)
    return [
        partial(np.multiply, h, h, d_z),
        partial(np.subtract, one, d_z, d_z),
        partial(np.multiply, d_z, d_h, d_z),
    ]


def _relu(z: Floats, h: Floats) -> list[Call]:
    return [partial(np.maximum, z, np.zeros((), z.dtype), out=h)]


def _relu_backward(z: Floats, h: Floats, d_h: Floats, d_z: Floats) -> list[Call]:
    # h is never negative, so its sign is ReLU's derivative (0 at 0).
    return [partial(np.sign, h, d_z), partial(np.multiply, d_z, d_h, d_z)]


def _sigmoid(z: Floats, h: Floats) -> list[Call]:
    one = np.ones((), z.dtype)
    return [
        partial(np.negative, z, h),
        partial(np.exp, h, h),
        partial(np.add, h, one, h),
        partial(np.reciprocal, h, h),
    ]


def _sigmoid_backward(z: Floats, h: Floats, d_h: Floats, d_z: Floats) -> list[Call]:
    one = np.ones((), h.dtype)
    return [
        partial(np.subtract, one, h, d_z),
        partial(np.multiply, d_z, h, d_z),
        partial(np.multiply, d_z, d_h, d_z),
    ]


def _maxout(z: Floats, h: Floats) -> list[Call]:
    units = len(h)
    return [partial(np.maximum, z[:units], z[units:], out=h)]


def _maxout_backward(z: Floats, h: Floats, d_h: Floats, d_z: Floats) -> list[Call]:
    units = len(h)
    first_wins = np.empty(h.shape, dtype=bool)
    return [
        partial(np.greater_equal, z[:units], z[units:], first_wins),
        partial(np.multiply, d_h, first_wins, d_z[:units]),
        partial(np.subtract, d_h, d_z[:units], d_z[units:]),
    ]


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "tanh": Activation(_tanh, _tanh_backward),
        "relu": Activation(_relu, _relu_backward),
        "sigmoid": Activation(_sigmoid, _sigmoid_backward),
        "maxout": Activation(_maxout, _maxout_backward),
    }
)
