"""What a learner has set on the page about loss and gradients; it travels in the page's link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from softviz.core.loss_registry import LOSSES
from softviz.fields import (
    Codec,
    LinkRecord,
    Query,
    carried,
    choice,
    flag,
    integer,
    number,
    number_text,
    shortened,
)

MOST_SHARES = 64
"""A soft target of more classes than this does not travel in a link."""

SUM_TOLERANCE = 1e-6
"""How far from one the shares of a soft target may sum to, since thirds have no exact decimal form."""


def read_shares(text: str) -> tuple[float, ...]:
    """Read a soft target from numbers separated by commas or spaces.

    Raises:
        ValueError: Where something is not a number, or the numbers are not shares of one whole.
    """
    return checked_shares([_share(part) for part in text.replace(",", " ").split()])


def _share(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"a soft target must hold numbers separated by commas; {shortened(text)} is not one") from None


def checked_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """Return a soft target, or raise ``ValueError`` where it is not made of shares of one whole."""
    if not 2 <= len(shares) <= MOST_SHARES:
        raise ValueError(f"a soft target must have 2 to {MOST_SHARES} shares; got {len(shares):,}")
    outside = [share for share in shares if not 0 <= share <= 1]
    if outside:
        raise ValueError(f"every share of a soft target must be in [0, 1]; got {outside[0]:g}")
    if abs(sum(shares) - 1) > SUM_TOLERANCE:
        raise ValueError(f"the shares of a soft target must sum to 1; got {sum(shares):.6g}")
    return tuple(float(share) for share in shares)


def _soft_target() -> Any:
    def read(query: Query) -> tuple[float, ...]:
        return read_shares(query["soft"])

    def write(shares: tuple[float, ...]) -> dict[str, str]:
        return {"soft": ",".join(map(number_text, shares))}

    def check(value: Any) -> tuple[float, ...] | None:
        return None if value is None else checked_shares(value)

    return carried(Codec(("soft",), read, write, check), None)


@dataclass(frozen=True)
class Descent(LinkRecord):
    """How the target is softened, the gradient checked, and the loss walked down.

    Attributes:
        label_smoothing: Share of the target that is spread evenly over all classes.
        soft_target: A share of the truth for every class, or None where the truth is one class.
        loss: Key of the loss that is checked and walked down.
        difference_exponent: Of ten: the step of the finite differences.
        learning_rate: How far a step of the walk goes, per unit of gradient.
        steps: Of the walk.
        first: Position of the class on the surface's first axis.
        second: Position of the class on its second axis.
        every_score: Whether the walk moves every score, not the two on the axes alone.
    """

    label_smoothing: float = number("eps", default=0.0, minimum=0.0, maximum=1.0)
    soft_target: tuple[float, ...] | None = _soft_target()
    loss: str = choice("loss", default="cross-entropy", options=LOSSES)
    difference_exponent: float = number("h", default=-5.0, minimum=-16.0, maximum=1.0)
    learning_rate: float = number("lr", default=1.0, minimum=0.0, maximum=1_000.0)
    steps: int = integer("steps", default=20, minimum=1, maximum=100)
    first: int = integer("za", default=0, minimum=0, maximum=99_999)
    second: int = integer("zb", default=1, minimum=0, maximum=99_999)
    every_score: bool = flag("all")
