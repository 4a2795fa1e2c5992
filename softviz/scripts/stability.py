"""The computation on screen as a short script in the type's own arithmetic: NumPy, PyTorch, and with softviz.core.

Each prints one line a class: the label and the result. NumPy's and PyTorch's exp may differ from the nearest number of
the type by a unit or two in the last place, and so their results do.
"""

from softviz.records.magnitude import Magnitude
from softviz.scores import Scores

_BODIES = {
    "naive": """\
e = np.exp(z)
result = e / sum(e)  # sum adds from left to right, rounding each time
""",
    "shifted": """\
e = np.exp(z - z.max())
result = e / sum(e)  # sum adds from left to right, rounding each time
""",
    "online": """\
maximum, total = z[0], np.exp(z[0] - z[0])
for score in z[1:]:
    new = max(maximum, score)
    total = total * np.exp(maximum - new) + np.exp(score - new)
    maximum = new
result = np.exp(z - maximum) / total
""",
    "log-of-softmax": """\
e = np.exp(z - z.max())
result = np.log(e / sum(e))  # sum adds from left to right, rounding each time
""",
    "log-softmax": """\
shifted = z - z.max()
result = shifted - np.log(sum(np.exp(shifted)))  # sum adds from left to right, rounding each time
""",
    "log1p": """\
shifted, winner = z - z.max(), int(z.argmax())
rest = sum(np.exp(gap) for i, gap in enumerate(shifted) if i != winner)
result = shifted - np.log1p(rest)
""",
}

_NUMPY_HEAD = """\
import numpy as np

np.seterr(all="ignore")  # infinities and nan are what is to be seen
{data}
z = np.array(scores).astype(np.{type})
"""

_TORCH_HEAD = """\
import torch

{data}
z = torch.tensor(scores, dtype=torch.float64).to(torch.{type})
"""

_CORE = """\
from softviz.core.float_types import FLOAT_TYPES
from softviz.core.precision import FORMS, trace

{data}
result = trace(FORMS["{form}"], FLOAT_TYPES["{type}"], scores).outputs
"""

_PRINT = """
for label, value in zip(labels, result.tolist()):
    print(label, repr(value), sep="\\t")
"""


def stability_scripts(scores: Scores, settings: Magnitude) -> dict[str, str]:
    """Write scripts that compute the chosen form in the chosen type, by what they are written with.

    NumPy has no bfloat16, so there the script in NumPy is left out.
    """
    data = f"labels = {list(scores.labels)!r}\nscores = {settings.moved(scores).tolist()!r}"
    body = _BODIES[settings.form]
    templates = {
        "NumPy": _NUMPY_HEAD + body,
        "PyTorch": _TORCH_HEAD + body.replace("np.", "torch."),
        "softviz.core": _CORE,
    }
    if settings.float_type == "bfloat16":
        del templates["NumPy"]
    return {flavour: _filled(template, settings, data) + _PRINT for flavour, template in templates.items()}


def _filled(template: str, settings: Magnitude, data: str) -> str:
    named = template.replace("{type}", settings.float_type).replace("{form}", settings.form)
    return named.replace("{data}", data)  # last: a label may hold braces
