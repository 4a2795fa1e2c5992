"""From a wish to a temperature: an entropy or a top probability that the learner asks for."""

import math
from dataclasses import dataclass

from softviz.core.temperature import (
    TemperatureAnswer,
    temperature_for_entropy,
    temperature_for_top_probability,
)
from softviz.fields import LinkRecord, choice, number
from softviz.numerals import as_given, three_digits
from softviz.scores import Scores

NATS_IN = {"nats": 1.0, "bits": math.log(2)}
"""How many nats one unit of entropy is."""

WISHES = {"entropy": "an entropy", "top": "a top probability"}


@dataclass(frozen=True)
class TemperatureWish(LinkRecord):
    """What the learner wants a temperature for.

    Attributes:
        kind: Key of ``WISHES``.
        entropy: In the unit that the learner reads entropies in.
        top: The probability of the likeliest class.
    """

    kind: str = choice("wish", default="entropy", options=WISHES)
    entropy: float = number("wish.entropy", default=0.5, minimum=0.0, maximum=17.0)
    top: float = number("wish.top", default=0.9, minimum=0.0, maximum=1.0)

    def granted(self, scores: Scores, unit: str) -> TemperatureAnswer:
        """Solve for the temperature, if there is one."""
        if self.kind == "entropy":
            return temperature_for_entropy(scores.values, self.entropy * NATS_IN[unit])
        return temperature_for_top_probability(scores.values, self.top)

    def reply(self, answer: TemperatureAnswer, unit: str) -> str:
        """Say the answer in one or two sentences."""
        wished = self._named(self.entropy if self.kind == "entropy" else self.top, unit)
        if answer.lowest == answer.highest:
            only = self._named(self._as_read(answer.lowest, unit), unit)
            return f"Every score ties, so every temperature gives {only}."
        if answer.temperature is None:
            return f"No temperature gives {wished}. {self._reach(answer, unit)}"
        if answer.temperature in (0, math.inf):
            return f"Only the limit T = {as_given(answer.temperature)} gives {wished}."
        return f"T = {three_digits(answer.temperature)} gives {wished}, and no other temperature does."

    def _reach(self, answer: TemperatureAnswer, unit: str) -> str:
        low, high = (three_digits(self._as_read(end, unit)) for end in (answer.lowest, answer.highest))
        if self.kind == "entropy":
            return f"The entropy of these scores rises from {low} at T = 0 to {high} at T = ∞."
        return f"The top probability of these scores falls from {high} at T = 0 to {low} at T = ∞."

    def _as_read(self, value: float, unit: str) -> float:
        return value / NATS_IN[unit] if self.kind == "entropy" else value

    def _named(self, value: float, unit: str) -> str:
        number = as_given(value)
        return f"an entropy of {number} {unit}" if self.kind == "entropy" else f"a top probability of {number}"
