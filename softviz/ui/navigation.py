"""The list of pages: every menu, title and address comes from here."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Page:
    """One page of the app.

    Attributes:
        key: Its address: ``pages/<key>.py`` is served as ``/<key>``.
        name: In the menu.
        title: Its heading.
        promise: One sentence that says what the learner will understand on leaving.
        group: The part of the menu where it stands.
    """

    key: str
    name: str
    title: str
    promise: str
    group: str

    @property
    def script(self) -> str:
        """The page's file, relative to the app."""
        return "app.py" if self.key == "home" else f"pages/{self.key}.py"

    @property
    def address(self) -> str:
        """Where the browser finds it, relative to any page of the app."""
        return "." if self.key == "home" else self.key


_ALL = (
    Page(
        "home",
        "Softmax",
        "Scores in, probabilities out",
        "Drag a score and see how softmax shares one whole among the classes.",
        "Explore",
    ),
    Page(
        "temperature",
        "Temperature",
        "Temperature",
        "Turn one knob from certain to undecided, and see what it does to every class.",
        "Explore",
    ),
    Page(
        "compare",
        "Relatives",
        "Softmax and its relatives",
        "See the same scores through sigmoid, sparsemax and other maps, side by side.",
        "Explore",
    ),
    Page(
        "gradients",
        "Loss and gradients",
        "Loss and gradients",
        "See why the gradient of cross-entropy is p − y, and check it yourself.",
        "Learn",
    ),
    Page(
        "stability",
        "Numerical stability",
        "Numerical stability",
        "See where exp overflows, and why subtracting the maximum repairs it.",
        "Learn",
    ),
    Page(
        "training",
        "Live classifier",
        "Watch a classifier learn",
        "Train a classifier in front of you, with every gradient in view.",
        "Learn",
    ),
    Page(
        "calibration",
        "Calibration",
        "Calibration",
        "Ask whether a probability of 0.9 is right nine times in ten.",
        "Learn",
    ),
    Page(
        "attention",
        "Attention",
        "Attention",
        "Read an attention row as a softmax over positions.",
        "Models",
    ),
    Page(
        "decoding",
        "Decoding",
        "Decoding",
        "Choose the next token: temperature, top-k, top-p and min-p.",
        "Models",
    ),
    Page(
        "architectures",
        "Ten architectures",
        "From AlexNet to GPT-2",
        "Find the softmax in ten well-known networks.",
        "Models",
    ),
)

PAGES: dict[str, Page] = {page.key: page for page in _ALL if (ROOT / page.script).is_file()}
"""The pages that exist, in the order of the menu."""


def by_group() -> dict[str, list[Page]]:
    """Gather the pages under their groups' headings."""
    groups: dict[str, list[Page]] = {}
    for page in PAGES.values():
        groups.setdefault(page.group, []).append(page)
    return groups
