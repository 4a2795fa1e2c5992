"""The shape of a classifier, and where each layer's numbers lie in one flat vector."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from softviz.training.arrays import Floats

if TYPE_CHECKING:
    from softviz.training.configuration import TrainingConfig

MAXOUT_PIECES = 2
NORM_EPSILON = 1e-5
"""Added to the batch variance before its root, as in torch."""


@dataclass(frozen=True)
class Layer:
    """One affine layer: ``rows = units * pieces`` weighted sums of ``inputs`` numbers.

    Attributes:
        pieces: Affine pieces that one unit takes the largest of (maxout); else 1.
        normalised: Followed by batch norm, which makes a bias of its own needless.
    """

    inputs: int
    units: int
    pieces: int = 1
    normalised: bool = False

    @property
    def rows(self) -> int:
        """Number of weighted sums."""
        return self.units * self.pieces

    @property
    def weight_shape(self) -> tuple[int, int]:
        """Rows and columns of the weights; the bias is the last column where there is one."""
        return self.rows, self.inputs + (not self.normalised)

    @property
    def size(self) -> int:
        """How many parameters: weights, then the norm's gains and shifts."""
        return math.prod(self.weight_shape) + 2 * self.rows * self.normalised


@dataclass(frozen=True)
class Architecture:
    """Sizes of a classifier: features, hidden units of each layer, classes.

    Its parameters are one flat vector: layer by layer, weights row by row (bias last in its row), then for a
    normalised layer the gains and the shifts. The head comes last, and within it the last class's row.
    """

    features: int
    classes: int
    hidden: tuple[int, ...]
    activation: str
    batch_norm: bool = False

    @classmethod
    def of(cls, config: TrainingConfig, features: int, classes: int) -> Architecture:
        """The network that a configuration asks for."""
        hidden = (config.width,) * config.hidden_layers
        return cls(features, classes, hidden, config.activation, config.batch_norm)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """All layers from the first hidden one to the head."""
        pieces = MAXOUT_PIECES if self.activation == "maxout" else 1
        hidden = [
            Layer(inputs, units, pieces, self.batch_norm) for inputs, units in pairwise((self.features, *self.hidden))
        ]
        return (*hidden, Layer((self.features, *self.hidden)[-1], self.classes))

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """Where each layer's parameters lie in the flat vector."""
        ends = accumulate((layer.size for layer in self.layers), initial=0)
        return tuple(slice(start, end) for start, end in pairwise(ends))

    @property
    def size(self) -> int:
        """Length of the flat vector."""
        return sum(layer.size for layer in self.layers)

    @property
    def gain(self) -> float:
        """Variance times inputs of a hidden layer's first weights: 2 before ReLU and maxout, else 1.

        He et al. (2015), arXiv:1502.01852.
        """
        return 2.0 if self.activation in ("relu", "maxout") else 1.0

    @property
    def norm_rows(self) -> int:
        """How many sums are batch-normalised, over all layers."""
        return sum(layer.rows for layer in self.layers if layer.normalised)

    @cached_property
    def plain(self) -> Architecture:
        """The same network without batch norm: what it is once its statistics are folded into the weights."""
        return replace(self, batch_norm=False) if self.batch_norm else self

    def trainable(self, *, freeze_hidden: bool, pin_last_logit: bool) -> slice:
        """The part of the flat vector that learns: contiguous, since the head and its last row come last."""
        head = self.layers[-1]
        start = self.slices[-1].start if freeze_hidden else 0
        return slice(start, self.size - head.weight_shape[1] * pin_last_logit)

    def weights(self, flat: Floats) -> list[Floats]:
        """Views of each layer's weight matrix in a flat vector, or in a stack of them ``[..., size]``."""
        views = []
        for layer, place in zip(self.layers, self.slices, strict=True):
            start = place.start
            stop = start + math.prod(layer.weight_shape)
            views.append(flat[..., start:stop].reshape(*flat.shape[:-1], *layer.weight_shape))
        return views

    def gains_and_shifts(self, flat: Floats) -> list[Floats]:
        """Views ``[2, rows]`` of each normalised layer's gains and shifts."""
        return [
            flat[place.stop - 2 * layer.rows : place.stop].reshape(2, layer.rows)
            for layer, place in zip(self.layers, self.slices, strict=True)
            if layer.normalised
        ]

    def statistics(self, flat: Floats) -> list[Floats]:
        """Views ``[2, rows]`` of each normalised layer's mean and variance in a vector of ``2 *
        norm_rows``."""
        views = []
        start = 0
        for layer in self.layers:
            if layer.normalised:
                views.append(flat[start : start + 2 * layer.rows].reshape(2, layer.rows))
                start += 2 * layer.rows
        return views


def initial_parameters(architecture: Architecture, scale: float, rng: np.random.Generator) -> Floats:
    """Draw initial weights: normal, variance ``Architecture.gain`` / inputs (the head: 1 / inputs), times
    scale^2.

    Biases and shifts are 0, norm gains 1.
    """
    flat = np.zeros(architecture.size)
    first_gains = [*[architecture.gain] * len(architecture.hidden), 1.0]
    for layer, weights, gain in zip(architecture.layers, architecture.weights(flat), first_gains, strict=True):
        deviation = scale * math.sqrt(gain / layer.inputs)
        weights[:, : layer.inputs] = deviation * rng.standard_normal((layer.rows, layer.inputs))
    for gains, _ in architecture.gains_and_shifts(flat):
        gains[:] = 1.0
    return flat


def folded(architecture: Architecture, parameters: Floats, statistics: Floats) -> Floats:
    """Fold batch norm's statistics into the weights before it.

    Args:
        architecture: The network that was trained.
        parameters: Its flat vector.
        statistics: Mean and variance of each normalised sum, ``[2 * norm_rows]``, see
            ``Architecture.statistics``.

    Returns:
        The flat vector of ``architecture.plain``, which gives the same logits.
    """
    if not architecture.batch_norm:
        return parameters.astype(float)
    flat = np.empty(architecture.plain.size)
    views = zip(architecture.weights(parameters), architecture.plain.weights(flat), strict=True)
    norms = zip(architecture.gains_and_shifts(parameters), architecture.statistics(statistics), strict=True)
    for layer, (trained, plain) in zip(architecture.layers, views, strict=True):
        if not layer.normalised:
            plain[:] = trained
            continue
        (gains, shifts), (mean, variance) = next(norms)
        slope = gains / np.sqrt(variance + NORM_EPSILON)
        plain[:, :-1] = slope[:, None] * trained
        plain[:, -1] = shifts - slope * mean
    return flat
