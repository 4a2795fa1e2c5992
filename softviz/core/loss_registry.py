"""The losses that a learner can compare, each one record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Self

from softviz.core.losses import (
    cross_entropy,
    cross_entropy_gradient,
    fenchel_young_gradient,
    fenchel_young_loss,
    focal_loss,
    focal_loss_gradient,
    squared_error,
    squared_error_gradient,
)


@dataclass(frozen=True)
class Loss:
    """One loss of scores against a target.

    Attributes:
        key: Short and stable: links carry it.
        name: On screen.
        value: From logits ``[..., classes]`` and target ``[..., classes]`` to ``[...]``.
        gradient: From the same to ``[..., classes]``.
        latex: The loss.
        gradient_latex: Its gradient on the scores.
        reference: Where it comes from.
        curvature: The largest second derivative that it has in any direction of the logits, at any point; gradient
            descent with a learning rate of at most two over it never raises the loss. None where no bound is claimed.
    """

    key: str
    name: str
    value: Callable[[Any, Any], Any]
    gradient: Callable[[Any, Any], Any]
    latex: str
    gradient_latex: str
    reference: str
    curvature: float | None = None

    def at(self, temperature: float) -> Self:
        """Divide the logits by a temperature, positive and finite, before the loss sees them."""
        if temperature == 1:
            return self
        return dataclasses.replace(
            self,
            value=lambda logits, target: self.value(logits / temperature, target),
            gradient=lambda logits, target: self.gradient(logits / temperature, target) / temperature,
            curvature=None if self.curvature is None else self.curvature / temperature**2,
        )


_RECORDS = (
    Loss(
        key="cross-entropy",
        name="Cross-entropy",
        value=cross_entropy,
        gradient=cross_entropy_gradient,
        latex=r"-\sum_i y_i \log p_i",
        gradient_latex=r"p - y",
        reference="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
        curvature=0.5,  # that of diag(p) - p p^T, reached where two classes share everything
    ),
    Loss(
        key="squared-error",
        name="Squared error",
        value=squared_error,
        gradient=squared_error_gradient,
        latex=r"\tfrac12 \lVert p - y \rVert^2",
        gradient_latex=r"J\,(p - y)",
        reference="Brier (1950), Verification of forecasts expressed in terms of probability",
    ),
    Loss(
        key="sparsemax",
        name="Sparsemax loss",
        value=partial(fenchel_young_loss, alpha=2.0),
        gradient=partial(fenchel_young_gradient, alpha=2.0),
        latex=r"\tfrac12 \lVert y - z \rVert^2 - \tfrac12 \lVert \operatorname{sparsemax}(z) - z \rVert^2",
        gradient_latex=r"\operatorname{sparsemax}(z) - y",
        reference="Martins & Astudillo (2016), arXiv:1602.02068",
        curvature=1.0,  # sparsemax is a projection: it never stretches
    ),
    Loss(
        key="focal",
        name="Focal loss",
        value=focal_loss,
        gradient=focal_loss_gradient,
        latex=r"-\sum_i y_i (1 - p_i)^2 \log p_i",
        gradient_latex=(
            r"\begin{aligned} & g - p \textstyle\sum_j g_j, \\"
            r"& g_i = y_i (1 - p_i) (2 p_i \log p_i + p_i - 1) \end{aligned}"
        ),
        reference="Lin et al. (2017), arXiv:1708.02002",
    ),
)

LOSSES: ReadOnly[str, Loss] = MappingProxyType({record.key: record for record in _RECORDS})
"""Every loss by its key, in the order in which pages show them."""
