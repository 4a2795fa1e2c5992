"""One thread for NumPy's matrix products.

The products of a small classifier are finished before a second thread has woken up, and OpenBLAS's threads wait for
each other by spinning: on a server where several learners train, one thread each is several times faster.
"""

import ctypes
from pathlib import Path

import numpy as np

_SETTERS = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads")


def use_one_thread() -> bool:
    """Keep the OpenBLAS that NumPy's wheels carry to one thread; return whether it was found."""
    for path in (Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*"):
        library = ctypes.CDLL(str(path))  # loaded already: this returns the one in use
        for name in _SETTERS:
            if hasattr(library, name):
                getattr(library, name)(1)
                return True
    return False
