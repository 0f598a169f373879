"""Wilson's lower bound: known values, and the order that it is for."""

from __future__ import annotations

import pytest

from broadsheet.ranking.wilson import lower_bound


@pytest.mark.parametrize(
    ("ups", "downs", "bound"),
    [(0, 0, 0.0), (0, 5, 0.0), (1, 0, 0.37844), (1, 1, 0.16425), (90, 10, 0.85486), (500, 0, 0.99673)],
)
def test_known_values(ups: int, downs: int, bound: float) -> None:
    assert lower_bound(ups, downs) == pytest.approx(bound, abs=1e-5)


def test_it_is_the_root_of_wilsons_equation() -> None:
    # (p - b)² = z² b (1 - b) / n, b the smaller root
    z, ups, downs = 1.281551565545, 17, 4
    n, b = ups + downs, lower_bound(ups, downs)
    assert (ups / n - b) ** 2 == pytest.approx(z * z * b * (1 - b) / n)
    assert b < ups / n


def test_more_of_the_same_share_stands_higher() -> None:
    bounds = [lower_bound(9 * n, n) for n in (1, 2, 10, 100)]
    assert bounds == sorted(bounds)
    assert lower_bound(1, 0) < lower_bound(90, 10)
    assert lower_bound(5, 1) > lower_bound(5, 2)
    assert all(0 <= lower_bound(u, d) < 1 for u in range(20) for d in range(20))
