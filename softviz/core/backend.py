"""Which kernels serve an array: NumPy's, or PyTorch's for a tensor.

The array's own type decides. PyTorch is never imported here on its own account: a tensor in hand means that its
owner has imported it already, and only :func:`require_torch` asks for it by name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core import numpy_kernels

Floats: TypeAlias = NDArray[np.floating[Any]]
"""What a mapping returns: an array of floats, or a tensor where a tensor came in."""

Logits: TypeAlias = ArrayLike
"""What a mapping takes: anything NumPy reads as numbers, or a tensor."""

Axis: TypeAlias = int | tuple[int, ...] | None
"""The axis or axes that hold the classes; ``None`` means all of them."""

INSTALL_TORCH = "pip install -r requirements-torch.txt"


def is_tensor(x: object) -> bool:
    """Tell whether x is a PyTorch tensor, without importing PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def kernels_for(x: object) -> Any:
    """Return the module of kernels that serves x."""
    if type(x) is np.ndarray or not is_tensor(x):
        return numpy_kernels
    from softviz.core import torch_kernels  # noqa: PLC0415  only once a tensor is in hand

    return torch_kernels


def require_torch() -> ModuleType:
    """Import PyTorch, or say how to install it.

    Raises:
        ModuleNotFoundError: With the install command, where PyTorch is missing.
    """
    try:
        import torch  # noqa: PLC0415  asked for by name
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(f"this needs PyTorch, which is not installed; run: {INSTALL_TORCH}") from missing
    return torch  # type: ignore[no-any-return]
