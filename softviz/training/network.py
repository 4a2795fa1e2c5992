"""The classifier in NumPy: forward and backward as one fixed list of calls on fixed buffers.

Everything is class-major (units x batch). A bias is the weight of a last input that is always 1, so that one
matrix product adds it and one gives its gradient. Parameters and gradients are one flat vector each, layers
are views into them, and every call writes into a buffer made beforehand: a step allocates nothing and runs
about twenty NumPy calls. np.dot is used where np.matmul would read better, because its overhead is about half
at these sizes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np

from softviz.training.activations import ACTIVATIONS
from softviz.training.architecture import NORM_EPSILON, Architecture
from softviz.training.arrays import Call, Floats
from softviz.training.losses import LOSSES, Loss


class Network:
    """A classifier bound to one batch size.

    Fill ``inputs`` and ``targets``, call ``evaluate`` or ``backpropagate``, read the rest.

    Attributes:
        parameters: All parameters, flat; write into it, never replace it.
        gradient: Gradient of the mean loss of the batch, flat; zeros for layers that do not learn.
        inputs: The batch, ``[batch, features + 1]``; the last column stays 1.
        targets: Distributions over the classes, ``[classes, batch]``.
        logits: ``[classes, batch]``.
        probabilities: ``[classes, batch]``, under the loss's own map.
        d_logits: Gradient of each example's own loss on its logits, ``[classes, batch]``.
        calls: Everything that ``backpropagate`` runs, for a loop that wants no method call.
        batch_statistics: Mean and variance of each normalised sum over the batch, ``[2 * norm_rows]``.
    """

    def __init__(
        self,
        architecture: Architecture,
        loss: str,
        batch_size: int,
        *,
        learn_hidden: bool = True,
        dtype: type[np.floating] = np.float64,
    ) -> None:
        self.architecture = architecture
        self.loss: Loss = LOSSES[loss]
        self.parameters: Floats = np.zeros(architecture.size, dtype)
        self.gradient: Floats = np.zeros(architecture.size, dtype)
        self.batch_statistics: Floats = np.zeros(2 * architecture.norm_rows, dtype)
        self.inputs: Floats = np.ones((batch_size, architecture.features + 1), dtype)
        self.targets: Floats = np.zeros((architecture.classes, batch_size), dtype)
        self.logits: Floats = np.empty((architecture.classes, batch_size), dtype)
        self.probabilities: Floats = np.empty_like(self.logits)
        self.d_logits: Floats = np.empty_like(self.logits)
        self._blocks = self._hidden_blocks()
        self._evaluation = self._forward_calls() + self._loss_calls()
        self.calls: list[Call] = self._evaluation + self._backward_calls(learn_hidden=learn_hidden)

    def evaluate(self) -> None:
        """Fill ``logits``, ``probabilities`` and ``d_logits`` from ``inputs`` and ``targets``."""
        run(self._evaluation)

    def backpropagate(self) -> None:
        """Fill ``gradient`` too."""
        run(self.calls)

    def _hidden_blocks(self) -> list[HiddenBlock]:
        blocks: list[HiddenBlock] = []
        weights = self.architecture.weights(self.parameters)
        gradients = self.architecture.weights(self.gradient)
        norms = self._batch_norms()
        below, d_below = self.inputs.T, None
        for index, layer in enumerate(self.architecture.layers[:-1]):
            block = HiddenBlock(
                Dense(weights[index], gradients[index], below, d_below),
                self.architecture.activation,
                layer.units,
                norms[index] if layer.normalised else None,
            )
            blocks.append(block)
            below, d_below = block.outputs, block.d_units
        self._head = Dense(weights[-1], gradients[-1], below, d_below)
        return blocks

    def _batch_norms(self) -> list[BatchNorm]:
        parts = zip(
            self.architecture.gains_and_shifts(self.parameters),
            self.architecture.gains_and_shifts(self.gradient),
            self.architecture.statistics(self.batch_statistics),
            strict=True,
        )
        return [BatchNorm(*views, batch_size=len(self.inputs)) for views in parts]

    def _forward_calls(self) -> list[Call]:
        calls = [call for block in self._blocks for call in block.forward()]
        return calls + self._head.forward(self.logits)

    def _loss_calls(self) -> list[Call]:
        to_probabilities = self.loss.probabilities(self.logits, self.probabilities)
        return to_probabilities + self.loss.gradient(self.probabilities, self.targets, self.d_logits)

    def _backward_calls(self, *, learn_hidden: bool) -> list[Call]:
        mean_gradient = np.empty_like(self.d_logits)
        share = np.full((), 1 / len(self.inputs), self.d_logits.dtype)
        calls: list[Call] = [partial(np.multiply, self.d_logits, share, mean_gradient)]
        calls += self._head.backward(mean_gradient, learn_below=learn_hidden)
        for block in reversed(self._blocks if learn_hidden else []):
            calls += block.backward()
        return calls


class Dense:
    """Weighted sums of the units below; the bias, where there is one, weighs the row of ones."""

    def __init__(self, weights: Floats, gradient: Floats, below: Floats, d_below: Floats | None) -> None:
        self.weights = weights
        self.gradient = gradient
        self.below = below[: weights.shape[1]]
        self.d_below = d_below

    def forward(self, sums: Floats) -> list[Call]:
        """The call that fills ``sums``, ``[rows, batch]``."""
        return [partial(np.dot, self.weights, self.below, sums)]

    def backward(self, d_sums: Floats, *, learn_below: bool = True) -> list[Call]:
        """The calls that fill the weights' gradient and, when a layer below learns, the gradient on its
        units."""
        calls: list[Call] = [partial(np.dot, d_sums, self.below.T, self.gradient)]
        if self.d_below is not None and learn_below:
            without_bias = self.weights[:, : len(self.d_below)]
            calls.append(partial(np.dot, without_bias.T, d_sums, self.d_below))
        return calls


class BatchNorm:
    """Normalise each sum over the batch, then scale and shift it (Ioffe & Szegedy 2015, arXiv:1502.03167)."""

    def __init__(self, parameters: Floats, gradient: Floats, statistics: Floats, *, batch_size: int) -> None:
        rows, dtype = parameters.shape[1], parameters.dtype
        self.gains, self.shifts = parameters[0][:, None], parameters[1][:, None]
        self.d_gains, self.d_shifts = gradient
        self.mean, self.variance = statistics
        self.share = np.full(batch_size, 1 / batch_size, dtype)
        self.epsilon = np.full((), NORM_EPSILON, dtype)
        self.inverse_deviation = np.empty((rows, 1), dtype)
        self.normalised = np.empty((rows, batch_size), dtype)
        self.work = np.empty((rows, batch_size), dtype)
        self.slope = np.empty((rows, 1), dtype)
        self.mean_d = np.empty((rows, 1), dtype)

    def forward(self, sums: Floats, outputs: Floats) -> list[Call]:
        """The calls that fill ``outputs`` and the batch's statistics."""
        return [
            partial(np.dot, sums, self.share, self.mean),
            partial(np.subtract, sums, self.mean[:, None], self.normalised),
            partial(np.multiply, self.normalised, self.normalised, self.work),
            partial(np.dot, self.work, self.share, self.variance),
            partial(np.add, self.variance[:, None], self.epsilon, self.inverse_deviation),
            partial(np.sqrt, self.inverse_deviation, self.inverse_deviation),
            partial(np.reciprocal, self.inverse_deviation, self.inverse_deviation),
            partial(np.multiply, self.normalised, self.inverse_deviation, self.normalised),
            partial(np.multiply, self.normalised, self.gains, outputs),
            partial(np.add, outputs, self.shifts, outputs),
        ]

    def backward(self, d_outputs: Floats, d_sums: Floats) -> list[Call]:
        """The calls that fill the gradients on gains, shifts and ``d_sums`` (which may be ``d_outputs``
        itself).

        With x the normalised sums: d_sums = gain / deviation * (d - mean(d) - x mean(d x)).
        """
        return [
            partial(np.add.reduce, d_outputs, 1, None, self.d_shifts),
            partial(np.multiply, d_outputs, self.normalised, self.work),
            partial(np.add.reduce, self.work, 1, None, self.d_gains),
            partial(np.multiply, self.d_shifts[:, None], self.share[:1], self.mean_d),
            partial(np.subtract, d_outputs, self.mean_d, d_sums),
            partial(np.multiply, self.d_gains[:, None], self.share[:1], self.mean_d),
            partial(np.multiply, self.normalised, self.mean_d, self.work),
            partial(np.subtract, d_sums, self.work, d_sums),
            partial(np.multiply, self.gains, self.inverse_deviation, self.slope),
            partial(np.multiply, d_sums, self.slope, d_sums),
        ]


class HiddenBlock:
    """Sums, batch norm when asked for, activation.

    Attributes:
        outputs: What the next layer reads, ``[units + 1, batch]``; the last row stays 1.
        d_units: Gradient on the units, ``[units, batch]``.
    """

    def __init__(self, dense: Dense, activation: str, units: int, norm: BatchNorm | None) -> None:
        rows, batch_size, dtype = len(dense.weights), dense.below.shape[1], dense.weights.dtype
        self.dense = dense
        self.norm = norm
        self.activation = ACTIVATIONS[activation]
        self.sums = np.empty((rows, batch_size), dtype)
        self.activated_sums = self.sums if norm is None else np.empty_like(self.sums)
        self.d_sums = np.empty_like(self.sums)
        self.outputs = np.ones((units + 1, batch_size), dtype)
        self.d_units = np.empty((units, batch_size), dtype)

    def forward(self) -> list[Call]:
        """The calls that fill ``outputs``."""
        calls = self.dense.forward(self.sums)
        if self.norm is not None:
            calls += self.norm.forward(self.sums, self.activated_sums)
        return calls + self.activation.forward(self.activated_sums, self.outputs[:-1])

    def backward(self) -> list[Call]:
        """The calls from ``d_units`` down to the layer below."""
        calls = self.activation.backward(self.activated_sums, self.outputs[:-1], self.d_units, self.d_sums)
        if self.norm is not None:
            calls += self.norm.backward(self.d_sums, self.d_sums)
        return calls + self.dense.backward(self.d_sums)


def run(calls: Iterable[Call]) -> None:
    """Run prepared calls in order."""
    for call in calls:
        call()
