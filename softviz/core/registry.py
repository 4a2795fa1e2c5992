"""The one list of maps from scores to probabilities that every page iterates.

A new map is one record in ``MAPPINGS``: pages, property table, property tests and exports follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from types import MappingProxyType

from softviz.core.alternatives import (
    arctan_cold,
    arctan_map,
    arctan_score,
    gaussian_cold,
    gaussian_map,
    gaussian_score,
    logistic_cold,
    logistic_map,
    softplus,
    softplus_cold,
    softplus_map,
    spherical_softmax,
    taylor_cold,
    taylor_softmax,
    top_k_hot,
    top_k_softmax,
)
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


def _along_axis(function: Callable[..., Array]) -> Callable[..., Array]:
    """Give an elementwise function the axis that it does not need."""

    def with_axis(*arrays: Array, axis: int = -1) -> Array:
        return function(*arrays)

    return with_axis


def _entmax_claims(alpha: float) -> Claims:
    """Softmax at 1; sparse above; slopes jump from 2 on, where the exponent 1/(alpha - 1) falls to 1."""
    own = ["on_simplex", "order_preserving", "monotone", "shift_invariant", "permutation_equivariant"]
    own += ["strictly_positive", "independent_ratios"] if alpha == 1 else ["sparse"]
    own += ["smooth"] if alpha < 2 else []
    return Claims.of(*own)


def _top_k_claims(k: int) -> Claims:
    """With one class kept it is argmax, which no scale and no third score can disturb."""
    own = ["on_simplex", "sparse", "order_preserving", "monotone", "shift_invariant", "permutation_equivariant"]
    own += ["scale_invariant", "independent_ratios"] if k == 1 else []
    return Claims.of(*own)


_RISING = ("strictly_positive", "order_preserving", "monotone", "independent_ratios", "smooth")
_RISING_ALONE = Claims.of(*_RISING, "permutation_equivariant")
_RISING_SHARED = Claims.of(*_RISING, "permutation_equivariant", "on_simplex")
_BENT = ("strictly_positive", "independent_ratios", "smooth", "permutation_equivariant")
_LEFT_OUT = "The popular texts leave it out."
_CENTRE = Parameter("centre", "Centre", "c", 0.0, -5.0, 5.0, 0.1)

_RECORDS = (
    Mapping(
        key="softmax",
        name="Softmax",
        apply=softmax,
        jvp=softmax_jvp,
        vjp=softmax_vjp,
        latex=r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        claims=_entmax_claims(1),
        reference="Bridle (1990), Probabilistic interpretation of feedforward network outputs",
        said="Turns raw scores into positive numbers that sum to one.",
        seen="Every class keeps some probability. The ratio of two classes depends on their score gap alone.",
    ),
    Mapping(
        key="sigmoid",
        name="Sigmoid",
        apply=_along_axis(sigmoid),
        jvp=_along_axis(sigmoid_jvp),
        vjp=_along_axis(sigmoid_vjp),
        latex=r"p_i = \frac{1}{1 + e^{-z_i}}",
        claims=_RISING_ALONE,
        reference="Cox (1958), The regression analysis of binary sequences",
        said="For two classes; needs changes when there are more.",
        seen="Each class answers alone; the sum need not be one. Softmax of (z, 0) starts with sigmoid(z).",
    ),
    Mapping(
        key="sparsemax",
        name="Sparsemax",
        apply=sparsemax,
        jvp=sparsemax_jvp,
        vjp=sparsemax_vjp,
        latex=r"p = \arg\min_{q \in \Delta} \lVert q - z \rVert^2",
        claims=_entmax_claims(2),
        reference="Martins & Astudillo (2016), arXiv:1602.02068",
        said="Gives sparse answers, and needs its hyper-parameters tuned with care.",
        seen="Low scores get exactly zero. There is no hyper-parameter: the nearest point of the simplex.",
    ),
    Mapping(
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
        reach_for_zeros=100.0,  # zeros begin at a gap of 1 / (alpha - 1)
        said=_LEFT_OUT,
        seen="From softmax (1) through sparsemax (2) towards argmax. Above 1, low scores reach zero.",
    ),
    Mapping(
        key="argmax",
        name="Argmax",
        apply=argmax_map,
        jvp=argmax_jvp,
        vjp=argmax_vjp,
        latex=r"p_i = \frac{[z_i = \max_j z_j]}{\#\{k : z_k = \max_j z_j\}}",
        claims=_top_k_claims(1),
        reference="Softmax at temperature 0; ties share",
        said="The hard form, of which softmax is the soft one.",
        seen="The winner takes all, ties share. Flat, then a jump: no slope says which way to move.",
    ),
    Mapping(
        key="logistic",
        name="One-vs-rest logistic",
        apply=logistic_map,
        jvp=logistic_map.jvp,
        vjp=logistic_map.vjp,
        cold=logistic_cold,
        latex=r"p_i = \frac{\sigma(z_i)}{\sum_j \sigma(z_j)}",
        claims=_RISING_SHARED,
        reference="Rifkin & Klautau (2004), In defense of one-vs-all classification, JMLR 5",
        said="Extends to many classes; its gradient may vanish.",
        seen="Sigmoids over their sum. Add a constant to every score and the answer changes.",
    ),
    Mapping(
        key="arctan",
        name="Arctan",
        apply=arctan_map,
        jvp=arctan_map.jvp,
        vjp=arctan_map.vjp,
        cold=arctan_cold,
        latex=r"p_i \propto \tfrac{1}{2} + \tfrac{1}{\pi}\arctan z_i",
        claims=_RISING_SHARED,
        reference="Koenker & Yoon (2009), Parametric links for binary choice models (the cauchit link)",
        said="Smooth, and rarely used.",
        seen="Heavy tails: far below zero a share falls like 1/|z|, not like an exponential.",
    ),
    Mapping(
        key="gaussian",
        name="Gaussian",
        apply=gaussian_map,
        jvp=gaussian_map.jvp,
        vjp=gaussian_map.vjp,
        cold=gaussian_cold,
        latex=r"p_i \propto e^{-(z_i - c)^2/2}",
        claims=Claims.of("on_simplex", *_BENT),
        reference="Moody & Darken (1989), Fast learning in networks of locally-tuned processing units",
        parameters=(_CENTRE,),
        said="For outputs shaped like a Gaussian; costly.",
        seen="The score nearest the centre wins: raising one can lower it. One exp a class, as softmax.",
    ),
    Mapping(
        key="softplus",
        name="Softplus",
        apply=softplus_map,
        jvp=softplus_map.jvp,
        vjp=softplus_map.vjp,
        cold=softplus_cold,
        latex=r"p_i \propto \log(1 + e^{z_i})",
        claims=_RISING_SHARED,
        reference="Dugas et al. (2001), Incorporating second-order functional knowledge, NIPS 13",
        said="No vanishing gradient; not normalised.",
        seen="Divided by its sum, it is normalised. Its slope is the sigmoid: it vanishes for low scores.",
    ),
    Mapping(
        key="spherical",
        name="Spherical softmax",
        apply=spherical_softmax,
        jvp=spherical_softmax.jvp,
        vjp=spherical_softmax.vjp,
        latex=r"p_i = \frac{z_i^2}{\sum_j z_j^2}",
        claims=Claims.of("on_simplex", "sparse", "scale_invariant", "independent_ratios", "permutation_equivariant"),
        reference="de Brébisson & Vincent (2016), arXiv:1511.05042",
        said=_LEFT_OUT,
        seen="The mirror of softmax: it ignores scale, not shift. A score of -2 counts as much as 2.",
    ),
    Mapping(
        key="taylor",
        name="Taylor softmax",
        apply=taylor_softmax,
        jvp=taylor_softmax.jvp,
        vjp=taylor_softmax.vjp,
        cold=taylor_cold,
        latex=r"p_i \propto \sum_{j=0}^{n} \frac{z_i^{\,j}}{j!}",
        claims=Claims.of("on_simplex", *_BENT),
        reference="de Brébisson & Vincent (2016), arXiv:1511.05042",
        parameters=(Parameter("order", "Order", "n", 2, 2, 12, 2, integer=True),),
        said=_LEFT_OUT,
        seen="A polynomial in place of exp. Positive, yet it turns: a very low score counts as a high one.",
    ),
    Mapping(
        key="top_k",
        name="Top-k softmax",
        apply=top_k_softmax,
        jvp=top_k_softmax.jvp,
        vjp=top_k_softmax.vjp,
        hot=top_k_hot,
        latex=r"p_i = \frac{[z_i \geq z_{(k)}]\, e^{z_i}}{\sum_j [z_j \geq z_{(k)}]\, e^{z_j}}",
        claims=_top_k_claims(2),
        claims_for=_top_k_claims,
        reference="Fan, Lewis & Dauphin (2018), arXiv:1805.04833",
        parameters=(Parameter("k", "Classes kept", "k", 2, 1, 50, 1, integer=True),),
        said=_LEFT_OUT,
        seen="Softmax among the k largest scores, zero for the rest. A score that enters the top k jumps in.",
    ),
    Mapping(
        key="arctan_raw",
        name="Arctan, not normalised",
        apply=arctan_score,
        jvp=arctan_score.jvp,
        vjp=arctan_score.vjp,
        latex=r"p_i = \tfrac{1}{2} + \tfrac{1}{\pi}\arctan z_i",
        claims=_RISING_ALONE,
        reference="Koenker & Yoon (2009), Parametric links for binary choice models (the cauchit link)",
        said="Smooth, and rarely used.",
        seen="A slower sigmoid: between 0 and 1, each class alone, and the sum is anything.",
    ),
    Mapping(
        key="gaussian_raw",
        name="Gaussian, not normalised",
        apply=gaussian_score,
        jvp=gaussian_score.jvp,
        vjp=gaussian_score.vjp,
        latex=r"p_i = e^{-(z_i - c)^2/2}",
        claims=Claims.of(*_BENT),
        reference="Moody & Darken (1989), Fast learning in networks of locally-tuned processing units",
        parameters=(_CENTRE,),
        said="For outputs shaped like a Gaussian; costly.",
        seen="A bump around the centre, each class alone. High and low scores both fade to nothing.",
    ),
    Mapping(
        key="softplus_raw",
        name="Softplus, not normalised",
        apply=softplus,
        jvp=softplus.jvp,
        vjp=softplus.vjp,
        latex=r"p_i = \log(1 + e^{z_i})",
        claims=_RISING_ALONE,
        reference="Dugas et al. (2001), Incorporating second-order functional knowledge, NIPS 13",
        said="No vanishing gradient; not normalised.",
        seen="Positive, but not a probability: it grows with the score past any bound.",
    ),
)

MAPPINGS: ReadOnly[str, Mapping] = MappingProxyType({record.key: record for record in _RECORDS})
"""Every map by its key, in the order in which pages show them."""
