"""Take a run away as a short PyTorch script: same data, same first weights, same batches.

The script needs torch and NumPy, runs as it is, and ends at the recording's own numbers up to rounding.
"""

from __future__ import annotations

from softviz.training.architecture import NORM_EPSILON, Architecture
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Examples, load_examples
from softviz.training.evaluation import SHOWN_ROWS
from softviz.training.learner import BATCH_STREAM, WEIGHTS_STREAM
from softviz.training.script_data import (
    BATCHES,
    data_functions,
    data_lines,
    heading,
    joined_parts,
    main_function,
)

_IMPORTS = "import numpy as np\nimport torch\n\ntorch.set_default_dtype(torch.float64)"

_ACTIVATIONS = {
    "tanh": "torch.nn.Tanh()",
    "relu": "torch.nn.ReLU()",
    "sigmoid": "torch.nn.Sigmoid()",
    "maxout": "Maxout()",
}

_MAXOUT = """
class Maxout(torch.nn.Module):
    def forward(self, sums):
        first, second = sums.chunk(2, dim=1)
        return torch.maximum(first, second)
"""

_SPARSEMAX = """
def sparsemax(logits):
    counts = torch.arange(1, logits.shape[1] + 1)
    sums = logits.sort(dim=1, descending=True).values.cumsum(dim=1)
    return torch.clamp(logits - ((sums - 1) / counts).amax(dim=1, keepdim=True), min=0)
"""

_REPORT = f"""
def report(step, model, x, y, train, held_out):
    model.eval()
    print(f"step {{step}}")
    for name, rows in (("train", train[:{SHOWN_ROWS}]), ("held-out", held_out[:{SHOWN_ROWS}])):
        with torch.no_grad():
            logits = model(x[rows])
        accuracy = (logits.argmax(dim=1) == y[rows]).double().mean()
        print(f"    {{name}} loss {{loss_of(logits, y[rows]):.9f}}, accuracy {{accuracy:.4f}}")
    model.train()
"""

_PINNED = """
with torch.no_grad():
    model[-1].weight[-1] = 0
for parameter in model[-1].parameters():
    parameter.register_hook(lambda gradient: torch.cat([gradient[:-1], torch.zeros_like(gradient[-1:])]))
"""

_FROZEN = """
for parameter in model[:-1].parameters():
    parameter.requires_grad_(False)
"""


def pytorch_script(config: TrainingConfig, own: Examples | None = None) -> str:
    """Write a run as a PyTorch script.

    Args:
        config: The run.
        own: The learner's table, for ``config.dataset == "table"``.

    Raises:
        ValueError: the table is missing, or too large to be packed into a script.
    """
    examples = load_examples(config, own)
    parts = [
        heading(config, "torch and numpy", _IMPORTS),
        data_functions(config),
        _MAXOUT if config.activation == "maxout" and config.hidden_layers else "",
        _SPARSEMAX if config.loss == "sparsemax" else "",
        _loss(config, len(examples.class_names)),
        BATCHES,
        _REPORT,
        _main(config, examples),
    ]
    return joined_parts(parts, config, examples)


def _loss(config: TrainingConfig, classes: int) -> str:
    head = "\ndef loss_of(logits, labels):\n"
    if config.loss == "cross_entropy":
        smoothing = f", label_smoothing={config.label_smoothing!r}" if config.label_smoothing else ""
        return f"{head}    return torch.nn.functional.cross_entropy(logits, labels{smoothing})\n"
    targets = f"torch.nn.functional.one_hot(labels, {classes})"
    if config.label_smoothing:
        targets = f"{1 - config.label_smoothing!r} * {targets} + {config.label_smoothing / classes!r}"
    if config.loss == "squared_error":
        value = "    return ((torch.softmax(logits, dim=1) - y) ** 2).sum(dim=1).mean() / 2\n"
    else:
        value = "    p = sparsemax(logits)\n    return ((p - y) * logits - (p**2 - y**2) / 2).sum(dim=1).mean()\n"
    return f"{head}    y = {targets}\n{value}"


def _main(config: TrainingConfig, examples: Examples) -> str:
    architecture = Architecture.of(config, examples.features.shape[1], len(examples.class_names))
    return main_function(
        [
            *data_lines(config, examples),
            "x, y = torch.from_numpy(features), torch.from_numpy(labels)\n",
            _model(architecture),
            _first_weights(config, architecture),
            _PINNED if config.pin_last_logit else "",
            _FROZEN if config.freeze_hidden else "",
            _loop(config),
        ]
    )


def _model(architecture: Architecture) -> str:
    modules = []
    *hidden, head = architecture.layers
    for layer in hidden:
        bias = ", bias=False" if layer.normalised else ""
        modules.append(f"torch.nn.Linear({layer.inputs}, {layer.rows}{bias})")
        if layer.normalised:
            modules.append(f"torch.nn.BatchNorm1d({layer.rows}, eps={NORM_EPSILON!r})")
        modules.append(_ACTIVATIONS[architecture.activation])
    modules.append(f"torch.nn.Linear({head.inputs}, {head.units})")
    return "model = torch.nn.Sequential(\n" + "".join(f"    {module},\n" for module in modules) + ")\n"


def _first_weights(config: TrainingConfig, architecture: Architecture) -> str:
    return f"""
rng = np.random.default_rng([{config.seed}, {WEIGHTS_STREAM}])
with torch.no_grad():
    for layer in model:
        if isinstance(layer, torch.nn.Linear):
            gain = 1.0 if layer is model[-1] else {architecture.gain!r}
            deviation = {config.initial_scale!r} * np.sqrt(gain / layer.in_features)
            layer.weight.copy_(torch.from_numpy(deviation * rng.standard_normal(layer.weight.shape)))
            if layer.bias is not None:
                layer.bias.zero_()
"""


def _loop(config: TrainingConfig) -> str:
    return f"""
learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = {_optimizer(config)}
rng = np.random.default_rng([{config.seed}, {BATCH_STREAM}])
stream = batches(train.size, min({config.batch_size}, train.size), rng)
for step in range({config.steps}):
    if step % {max(1, config.steps // 10)} == 0:
        report(step, model, x, y, train, held_out)
    rows = train[next(stream)]
    optimizer.zero_grad()
    loss_of(model(x[rows]), y[rows]).backward()
    optimizer.step()
report({config.steps}, model, x, y, train, held_out)
"""


def _optimizer(config: TrainingConfig) -> str:
    options = f"lr={config.learning_rate!r}"
    if config.optimizer == "momentum":
        options += f", momentum={config.momentum!r}"
    if config.weight_decay:
        options += f", weight_decay={config.weight_decay!r}"
    return f"torch.optim.{'Adam' if config.optimizer == 'adam' else 'SGD'}(learning, {options})"
