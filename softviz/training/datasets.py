"""Examples to learn from: seeded toy clouds, four real data sets, or the learner's own table.

``load_examples`` gives raw rows and labels; ``prepare`` splits off held-out rows, standardises by the
training rows alone, and moves some training labels when label noise is asked for. ``load_dataset`` does both.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from softviz.training.arrays import Bools, Floats, Ints
from softviz.training.configuration import TrainingConfig
from softviz.training.toy import SHAPES

DATA = Path(__file__).parent / "data"

EXAMPLES_STREAM, SPLIT_STREAM, LABEL_NOISE_STREAM = 0, 1, 2
"""Each use of data_seed draws from its own stream, so that one choice does not disturb another."""

FEWEST_ROWS = 10
FARTHEST = 1_000.0
"""A held-out row that lies more standard deviations than this from the training rows is moved in to it."""
LARGEST_MAGNITUDE = 1e100
"""Beyond this a square overflows, and with it the standard deviation."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Raw rows with their classes, before splitting and scaling.

    Attributes:
        features: ``[rows, features]``, finite float64.
        labels: Class of each row, ``[rows]``, from 0.
        notes: One sentence for each thing that was encoded, left out or sampled on the way in.
        image_shape: Height and width where a row is a picture; then all pixels share one scale.

    Raises:
        ValueError: fewer than two classes or than ten rows, shapes that disagree, or values that are not
            finite.
    """

    features: Floats
    labels: Ints
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        rows, columns = self.features.shape
        if self.labels.shape != (rows,) or len(self.feature_names) != columns:
            raise ValueError(
                f"expected {rows} labels and {columns} feature names; "
                f"got {self.labels.size} and {len(self.feature_names)}"
            )
        if len(self.class_names) < 2 or np.unique(self.labels).size < 2:
            raise ValueError(f"expected rows of at least 2 classes; got {np.unique(self.labels).size}")
        if rows < FEWEST_ROWS:
            raise ValueError(f"expected at least {FEWEST_ROWS} rows; got {rows}")
        if columns == 0 or not np.all(np.abs(self.features) <= LARGEST_MAGNITUDE):
            raise ValueError("expected at least one feature, with finite values; got none, or nan or infinity")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Standardised examples, split into training and held-out rows.

    Attributes:
        features: ``[rows, features]``; training rows have mean 0 and standard deviation 1 in each feature
            (pictures: over all pixels together).
        labels: Class of each row as the network sees it, label noise included.
        moved: True where label noise moved the label.
        train: Row numbers to learn from, in random order.
        held_out: Row numbers kept aside, in random order.
        mean: What was subtracted, ``[features]``.
        scale: What was divided by, ``[features]``; 1 for a constant feature.
    """

    features: Floats
    labels: Ints
    moved: Bools
    train: Ints
    held_out: Ints
    mean: Floats
    scale: Floats
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    notes: tuple[str, ...]
    image_shape: tuple[int, int] | None

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def fingerprint(self) -> str:
        """Short digest of every number that training sees."""
        digest = hashlib.sha256()
        for array in (self.features, self.labels, self.train, self.held_out):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def load_dataset(config: TrainingConfig, own: Examples | None = None) -> Dataset:
    """Load, split and standardise the data that a configuration names.

    Args:
        config: Which data, how much noise, which seed.
        own: The learner's table, for ``config.dataset == "table"``.

    Raises:
        ValueError: the configuration asks for the learner's own table and none was given.
    """
    return prepare(load_examples(config, own), config)


def load_examples(config: TrainingConfig, own: Examples | None = None) -> Examples:
    """Load the raw examples that a configuration names; see ``load_dataset``."""
    if config.is_toy:
        return toy_examples(config)
    if config.dataset in REAL:
        return REAL[config.dataset]()
    if own is None:
        raise ValueError("expected a table with labels, as the data set 'table' is the learner's own; got none")
    return own


def toy_examples(config: TrainingConfig) -> Examples:
    """Draw the toy data set of a configuration."""
    rng = np.random.default_rng([config.data_seed, EXAMPLES_STREAM])
    labels = np.arange(config.examples) % config.classes
    points = SHAPES[config.dataset](labels, config.classes, config.noise, rng)
    names = tuple("ABCDEF"[: config.classes])
    return Examples(points, labels, names, ("x", "y"))


def prepare(examples: Examples, config: TrainingConfig) -> Dataset:
    """Split, standardise and, when asked for, move training labels."""
    split_rng = np.random.default_rng([config.data_seed, SPLIT_STREAM])
    noise_rng = np.random.default_rng([config.data_seed, LABEL_NOISE_STREAM])
    held = held_out_rows(examples.labels, config.held_out, split_rng)
    order = split_rng.permutation(held.size)
    train = order[~held[order]]
    labels = examples.labels.copy()
    labels[train] = moved_labels(labels[train], len(examples.class_names), config.label_noise, noise_rng)
    mean, scale = scaling(examples.features[train], shared=examples.image_shape is not None)
    return Dataset(
        features=np.clip((examples.features - mean) / scale, -FARTHEST, FARTHEST),
        labels=labels,
        moved=labels != examples.labels,
        train=train,
        held_out=order[held[order]],
        mean=mean,
        scale=scale,
        class_names=examples.class_names,
        feature_names=examples.feature_names,
        notes=examples.notes,
        image_shape=examples.image_shape,
    )


def held_out_rows(labels: Ints, fraction: float, rng: np.random.Generator) -> Bools:
    """Choose the held-out rows: the same fraction of every class, at least one row of each class that has
    two."""
    held = np.zeros(labels.size, dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        if members.size > 1:
            held[members[: max(1, round(fraction * members.size))]] = True
    return held


def moved_labels(labels: Ints, classes: int, fraction: float, rng: np.random.Generator) -> Ints:
    """Move a fraction of the labels, each to one of the other classes with equal chance."""
    chosen = rng.permutation(labels.size)[: round(fraction * labels.size)]
    moved = labels.copy()
    moved[chosen] = (labels[chosen] + rng.integers(1, classes, size=chosen.size)) % classes
    return moved


def scaling(rows: Floats, *, shared: bool) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each feature, or of all together; 1 for the deviation of a constant
    one."""
    axis = None if shared else 0
    mean = np.broadcast_to(rows.mean(axis=axis), rows.shape[1:]).copy()
    scale = np.broadcast_to(rows.std(axis=axis), rows.shape[1:]).copy()
    # A constant column leaves a standard deviation of 0, or of a few ulp of its value.
    scale[scale <= 1e-12 * np.abs(mean)] = 1.0
    return mean, scale


@cache
def _iris() -> Examples:
    return _shipped_table("iris.csv")


@cache
def _penguins() -> Examples:
    return _shipped_table("penguins.csv")


@cache
def _wine() -> Examples:
    return _shipped_table("wine.csv")


@cache
def _digits() -> Examples:
    with np.load(DATA / "digits.npz") as shipped:
        pixels, labels = shipped["pixels"].astype(float), shipped["labels"].astype(int)
    names = tuple(f"row {row}, column {column}" for row in range(8) for column in range(8))
    return Examples(pixels, labels, tuple("0123456789"), names, image_shape=(8, 8))


def _shipped_table(name: str) -> Examples:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    class_names = tuple(dict.fromkeys(row[-1] for row in rows))
    features = np.array([row[:-1] for row in rows], dtype=float)
    labels = np.array([class_names.index(row[-1]) for row in rows])
    return Examples(features, labels, class_names, tuple(header[:-1]))


REAL: Mapping[str, Callable[[], Examples]] = MappingProxyType(
    {"iris": _iris, "penguins": _penguins, "wine": _wine, "digits": _digits}
)
