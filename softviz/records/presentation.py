"""How a teacher shows a page: on the projector, or with parts left out."""

from dataclasses import dataclass

from softviz.fields import LinkRecord, choices, flag

PARTS = ("menu", "scores", "guess", "why", "try", "take")
"""What ``?hide=`` can leave out: menu, ways in for scores, questions, prose, experiments, what can be taken along."""

_PRESENT_HIDES = ("menu", "scores", "why", "take")


@dataclass(frozen=True)
class Presentation(LinkRecord):
    """What of a page is shown.

    Attributes:
        present: Larger type, the stage fills the screen, keys step through the experiments.
        hide: Parts that a teacher removed from a shared link.
    """

    present: bool = flag("present")
    hide: tuple[str, ...] = choices("hide", default=(), options=PARTS, fewest=0, most=len(PARTS))

    def shows(self, part: str) -> bool:
        """Whether a part of the page is on screen."""
        return part not in self.hide and not (self.present and part in _PRESENT_HIDES)
