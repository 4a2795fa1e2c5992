"""A question before the answer: a learner who has guessed looks harder."""

from collections.abc import Sequence

import streamlit as st

from softviz.records.presentation import Presentation
from softviz.ui import session
from softviz.ui.prose import literal


def ask(key: str, question: str, options: Sequence[str], truth: str, because: str) -> None:
    """Ask for a guess, then show guess and truth together.

    Args:
        key: Of the question.
        question: About the learner's own numbers.
        options: The answers to choose from.
        truth: The right one, computed by the page.
        because: What the page computed, in one sentence.
    """
    if not session.current(Presentation).shows("guess"):
        return
    with st.container():
        guessed = st.segmented_control(f"**A guess first.** {question}", options, key=f"guess:{key}")
        if guessed is None:
            return
        verdict = "Right" if guessed == truth else f"You said {literal(guessed)}; it is {literal(truth)}"
        st.markdown(f"{verdict}. {because}")
