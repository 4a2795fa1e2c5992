"""What a training run came to, in sentences and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from softviz.explain.question import Question
from softviz.numerals import three_digits
from softviz.training.datasets import Dataset
from softviz.training.outcome import Outcome
from softviz.training.recording import Recording

WORST_SHOWN = 5


def error_sum_question(kept: Recording) -> Question:
    """Ask what the errors of one row of classes add up to.

    Args:
        kept: One kept step.
    """
    furthest = float(np.abs(kept.class_errors[0].sum(axis=-1)).max())
    zero = "0 in every row"
    options = (zero, "1 in every row", "less and less as it learns")
    return Question(
        "Add up the bars in a row of “Mean p − y, by class”. What do you get?",
        options,
        zero if furthest < _ROUNDING else options[2],
        f"The sum furthest from 0 so far is {three_digits(furthest)}: p adds up to 1 and so does y. What one logit is "
        "pushed up, the others are pushed down.",
    )


_ROUNDING = 1e-5
"""What float32 leaves of a sum of zero."""


def verdict(run: Recording, outcome: Outcome) -> str:
    """Say how the run ended: its held-out rows, and whether it learned rows by heart."""
    right = round(outcome.accuracy * outcome.labels.size)
    said = (
        f"After {int(run.steps[-1]):,} steps the network names **{right:,} of {outcome.labels.size:,}** held-out rows "
        f"right. Train loss {three_digits(float(run.train_loss[-1]))}, held-out loss "
        f"{three_digits(float(run.held_out_loss[-1]))}."
    )
    best = int(run.held_out_loss.argmin())
    if run.held_out_loss[-1] > 1.25 * run.held_out_loss[best]:
        said += (
            f" Held-out loss was lowest at step {int(run.steps[best]):,}, "
            f"{three_digits(float(run.held_out_loss[best]))}: put the handle there and compare the regions."
        )
    return said


def confusion_table(outcome: Outcome, dataset: Dataset) -> pd.DataFrame:
    """Lay the confusion matrix out: a row a label, a column a prediction."""
    columns = {f"taken for {name}": outcome.confusion[:, k] for k, name in enumerate(dataset.class_names)}
    return pd.DataFrame({"label": list(dataset.class_names)} | columns)


def worst_table(outcome: Outcome, dataset: Dataset) -> pd.DataFrame:
    """Lay out the mistakes that gave their label the least, as texts for the screen."""
    names, rows = dataset.class_names, outcome.worst[:WORST_SHOWN]
    return pd.DataFrame(
        {
            "row": [str(int(outcome.rows[place])) for place in rows],
            "label": [names[outcome.labels[place]] for place in rows],
            "taken for": [names[outcome.predictions[place]] for place in rows],
            "p of the label": [three_digits(float(outcome.probabilities[p, outcome.labels[p]])) for p in rows],
            "p of the prediction": [
                three_digits(float(outcome.probabilities[p, outcome.predictions[p]])) for p in rows
            ],
        }
    )


def held_out_table(outcome: Outcome, dataset: Dataset) -> pd.DataFrame:
    """Lay every held-out row out at full precision: label, prediction, logits."""
    names = np.array(dataset.class_names, dtype=object)
    logits = {f"logit {name}": outcome.logits[:, k] for k, name in enumerate(dataset.class_names)}
    answers = {"row": outcome.rows, "label": names[outcome.labels], "prediction": names[outcome.predictions]}
    return pd.DataFrame(answers | logits)


def curves_table(run: Recording) -> pd.DataFrame:
    """Lay losses, accuracies and gradient norms out at full precision, one row a kept step."""
    columns: dict[str, object] = {
        "step": run.steps,
        "train loss": run.train_loss,
        "held-out loss": run.held_out_loss,
        "train accuracy": run.train_accuracy,
        "held-out accuracy": run.held_out_accuracy,
    }
    last = run.gradient_norms.shape[1] - 1
    for layer, norms in enumerate(run.gradient_norms.T):
        columns[f"gradient norm, {'head' if layer == last else f'hidden {layer + 1}'}"] = norms
    return pd.DataFrame(columns)
