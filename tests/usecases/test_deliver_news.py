"""News reach webhooks: signed, once, again after faults, whoever else is slow."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.errors import Conflict, NotFound
from broadsheet.domain.webhooks import EVENTS, MOST_WEBHOOKS, Delivery, Webhook, signature
from broadsheet.render.announcements import Stationery
from broadsheet.sources.couriers import Courier
from broadsheet.sources.posting import Way
from broadsheet.store import deeds, webhooks
from broadsheet.usecases.announce import about_comment, about_submission, announce, is_wanted
from broadsheet.usecases.deliver_news import NewsRoom
from broadsheet.usecases.press_edition import press_edition
from broadsheet.usecases.read_papers import read_paper
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.webhooks import WantedWebhook, add_webhook, remove_webhook, replay_delivery, try_webhook
from broadsheet.wiring import House

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "sources" / "hook_server.py")))


class Post:
    """A House whose clock can be moved, with a server to send to."""

    def __init__(self, house: House, now: datetime) -> None:
        self.house, self.now, self.server = house, now, _SERVER.HookServer()

    def hook(self, word: str = "200", *events: str) -> Webhook:
        wanted = WantedWebhook(f"{self.server.url}/{word}", word, list(events or EVENTS))
        return add_webhook(self.house.database, wanted, lambda _: None, None, self.now)

    def room(self, seconds: float = 10.0) -> NewsRoom:
        desk = Desk(self.house.folder, self.house.database, lambda: self.now)
        courier = Courier(Way("x", frozenset({self.server.host}), seconds))
        return NewsRoom(desk, courier, Stationery("Papers", "https://papers.example.org", "secret"))

    def send(self, seconds: float = 10.0) -> list[Delivery]:
        """Send what is due and return all deliveries, oldest first."""
        room = self.room(seconds)
        room.start_due()
        room.wait()
        with self.house.database.read() as connection:
            return webhooks.list_deliveries(connection, 1_000)[::-1]


@pytest.fixture
def post(house: House, now: datetime) -> Iterator[Post]:
    made = Post(house, now)
    yield made
    made.server.close()


def test_a_delivery_is_signed_and_says_what_happened(post: Post) -> None:
    hook = post.hook()
    try_webhook(post.house.database, hook.pk, post.now)
    (done,) = post.send()
    assert (done.state, done.tries, done.status, done.last_error) == ("sent", 1, 200, "")
    ((_, headers, body),) = post.server.asked
    stamp = int(headers["broadsheet-timestamp"])
    assert stamp == int(post.now.timestamp())
    assert headers["broadsheet-signature"] == signature(hook.signing_key("secret"), stamp, body)
    assert headers["content-type"] == "application/json"
    (told,) = post.server.bodies
    assert told["id"] == headers["broadsheet-delivery"] == done.event_id
    assert (told["event"], told["at"]) == ("test", "2026-03-04T17:00:00+00:00")
    assert told["site"] == {"title": "Papers", "url": "https://papers.example.org"}
    assert told["data"]["url"] == "https://papers.example.org/"


def test_each_is_told_what_it_wants(
    post: Post, take_in: Callable[..., Any], make_record: Callable[..., Any], now: datetime
) -> None:
    take_in(post.house, make_record(1))
    paper = read_paper(post.house.database, "2603.00001")
    post.hook("201", "comment")
    post.hook("202", "submission", "comment")
    with post.house.database.write() as connection:
        assert announce(connection, "comment", about_comment(paper, "Ada\n", "Well " * 200), now) == 2
        assert announce(connection, "submission", about_submission(paper, "Bo"), now) == 1
        assert announce(connection, "search", {}, now) == 0
        assert not is_wanted(connection, "edition")
    assert {one.state for one in post.send()} == {"sent"}
    told = sorted((path, body["event"]) for (path, *_), body in zip(post.server.asked, post.server.bodies, strict=True))
    assert told == [("/201", "comment"), ("/202", "comment"), ("/202", "submission")]
    said = next(body["data"] for body in post.server.bodies if body["event"] == "comment")
    assert said["paper"]["url"] == "https://papers.example.org/papers/2603.00001"
    assert (said["reader"], len(said["text"])) == ("Ada", 500)


def test_what_is_rolled_back_is_not_told(post: Post, now: datetime) -> None:
    post.hook()
    with pytest.raises(TypeError), post.house.database.write() as connection:
        assert [announce(connection, "comment", text, now) for text in ({}, {"no JSON": object()})]
    assert post.send() == []


def test_what_fails_is_tried_eight_times_within_a_day_and_given_up(post: Post) -> None:
    try_webhook(post.house.database, post.hook("500").pk, post.now)
    waits = []
    for _ in range(8):
        (one,) = post.send()
        waits.append((one.next_at - post.now) // timedelta(minutes=1))
        assert post.send() == [one]  # not before its time
        post.now = one.next_at
    assert waits[:-1] == [1, 5, 15, 60, 180, 360, 720]
    assert (one.state, one.tries, one.status) == ("failed", 8, 500)
    assert "500 Internal Server Error" in one.last_error
    post.now += timedelta(days=2)
    post.send()
    assert len(post.server.asked) == 8
    assert {headers["broadsheet-delivery"] for _, headers, _ in post.server.asked} == {one.event_id}


def test_gone_is_gone_and_a_wish_to_be_left_alone_is_kept(post: Post) -> None:
    for word in ("410", "busy"):
        try_webhook(post.house.database, post.hook(word).pk, post.now)
    gone, busy = post.send()
    assert (gone.state, gone.tries) == ("failed", 1)
    assert (busy.state, busy.next_at - post.now) == ("waiting", timedelta(hours=2))


def test_while_a_webhook_does_not_answer_the_rest_waits_with_its_tries(post: Post) -> None:
    hook = post.hook("silent")
    for _ in range(3):
        try_webhook(post.house.database, hook.pk, post.now)
    found = post.send(0.1)
    assert [(one.tries, one.next_at - post.now) for one in found] == [
        (1, timedelta(minutes=1)), (0, timedelta(minutes=1)), (0, timedelta(minutes=1)),
    ]  # fmt: skip
    assert len(post.server.asked) == 1
    post.now += timedelta(days=1, seconds=1)
    post.room().tidy()
    assert [(one.state, one.last_error) for one in post.send()] == [("failed", "It waited for more than a day.")] * 3


def test_a_slow_webhook_delays_no_other(post: Post) -> None:
    slow, fast = post.hook("silent"), post.hook("200")
    room = post.room()
    try_webhook(post.house.database, slow.pk, post.now)
    assert room.start_due() == 1
    assert post.server.arrived.acquire(timeout=60)
    for _ in range(3):  # and again while the slow one hangs
        try_webhook(post.house.database, fast.pk, post.now)
        assert room.start_due() == 1
        assert post.server.arrived.acquire(timeout=60)
        room._busy[fast.pk].join(10)
    assert [path for path, *_ in post.server.asked] == ["/silent", "/200", "/200", "/200"]
    post.server.released.set()
    room.wait(10)


def test_a_process_that_dies_repeats_with_the_same_id(post: Post) -> None:
    hook = post.hook()
    try_webhook(post.house.database, hook.pk, post.now)
    with post.house.database.write() as connection:
        taken = webhooks.take_next(connection, hook.pk, post.now)
    assert taken is not None
    (one,) = post.send()  # another process takes nothing that is on its way
    assert (one.state, one.tries, post.server.asked) == ("waiting", 1, [])
    post.now += timedelta(minutes=1)
    (one,) = post.send()
    assert (one.state, one.tries, one.event_id) == ("sent", 2, taken.event_id)


def test_a_replay_is_a_new_line_of_the_log_with_the_same_id(post: Post) -> None:
    try_webhook(post.house.database, post.hook().pk, post.now)
    (first,) = post.send()
    again = replay_delivery(post.house.database, first.pk, post.now)
    assert post.room().send_one(again).state == "sent"
    (one, other) = post.send()
    assert (one.event_id, one.pk, other.pk) == (other.event_id, first.pk, again)
    assert post.server.asked[0][2] == post.server.asked[1][2]
    with pytest.raises(NotFound):
        replay_delivery(post.house.database, 99, post.now)


def test_what_was_settled_is_forgotten_after_a_month(post: Post) -> None:
    try_webhook(post.house.database, post.hook().pk, post.now)
    post.send()
    post.now += timedelta(days=31)
    post.room().tidy()
    assert post.send() == []


def test_operators_see_who_made_and_removed_what_and_no_secret(post: Post) -> None:
    hook = post.hook("s3cret")
    remove_webhook(post.house.database, hook.pk, None, post.now)
    with post.house.database.read() as connection:
        found = deeds.list_deeds(connection, is_public=False)
        assert deeds.list_deeds(connection, is_public=True) == []
    assert [(deed.verb, deed.detail) for deed in found] == [
        ("removed a webhook", f"{post.server.url}/…"), ("made a webhook", f"{post.server.url}/…"),
    ]  # fmt: skip


def test_there_are_not_too_many(post: Post) -> None:
    for _ in range(MOST_WEBHOOKS):
        post.hook()
    with pytest.raises(Conflict, match="remove one first"):
        post.hook()


@pytest.fixture
def day(post: Post, take_in: Callable[..., Any], make_record: Callable[..., Any], now: datetime) -> date:
    """A day whose papers have come."""
    day = date(2026, 3, 4)
    take_in(post.house, *(make_record(n, edition_on=day) for n in range(1, 19)))
    return day


def test_an_edition_is_told_of_once_when_it_goes_to_press(post: Post, day: date, now: datetime) -> None:
    post.hook("200", "edition")
    press_edition(post.house.database, day, now)
    press_edition(post.house.database, day, now + timedelta(hours=1), reorder=True)
    (one,) = post.send()
    data = post.server.bodies[0]["data"]
    assert (one.event, data["date"], data["count"], len(data["papers"])) == ("edition", "2026-03-04", 18, 15)
    assert data["url"] == "https://papers.example.org/papers/date/2026-03-04"


def test_an_edition_of_long_ago_is_no_news(post: Post, day: date, now: datetime) -> None:
    post.hook("200", "edition")
    press_edition(post.house.database, day, now + timedelta(days=9))
    assert post.send() == []
