"""Small things to try on each page: whole states to set, and what to look for in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from softviz.fields import LinkRecord
from softviz.records.descent import Descent
from softviz.records.magnitude import Magnitude
from softviz.records.training_presets import PRESETS
from softviz.scores import Scores
from softviz.state import Exploration


@dataclass(frozen=True)
class Experiment:
    """A button that sets the state of a page, and what to look for there.

    Attributes:
        label: On the button.
        look_for: One or two sentences beside it.
        records: Whole ones, so that its sentence holds whatever was set before.
    """

    label: str
    look_for: str
    records: tuple[LinkRecord, ...]


_ANIMALS = ("cat", "dog", "bird")
_TEXTBOOK = Scores.of([2.0, 1.0, 0.1], _ANIMALS)
_GLIDE = ("softmax", "entmax", "sparsemax")

_HOME = (
    Experiment(
        "Make the first two tie",
        "Their bars are equal at every temperature.",
        (Exploration(preset="tie"),),
    ),
    Experiment(
        "Turn the temperature to zero",
        "All that is left is the largest score.",
        (Exploration(temperature=0.0),),
    ),
    Experiment(
        "Add 1,000 to every score",
        "The scores were 2, 1 and 0.1. No probability moves: cat has 0.659 before and after.",
        (Exploration(own=_TEXTBOOK.with_values(_TEXTBOOK.values + 1000)),),
    ),
)

_TEMPERATURE = (
    Experiment(
        "Make two scores tie, then freeze",
        "They share at T = 0, and the entropy stops at log 2.",
        (Exploration(preset="tie", temperature=0.0),),
    ),
    Experiment(
        "Heat one giant",
        "Little moves while T is far below the gap of 10; then the entropy climbs fast.",
        (Exploration(preset="giant", temperature=4.0),),
    ),
    Experiment(
        "Warm a whole vocabulary",
        "At T = 1 the eight largest hold most; turn the handle a little and the tail takes over.",
        (Exploration(preset="token-paris"),),
    ),
)

_COMPARE = (
    Experiment(
        "Make alpha 1",
        "The column of α-entmax is the column of softmax, and its region on the plane is gone.",
        (Exploration(maps=_GLIDE, parameters=(("entmax.alpha", 1.0),)),),
    ),
    Experiment(
        "Make alpha 2",
        "Now it is the column of sparsemax, and its slope jumps where the curve of two classes has corners.",
        (Exploration(maps=_GLIDE, parameters=(("entmax.alpha", 2.0),)),),
    ),
    Experiment(
        "Let two scores tie, without heat",
        "At T = 0 softmax, sparsemax and α-entmax share the top; sigmoid gives every score above 0 a full one.",
        (Exploration(preset="tie", temperature=0.0),),
    ),
    Experiment(
        "Give sigmoid two classes, scores 2 and 0",
        "Said: sigmoid is for two classes. Its first output, 0.881, is softmax's first output.",
        (Exploration(maps=("softmax", "sigmoid"), own=Scores.of([2.0, 0.0])),),
    ),
    Experiment(
        "Add 10 to every score",
        "Said: one-vs-rest logistic extends to many classes. Its column goes flat; softmax's stays.",
        (Exploration(maps=("softmax", "logistic", "arctan"), own=_TEXTBOOK.with_values(_TEXTBOOK.values + 10)),),
    ),
    Experiment(
        "Send one score to −20",
        "Softmax leaves it less than a billionth; the heavy tail of arctan, almost one part in a hundred.",
        (Exploration(maps=("softmax", "arctan", "softplus"), own=_TEXTBOOK.with_value(2, -20.0)),),
    ),
    Experiment(
        "Ask the Gaussian",
        "The largest score gets the least: the score nearest the centre wins. Move the centre to 2.",
        (Exploration(maps=("softmax", "gaussian", "spherical")),),
    ),
    Experiment(
        "Put softplus far below zero",
        "Said: no vanishing gradient. See its pale heat map: the slope of softplus is the sigmoid.",
        (Exploration(maps=("softmax", "softplus_raw", "sigmoid"), own=Scores.of([-6.0, -7.0, -7.9], _ANIMALS)),),
    ),
)

_GRADIENTS = (
    Experiment(
        "Be confidently wrong",
        "Cross-entropy pulls with nearly 1, squared error with almost nothing.",
        (Exploration(own=Scores.of([8.0, 0.0, 0.0]), target=1), Descent()),
    ),
    Experiment(
        "Let a probability vanish",
        "−log p is infinite and the matrix product is not a number; p − y stands.",
        (Exploration(own=Scores.of([1000.0, 0.0, 0.0]), target=1), Descent()),
    ),
    Experiment(
        "Make the step too small",
        "Hardly a digit of the difference is right: rounding is all it sees.",
        (Exploration(), Descent(difference_exponent=-15.5)),
    ),
    Experiment(
        "Set T = 2",
        "The gradient is half of p − y; the largest safe learning rate is 16.",
        (Exploration(temperature=2.0), Descent()),
    ),
    Experiment(
        "Overshoot",
        "With smoothed labels a learning rate of 60 jumps over the best point, again and again.",
        (Exploration(), Descent(label_smoothing=0.3, learning_rate=60.0, steps=40)),
    ),
)

_STABILITY = (
    Experiment(
        "Cross the edge of float32",
        "At 88 the naive form holds. At 89 one exponential is ∞ and the winner is nan.",
        (Exploration(), Magnitude(size=89.0)),
    ),
    Experiment(
        "Add until the largest is 1,000",
        "The answer on paper has not changed. Every naive cell is nan; shifted and online do not notice in float64.",
        (Exploration(), Magnitude(size=1000.0, move="add", float_type="float64", form="shifted")),
    ),
    Experiment(
        "Divide nothing by nothing",
        "Far below zero every exponential is 0, and 0 / 0 is nan: the naive form breaks on this side, too.",
        (Exploration(), Magnitude(size=800.0, move="subtract", float_type="float64")),
    ),
    Experiment(
        "Lose the winner",
        "log-softmax, as libraries compute it, gives a loss of exactly 0. The row log1p keeps every digit.",
        (Exploration(), Magnitude(size=100.0, float_type="float64", form="log-softmax")),
    ),
    Experiment(
        "Leave float16 altogether",
        "A score past its largest number is ∞ before softmax begins. No formula helps.",
        (Exploration(), Magnitude(size=70_000.0, move="add", float_type="float16", form="shifted")),
    ),
)

EXPERIMENTS: Mapping[str, tuple[Experiment, ...]] = MappingProxyType(
    {
        "home": _HOME,
        "temperature": _TEMPERATURE,
        "compare": _COMPARE,
        "gradients": _GRADIENTS,
        "stability": _STABILITY,
        "training": tuple(Experiment(one.name, one.look_for, (one.settings,)) for one in PRESETS),
    }
)
"""Every page's experiments, by the page's key, in the order in which a presenter steps through them."""
