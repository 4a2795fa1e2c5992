"""The one list of maps from scores to probabilities that every page iterates.

A new map is one record in ``MAPPINGS``: pages, property table, property tests and exports follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from types import MappingProxyType

from softviz.core.claims import Claims
from softviz.core.mappings import (
    argmax_jvp,
    argmax_map,
    argmax_vjp,
    entmax,
    entmax_jvp,
    entmax_vjp,
    sigmoid,
    sigmoid_jvp,
    sigmoid_vjp,
    softmax,
    softmax_jvp,
    softmax_vjp,
    sparsemax,
    sparsemax_jvp,
    sparsemax_vjp,
)
from softviz.core.record import Array, Mapping, Parameter

__all__ = ["MAPPINGS", "Claims", "Mapping", "Parameter"]


def _entmax_claims(alpha: float) -> Claims:
    """Softmax at 1; sparse above; slopes jump from 2 on, where the exponent 1/(alpha - 1) falls to 1."""
    return Claims(
        on_simplex=True,
        strictly_positive=alpha == 1,
        sparse=alpha > 1,
        order_preserving=True,
        monotone=True,
        shift_invariant=True,
        scale_invariant=False,
        independent_ratios=alpha == 1,
        smooth=alpha < 2,
    )


def _elementwise(function: Callable[..., Array]) -> Callable[..., Array]:
    """Give an elementwise function the axis that it does not need."""

    def along_axis(*arrays: Array, axis: int = -1, **parameters: float) -> Array:
        return function(*arrays, **parameters)

    return along_axis


_SOFTMAX = Mapping(
    key="softmax",
    name="Softmax",
    apply=softmax,
    jvp=softmax_jvp,
    vjp=softmax_vjp,
    latex=r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
    claims=_entmax_claims(1),
    reference="Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
    said="Turns raw scores into positive numbers that sum to one.",
    seen="Every class keeps some probability. The ratio of two classes depends on their score gap alone.",
)

_SIGMOID = Mapping(
    key="sigmoid",
    name="Sigmoid",
    apply=_elementwise(sigmoid),
    jvp=_elementwise(sigmoid_jvp),
    vjp=_elementwise(sigmoid_vjp),
    latex=r"p_i = \frac{1}{1 + e^{-z_i}}",
    claims=Claims(
        on_simplex=False,
        strictly_positive=True,
        sparse=False,
        order_preserving=True,
        monotone=True,
        shift_invariant=False,
        scale_invariant=False,
        independent_ratios=True,
        smooth=True,
    ),
    reference="Cox (1958), The regression analysis of binary sequences",
    said="For two classes; needs changes when there are more.",
    seen="Each class answers alone, so the sum need not be one. Softmax of (z, 0) gives class one sigmoid of z.",
)

_SPARSEMAX = Mapping(
    key="sparsemax",
    name="Sparsemax",
    apply=sparsemax,
    jvp=sparsemax_jvp,
    vjp=sparsemax_vjp,
    latex=r"p = \arg\min_{q \in \Delta} \lVert q - z \rVert^2",
    claims=_entmax_claims(2),
    reference="Martins & Astudillo (2016), arXiv:1602.02068",
    said="Gives sparse answers, and needs its hyper-parameters tuned with care.",
    seen="Low scores get exactly zero. It is the nearest point of the simplex: no hyper-parameter, nothing to tune.",
)

_ENTMAX = Mapping(
    key="entmax",
    name="α-entmax",
    apply=entmax,
    jvp=entmax_jvp,
    vjp=entmax_vjp,
    latex=r"p_i = \left[(\alpha - 1)\, z_i - \tau\right]_+^{1/(\alpha - 1)}",
    claims=_entmax_claims(1.5),
    claims_for=_entmax_claims,
    reference="Peters, Niculae & Martins (2019), arXiv:1905.05702",
    parameters=(Parameter("alpha", "Alpha", r"\alpha", 1.5, 1.0, 4.0, 0.01),),
    said="The popular texts leave it out.",
    seen="One dial from softmax (1) through sparsemax (2) towards argmax. Above 1, low scores reach exact zero.",
)

_ARGMAX = Mapping(
    key="argmax",
    name="Argmax",
    apply=argmax_map,
    jvp=argmax_jvp,
    vjp=argmax_vjp,
    latex=r"p_i = \frac{[z_i = \max_j z_j]}{\#\{k : z_k = \max_j z_j\}}",
    claims=Claims(
        on_simplex=True,
        strictly_positive=False,
        sparse=True,
        order_preserving=True,
        monotone=True,
        shift_invariant=True,
        scale_invariant=True,
        independent_ratios=False,
        smooth=False,
    ),
    reference="Softmax at temperature 0; ties share",
    said="Softmax is its soft form.",
    seen="The winner takes all and ties share. Flat, then a jump: no gradient tells a score which way to move.",
)

MAPPINGS: ReadOnly[str, Mapping] = MappingProxyType(
    {record.key: record for record in (_SOFTMAX, _SIGMOID, _SPARSEMAX, _ENTMAX, _ARGMAX)}
)
"""Every map by its key, in the order in which pages show them."""
