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


def first_loss_question(first: Recording, classes: int) -> Question | None:
    """Ask for the cross-entropy before the first step; None for another loss, whose start means less.

    Args:
        first: The first kept step.
        classes: Of the data.
    """
    if first.config.loss != "cross_entropy":
        return None
    loss, blind = float(first.train_loss[0]), float(np.log(classes))
    guesses = {
        "about 0": 0.0,
        f"about log {classes} = {three_digits(blind)}": blind,
        f"about {classes}": float(classes),
    }
    return Question(
        f"Nothing has been learned yet, and there are {classes} classes. How large is the loss at step 0?",
        tuple(guesses),
        min(guesses, key=lambda option: abs(guesses[option] - loss)),
        f"It is {three_digits(loss)}. Who spreads the probability evenly over {classes} classes loses "
        f"log {classes} = {three_digits(blind)} on each.",
    )


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
