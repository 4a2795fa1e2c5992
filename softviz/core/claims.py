"""What can be claimed of a map from scores to probabilities."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Claims:
    """What is true of a map for every finite input, in exact arithmetic."""

    on_simplex: bool
    """Outputs are non-negative and sum to one."""
    strictly_positive: bool
    """No finite score is given exactly zero."""
    sparse: bool
    """Some finite scores are given exactly zero."""
    order_preserving: bool
    """A larger score never gets a smaller output."""
    monotone: bool
    """Raising a score never lowers its own output."""
    shift_invariant: bool
    """Adding the same constant to every score changes nothing."""
    scale_invariant: bool
    """Multiplying every score by the same positive number changes nothing."""
    independent_ratios: bool
    """The ratio of two outputs depends on their own two scores only."""
    smooth: bool
    """Outputs and slopes change without a jump: continuously differentiable everywhere."""
    permutation_equivariant: bool
    """Reordering the scores reorders the outputs in the same way."""

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Name the claims, in the order of the property table."""
        return tuple(claim.name for claim in fields(cls))

    @classmethod
    def of(cls, *true: str) -> Claims:
        """Claim what is named and nothing else."""
        known = cls.keys()
        unknown = set(true) - set(known)
        if unknown:
            raise ValueError(f"claims are {known}; got {sorted(unknown)}")
        return cls(**{key: key in true for key in known})
