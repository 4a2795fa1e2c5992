"""The elementwise functions that NumPy and PyTorch spell alike, for formulas that are written once."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from softviz.core.backend import is_tensor


def namespace(x: object) -> Any:
    """Return the module whose functions serve x: ``torch`` for a tensor, else ``numpy``."""
    return sys.modules["torch"] if is_tensor(x) else np
