"""Softmax beside its relatives: the learner's scores through the chosen maps, and what the outputs measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softviz.core.mappings import softmax_at
from softviz.core.registry import MAPPINGS
from softviz.core.relatives import Floats, Relative, is_distribution
from softviz.core.simplex import entropy, kl_divergence, support_size, total_variation
from softviz.core.support_planes import SupportPlane, support_plane
from softviz.core.ternary_paths import TernaryPath, score_path, temperature_path
from softviz.core.two_classes import TwoClassCurve, two_class_curve
from softviz.fields import LinkRecord, choice, number
from softviz.scores import Scores
from softviz.state import Exploration

MOVING_SCORES = ("first", "second", "third")
MOST_IN_HEAT_MAP = 8
"""More classes than this are cells too small to read."""


@dataclass(frozen=True)
class Pictures(LinkRecord):
    """How the pictures of the compare page are set; a link carries it.

    Attributes:
        path: What moves along the paths on the triangle: the temperature, or the score of one of the three corners.
        second: The second class's score in the picture of two classes.
    """

    path: str = choice("path", default="temperature", options=("temperature", *MOVING_SCORES))
    second: float = number("second", default=0.0, minimum=-10.0, maximum=10.0)


@dataclass(frozen=True)
class Corners:
    """The three classes of the triangle.

    Attributes:
        labels: Their names.
        logits: Their scores, shape ``[3]``.
    """

    labels: tuple[str, ...]
    logits: Floats


@dataclass(frozen=True)
class Comparison:
    """The learner's scores through the chosen maps.

    Attributes:
        scores: The same for all.
        temperature: The same for all, in [0, inf].
        relatives: In the order of the columns.
    """

    scores: Scores
    temperature: float
    relatives: tuple[Relative, ...]

    @classmethod
    def of(cls, exploration: Exploration) -> Comparison:
        """Take scores, temperature, maps and parameters from the shared record."""
        relatives = (Relative(MAPPINGS[key], tuple(exploration.parameters_of(key).items())) for key in exploration.maps)
        return cls(exploration.scores, exploration.temperature, tuple(relatives))

    @cached_property
    def outputs(self) -> Floats:
        """What each map makes of the scores, shape ``[maps, classes]``."""
        return np.stack([relative.outputs(self.scores.values, self.temperature) for relative in self.relatives])

    @property
    def names(self) -> list[str]:
        """The maps' names, with their parameters."""
        return [relative.name for relative in self.relatives]

    @property
    def top_gap(self) -> float:
        """The distance between the two largest scores."""
        runner_up, top = np.partition(self.scores.values, -2)[-2:]
        return float(top - runner_up)

    def outputs_table(self) -> pd.DataFrame:
        """Lay the outputs out at full precision, one row a class, one column a map."""
        columns = dict(zip(self.names, self.outputs, strict=True))
        return pd.DataFrame({"class": list(self.scores.labels), "score z": self.scores.values, **columns})

    def measures_table(self, unit: str = "nats") -> pd.DataFrame:
        """Measure every map's outputs at full precision, one row a map.

        Args:
            unit: Of entropy and divergence: nats or bits.

        Returns:
            What is defined for distributions only is NaN where the outputs are not one.
        """
        p, reference = self.outputs, softmax_at(self.scores.values, self.temperature)
        per_nat = np.log2(np.e) if unit == "bits" else 1.0
        with np.errstate(invalid="ignore"):
            measures = {
                f"entropy ({unit})": entropy(p) * per_nat,
                f"KL to softmax ({unit})": _past_rounding(kl_divergence(p, reference)) * per_nat,
                "total variation to softmax": _past_rounding(total_variation(p, reference)),
            }
        whole = is_distribution(p)
        return pd.DataFrame(
            {
                "map": self.names,
                "sum": p.sum(axis=-1),
                "largest": p.max(axis=-1),
                "classes not zero": support_size(p),
                **{name: np.where(whole, values, np.nan) for name, values in measures.items()},
            }
        )

    def two_class_curves(self, second: float) -> list[TwoClassCurve]:
        """Draw up every map's curve of two classes, the second with a given score."""
        return [two_class_curve(relative, self.temperature, second) for relative in self.relatives]

    def corners(self) -> Corners | None:
        """Take the three classes with the largest scores, in the learner's order; None where there are only two."""
        if len(self.scores) < 3:
            return None
        positions = np.sort(self.scores.ranking()[:3])
        return Corners(tuple(self.scores.labels[i] for i in positions), self.scores.values[positions])

    def ternary_paths(self, corners: Corners, pictures: Pictures) -> list[TernaryPath]:
        """Follow every map whose outputs are a distribution over the triangle."""
        return [self._path(relative, corners, pictures) for relative in self.on_triangle(corners)]

    def on_triangle(self, corners: Corners) -> list[Relative]:
        """Choose the maps whose outputs for the three corners' scores are a distribution."""
        return [r for r in self.relatives if is_distribution(r.outputs(corners.logits, self.temperature))]

    def _path(self, relative: Relative, corners: Corners, pictures: Pictures) -> TernaryPath:
        if pictures.path == "temperature":
            return temperature_path(relative, corners.logits, self.temperature)
        return score_path(relative, corners.logits, self.temperature, MOVING_SCORES.index(pictures.path))

    def support_planes(self, corners: Corners) -> list[SupportPlane]:
        """Draw up the regions of every map that sends scores to an edge or a corner."""
        planes = (support_plane(relative, corners.logits, self.temperature) for relative in self.relatives)
        return [plane for plane in planes if plane is not None]

    @property
    def slopes_exist(self) -> bool:
        """Whether the maps have slopes at this temperature: at 0 they jump, at infinity nothing moves."""
        return 0 < self.temperature < np.inf

    def heat_map_classes(self) -> NDArray[np.intp]:
        """Choose the classes that a heat map has room for: all, or the eight largest, in the learner's order."""
        return np.sort(self.scores.ranking()[:MOST_IN_HEAT_MAP])

    def jacobians(self) -> Floats:
        """Take the slopes of every map between the classes of the heat map, shape ``[maps, n, n]``."""
        shown = self.heat_map_classes()
        values = self.scores.values
        return np.stack([r.jacobian_block(values, self.temperature, shown) for r in self.relatives])


def _past_rounding(distances: Floats) -> Floats:
    """Call a distance zero that the rounding of two equal distributions could make."""
    return np.where(distances < 1e-14, 0.0, distances)
