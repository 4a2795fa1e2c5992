"""What a board answers when the hand comes off, and whether it still counts.

Python numbers what a board shows (its revision), and the board gives the number back. An answer to scores that are no
longer there is passed over: the learner has chosen another example while it was on its way. One that does not fit is
refused in a sentence. Either way the number has moved, and the board draws again what Python holds. An answer that only
crossed another setting on its way counts: on a slow connection a quick hand loses nothing.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

_CHANGES = "softviz:changes"
_OTHER_SCORES = "softviz:other-scores"
_REFUSALS = "softviz:refusals"


def revision(board: str) -> int:
    """Count the changes that a board did not make itself: it redraws when this number moves."""
    counts = st.session_state.get(_CHANGES, {})
    return int(counts.get("", 0)) - int(counts.get(board, 0))


def count_change(board: str = "", *, other_scores: bool = False) -> None:
    """Count one change of what boards show.

    Args:
        board: Key of the board that made it and shows it already; empty where it was somebody else.
        other_scores: Whether it put other scores in the place of those there were.
    """
    counts = st.session_state.setdefault(_CHANGES, {})
    counts[""] = counts.get("", 0) + 1
    if board:
        counts[board] = counts.get(board, 0) + 1
    if other_scores:
        st.session_state[_OTHER_SCORES] = dict(counts)


def _is_outdated(board: str, number: int) -> bool:
    """Tell whether other scores came after the revision that a board answers to."""
    then: dict[str, int] = st.session_state.get(_OTHER_SCORES, {})
    return number < then.get("", 0) - then.get(board, 0)


def refuse(error: ValueError) -> None:
    """Keep the sentence for the page, and have every board draw again what Python holds."""
    st.session_state.setdefault(_REFUSALS, []).append(f"{str(error).rstrip('.')}. What you had is still here.")
    count_change()


def take_refusals() -> list[str]:
    """Hand over the sentences that wait, once."""
    return list(st.session_state.pop(_REFUSALS, []))


def answering(board: str, trigger: str, take: Callable[[Any], None]) -> Callable[[], None]:
    """Make a board's callback.

    Args:
        board: Its key on the page.
        trigger: Name of the trigger that carries its answers.
        take: Called with an answer to the scores there are; a ``ValueError`` from it is a refusal.
    """

    def settle() -> None:
        answer = st.session_state[board][trigger]
        if not answer or _is_outdated(board, answer.get("revision", revision(board))):
            return
        try:
            take(answer)
        except ValueError as error:
            refuse(error)

    return settle
