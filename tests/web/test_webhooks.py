"""The operators' page of webhooks: made, tried, replayed, removed; no secret is shown."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.webhooks import Parcel
from broadsheet.sources.posting import NotDelivered
from broadsheet.store import webhooks
from broadsheet.wiring import make_news_room

SECRET = "s3cret-path"


class Refuses:
    """A courier to whom nobody opens."""

    def send(self, target: str, parcel: Parcel, now: object) -> int | None:
        raise NotDelivered("example.org answered 410 Gone", 410, may_retry=False)


@pytest.fixture
def site(open_site, plain):
    return open_site(plain(1))


def page(site):
    answer = site.client.request("GET", "/webhooks", {"host": "localhost:8765"}, b"", "127.0.0.1")
    assert answer.status_code == 200
    assert SECRET not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    return LexborHTMLParser(answer.text)


def send(site, status=303, **fields):
    sent = {
        "host": "localhost:8765", "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin",
    }  # fmt: skip
    body = urlencode({"action": "add", "event": ["edition", "comment"], **fields}, doseq=True).encode()
    answer = site.client.request("POST", "/webhooks", sent, body, "127.0.0.1")
    assert answer.status_code == status, (fields, answer.text)
    assert SECRET not in answer.text
    return " ".join(LexborHTMLParser(answer.text).css_first("main").text().split()) if status != 303 else ""


def test_made_tried_replayed_and_removed(site):
    send(site, target=f"https://example.org/{SECRET}", name="Ours")
    form = page(site).css_first("section[aria-labelledby=hooks] form")
    assert "Ours, https://example.org/…, hears of: edition, comment" in " ".join(form.text().split())
    assert len(form.css_first("pre").text()) == 32
    send(site, action="test", webhook="1")
    room = make_news_room(site.house)
    room.courier = Refuses()
    room.start_due()
    room.wait()
    (row,) = page(site).css("table tbody tr")
    assert "failed" in row.text() and "410 Gone" in row.text()
    send(site, action="replay", delivery=row.css_first("button").attributes["value"])
    assert [" ".join(row.css("td")[4].text().split()) for row in page(site).css("table tbody tr")] == [
        "waiting",
        "failed",
    ]
    send(site, action="remove", webhook="1")
    with site.house.database.read() as connection:
        assert webhooks.list_webhooks(connection) == webhooks.list_deliveries(connection, 9) == []


def test_what_is_wrong_is_said(site):
    assert "leads to an https:// address" in send(site, 400, target="ftp://example.org")
    assert "Choose what it is told" in send(site, 400, target="https://example.org/", event="x")
    assert "does not understand this address" in send(site, 400, target=f"slack://{SECRET}")
    assert "60 letters" in send(site, 400, target="https://example.org/", name="x" * 61)
    assert "action of this form" in send(site, 400, action="x")
    for action in ("test", "remove", "replay"):
        for number in ("7", "x", "9" * 30, ""):
            send(site, 404, action=action, webhook=number, delivery=number)
    assert page(site).css("section[aria-labelledby=hooks] form") == []
