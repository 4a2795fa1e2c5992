"""A registered map with its parameters set: what is needed to draw it, to name it and to keep its pictures."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.core.derivatives import jvp, vjp
from softviz.core.record import Mapping

Floats = NDArray[np.floating[Any]]

OFF_SIMPLEX = 1e-9
"""A sum further from one than this is no distribution; rounding over 100,000 classes stays below it."""


@dataclass(frozen=True)
class Relative:
    """One map of the registry, tuned.

    Attributes:
        mapping: Its record.
        pairs: Parameters and their values; hashable, so that what does not depend on the scores can be kept.
    """

    mapping: Mapping
    pairs: tuple[tuple[str, float], ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by the names that the map takes."""
        return dict(self.pairs)

    @property
    def name(self) -> str:
        """The map's name with its parameters: "α-entmax (α = 1.5)"."""
        values = [f"{_sign(self.mapping.parameter(key).symbol)} = {value:.5g}" for key, value in self.pairs]
        return f"{self.mapping.name} ({', '.join(values)})" if values else self.mapping.name

    def outputs(self, logits: Floats, temperature: float | Floats) -> Floats:
        """Map ``logits / temperature``, shape ``[..., classes]``, with the exact limits at 0 and infinity."""
        answer: Floats = self.mapping.at(logits, temperature, **self.parameters)
        return answer

    def slopes_along(self, logits: Floats, tangent: Floats, temperature: float) -> Floats:
        """Change of every output when the scores move along a tangent, shape ``[..., classes]``."""
        with np.errstate(all="ignore"):  # a tiny temperature may overflow the scores; the slope is then no number
            answer: Floats = jvp(self.mapping, logits, tangent, temperature=temperature, **self.parameters)
        return answer

    def jacobian_block(self, logits: Floats, temperature: float, classes: NDArray[np.intp]) -> Floats:
        """Slopes between some classes; all classes take part in the outputs.

        Only the rows that are asked for are computed, so that many classes are no obstacle.

        Args:
            logits: Shape ``[classes]``.
            temperature: Positive and finite; raises ``ValueError`` otherwise.
            classes: Positions of the ``n`` classes of interest.

        Returns:
            Entry ``[i, j]`` is dp_i / dz_j, shape ``[n, n]``.
        """
        one_output = np.zeros((classes.size, logits.size))
        one_output[np.arange(classes.size), classes] = 1
        with np.errstate(all="ignore"):
            rows: Floats = vjp(self.mapping, logits, one_output, temperature=temperature, **self.parameters)
        return rows[:, classes]


def _sign(symbol: str) -> str:
    r"""Write a LaTeX symbol as one plain sign: "k" as it is, r"\alpha" as "α"."""
    return unicodedata.lookup(f"GREEK SMALL LETTER {symbol[1:].upper()}") if symbol.startswith("\\") else symbol


def is_distribution(outputs: Floats) -> NDArray[np.bool_]:
    """Tell which rows of outputs ``[..., classes]`` are non-negative and sum to one, shape ``[...]``."""
    answer: NDArray[np.bool_] = (np.abs(outputs.sum(axis=-1) - 1) <= OFF_SIMPLEX) & (outputs >= 0).all(axis=-1)
    return answer
