"""How well a comment is thought of: the lower bound of the share of readers who would vote it up.

score = (p + z²/2n - z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with n votes, of which the share p is up.

Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), pp. 209-212; for
sorting by votes: E. Miller, "How Not To Sort By Average Rating" (2009). With few votes the bound is low, so that one
vote up does not stand above ninety out of a hundred.
"""

from __future__ import annotations

import math

Z = 1.281551565545  # one side of 90%: the bound moves soon where few people vote


def lower_bound(ups: int, downs: int) -> float:
    """Return the bound, from 0 to below 1; 0 without votes."""
    n = ups + downs
    if n <= 0 or ups <= 0:
        return 0.0
    p, z2 = ups / n, Z * Z
    return (p + z2 / (2 * n) - Z * math.sqrt((p * (1 - p) + z2 / (4 * n)) / n)) / (1 + z2 / n)
