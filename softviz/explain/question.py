"""A question about the learner's own numbers, with the answer that was computed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a learner may guess before looking.

    Attributes:
        text: The question.
        options: The answers to choose from.
        truth: The right one of them.
        because: What was computed, in one sentence.
    """

    text: str
    options: tuple[str, ...]
    truth: str
    because: str

    def __post_init__(self) -> None:
        if self.truth not in self.options:
            raise ValueError(f"expected the truth among the options {self.options}; got {self.truth!r}")
