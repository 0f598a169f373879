"""Signed tokens: what was signed is read back; whatever else is refused."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.domain.tokens import EXPIRED, FORGED, LONGEST, read_token, sign_token

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
SECRET = b"s" * 32


def test_claims_are_read_back() -> None:
    claims = ("key", "0", "search", 'naïve "quotes" & ü', "")
    assert read_token(SECRET, "confirm", sign_token(SECRET, "confirm", claims), NOW) == claims


def test_it_ends_at_its_moment() -> None:
    token = sign_token(SECRET, "confirm", ("key",), NOW)
    assert read_token(SECRET, "confirm", token, NOW - timedelta(seconds=1)) == ("key",)
    with pytest.raises(Invalid, match=EXPIRED):
        read_token(SECRET, "confirm", token, NOW)


def test_it_opens_no_other_door_and_no_other_house() -> None:
    token = sign_token(SECRET, "confirm", ("key",))
    for secret, purpose in ((SECRET, "unsubscribe"), (b"t" * 32, "confirm")):
        with pytest.raises(Invalid, match=FORGED):
            read_token(secret, purpose, token, NOW)


def test_each_changed_letter_is_noticed() -> None:
    token = sign_token(SECRET, "confirm", ("key", "1"))
    for at, letter in enumerate(token):
        changed = token[:at] + ("A" if letter != "A" else "B") + token[at + 1 :]
        with pytest.raises(Invalid):
            read_token(SECRET, "confirm", changed, NOW)


@pytest.mark.parametrize("token", ["", ".", "a.b", "ü.ü", "x" * LONGEST + ".y", "a.b.c", "\x00.\n", "=.="])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Invalid, match=FORGED):
        read_token(SECRET, "confirm", token, NOW)


def test_claims_of_another_cannot_be_put_before_a_code() -> None:
    code = sign_token(SECRET, "confirm", ("mine",)).partition(".")[2]
    body = base64.urlsafe_b64encode(b'[0,"yours"]').decode().rstrip("=")
    with pytest.raises(Invalid, match=FORGED):
        read_token(SECRET, "confirm", f"{body}.{code}", NOW)
