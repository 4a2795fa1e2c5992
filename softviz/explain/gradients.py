"""The learner's own numbers on the page about loss and gradients, put into formulas, tables and sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from softviz.core.chain import Chain, LossForms
from softviz.core.checks import JacobianFacts
from softviz.core.landscape import LossLine, LossSurface, Walk
from softviz.core.loss_registry import Loss
from softviz.explain.question import Question
from softviz.explain.softmax import latex
from softviz.numerals import as_given, three_digits
from softviz.studies.supervised import SupervisedScores


def loss_formulas(supervised: SupervisedScores, forms: LossForms) -> tuple[str, ...]:
    """Write the cross-entropy in LaTeX in its two ways, with the learner's numbers in both."""
    over = "" if supervised.temperature == 1 else f"/{latex(as_given(supervised.temperature))}"
    partition, credit = latex(three_digits(forms.log_partition)), latex(three_digits(forms.credit))
    numbers = f"{partition} - ({credit})" if forms.credit < 0 else f"{partition} - {credit}"
    if supervised.is_hard:
        p = np.exp(-forms.surprise)
        first, steps = r"-\log p_y", rf"-\log {latex(three_digits(p))} = "
        second = rf"\operatorname{{logsumexp}}(z{over}) - z_y{over}"
    else:
        first, steps = r"-\textstyle\sum_i y_i \log p_i", ""
        second = rf"\operatorname{{logsumexp}}(z{over}) - \textstyle\sum_i y_i z_i{over}"
    return (
        _in_two_lines(first, rf"{steps}{latex(three_digits(forms.surprise))}"),
        _in_two_lines(second, rf"{numbers} = {latex(three_digits(forms.fused))}"),
    )


def _in_two_lines(left: str, right: str) -> str:
    """Break an equation before its sign, so that a phone can show it; a thin space keeps a last subscript inside."""
    return rf"\begin{{aligned}} & {left} \\ & = {right} \end{{aligned}} \,"


def loss_verdict(forms: LossForms) -> str:
    """Say whether the two ways agree on this computer."""
    if np.isinf(forms.surprise):
        return (
            "On paper both are equal. Here p of the target is too small for the computer and became 0, so the first "
            "way says ∞. The second never forms p, and keeps its digits: this is why libraries take scores."
        )
    apart = three_digits(abs(forms.surprise - forms.fused))
    return f"Both ways, the same loss: they differ by {apart}."


def jacobian_measures(facts: JacobianFacts, chain: Chain) -> dict[str, str]:
    """Name what the Jacobian shows of itself."""
    classes = len(chain.jacobian)
    aside = chain.jacobian[~np.eye(classes, dtype=bool)]
    return {
        "Rows sum to 0": f"largest sum {three_digits(facts.largest_row_sum)}",
        "Symmetric": f"largest difference from its mirror image {three_digits(facts.largest_asymmetry)}",
        "No negative eigenvalue": _eigenvalues(facts),
        "Rank K − 1": f"{facts.rank} of {classes} eigenvalues are not zero" + _lost_rank(facts, classes),
        "Not diagonal": f"the entry furthest from 0 off the diagonal is {three_digits(aside.min())}",
    }


def _eigenvalues(facts: JacobianFacts) -> str:
    largest = facts.eigenvalues[::-1]
    real = [three_digits(float(value)) for value in largest[largest > facts.noise]]
    few = real if len(real) <= 4 else [*real[:2], "…", real[-1]]
    zero = f"{three_digits(float(largest[-1]))}, which is 0 up to rounding" if largest[-1] else "0"
    return ", ".join([*few, zero])


def _lost_rank(facts: JacobianFacts, classes: int) -> str:
    if facts.rank == classes - 1:
        return ""
    return f"; on paper {classes - 1} are, but some probabilities have become too small for the computer"


def chain_verdict(chain: Chain) -> str:
    """Say whether the product of the chain rule ends in p - y on this computer."""
    if chain.holds:
        return f"The product ends in p − y: the largest difference is {three_digits(chain.largest_difference)}."
    return (
        "The product breaks here: −y/p is infinite where p has become 0, the Jacobian is 0 there, and ∞ times 0 is not "
        "a number. The closed form p − y never divides by p, and stands."
    )


def check_table(supervised: SupervisedScores, closed: np.ndarray, checks: dict[str, np.ndarray]) -> pd.DataFrame:
    """Lay the closed form beside what checks it, one row a class, at full precision."""
    return pd.DataFrame({"class": list(supervised.labels), "closed form": closed} | checks)


def check_verdict(closed: np.ndarray, checks: dict[str, np.ndarray]) -> str:
    """Say how far each check is from the closed form."""
    return "  \n".join(
        f"Furthest from the closed form, {name}: **{three_digits(np.abs(values - closed).max())}**"
        for name, values in checks.items()
    )


def vanishing_question(lines: dict[str, LossLine]) -> Question:
    """Ask which loss hardly pulls where the answer is very wrong."""
    weakest = min(lines, key=lambda loss: abs(float(lines[loss].slopes[0])))
    return Question(
        "A model is certain, and wrong. Which loss hardly pulls on the true class's score?",
        tuple(lines),
        weakest,
        vanishing_verdict(lines),
    )


def vanishing_verdict(lines: dict[str, LossLine]) -> str:
    """Compare the slopes where the answer is most wrong."""
    wrong = {name: three_digits(abs(float(line.slopes[0]))) for name, line in lines.items()}
    said = ", ".join(f"{name.lower()} {slope}" for name, slope in wrong.items())
    return f"At the left end the answer is as wrong as it gets here. The pull on the score there: {said}."


def describe_losses(lines: dict[str, LossLine], name: str) -> str:
    """Say what the picture of the losses over one score shows, with its numbers."""
    ends = [
        f"{key.lower()} goes from {three_digits(float(line.losses[0]))} to {three_digits(float(line.losses[-1]))}"
        for key, line in lines.items()
    ]
    return f"Losses while the score of {name} runs from wrong to right: {', '.join(ends)}."


def lines_table(lines: dict[str, LossLine]) -> pd.DataFrame:
    """Lay losses and slopes over one score out at full precision, one row a score."""
    columns = {"score": next(iter(lines.values())).scores}
    for name, line in lines.items():
        columns |= {f"{name}: loss": line.losses, f"{name}: slope": line.slopes}
    return pd.DataFrame(columns)


def rate_verdict(loss: Loss, walk: Walk, learning_rate: float) -> str:
    """Say what this learning rate does, and what is known of it."""
    if learning_rate == 0:
        return "A learning rate of 0 moves nothing."
    steps, rises = len(walk.points) - 1, walk.rises()
    seen = (
        f"The loss rose at {rises} of {steps} steps: the walk overshoots."
        if rises
        else f"The loss fell or stayed at every one of {steps} steps."
    )
    if loss.curvature is None:
        return seen
    safe = 2 / loss.curvature
    if learning_rate <= safe:
        return (
            f"{seen} Up to {as_given(safe)} no learning rate can raise this loss: "
            f"it never curves more than {as_given(loss.curvature)}."
        )
    return f"{seen} Above {as_given(safe)} there is no promise: this loss may curve by {as_given(loss.curvature)}."


def leaving_verdict(walk: Walk, surface: LossSurface, first: int, second: int) -> str:
    """Say where a walk leaves the picture; the empty text where it does not."""
    for step, point in enumerate(walk.points):
        if not surface.contains(point[first], point[second]):
            return f"The walk leaves the picture at step {step}."
    return ""


def walk_table(supervised: SupervisedScores, walk: Walk) -> pd.DataFrame:
    """Lay a walk out at full precision, one row a step."""
    columns: dict[str, object] = {"step": np.arange(len(walk.points)), "loss": walk.losses}
    for place, label in enumerate(supervised.labels):  # labels may repeat, places do not
        columns[f"z{place + 1} {label}"] = walk.points[:, place]
    for place, label in enumerate(supervised.labels):
        columns[f"gradient{place + 1} {label}"] = walk.gradients[:, place]
    return pd.DataFrame(columns)


def gradient_table(supervised: SupervisedScores, chain: Chain) -> pd.DataFrame:
    """Lay scores, probabilities, target and gradient out at full precision, one row a class."""
    return pd.DataFrame(
        {
            "class": list(supervised.labels),
            "score z": supervised.logits,
            "p": chain.probabilities,
            "y": supervised.target,
            "dL/dp": chain.by_probability,
            "dL/dz": chain.closed_form,
        }
    )


def jacobian_table(supervised: SupervisedScores, chain: Chain) -> pd.DataFrame:
    """Lay the Jacobian out at full precision, one row a class."""
    named = {f"dp/dz{place + 1} {label}": chain.jacobian[:, place] for place, label in enumerate(supervised.labels)}
    return pd.DataFrame({"class": list(supervised.labels)} | named)
