"""A stretch of a list knows whether the list goes on."""

from __future__ import annotations

import pytest

from broadsheet.domain.listing import Listing


@pytest.mark.parametrize(
    ("count", "offset", "limit", "more"),
    [(0, 0, 10, False), (10, 0, 10, False), (11, 0, 10, True), (20, 10, 10, False), (21, 10, 10, True)],
)
def test_has_more(count: int, offset: int, limit: int, more: bool) -> None:
    assert Listing((), count, offset, limit).has_more is more
