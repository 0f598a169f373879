"""Wishes and moments of digests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.subscriptions import (
    ACTIVE,
    MOST_PER_ADDRESS,
    Hours,
    Subscriber,
    Subscription,
    Wish,
    check_room,
    first_day_of,
    next_digest_at,
    parse_hours,
    parse_wish,
)


def test_a_wish_is_cleaned_and_titled() -> None:
    assert parse_wish("category", "  cs.CL\n").title == "New in cs.CL"
    assert parse_wish("trending", "ignored", "weekly") == Wish("trending", "", "weekly")
    assert parse_wish("search", "large  {} models").title == "New for “large {} models”"
    assert (Wish("author", "Ada").name, Wish("front").name) == ("author:Ada", "front")


@pytest.mark.parametrize(
    "wrong",
    [
        ("nothing", "", "daily"),
        ("category", " ", "daily"),
        ("front", "", "hourly"),
        ("search", "in:library", "daily"),
        ("search", "\x00", "daily"),
        ("author", "A" * 301, "daily"),
    ],
)
def test_a_wrong_wish_is_named(wrong: tuple[str, str, str]) -> None:
    with pytest.raises(Invalid):
        parse_wish(*wrong)


@pytest.mark.parametrize(
    "wrong", [("24", "UTC"), ("-1", "UTC"), ("", "UTC"), ("٣", "UTC"), ("7", "../etc/passwd"), ("7", "")]
)
def test_wrong_hours_are_named(wrong: tuple[str, str]) -> None:
    with pytest.raises(Invalid):
        parse_hours(*wrong)


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "hours", "after", "due"),
    [
        # Friday evening: nothing is announced for Saturday and Sunday.
        ("daily", Hours(7, "Europe/Berlin"), moment(2025, 11, 7, 18), moment(2025, 11, 10, 6)),
        ("daily", Hours(7, "Europe/Berlin"), moment(2025, 11, 10, 6), moment(2025, 11, 11, 6)),
        ("daily", Hours(7, "Asia/Tokyo"), moment(2025, 11, 9, 21), moment(2025, 11, 9, 22)),
        # The evening before is Thanksgiving.
        ("daily", Hours(7, "UTC"), moment(2025, 11, 27, 8), moment(2025, 12, 1, 7)),
        ("weekly", Hours(0, "UTC"), moment(2025, 11, 3, 0), moment(2025, 11, 10, 0)),
        ("monthly", Hours(23, "UTC"), moment(2025, 12, 1, 23), moment(2026, 1, 1, 23)),
        # The hour that is left out in spring comes an hour later, once.
        ("daily", Hours(2, "America/New_York"), moment(2026, 3, 6, 8), moment(2026, 3, 9, 6)),
        ("monthly", Hours(1, "Europe/Berlin"), moment(2026, 3, 15), moment(2026, 3, 31, 23)),
    ],
)
def test_when_a_digest_is_due(cadence: str, hours: Hours, after: datetime, due: datetime) -> None:
    assert next_digest_at(cadence, hours, after) == due


def test_what_a_digest_looks_through() -> None:
    newest = date(2025, 11, 7)
    first = Subscription(1, Wish("front", "", "weekly"), moment(2025, 11, 7))
    assert first_day_of(first, newest) == date(2025, 11, 1)
    assert first_day_of(Subscription(1, Wish("front"), first.next_at), newest) == newest
    later = Subscription(1, Wish("front"), first.next_at, date(2025, 11, 4))
    assert first_day_of(later, newest) == date(2025, 11, 5)
    assert first_day_of(Subscription(1, Wish("front"), first.next_at, newest), newest) > newest
    assert first_day_of(Subscription(1, Wish("front"), first.next_at, date(2024, 1, 1)), newest) == date(2025, 10, 8)


def test_an_address_has_room_for_so_many_subscriptions() -> None:
    kept = tuple(Subscription(n, Wish("author", str(n)), datetime(2026, 3, 4, tzinfo=UTC)) for n in range(50))
    assert len(kept) == MOST_PER_ADDRESS
    check_room(Subscriber(1, "k", "ada@example.org", ACTIVE, Hours(), subscriptions=kept[1:]))
    with pytest.raises(Conflict, match="drop one first"):
        check_room(Subscriber(1, "k", "ada@example.org", ACTIVE, Hours(), subscriptions=kept))
