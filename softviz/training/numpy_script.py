"""Take a run away as a NumPy script: forward, backward and update written out, and only what this run needs of them.

Same data, same first weights, same batches as the recording; it ends at the recording's own numbers up to rounding.
"""

from __future__ import annotations

from softviz.training.architecture import NORM_EPSILON, Architecture
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Examples, load_examples
from softviz.training.evaluation import SHOWN_ROWS
from softviz.training.learner import BATCH_STREAM, NORM_MOMENTUM, WEIGHTS_STREAM
from softviz.training.optimizers import BETA_1, BETA_2, EPSILON
from softviz.training.script_data import (
    BATCHES,
    data_functions,
    data_lines,
    heading,
    joined_parts,
    main_function,
)

_LINEAR = """
class Linear:
    def __init__(self, weight, has_bias=True):
        self.parameters = [weight, np.zeros(len(weight))] if has_bias else [weight]

    def forward(self, x, learning):
        self.x = x
        return x @ self.parameters[0].T + sum(self.parameters[1:])

    def backward(self, d):
        self.gradients = [d.T @ self.x, d.sum(axis=0)][: len(self.parameters)]
        return d @ self.parameters[0]
"""

_BATCH_NORM = f"""
class BatchNorm:
    def __init__(self, units):
        self.parameters = [np.ones(units), np.zeros(units)]
        self.mean, self.variance = np.zeros(units), np.ones(units)  # running, for use outside training

    def forward(self, x, learning):
        mean, variance = self.mean, self.variance
        if learning:
            mean, variance = x.mean(axis=0), x.var(axis=0)
            self.mean = {1 - NORM_MOMENTUM!r} * self.mean + {NORM_MOMENTUM!r} * mean
            unbiased = variance * len(x) / max(len(x) - 1, 1)
            self.variance = {1 - NORM_MOMENTUM!r} * self.variance + {NORM_MOMENTUM!r} * unbiased
        self.deviation = np.sqrt(variance + {NORM_EPSILON!r})
        self.normalised = (x - mean) / self.deviation
        return self.parameters[0] * self.normalised + self.parameters[1]

    def backward(self, d):
        self.gradients = [(d * self.normalised).sum(axis=0), d.sum(axis=0)]
        d = self.parameters[0] * d
        return (d - d.mean(axis=0) - self.normalised * (d * self.normalised).mean(axis=0)) / self.deviation
"""


def _activation(name: str, forward: str, backward: str) -> str:
    return f"""
class {name}:
    parameters, gradients = [], []

    def forward(self, x, learning):
        {forward}

    def backward(self, d):
        return {backward}
"""


_ACTIVATIONS = {
    "tanh": _activation("Tanh", "self.y = np.tanh(x)\n        return self.y", "d * (1 - self.y**2)"),
    "relu": _activation("ReLU", "self.on = x > 0\n        return x * self.on", "d * self.on"),
    "sigmoid": _activation(
        "Sigmoid", "self.y = 0.5 * (1 + np.tanh(x / 2))\n        return self.y", "d * self.y * (1 - self.y)"
    ),
    "maxout": _activation(
        "Maxout",
        "first, second = np.split(x, 2, axis=1)\n"
        "        self.wins = first >= second\n"
        "        return np.where(self.wins, first, second)",
        "np.concatenate([d * self.wins, d * ~self.wins], axis=1)",
    ),
}
_CLASS_NAMES = {"tanh": "Tanh", "relu": "ReLU", "sigmoid": "Sigmoid", "maxout": "Maxout"}

_SOFTMAX = """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""

_SPARSEMAX = """
def sparsemax(z):
    sums = np.sort(z, axis=1)[:, ::-1].cumsum(axis=1)
    threshold = ((sums - 1) / np.arange(1, z.shape[1] + 1)).max(axis=1, keepdims=True)
    return np.maximum(z - threshold, 0)
"""

_LOSSES = {
    "cross_entropy": f"""{_SOFTMAX}

def loss_of(z, y):
    top = z.max(axis=1)
    return (top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - (y * z).sum(axis=1)).mean()


def gradient_of(z, y):
    return (softmax(z) - y) / len(z)
""",
    "squared_error": f"""{_SOFTMAX}

def loss_of(z, y):
    return ((softmax(z) - y) ** 2).sum(axis=1).mean() / 2


def gradient_of(z, y):
    p = softmax(z)
    d = p * (p - y)
    return (d - p * d.sum(axis=1, keepdims=True)) / len(z)
""",
    "sparsemax": f"""{_SPARSEMAX}

def loss_of(z, y):
    p = sparsemax(z)
    return ((p - y) * z - (p**2 - y**2) / 2).sum(axis=1).mean()


def gradient_of(z, y):
    return (sparsemax(z) - y) / len(z)
""",
}

_FORWARD = """
def forward(layers, x, learning=False):
    for layer in layers:
        x = layer.forward(x, learning)
    return x
"""

_REPORT = f"""
def report(step, layers, x, y, labels, train, held_out):
    print(f"step {{step}}")
    for name, rows in (("train", train[:{SHOWN_ROWS}]), ("held-out", held_out[:{SHOWN_ROWS}])):
        logits = forward(layers, x[rows])
        accuracy = (logits.argmax(axis=1) == labels[rows]).mean()
        print(f"    {{name}} loss {{loss_of(logits, y[rows]):.9f}}, accuracy {{accuracy:.4f}}")
"""


def numpy_script(config: TrainingConfig, own: Examples | None = None) -> str:
    """Write a run as a NumPy script.

    Args:
        config: The run.
        own: The learner's table, for ``config.dataset == "table"``.

    Raises:
        ValueError: the table is missing, or too large to be packed into a script.
    """
    examples = load_examples(config, own)
    hidden = config.hidden_layers > 0
    parts = [
        heading(config, "numpy", "import numpy as np"),
        data_functions(config),
        _LINEAR,
        _BATCH_NORM if config.batch_norm and hidden else "",
        _ACTIVATIONS[config.activation] if hidden else "",
        _LOSSES[config.loss],
        _FORWARD,
        _update(config),
        BATCHES,
        _REPORT,
        _main(config, examples),
    ]
    return joined_parts(parts, config, examples)


def _update(config: TrainingConfig) -> str:
    decay = f"        gradient = gradient + {config.weight_decay!r} * parameter\n" if config.weight_decay else ""
    return f"""
def update(step, parameters, gradients, memory):
    for place, (parameter, gradient) in enumerate(zip(parameters, gradients)):
{decay}{_step(config)}
"""


def _step(config: TrainingConfig) -> str:
    rate = repr(config.learning_rate)
    if config.optimizer == "sgd":
        return f"        parameter -= {rate} * gradient"
    if config.optimizer == "momentum":
        return f"""\
        memory[place] = {config.momentum!r} * memory.get(place, 0) + gradient
        parameter -= {rate} * memory[place]"""
    return f"""\
        m, s = memory.get(place, (0, 0))
        m, s = {BETA_1} * m + {1 - BETA_1:.3g} * gradient, {BETA_2} * s + {1 - BETA_2:.3g} * gradient**2
        memory[place] = m, s
        root = np.sqrt(s / (1 - {BETA_2}**step)) + {EPSILON!r}
        parameter -= {rate} * m / (1 - {BETA_1}**step) / root"""


def _main(config: TrainingConfig, examples: Examples) -> str:
    architecture = Architecture.of(config, examples.features.shape[1], len(examples.class_names))
    return main_function(
        [
            *data_lines(config, examples),
            f"y = {_targets(config, architecture.classes)}\n",
            _layers(config, architecture),
            "layers[-1].parameters[0][-1] = 0  # the last logit is pinned\n" if config.pin_last_logit else "",
            _loop(config),
        ]
    )


def _targets(config: TrainingConfig, classes: int) -> str:
    one_hot = f"np.eye({classes})[labels]"
    if not config.label_smoothing:
        return one_hot
    return f"{1 - config.label_smoothing!r} * {one_hot} + {config.label_smoothing / classes!r}"


def _layers(config: TrainingConfig, architecture: Architecture) -> str:
    *hidden, head = architecture.layers
    lines = []
    for layer in hidden:
        bias = ", has_bias=False" if layer.normalised else ""
        lines.append(f"Linear(first({layer.rows}, {layer.inputs}, {architecture.gain!r}){bias})")
        lines += [f"BatchNorm({layer.rows})"] if layer.normalised else []
        lines.append(f"{_CLASS_NAMES[architecture.activation]}()")
    lines.append(f"Linear(first({head.units}, {head.inputs}, 1.0))")
    return f"""
rng = np.random.default_rng([{config.seed}, {WEIGHTS_STREAM}])

def first(units, inputs, gain):
    return {config.initial_scale!r} * np.sqrt(gain / inputs) * rng.standard_normal((units, inputs))

layers = [
{"".join(f"    {line},{chr(10)}" for line in lines)}]
"""


def _loop(config: TrainingConfig) -> str:
    learning = "layers[-1:]" if config.freeze_hidden else "layers"
    pinned = "\n    for gradient in layers[-1].gradients:\n        gradient[-1] = 0" if config.pin_last_logit else ""
    return f"""
learning = {learning}
parameters = [parameter for layer in learning for parameter in layer.parameters]
memory, rng = {{}}, np.random.default_rng([{config.seed}, {BATCH_STREAM}])
stream = batches(train.size, min({config.batch_size}, train.size), rng)
for step in range({config.steps}):
    if step % {max(1, config.steps // 10)} == 0:
        report(step, layers, features, y, labels, train, held_out)
    rows = train[next(stream)]
    d = gradient_of(forward(layers, features[rows], learning=True), y[rows])
    for layer in reversed(learning):
        d = layer.backward(d){pinned}
    gradients = [gradient for layer in learning for gradient in layer.gradients]
    update(step + 1, parameters, gradients, memory)
report({config.steps}, layers, features, y, labels, train, held_out)
"""
