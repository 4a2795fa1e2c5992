"""What is on screen as a short script that runs as it is: in NumPy, in PyTorch, and with softviz.core.

A plain script spells the formula out, so that it can be read; the one with softviz.core calls what drew the page.
Each prints one line a class and map: the label, the map's name, the value to the last digit; and for a distribution its
entropy and effective number of classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from softviz.core.registry import MAPPINGS
from softviz.scores import Scores

MOST_WRITTEN = 64
"""More scores than this are read from the file that the page offers."""

SCORES_FILE = "softviz-scores.csv"

# Formulas that NumPy and PyTorch spell alike, but for the name in front: np. becomes torch. in the other.
_SOFTMAX = """\
def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
"""
_ENTMAX = """\
def entmax(z, alpha):
    low = (alpha - 1) * z.max() - 1
    high = (alpha - 1) * z.max() - len(z) ** (1 - alpha)
    for _ in range(100):  # halve the bracket of the threshold tau
        tau = (low + high) / 2
        p = ((alpha - 1) * z - tau).clip(0) ** (1 / (alpha - 1))
        low, high = (tau, high) if p.sum() >= 1 else (low, tau)
    return p / p.sum()
"""
_ARGMAX = """\
def argmax(z):
    top = z == z.max()
    return top / top.sum()  # ties share
"""
_SIGMOID = """\
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
"""
_SOFTPLUS = """\
def softplus(z):
    return z.clip(0) + np.log1p(np.exp(-abs(z)))
"""
_TOP_K = """\
def top_k_softmax(z, k):
    kept = z >= sorted(z.tolist())[-min(k, len(z))]
    e = np.where(kept, np.exp(z - z.max()), 0 * z)
    return e / e.sum()
"""
_TAYLOR = """\
def taylor_softmax(z, order):
    series = sum(z**j / math.factorial(j) for j in range(order + 1))
    return series / series.sum()
"""
_SHARE = """\
def share(positive):
    return positive / positive.sum()
"""


@dataclass(frozen=True)
class Recipe:
    """A map as plain source text.

    Attributes:
        call: The expression that maps ``z``, with the map's parameters in braces.
        functions: Definitions that the expression needs.
        limits: Whether temperature 0 is argmax and infinity the map of equal scores; other limits take softviz.core.
    """

    call: str
    functions: tuple[str, ...] = ()
    limits: bool = False


RECIPES: dict[str, Recipe] = {
    "softmax": Recipe("softmax(z)", (_SOFTMAX,), limits=True),
    "sigmoid": Recipe("sigmoid(z)", (_SIGMOID,)),
    "sparsemax": Recipe("entmax(z, 2.0)", (_ENTMAX,), limits=True),
    "entmax": Recipe("entmax(z, {alpha!r}) if {alpha!r} != 1 else softmax(z)", (_ENTMAX, _SOFTMAX), limits=True),
    "argmax": Recipe("argmax(z)", (_ARGMAX,)),
    "logistic": Recipe("share(sigmoid(z))", (_SIGMOID, _SHARE)),
    "arctan": Recipe("share(0.5 + np.arctan(z) / np.pi)", (_SHARE,)),
    "gaussian": Recipe("softmax(-((z - {centre!r}) ** 2) / 2)", (_SOFTMAX,)),
    "softplus": Recipe("share(softplus(z))", (_SOFTPLUS, _SHARE)),
    "spherical": Recipe("share(z**2)", (_SHARE,)),
    "taylor": Recipe("taylor_softmax(z, {order!r})", (_TAYLOR,)),
    "top_k": Recipe("top_k_softmax(z, {k!r})", (_TOP_K,)),
    "arctan_raw": Recipe("0.5 + np.arctan(z) / np.pi"),
    "gaussian_raw": Recipe("np.exp(-((z - {centre!r}) ** 2) / 2)"),
    "softplus_raw": Recipe("softplus(z)", (_SOFTPLUS,)),
}
"""A map without a recipe is offered with softviz.core alone."""


@dataclass(frozen=True)
class Chosen:
    """A map by its key, with its parameters."""

    key: str
    parameters: dict[str, float] = field(default_factory=dict)


def map_scripts(scores: Scores, temperature: float, maps: Sequence[Chosen] = (Chosen("softmax"),)) -> dict[str, str]:
    """Write scripts that compute maps of the scores at a temperature, by the name of what they are written with."""
    scripts = {"softviz.core": _core_script(scores, temperature, maps)}
    if all(_has_recipe(chosen, temperature) for chosen in maps):
        plain = _plain_script(scores, temperature, maps)
        scripts = {"NumPy": plain, "PyTorch": _in_torch(plain)} | scripts
    return scripts


def _has_recipe(chosen: Chosen, temperature: float) -> bool:
    recipe = RECIPES.get(chosen.key)
    return recipe is not None and (recipe.limits or 0 < temperature < np.inf)


def _plain_script(scores: Scores, temperature: float, maps: Sequence[Chosen]) -> str:
    recipes = [(chosen, RECIPES["argmax" if temperature == 0 else chosen.key]) for chosen in maps]
    functions = dict.fromkeys(function for _, recipe in recipes for function in recipe.functions)
    calls = [f"    {chosen.key!r}: {recipe.call.format(**_numbers(chosen))}," for chosen, recipe in recipes]
    return "\n".join(
        [
            "import math\n\nimport numpy as np\n",
            _data(scores),
            f"z = np.array(scores){_divided(temperature)}\n",
            *(f"\n{function}" for function in functions),
            "\nmaps = {",
            *calls,
            "}",
            _PRINT,
        ]
    )


def _core_script(scores: Scores, temperature: float, maps: Sequence[Chosen]) -> str:
    calls = []
    for chosen in maps:
        arguments = ", ".join(["scores", _number(temperature), *(f"{k}={v!r}" for k, v in _numbers(chosen).items())])
        calls.append(f"    {chosen.key!r}: MAPPINGS[{chosen.key!r}].at({arguments}),")
    lines = [
        "import math\n\nimport numpy as np\n\nfrom softviz.core import MAPPINGS\n",
        _data(scores),
        "scores = np.array(scores)",
    ]
    return "\n".join([*lines, "maps = {", *calls, "}", _PRINT])


_PRINT = """\
for name, p in maps.items():
    values = p.tolist()
    for label, value in zip(labels, values):
        print(label, name, repr(value), sep="\\t")
    if abs(sum(values) - 1) < 1e-6:
        entropy = -sum(value * math.log(value) for value in values if value > 0)
        print("entropy in nats", name, repr(entropy), sep="\\t")
        print("effective classes", name, repr(math.exp(entropy)), sep="\\t")
"""


def _data(scores: Scores) -> str:
    if len(scores) > MOST_WRITTEN:
        return (
            "import csv\n\n"
            f'with open({SCORES_FILE!r}, encoding="utf-8", newline="") as file:  # saved from the page\n'
            "    rows = list(csv.reader(file))[1:]\n"
            "labels = [row[0] for row in rows]\n"
            "scores = [float(row[1]) for row in rows]"
        )
    return f"labels = {list(scores.labels)!r}\nscores = {scores.values.tolist()!r}"


def _divided(temperature: float) -> str:
    if temperature in (0.0, 1.0):
        return ""
    return " * 0" if np.isinf(temperature) else f" / {temperature!r}"


def _number(value: float) -> str:
    return 'float("inf")' if np.isinf(value) else repr(float(value))


def _numbers(chosen: Chosen) -> dict[str, float]:
    declared = {p.key: p for p in MAPPINGS[chosen.key].parameters}
    complete = MAPPINGS[chosen.key].defaults() | chosen.parameters
    return {key: int(value) if declared[key].integer else float(value) for key, value in complete.items()}


def _in_torch(plain: str) -> str:
    double = plain.replace("np.array(scores)", "torch.tensor(scores, dtype=torch.float64)")
    return double.replace("import numpy as np", "import torch").replace("np.", "torch.")
