"""Names for the arrays of this room."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

Call = Callable[[], object]
"""One prepared NumPy call on fixed buffers; a training step is a list of these."""
