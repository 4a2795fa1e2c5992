"""The same network in torch, on the best device there is: a peer to check against, and the way to a GPU.

Import this module only where torch is asked for. It starts from the same weights, takes the same batches and
keeps its parameters in the same flat vector as the NumPy network, so the two can be compared number by
number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from softviz.training.architecture import NORM_EPSILON, Architecture, folded
from softviz.training.arrays import Floats
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset
from softviz.training.learner import NORM_MOMENTUM, batch_order, first_parameters
from softviz.training.losses import smoothed_targets

Tensor = Any


def best_device() -> str:
    """The fastest device that torch finds: "cuda", "mps" or "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


class TorchLearner:
    """A ``Learner`` whose gradients come from autograd and whose updates come from torch.optim.

    Args:
        config: What to train and how.
        dataset: From ``load_dataset``.
        device: A torch device; the best one when None. In float64, except on mps, which has none.
    """

    def __init__(self, config: TrainingConfig, dataset: Dataset, device: str | None = None) -> None:
        device = best_device() if device is None else device
        options = {"device": device, "dtype": torch.float32 if device == "mps" else torch.float64}
        self.config = config
        self.architecture = Architecture.of(config, dataset.features.shape[1], dataset.classes)
        labels = dataset.labels[dataset.train]
        targets = smoothed_targets(labels, dataset.classes, config.label_smoothing)
        self.batch_size = min(config.batch_size, labels.size)
        self._order = batch_order(labels.size, self.batch_size, config.seed)
        self._inputs = torch.as_tensor(dataset.features[dataset.train], **options)
        self._targets = torch.as_tensor(targets.T, **options)
        self._start = torch.as_tensor(first_parameters(config, self.architecture), **options)
        self._place = self.architecture.trainable(
            freeze_hidden=config.freeze_hidden, pin_last_logit=config.pin_last_logit
        )
        self.learning = self._start[self._place].clone().requires_grad_()
        self.optimizer = _optimizer(config, self.learning)
        self.running = _statistics_at_start(self.architecture, options)
        self.batch_statistics: list[Tensor] = []
        self._next_gradient()

    @property
    def parameters(self) -> Tensor:
        """All parameters, flat, those that do not learn included."""
        return torch.cat([self._start[: self._place.start], self.learning, self._start[self._place.stop :]])

    @property
    def gradient(self) -> Floats:
        """Gradient of the mean loss of the next batch, flat; zeros for what does not learn."""
        gradient = np.zeros(self.architecture.size)
        gradient[self._place] = self.learning.grad.cpu().numpy()
        return gradient

    def advance(self, steps: int) -> None:
        """See ``Learner.advance``."""
        for _ in range(steps):
            self._mix_in_statistics()
            self.optimizer.step()
            self._next_gradient()

    def plain_parameters(self) -> Floats:
        """See ``Learner.plain_parameters``."""
        statistics = np.concatenate([part.cpu().numpy().ravel() for part in self.running] or [np.empty(0)])
        return folded(self.architecture, self.parameters.detach().cpu().double().numpy(), statistics)

    def gradient_norms(self) -> Floats:
        """See ``Learner.gradient_norms``."""
        gradient = self.gradient
        return np.array([np.linalg.norm(gradient[place]) for place in self.architecture.slices])

    def _next_gradient(self) -> None:
        rows = torch.as_tensor(next(self._order), device=self._inputs.device)
        outputs = forward(self.architecture, self.parameters, self._inputs[rows])
        self.batch_statistics = outputs.batch_statistics
        self.optimizer.zero_grad()
        losses(self.config.loss, outputs.logits, self._targets[rows]).mean().backward()

    def _mix_in_statistics(self) -> None:
        unbiased = self.batch_size / max(self.batch_size - 1, 1)
        for running, batch in zip(self.running, self.batch_statistics, strict=True):
            newest = torch.stack([batch[0], unbiased * batch[1]])
            running.mul_(1 - NORM_MOMENTUM).add_(newest, alpha=NORM_MOMENTUM)


class Outputs:
    """Logits ``[batch, classes]``, and mean and variance ``[2, rows]`` of each normalised layer's sums."""

    def __init__(self, logits: Tensor, batch_statistics: list[Tensor]) -> None:
        self.logits = logits
        self.batch_statistics = batch_statistics


def forward(architecture: Architecture, parameters: Tensor, inputs: Tensor) -> Outputs:
    """Run a network on a batch, ``[batch, features]``, from its flat parameters."""
    statistics: list[Tensor] = []
    units = inputs
    norms = iter(architecture.gains_and_shifts(parameters))
    *hidden, head = zip(architecture.layers, architecture.weights(parameters), strict=True)
    for layer, weights in hidden:
        sums = _affine(units, weights, layer.inputs)
        if layer.normalised:
            variance, mean = torch.var_mean(sums, dim=0, correction=0)
            statistics.append(torch.stack([mean, variance]).detach())
            gains, shifts = next(norms)
            sums = gains * (sums - mean) / torch.sqrt(variance + NORM_EPSILON) + shifts
        units = _activated(architecture.activation, sums, layer.units)
    return Outputs(_affine(units, head[1], head[0].inputs), statistics)


def losses(loss: str, logits: Tensor, targets: Tensor) -> Tensor:
    """Loss of each example, ``[batch]``; see ``softviz.training.losses`` for the names."""
    if loss == "cross_entropy":
        return -(targets * torch.log_softmax(logits, dim=1)).sum(dim=1)
    if loss == "squared_error":
        return ((torch.softmax(logits, dim=1) - targets) ** 2).sum(dim=1) / 2
    p = _sparsemax(logits)
    return ((p - targets) * logits - (p**2 - targets**2) / 2).sum(dim=1)


def _affine(units: Tensor, weights: Tensor, inputs: int) -> Tensor:
    sums = units @ weights[:, :inputs].T
    return sums + weights[:, inputs] if weights.shape[1] > inputs else sums


def _activated(activation: str, sums: Tensor, units: int) -> Tensor:
    if activation == "maxout":
        return torch.maximum(sums[:, :units], sums[:, units:])
    return getattr(torch, activation)(sums)


def _sparsemax(logits: Tensor) -> Tensor:
    counts = torch.arange(1, logits.shape[1] + 1, device=logits.device)
    threshold = ((logits.sort(dim=1, descending=True).values.cumsum(dim=1) - 1) / counts).amax(dim=1)
    return torch.clamp(logits - threshold[:, None], min=0)


def _optimizer(config: TrainingConfig, learning: Tensor) -> Any:
    shared = {"lr": config.learning_rate, "weight_decay": config.weight_decay}
    if config.optimizer == "adam":
        return torch.optim.Adam([learning], **shared)
    momentum = config.momentum if config.optimizer == "momentum" else 0.0
    return torch.optim.SGD([learning], momentum=momentum, **shared)


def _statistics_at_start(architecture: Architecture, options: dict[str, Any]) -> list[Tensor]:
    at_start = torch.tensor([[0.0], [1.0]], **options)
    return [at_start.repeat(1, layer.rows) for layer in architecture.layers if layer.normalised]
