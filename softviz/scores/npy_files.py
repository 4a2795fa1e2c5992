"""NumPy's .npy files, read without `numpy.load`.

`numpy.load` allocates what the header claims before it looks at how much data follows, evaluates the
header as a Python literal and warns about old ones. Here the header must be what NumPy itself writes,
letter by letter, and its claim is held against the bytes that are there; the array is then a view of
those bytes. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.scores.numerals import quoted
from softviz.scores.scores import check_count
from softviz.scores.tables import Table, table_of

NPY_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000
_HEADER = re.compile(
    r"\{'descr': '([^']{1,20})', 'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,18}, ?){0,32}(?:\d{1,18})?)\), ?\} *\n?"
)
_NUMBERS = re.compile(r"[<>|=][fiub]\d{1,2}")


@dataclass(frozen=True)
class _Header:
    dtype: np.dtype[Any]
    fortran_order: bool
    shape: tuple[int, ...]
    end: int

    @property
    def size(self) -> int:
        return math.prod(self.shape)


def table_from_npy(data: bytes) -> Table:
    """One row of scores, or a matrix of which each row is one; axes of length 1 do not count.

    Raises:
        ValueError: Not an .npy file, a pickled one, not numbers, cut short, or of more than two axes.
    """
    header = _read_header(data)
    if header.size == 0:
        check_count(0)
    expected, came = header.size * header.dtype.itemsize, len(data) - header.end
    if came != expected:
        raise ValueError(f"Expected {expected:,} bytes of numbers, as the header says; got {came:,}.")
    flat: NDArray[Any] = np.frombuffer(data, header.dtype, offset=header.end)
    array = flat.reshape(header.shape, order="F" if header.fortran_order else "C")
    axes = [length for length in header.shape if length != 1]
    if len(axes) > 2:
        raise ValueError(f"Expected one row of scores, or rows of scores; got shape {header.shape}.")
    return table_of(array.reshape(axes or [1]))


def _read_header(data: bytes) -> _Header:
    if not data.startswith(NPY_MAGIC):
        raise ValueError(f"Expected a .npy file; got {_guess(data)}.")
    wide = data[6:7] != b"\x01"  # version 1 counts its header in two bytes, versions 2 and 3 in four
    start = 12 if wide else 10
    length = int.from_bytes(data[8:start], "little")
    if len(data) < start + length or length > _LONGEST_HEADER:
        raise ValueError("Expected a .npy file; got one whose header is cut short or far too long.")
    text = data[start : start + length].decode("latin-1")
    fields = _HEADER.fullmatch(text)
    if fields is None:
        raise ValueError("Expected a .npy file of plain numbers; got one with a header of another kind.")
    shape = tuple(int(axis) for axis in fields[3].replace(",", " ").split())
    return _Header(_number_type(fields[1]), fields[2] == "True", shape, start + length)


def _number_type(description: str) -> np.dtype[Any]:
    if "O" in description:
        raise ValueError("Expected a .npy file of numbers; got pickled objects, which could run code.")
    if not _NUMBERS.fullmatch(description):
        raise ValueError(f"Expected a .npy file of real numbers; got the type {quoted(description)}.")
    try:
        return np.dtype(description)
    except TypeError:
        raise ValueError(f"Expected a .npy file of numbers; got the type {quoted(description)}.") from None


def _guess(data: bytes) -> str:
    if data.startswith(b"\x80"):
        return "a pickle, which could run code"
    if data.startswith(b"PK\x03\x04"):
        return "a zip archive; save one array with np.save"
    return "something else"
