"""The loss on screen and its gradient as short scripts: by hand in NumPy, by autograd in PyTorch, with softviz.core.

Each prints the loss, then one line a class: the label and its gradient to the last digit.
"""

from softviz.studies.supervised import SupervisedScores

_BY_HAND = """\
import numpy as np

{data}
z = np.array(scores) / temperature
y = np.array(target)

shifted = z - z.max()
log_p = shifted - np.log(np.exp(shifted).sum())
loss = -(y * log_p).sum()
gradient = (np.exp(log_p) - y) / temperature
"""

_BY_AUTOGRAD = """\
import torch

{data}
z = torch.tensor(scores, dtype=torch.float64, requires_grad=True)
y = torch.tensor(target, dtype=torch.float64)

loss = torch.nn.functional.cross_entropy(z / temperature, y)  # takes scores, not probabilities
loss.backward()
gradient = z.grad
"""

_BY_CORE = """\
import numpy as np

from softviz.core import cross_entropy, cross_entropy_gradient

{data}
z, y = np.array(scores), np.array(target)

loss = cross_entropy(z, y, temperature=temperature)
gradient = cross_entropy_gradient(z, y, temperature=temperature)
"""

_PRINT = """
print("loss", repr(loss.item()), sep="\\t")
for label, value in zip(labels, gradient.tolist()):
    print(label, repr(value), sep="\\t")
"""


def gradient_scripts(supervised: SupervisedScores) -> dict[str, str]:
    """Write scripts that compute the cross-entropy of the classes shown, by what they are written with."""
    data = "\n".join(
        [
            f"labels = {list(supervised.labels)!r}",
            f"scores = {supervised.logits.tolist()!r}",
            f"target = {supervised.target.tolist()!r}",
            f"temperature = {supervised.temperature!r}",
        ]
    )
    bodies = {"NumPy": _BY_HAND, "PyTorch": _BY_AUTOGRAD, "softviz.core": _BY_CORE}
    return {flavour: body.replace("{data}", data) + _PRINT for flavour, body in bodies.items()}
