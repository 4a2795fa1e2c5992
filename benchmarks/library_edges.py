"""Put the edge cases of softmax to the libraries that are installed, and keep what they did.

Run ``python -m benchmarks.library_edges`` after an update of a library; JAX joins in where it is installed. The page on
numerical stability shows the file that this writes, and a test runs the cases again.
"""

import importlib.metadata
import importlib.util
from collections.abc import Callable, Mapping

from softviz.studies.library_edges import CASES, RECORD, Function, Record, observe


def scipy_functions() -> Mapping[str, Function]:
    """Return SciPy's three functions along the last axis."""
    from scipy import special

    return {
        "softmax": lambda x: special.softmax(x, axis=-1),
        "log_softmax": lambda x: special.log_softmax(x, axis=-1),
        "logsumexp": lambda x: special.logsumexp(x, axis=-1),
    }


def torch_functions() -> Mapping[str, Function]:
    """Return PyTorch's three functions along the last axis."""
    import torch

    return {
        "softmax": lambda x: torch.softmax(torch.from_numpy(x), -1).numpy(),
        "log_softmax": lambda x: torch.log_softmax(torch.from_numpy(x), -1).numpy(),
        "logsumexp": lambda x: torch.logsumexp(torch.from_numpy(x), -1).numpy(),
    }


def jax_functions() -> Mapping[str, Function]:
    """Return JAX's three functions along the last axis, with its float64 switched on."""
    import jax

    jax.config.update("jax_enable_x64", True)
    return {
        "softmax": lambda x: jax.nn.softmax(jax.numpy.asarray(x), axis=-1),
        "log_softmax": lambda x: jax.nn.log_softmax(jax.numpy.asarray(x), axis=-1),
        "logsumexp": lambda x: jax.nn.logsumexp(jax.numpy.asarray(x), axis=-1),
    }


LIBRARIES: dict[str, tuple[str, Callable[[], Mapping[str, Function]]]] = {
    "SciPy": ("scipy", scipy_functions),
    "PyTorch": ("torch", torch_functions),
    "JAX": ("jax", jax_functions),
}


def run() -> Record:
    """Put every case to every library that is installed."""
    versions, outcomes = {}, {}
    for name, (module, functions) in LIBRARIES.items():
        if importlib.util.find_spec(module) is None:
            continue
        versions[name] = importlib.metadata.version(module)
        own = functions()
        outcomes[name] = {case.key: observe(own[case.function], case.array) for case in CASES}
    return Record(versions, outcomes)


def main() -> None:
    """Write the record, unless a library that is in it cannot be asked here."""
    record = run()
    missing = LIBRARIES.keys() - record.versions.keys()
    if missing:
        print(f"Not written: {', '.join(sorted(missing))} not installed here. Asked: {record.versions}")
        return
    RECORD.write_text(record.as_json(), encoding="utf-8")
    print(f"Wrote {RECORD.name}: {record.versions}")


if __name__ == "__main__":
    main()
