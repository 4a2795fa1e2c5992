"""The record that describes one map from scores to probabilities: function, derivatives, claims, words."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from softviz.core.backend_namespace import namespace, narrowed, surely_none, wide_floats
from softviz.core.claims import Claims, counterexamples
from softviz.core.mappings import quiet, tempered
from softviz.core.refutations import Counterexample
from softviz.core.scalars import real_number
from softviz.core.temperature_limits import class_axes, with_temperature

Array = Any
"""A NumPy array or a torch tensor: what goes in decides what comes out."""


@dataclass(frozen=True)
class Parameter:
    """A number that tunes a map, with the range in which the map is meant to be used."""

    key: str
    name: str
    symbol: str
    """LaTeX."""
    default: float
    minimum: float
    maximum: float
    step: float
    integer: bool = False

    def validated(self, value: float) -> float:
        """Return ``value`` when it lies in range (on a step when ``integer``), else raise ValueError."""
        number = float(real_number(self.key, value))
        if not self.minimum <= number <= self.maximum:
            raise ValueError(f"{self.key} must be in [{self.minimum:g}, {self.maximum:g}]; got {value}")
        if not self.integer:
            return number
        if (number - self.minimum) % self.step:
            raise ValueError(f"{self.key} must be one of {self._choices()}; got {value}")
        return int(number)

    def _choices(self) -> str:
        return f"{self.minimum:g}, {self.minimum + self.step:g}, ... {self.maximum:g}"


@dataclass(frozen=True)
class Mapping:
    """One map from scores (logits) to probabilities, with everything a page needs to show it.

    ``apply(logits, *, axis, **parameters)``, ``jvp(logits, tangent, *, axis, **parameters)`` and
    ``vjp(logits, cotangent, *, axis, **parameters)`` take NumPy arrays or torch tensors.
    """

    key: str
    name: str
    apply: Callable[..., Array]
    jvp: Callable[..., Array]
    vjp: Callable[..., Array]
    latex: str
    claims: Claims
    """At the default parameters; ``claims_at`` knows the rest of the range."""
    reference: str
    parameters: tuple[Parameter, ...] = ()
    said: str = ""
    """What the popular texts say of it."""
    seen: str = ""
    """What is seen here."""
    cold: Callable[..., Array] | None = None
    """The limit of ``apply(logits / T)`` for T -> 0, where infinite scores do not give it."""
    hot: Callable[..., Array] | None = None
    """The limit for T -> inf, where it is not the map of equal scores."""
    claims_for: Callable[..., Claims] | None = None
    """Claims as a function of the parameters, where they depend on them."""
    reach_for_zeros: float = 10.0
    """How far from zero scores may lie where zeros are counted: near enough that floats round nothing off to zero."""

    def __call__(self, logits: Array, *, axis: int = -1, **parameters: float) -> Array:
        """Map logits to probabilities; parameters left out take their defaults."""
        return self.apply(logits, axis=axis, **self.complete(parameters))

    @quiet
    def at(self, logits: Array, temperature: Array, *, axis: int = -1, **parameters: float) -> Array:
        """Map ``logits / temperature``; at 0 and inf, and where the division overflows, give the exact limit.

        Args:
            logits: Scores, shape ``[..., classes]``.
            temperature: At least 0; an array broadcasts against the logits, with size 1 along axis (``[:, None]`` for a
                sweep).
            axis: The axis that holds the classes.
            parameters: The map's own, see ``parameters``.

        Returns:
            Probabilities, the broadcast shape, the float type of the logits.

        Raises:
            ValueError: If a temperature is negative, nan or no number, or they differ within a row.
        """
        complete = self.complete(parameters)
        given, heat = with_temperature(wide_floats(logits), temperature, axis)
        if self.claims.scale_invariant:
            result = self.apply(given, axis=axis, **complete)
        elif self.claims.shift_invariant:
            result = self.apply(tempered(given, heat, axis=axis), axis=axis, **complete)
        else:
            result = self._divided(given, heat, axis, complete)
        return narrowed(self._with_hot_limit(result, given, heat, axis, complete), logits)

    def parameter(self, key: str) -> Parameter:
        """Look one parameter up by its key."""
        for parameter in self.parameters:
            if parameter.key == key:
                return parameter
        raise ValueError(f"{self.key} has no parameter {key!r}; it has {[p.key for p in self.parameters]}")

    def defaults(self) -> dict[str, float]:
        """List every parameter with its default."""
        return {p.key: p.default for p in self.parameters}

    def complete(self, parameters: dict[str, float]) -> dict[str, float]:
        """Check the given parameters and fill in the defaults of the others."""
        given = {key: self.parameter(key).validated(value) for key, value in parameters.items()}
        return {**self.defaults(), **given}

    @cached_property
    def counterexamples(self) -> ReadOnly[str, Counterexample]:
        """One counterexample for each claim that fails at the default parameters, by the claim's key."""
        return counterexamples(self)

    def claims_at(self, **parameters: float) -> Claims:
        """State what is claimed of the map at these parameters."""
        if self.claims_for is None:
            return self.claims
        return self.claims_for(**self.complete(parameters))

    def _divided(self, logits: Array, heat: Array, axis: int, parameters: dict[str, float]) -> Array:
        """Without shift invariance no score may move to make room: what overflows is at its cold limit."""
        ratio = _ratio(logits, heat)
        if self.cold is None:
            return self.apply(ratio, axis=axis, **parameters)
        xp = namespace(logits)
        overflown = xp.isinf(ratio) & xp.isfinite(logits)
        if surely_none(overflown):
            return self.apply(ratio, axis=axis, **parameters)
        lost = overflown.any(axis=class_axes(axis, logits.ndim), keepdims=True)
        # each formula gets rows it can differentiate: autograd multiplies what it leaves out by 0
        kept = self.apply(xp.where(lost, 0.0, ratio), axis=axis, **parameters)
        return xp.where(lost, self.cold(xp.where(lost, logits, 1.0), axis=axis, **parameters), kept)

    def _with_hot_limit(
        self, result: Array, logits: Array, heat: Array, axis: int, parameters: dict[str, float]
    ) -> Array:
        boiling = heat == np.inf
        if self.hot is None or surely_none(boiling):
            return result
        return namespace(logits).where(boiling, self.hot(logits, axis=axis, **parameters), result)


def _ratio(logits: Array, heat: Array) -> Array:
    """Divide; at T = 0 zero stays zero and the others go to infinity, and an infinite score stays what it is."""
    xp = namespace(logits)
    frozen = heat == 0
    limits = xp.where(logits == 0, 0.0, xp.sign(logits) * np.inf)
    ratio = xp.where(frozen, limits, logits / xp.where(frozen, 1.0, heat))
    return xp.where(xp.isfinite(logits), ratio, logits)
