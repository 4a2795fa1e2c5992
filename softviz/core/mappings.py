"""The softmax family: maps from scores (logits) to probabilities, and their derivatives in closed form.

Every function takes anything NumPy reads as real numbers, or a PyTorch tensor, which it answers with a tensor on the
same device that autograd can follow. Floats keep their type, 16-bit ones are summed in float32; integers and booleans
are taken as float64. ``axis`` is an axis, several, or None for all. A row that holds nan or +inf, or nothing but -inf,
has no answer: it becomes nan and leaves the other rows alone. Complex numbers, objects and axes out of range raise
ValueError; nothing warns.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softviz.core.backend import Axis, Floats, Logits, kernels_for
from softviz.core.backend_namespace import Array, namespace, narrowed, wide_floats
from softviz.core.closed_forms import entmax_alpha_slope, entmax_weights, of_type, simplex_product
from softviz.core.temperature_limits import divided, one_per_row, shifted

quiet = np.errstate(all="ignore")
"""Decorates what combines arrays with plain operators: infinities meet in the limits, and nobody need hear of it."""


def softmax(x: Logits, *, axis: Axis = -1) -> Floats:
    r"""Turn scores into probabilities: :math:`p_i = e^{z_i} / \sum_j e^{z_j}`.

    Args:
        x: Scores (logits), shape ``[..., classes]``.
        axis: The axis or axes that hold the classes.

    Returns:
        Probabilities, same shape and float type. At most a few units in the last place off, where
        ``exp(x - x.max())`` loses as many as x - max has bits too many.

    Reference: Bridle (1990), Probabilistic interpretation of feedforward classification network outputs.
    """
    return kernels_for(x).softmax(x, axis)  # type: ignore[no-any-return]


def log_softmax(x: Logits, *, axis: Axis = -1) -> Floats:
    r"""Log of the softmax, in nats: :math:`z_i - \log \sum_j e^{z_j}`.

    The maximum's own term stays out of the sum, so that the log-probability of a confident winner keeps its digits: the
    shape and type of x, finite wherever x is.
    """
    return kernels_for(x).log_softmax(x, axis)  # type: ignore[no-any-return]


def logsumexp(x: Logits, *, axis: Axis = -1) -> Floats:
    r"""Return the soft maximum :math:`\log \sum_j e^{z_j}`, in nats, the shape of x without axis.

    A row of no classes, or of nothing but -inf, gives -inf; one with +inf gives inf.
    """
    return kernels_for(x).logsumexp(x, axis)  # type: ignore[no-any-return]


def sigmoid(x: Logits) -> Floats:
    r"""Turn each score into a probability of its own: :math:`1 / (1 + e^{-z})`, the shape of x."""
    return kernels_for(x).sigmoid(x)  # type: ignore[no-any-return]


def log_sigmoid(x: Logits) -> Floats:
    r"""Log of the sigmoid, in nats: :math:`-\log(1 + e^{-z})`, finite wherever x is."""
    return kernels_for(x).log_sigmoid(x)  # type: ignore[no-any-return]


def sparsemax(x: Logits, *, axis: Axis = -1) -> Floats:
    r"""Project scores onto the probability simplex.

    Solves :math:`\min_p \lVert p - z \rVert^2` subject to :math:`p \geq 0, \sum_i p_i = 1`.

    Args:
        x: Scores (logits), shape ``[..., classes]``.
        axis: The axis or axes that hold the classes.

    Returns:
        Probabilities, same shape and float type; exact zeros off the support.

    Reference: Martins & Astudillo (2016), From Softmax to Sparsemax, arXiv:1602.02068.
    """
    return entmax(x, 2.0, axis=axis)


def entmax(x: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    r"""Turn scores into probabilities that are the sparser the larger alpha.

    Solves :math:`\max_p p \cdot z + H_\alpha(p)` over the simplex, where :math:`H_\alpha(p) = \sum_i (p_i - p_i^\alpha)
    / (\alpha (\alpha - 1))` is the Tsallis entropy: softmax at 1, sparsemax at 2, argmax with shared ties at infinity.
    Below 1 every class keeps more than softmax leaves it. Past alpha = 10 or so the problem itself is ill-conditioned
    where scores nearly tie: their probabilities then hang on the last bits of the scores.

    Args:
        x: Scores (logits), shape ``[..., classes]``.
        alpha: Positive. An array broadcasts against x, with size 1 along axis: a column of 200 alphas takes one vector
            of scores to 200 rows in one call.
        axis: The axis or axes that hold the classes.

    Returns:
        Probabilities, the broadcast shape, the float type of x; above 1 exact zeros off the support.

    Raises:
        ValueError: If alpha is not positive, does not broadcast, or differs along axis.

    Reference: Peters, Niculae & Martins (2019), Sparse Sequence-to-Sequence Models, arXiv:1905.05702.
    """
    kernels = kernels_for(x)
    if isinstance(alpha, float | int):
        return kernels.entmax(x, float(alpha), axis)
    z = kernels.as_floats(x)
    return kernels.entmax(z, one_per_row(alpha, z, axis, "alpha"), axis)  # type: ignore[no-any-return]


def argmax_map(x: Logits, *, axis: Axis = -1) -> Floats:
    """Put all the probability on the largest score; ties share it."""
    return kernels_for(x).argmax_map(x, axis)  # type: ignore[no-any-return]


@quiet
def tempered(x: Logits, temperature: Logits, *, axis: Axis = -1) -> Floats:
    """Divide scores by a temperature, with the limits right.

    A row whose quotients leave the range of its float type is measured from its maximum, which softmax does not notice:
    at temperature 0 the largest become 0 and the others -inf. At infinity what is finite becomes 0. An infinite score
    stays what it is.

    Args:
        x: Scores (logits), shape ``[..., classes]``.
        temperature: At least 0. An array broadcasts against x, with size 1 along axis: a column of temperatures makes a
            sweep.
        axis: The axis or axes that hold the classes.

    Raises:
        ValueError: If a temperature is negative or nan, does not broadcast, or they differ along axis.
    """
    return narrowed(divided(wide_floats(x), temperature, axis, x), x)  # type: ignore[no-any-return]


@quiet
def softmax_at(x: Logits, temperature: Logits, *, axis: Axis = -1) -> Floats:
    """Softmax at a temperature: argmax with shared ties at 0, uniform at infinity. Takes what ``tempered`` takes."""
    return narrowed(softmax(divided(shifted(wide_floats(x), axis), temperature, axis), axis=axis), x)  # type: ignore[no-any-return]


@quiet
def gumbel_softmax(x: Logits, temperature: Logits, rng: Any, *, hard: bool = False, axis: Axis = -1) -> Floats:
    """Draw a class at random, by the probabilities of softmax(x), in a form that has a gradient.

    Adds Gumbel noise to the scores and takes the softmax at a temperature, which at 0 is a one-hot draw.

    Args:
        x: Scores (logits), shape ``[..., classes]``.
        temperature: As in ``softmax_at``.
        rng: A ``numpy.random.Generator``; for a tensor, a ``torch.Generator`` of its device.
        hard: Return the one-hot draw itself. The gradient of a tensor is that of the soft one (straight-through).
        axis: The axis or axes that hold the classes.

    Reference: Jang, Gu & Poole (2017), arXiv:1611.01144; Maddison, Mnih & Teh (2017), arXiv:1611.00712.
    """
    kernels, z = kernels_for(x), wide_floats(x)
    noisy = z + of_type(kernels.gumbel_noise(z, rng), z)
    soft = softmax_at(noisy, temperature, axis=axis)
    if not hard:
        return narrowed(soft, x)  # type: ignore[no-any-return]
    draws = namespace(z).broadcast_to(noisy, tuple(soft.shape))  # one noise for all temperatures
    return narrowed(kernels.straight_through(draws, soft, axis), x)  # type: ignore[no-any-return]


@quiet
def softmax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    r"""Return the change of softmax along a tangent: :math:`p (t - p \cdot t)`."""
    return _along_simplex(softmax(wide_floats(x), axis=axis), tangent, axis, x)


@quiet
def entmax_jvp(x: Logits, tangent: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    r"""Return the change of entmax along a tangent: :math:`s (t - s \cdot t / \sum_i s_i)`, :math:`s = p^{2-\alpha}`.

    Where a class is about to enter the support, this is the derivative with the support as it is.
    """
    p = entmax(wide_floats(x), alpha, axis=axis)
    return _along_simplex(entmax_weights(p, alpha), tangent, axis, x)


def sparsemax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    """Return the change of sparsemax along a tangent: the tangent less its mean, both over the support."""
    return entmax_jvp(x, tangent, 2.0, axis=axis)


def argmax_jvp(x: Logits, tangent: Logits, *, axis: Axis = -1) -> Floats:
    """Return zero: argmax is flat wherever it has a derivative."""
    return entmax_jvp(x, tangent, np.inf, axis=axis)


@quiet
def sigmoid_jvp(x: Logits, tangent: Logits) -> Floats:
    r"""Return the change of the sigmoid along a tangent: :math:`\sigma(z) \sigma(-z) t`, elementwise."""
    z = wide_floats(x)
    return narrowed(sigmoid(z) * sigmoid(-z) * of_type(tangent, z), x)  # type: ignore[no-any-return]


# Every Jacobian here is symmetric: pulling a cotangent back is pushing it forward.
softmax_vjp = softmax_jvp
sparsemax_vjp = sparsemax_jvp
entmax_vjp = entmax_jvp
argmax_vjp = argmax_jvp
sigmoid_vjp = sigmoid_jvp


@quiet
def entmax_alpha_derivative(x: Logits, alpha: Logits, *, axis: Axis = -1) -> Floats:
    """Return the change of entmax(x, alpha) per unit of alpha, smooth through alpha = 1; zero at infinity.

    Takes what ``entmax`` takes, and returns its shape and type.

    Reference: Correia, Niculae & Martins (2019), Adaptively Sparse Transformers, arXiv:1909.00015.
    """
    p = entmax(wide_floats(x), alpha, axis=axis)
    return narrowed(entmax_alpha_slope(p, alpha, axis), x)  # type: ignore[no-any-return]


def _along_simplex(weights: Array, direction: Logits, axis: Axis, x: Logits) -> Floats:
    """Multiply a direction by the Jacobian that these weights make, in the float type of x."""
    return narrowed(simplex_product(weights, of_type(direction, weights), axis), x)  # type: ignore[no-any-return]
