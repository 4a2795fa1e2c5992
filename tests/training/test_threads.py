"""Matrix products stay on one thread, and give the same numbers."""

import numpy as np

from softviz.training.threads import use_one_thread


def test_products_are_the_same_on_one_thread() -> None:
    left, right = np.random.default_rng(3).standard_normal((2, 211, 211))
    before = left @ right
    assert use_one_thread() in (True, False)
    # Blocks may be summed in another order: a few ulp of a sum of 211 products.
    np.testing.assert_allclose(left @ right, before, atol=1e-12)
