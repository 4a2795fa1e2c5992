"""How the NumPy kernels walk an array: as rows of classes, in the memory order that NumPy is fast in.

A kernel is called as ``kernel(z, axis, *arguments, room=room)``. It reads z, a contiguous block of floats, and returns
a new array, or ``room``, in which it may work. The classes are along axis: -1 for rows of many classes, 0 for a vector
and for many rows of few classes, which come class-major because NumPy pays about 100 ns for each reduction along a
short row and next to nothing for one across rows. Whatever the shape, axes, strides and dtype of the input, at most one
copy brings it there, block by block, so that a block stays in the cache for all that follows.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]
Axis: TypeAlias = int | tuple[int, ...] | None
Kernel: TypeAlias = Callable[..., Floats]

BLOCK = 1 << 16  # elements: half a megabyte of float64, which a second-level cache holds
NATIVE = frozenset({np.dtype(np.float32), np.dtype(np.float64)})
MANY_ROWS = 128
FEW_CLASSES = 24
LONG_ROW = 128


def _context(buffer: int) -> contextvars.Context:
    """Return a context in which NumPy never warns, and buffers that many elements."""
    context = contextvars.Context()
    context.run(np.seterr, all="ignore")
    context.run(np.setbufsize, buffer)
    return context


# A copied context costs a tenth of np.errstate. The second one is for long rows: to combine a row with its one maximum
# or total, NumPy first spreads that number over a buffer, unless the buffer is shorter than the row (2.5x at 1,000).
_SHORT_ROWS = _context(buffer=8192)
_LONG_ROWS = _context(buffer=16)


def quietly(classes: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call function without NumPy warnings, with the buffering that suits rows of that many classes."""
    context = _LONG_ROWS if classes >= LONG_ROW else _SHORT_ROWS
    return context.copy().run(function, *arguments)


@cache
def working_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype to compute in: float32 for 16-bit floats, whose sums would stall; float64 for integers.

    Raises:
        ValueError: For complex numbers, objects, dates and text.
    """
    if dtype.kind not in "fiub" and dtype.name != "bfloat16":
        raise ValueError(f"expected real numbers; got an array of {dtype}")
    if dtype.kind in "iub":
        return np.dtype(np.float64)
    return dtype if dtype.itemsize >= 4 else np.dtype(np.float32)


@cache
def float_type(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype of the answer: the input's own if it is a float, else float64."""
    return dtype if working_type(dtype).itemsize == 4 or dtype.kind == "f" else np.dtype(np.float64)


def reals(x: ArrayLike) -> NDArray[Any]:
    """Read x as real numbers, which keep their own type.

    Raises:
        ValueError: For complex numbers, objects, dates and text.
    """
    values = np.asarray(x)
    working_type(values.dtype)
    return values


def as_floats(x: ArrayLike) -> Floats:
    """Read x as floats: float types are kept, integers and booleans become float64."""
    values = np.asarray(x)
    return values.astype(float_type(values.dtype), copy=False)


def axes_of(axis: Axis, dimensions: int) -> tuple[int, ...]:
    """Return the axes as non-negative integers.

    Raises:
        ValueError: If an axis is out of range, repeated or no integer.
    """
    if axis is None:
        return tuple(range(dimensions))
    try:
        return normalize_axis_tuple(axis, dimensions)
    except TypeError as wrong:
        raise ValueError(f"axis must be an integer, a tuple of integers or None; got {axis!r}") from wrong


@dataclass(frozen=True, slots=True)
class Rows:
    """An array seen as rows of classes, and the way back."""

    values: NDArray[Any]
    """Shape ``[rows, classes]``: a view of the input where its strides allow it."""
    kept: tuple[int, ...]
    """Sizes of the axes that hold no classes."""
    classes: tuple[int, ...]
    """Sizes of the axes that do."""
    order: tuple[int, ...]
    """Where each axis of kept + classes came from."""

    @classmethod
    def of(cls, values: NDArray[Any], axis: Axis) -> Rows:
        """Gather the classes into the last axis and everything else into the first."""
        whole = np.atleast_1d(values)
        axes = axes_of(axis, whole.ndim)
        others = tuple(i for i in range(whole.ndim) if i not in axes)
        moved = whole.transpose(others + axes)
        kept, classes = moved.shape[: len(others)], moved.shape[len(others) :]
        flat = moved.reshape(int(np.prod(kept, dtype=int)), int(np.prod(classes, dtype=int)))
        return cls(flat, kept, classes, others + axes)

    def back(self, rows: Floats) -> Floats:
        """Give rows the shape and the axes of the input."""
        return rows.reshape(self.kept + self.classes).transpose(np.argsort(self.order))


def many_short(values: NDArray[Any]) -> bool:
    """Tell whether a reduction along each row would cost more than turning them all."""
    return values.shape[1] <= FEW_CLASSES and len(values) >= MANY_ROWS


def mapped(kernel: Kernel, x: ArrayLike, axis: Axis, *arguments: Any, turn: bool = True) -> Floats:
    """Apply a kernel along axis: every class keeps its place.

    Args:
        kernel: See the module.
        x: The logits.
        axis: The axis or axes that hold the classes.
        arguments: Numbers, or arrays ``[rows, 1]`` that are cut to the rows at hand.
        turn: Hand many short rows over class-major; False for a kernel that is faster when it turns what it reduces.
    """
    values = np.asarray(x)
    if axis == -1 and 0 < values.ndim <= 2 and 0 < values.size <= BLOCK:
        return _at_once(kernel, values, arguments, turn)
    rows = Rows.of(values, axis)
    out = np.empty(rows.values.shape, float_type(values.dtype))
    if out.size:
        quietly(out.shape[1], _fill, out, kernel, rows.values, arguments, turn)
    return rows.back(out).reshape(values.shape)


def reduced(kernel: Kernel, x: ArrayLike, axis: Axis, empty: float) -> Floats:
    """Apply a kernel that leaves one number of each row; a row without classes gives ``empty``."""
    values = np.asarray(x)
    if axis == -1 and 0 < values.ndim <= 2 and 0 < values.size <= BLOCK:
        return _at_once(kernel, values, (), True)
    rows = Rows.of(values, axis)
    out = np.full(len(rows.values), empty, float_type(values.dtype))
    if rows.values.size:
        quietly(rows.values.shape[1], _collect, out, kernel, rows.values)
    return out.reshape(rows.kept)[()]


def _at_once(kernel: Kernel, values: NDArray[Any], arguments: tuple[Any, ...], turn: bool) -> Floats:
    """Run the kernel on an array that is one block; a short way for one that the kernel can read as it is."""
    size = values.shape
    context = (_LONG_ROWS if size[-1] >= LONG_ROW else _SHORT_ROWS).copy()
    as_it_is = values.dtype in NATIVE and values.flags.c_contiguous
    if as_it_is and (len(size) == 1 or not (turn and many_short(values))):
        return context.run(kernel, values, 1 - len(size), *arguments)  # a vector's axis is 0
    return context.run(_apply, kernel, values, arguments, turn)


def _apply(
    kernel: Kernel, values: NDArray[Any], arguments: tuple[Any, ...], turn: bool, room: Floats | None = None
) -> Floats:
    """Run the kernel on one block: a vector, or rows; class-major where rows are short and many."""
    dtype = working_type(values.dtype)
    if values.ndim == 2 and turn and many_short(values):
        turned = [np.transpose(each) for each in arguments]
        answer = kernel(values.T.astype(dtype, order="C"), 0, *turned).T.copy()
    else:
        ready = dtype is values.dtype and values.flags.c_contiguous
        z = values if ready else values.astype(dtype, order="C")
        answer = kernel(z, 1 - values.ndim, *arguments, room=room)
    return answer if dtype is values.dtype else answer.astype(float_type(values.dtype))


def _fill(out: Floats, kernel: Kernel, rows: NDArray[Any], arguments: tuple[Any, ...], turn: bool) -> None:
    """Run the kernel over all rows, block by block, in the memory of the answer where the types allow it."""
    fits = out.dtype is working_type(rows.dtype)
    for block in _blocks(rows):
        own = tuple(each[block] if np.ndim(each) else each for each in arguments)
        room = out[block] if fits else None
        answer = _apply(kernel, rows[block], own, turn, room)
        if answer is not room:
            out[block] = answer


def _collect(out: Floats, kernel: Kernel, rows: NDArray[Any]) -> None:
    """Run a kernel that leaves one number of each row over all rows, block by block, in one block of memory."""
    room: Floats | None = None
    for block in _blocks(rows):
        height = len(rows[block])
        room = np.empty((height, rows.shape[1]), working_type(rows.dtype)) if room is None else room[:height]
        out[block] = _apply(kernel, rows[block], (), True, room)


def _blocks(rows: NDArray[Any]) -> list[slice]:
    height = max(1, BLOCK // rows.shape[1])
    return [slice(start, start + height) for start in range(0, len(rows), height)]
