"""Numbers as the learner reads them: three significant digits on screen, full precision in exports."""

import math


def three_digits(value: float) -> str:
    """Write a number with three significant digits; an exact zero is ``0``, a tiny value is not.

    >>> three_digits(0.6590011)
    '0.659'
    >>> three_digits(-1.5e-7)
    '−1.50e−7'
    """
    if math.isnan(value):
        return "nan"
    sign, size = "−" if value < 0 else "", abs(float(value))
    if size == 0:
        return "0"
    if math.isinf(size):
        return f"{sign}∞"
    if size < 1e-3 or size >= 1e6:
        mantissa, exponent = f"{size:.2e}".split("e")
        return f"{sign}{mantissa}e{int(exponent)}".replace("e-", "e−")
    if size >= 100:
        return f"{sign}{math.floor(size + 0.5)}"
    return sign + f"{size:#.3g}".rstrip(".")


def as_given(value: float) -> str:
    """Write a learner's own number as it was given, up to five significant digits.

    >>> as_given(2.0)
    '2'
    >>> as_given(-0.1)
    '−0.1'
    """
    return f"{value:.5g}".replace("-", "−").replace("inf", "∞")
