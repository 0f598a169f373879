"""What may be a webhook's address, what is shown of it, how a delivery is signed; what a saved search waits for."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.domain.saved_searches import exactly, parse_text
from broadsheet.domain.webhooks import (
    BACKOFF_MINUTES,
    Webhook,
    is_messenger,
    masked,
    next_try_at,
    parse_events,
    parse_hook_name,
    parse_target,
    scrubbed,
    signature,
)

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "target", ["https://example.org/a?b=c", "http://10.0.0.1:8080", "slack://a/b/c", "TGRAM://1:a/2"]
)
def test_addresses(target: str) -> None:
    assert parse_target(f" {target}\n") == target


@pytest.mark.parametrize(
    "target",
    [
        "", "example.org", "https://", "https:///x", "ftp://example.org", "file:///etc/passwd", "https://a:b@example.org/",
        "https://example.org:0/", "https://example.org:99999/", "https://[::1/", "https://example.org/a b",
        "https://example.org/\r\nX: y", "https://exämple.org/", "https://example.org/#x", "https://a\\@b/", "syslog://",
        "json://localhost", "mailto://a:b@example.org", "https://example.org/" + "x" * 1_000,
    ],
)  # fmt: skip
def test_what_is_no_address(target: str) -> None:
    with pytest.raises(Invalid):
        parse_target(target)


def test_what_is_shown_of_an_address_is_no_secret() -> None:
    assert masked("https://Example.org:8443/hooks/s3cret?key=s3cret") == "https://Example.org:8443/…"
    assert masked("https://example.org?key=s3cret") == "https://example.org/…"
    assert masked("slack://s3cret/s3cret") == "slack://…"
    hook = Webhook(1, "a", "https://example.org/s3cret", ("edition",), NOW)
    assert "s3cret" not in repr(hook) and "s3cret" not in hook.shown
    assert scrubbed("asked example.org/s3cret, no", hook.target) == "asked example.org/…, no"
    assert parse_hook_name("", hook.target) == "https://example.org/…"


def test_services_are_known_by_their_own_addresses_too() -> None:
    assert is_messenger("https://hooks.slack.com/services/T/B/x") and is_messenger("matrix://h/r")
    assert not is_messenger("https://hooks.slack.com.example.org/services")


def test_events() -> None:
    assert parse_events(["comment", "edition"]) == ("edition", "comment")
    for wrong in ([], ["test"], ["edition", "x"]):
        with pytest.raises(Invalid):
            parse_events(wrong)


def test_a_signature_is_what_the_documents_say() -> None:
    expected = hmac.new(b"key", b'1772643600.{"a":1}', hashlib.sha256).hexdigest()
    assert signature("key", 1772643600, b'{"a":1}') == f"sha256={expected}"
    one, other = (Webhook(n, "a", "https://x", (), NOW).signing_key("secret") for n in (1, 2))
    later = Webhook(1, "a", "https://x", (), NOW + timedelta(microseconds=1)).signing_key("secret")
    assert len({one, other, later}) == 3


def test_eight_tries_within_a_day() -> None:
    assert len(BACKOFF_MINUTES) == 7 and sum(BACKOFF_MINUTES) < 24 * 60
    assert next_try_at(1, NOW) == NOW + timedelta(minutes=1)
    assert next_try_at(99, NOW) == NOW + timedelta(minutes=720)
    assert next_try_at(1, NOW, 600.0) == NOW + timedelta(minutes=10)
    assert next_try_at(1, NOW, 1e9) == NOW + timedelta(days=1)


def test_all_words_of_a_search_are_wanted() -> None:
    assert exactly("graph learning cat:cs.CL").text == '"graph" "learning" cat:cs.CL sort:new'
    assert exactly("ti:graph OR ti:tree").text == "ti:graph OR ti:tree sort:new"
    assert exactly("in:library").asks_for_library
    assert exactly(" ".join(f"w{n}" for n in range(60))).order == "new"
    for wrong in ("", "  ", "x" * 400):
        with pytest.raises(Invalid):
            parse_text(wrong)
