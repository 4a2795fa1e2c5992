"""A question before the answer: a learner who has guessed looks harder."""

import streamlit as st

from softviz.explain.question import Question
from softviz.records.presentation import Presentation
from softviz.ui import session
from softviz.ui.prose import literal


def ask(key: str, question: Question) -> None:
    """Ask for a guess, then show guess and truth together.

    Args:
        key: Of the question on its page.
        question: About the learner's own numbers, with the computed answer.
    """
    if not session.current(Presentation).shows("guess"):
        return
    with st.container():
        asked = f"**A guess first.** {literal(question.text)}"
        guessed = st.segmented_control(asked, question.options, key=f"guess:{key}", format_func=literal)
        if guessed is None:
            return
        right = guessed == question.truth
        verdict = "Right" if right else f"You said {literal(guessed)}; it is {literal(question.truth)}"
        st.markdown(f"{verdict}. {literal(question.because)}")
