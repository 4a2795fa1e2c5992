"""The learner's own numbers, put into the formulas and tables that a page shows."""

import numpy as np
import pandas as pd

from softviz.core.mappings import softmax_at
from softviz.core.simplex import entropy, margin, perplexity
from softviz.core.steps import SoftmaxSteps
from softviz.explain.question import Question
from softviz.numerals import as_given, three_digits
from softviz.scores import Scores

FAR_SHIFT = 1000.0
MOST_TERMS = 3
MOST_TABLE_ROWS = 20
ROUNDING = 1e-15
"""A few roundings of a probability in float64."""


def softmax_formula(steps: SoftmaxSteps, position: int) -> str:
    """Write softmax for one class in LaTeX, with the learner's scores in it.

    Args:
        steps: Of one row of logits.
        position: The class whose probability is written out.
    """
    written = MOST_TERMS if steps.logits.size <= MOST_TERMS else MOST_TERMS - 1
    exponents = [_exponential(score, steps.temperature) for score in steps.logits[:written]]
    terms = " + ".join(exponents) + (r" + \cdots" if steps.logits.size > written else "")
    own = _exponential(steps.logits[position], steps.temperature)
    probability = latex(three_digits(steps.probabilities[position]))
    if steps.temperature == 0 or np.isinf(steps.temperature):
        limit = "0" if steps.temperature == 0 else r"\infty"
        quotient = rf"\frac{{e^{{z_{{{position + 1}}}/T}}}}{{\sum_j e^{{z_j/T}}}}"
        return rf"p_{{{position + 1}}} = \lim_{{T \to {limit}}} {quotient} = {probability}"
    return rf"p_{{{position + 1}}} = \frac{{{own}}}{{{terms}}} = {probability}"


def _exponential(score: float, temperature: float) -> str:
    divisor = "" if temperature == 1 else f"/{latex(as_given(temperature))}"
    return f"e^{{{latex(as_given(score))}{divisor}}}"


def latex(text: str) -> str:
    """Write a number that stands as text on screen in LaTeX."""
    text = text.replace("−", "-").replace("∞", r"\infty")
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else text


def measures(steps: SoftmaxSteps) -> dict[str, str]:
    """Name what softmax's answer is judged by, each with its value."""
    p = steps.probabilities
    nats = float(entropy(p))
    return {
        "Entropy": f"{three_digits(nats)} nats = {three_digits(nats / np.log(2))} bits",
        "Effective number of classes, exp(entropy)": f"{three_digits(float(perplexity(p)))} of {p.size:,}",
        "Margin, top minus next": three_digits(float(margin(p))),
        "Log-sum-exp of z / T": three_digits(float(steps.log_partition)),
    }


def shift_question(scores: Scores, temperature: float) -> Question:
    """Ask what adding a constant to every score does."""
    p = softmax_at(scores.values, temperature)
    change = float(np.abs(softmax_at(scores.values + FAR_SHIFT, temperature) - p).max())
    return Question(
        f"You add {FAR_SHIFT:,.0f} to every score. What happens to the largest probability?",
        ("It grows", "It shrinks", "It stays"),
        "It stays",
        f"The largest change of any probability is {three_digits(change)}: only differences count.",
    )


def steps_table(scores: Scores, steps: SoftmaxSteps) -> pd.DataFrame:
    """Lay the step-by-step computation out as a table at full precision, one row a class."""
    return pd.DataFrame(
        {
            "class": list(scores.labels),
            "score z": steps.logits,
            "z / T": steps.scaled,
            "minus max": steps.shifted,
            "exp": steps.exponentials,
            "p = exp / sum": steps.probabilities,
            "log p": steps.log_probabilities,
        }
    )


def totals(steps: SoftmaxSteps) -> str:
    """Say the two numbers of a row that its table has no column for."""
    maximum, total = (three_digits(float(value[0])) for value in (steps.maximum, steps.total))
    return f"The maximum of z / T is {maximum}; the exponentials sum to {total}."


def moved_by(shift: float, scale: float) -> str:
    """Say how far a shift and a scale of the scores move a probability; what is rounding is called so."""
    named = [
        f"{three_digits(value)}{', which is rounding' if 0 < value < ROUNDING else ''}" for value in (shift, scale)
    ]
    return f"Your shift moves a probability by at most {named[0]}. Your scale moves one by {named[1]}."


def on_screen(table: pd.DataFrame, order: np.ndarray | None = None) -> pd.DataFrame:
    """Cut a table to what fits a screen and write its numbers with three significant digits.

    Args:
        table: At full precision.
        order: Which rows first, where the table is longer than the screen; the first rows otherwise.
    """
    if len(table) > MOST_TABLE_ROWS:
        table = table.iloc[(np.arange(len(table)) if order is None else order)[:MOST_TABLE_ROWS]]
    return table.map(lambda cell: cell if isinstance(cell, str) else three_digits(cell))
