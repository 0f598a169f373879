"""Subscriptions from the first letter to the last: asked for, confirmed, sent, changed, ended, paused."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import Engine, event

from broadsheet.domain.errors import Conflict, Invalid, MailFailed, NotFound
from broadsheet.domain.subscriptions import MOST_PER_ADDRESS, Hours, Subscriber, parse_wish
from broadsheet.store import messages, subscribers
from broadsheet.store.messages import Outgoing
from broadsheet.usecases import count_bounces, subscribe
from broadsheet.usecases.deliver_mail import DeliveryCount, deliver_mail
from broadsheet.usecases.post_office import PostOffice
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.send_digests import DigestCount, preview_digest, send_digests
from broadsheet.wiring import House

ADA = "ada@example.org"
DAY = date(2026, 3, 4)  # a Wednesday


class Slot:
    """A mailer that keeps what it is given; `faults` of an address are raised, one a try."""

    def __init__(self) -> None:
        self.given: list[tuple[str, EmailMessage]] = []
        self.faults: dict[str, list[MailFailed]] = {}

    def send(self, address: str, message_id: str, body: bytes) -> None:
        if self.faults.get(address):
            raise self.faults[address].pop(0)
        message = email.message_from_bytes(body, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        assert message["Message-ID"] == message_id
        self.given.append((address, message))

    def close(self) -> None:
        pass


class Town:
    """A House with a post office, a clock that can be moved, and readers."""

    def __init__(self, house: House, now: datetime, take_in: Callable[..., Any], make_record: Callable[..., Any]):
        self.house, self.now, self.slot = house, now, Slot()
        self._take_in, self._make = take_in, make_record
        made = house.post_office()
        self.office = PostOffice(Desk(house.folder, house.database, lambda: self.now), made.imprint, made.secret)

    def print_edition(self, day: date, *numbers: int, **changes: Any) -> None:
        made = [self._make(n, published_on=day, edition_on=day, upvotes=n, **changes) for n in numbers]
        self._take_in(self.house, *made)

    def send(self, now: datetime | None = None, **how: Any) -> DigestCount:
        self.now = now or self.now
        return send_digests(self.office, self.house.shelf(), self.now, self.now.date(), **how)

    def deliver(self) -> DeliveryCount:
        return deliver_mail(self.office.desk, self.slot)

    def digest(self, now: datetime) -> str:
        """Return the text of the one digest that goes out at a moment, "" where none does."""
        self.slot.given.clear()
        count = self.send(now)
        self.deliver()
        assert len(self.slot.given) == count.written <= 1
        return text_of(self.slot.given[0][1]) if self.slot.given else ""

    def ask(self, typed: str, *wish: str) -> None:
        subscribe.ask_to_subscribe(self.office, typed, parse_wish(*(wish or ("front",))), self.now)

    def letters(self) -> list[tuple[str, EmailMessage]]:
        self.slot.given.clear()
        self.deliver()
        return list(self.slot.given)

    def find(self, address: str = ADA) -> Subscriber:
        with self.house.database.read() as connection:
            found = subscribers.find_by_address(connection, address)
        assert found is not None
        return found

    def join(self, *wishes: tuple[str, ...], address: str = ADA, hours: Hours = Hours(7, "UTC")) -> str:  # noqa: B008
        """Subscribe and confirm; return the token of the preferences."""
        first, *others = wishes
        self.ask(address, *first)
        ((_, letter),) = self.letters()
        token = subscribe.confirm(self.office, link(letter, "/subscribe/confirm/"), self.now)
        for wish in others:
            subscribe.add_wish(self.office, token, parse_wish(*wish), self.now)
        cadences = [(it.pk, it.wish.cadence) for it in self.find(address).subscriptions]
        subscribe.change_preferences(self.office, token, hours, cadences, self.now)
        return token


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def link(message: EmailMessage, before: str) -> str:
    return text_of(message).partition(before)[2].split()[0]


@pytest.fixture
def town(house: House, now: datetime, take_in: Any, make_record: Any) -> Town:
    return Town(house, now, take_in, make_record)


def at(day: int, hour: int = 7) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_nothing_but_one_letter_is_sent_before_it_is_confirmed(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.ask(ADA)
    ((address, letter),) = town.letters()
    assert (address, letter["To"], letter["Auto-Submitted"]) == (ADA, ADA, "auto-generated")
    assert town.send(town.now + timedelta(days=1)) == DigestCount()
    assert town.letters() == []


def test_a_confirmation_works_once_for_a_while_and_for_one_address(town: Town) -> None:
    town.ask(ADA)
    ((_, letter),) = town.letters()
    token = link(letter, "/subscribe/confirm/")
    assert subscribe.read_wish(town.office, token, town.now) == (ADA, parse_wish("front"))
    assert text_of(letter, "html").count(token) == 2
    with pytest.raises(Invalid, match="too old"):
        subscribe.confirm(town.office, token, town.now + timedelta(days=2))
    with pytest.raises(Invalid, match="not whole"):
        subscribe.confirm(town.office, token[:-1] + ("A" if token[-1] != "A" else "B"), town.now)
    preferences = subscribe.confirm(town.office, token, town.now)
    assert [it.wish.kind for it in town.find().subscriptions] == ["front"]
    for again in (subscribe.confirm, subscribe.read_wish):
        with pytest.raises(Invalid, match="used already"):
            again(town.office, token, town.now)
    for other in (subscribe.confirm, subscribe.unsubscribe):
        with pytest.raises(Invalid, match="not whole"):
            other(town.office, preferences, town.now)


def test_an_address_gets_one_letter_an_hour_however_it_is_written(town: Town) -> None:
    for typed in (ADA, "ADA@example.org", "ada+1@example.org", "ada+2@Example.org", ADA) * 40:
        town.ask(typed)
    assert [address for address, _ in town.letters()] == [ADA]
    town.now += timedelta(minutes=59)
    town.ask(ADA)
    assert town.letters() == []
    town.now += timedelta(minutes=1)
    town.ask(ADA)
    town.ask(ADA)
    assert len(town.letters()) == 1


@pytest.mark.parametrize("typed", ["ada@example.org\r\nBcc: all@example.org", "ada", "a b@example.org"])
def test_what_is_no_address_leaves_no_trace(town: Town, typed: str) -> None:
    with pytest.raises(Invalid):
        town.ask(typed)
    with town.house.database.read() as connection:
        assert subscribers.count_by_state(connection) == messages.count_by_state(connection) == {}


def test_strange_but_right_addresses_reach_their_letter(town: Town) -> None:
    for typed in ('"ada \\"q\\" b"@example.org', "o'neill+x@bücher.example"):
        town.ask(typed)
    (one, first), (other, second) = town.letters()
    assert (one, first["To"]) == ('"ada \\"q\\" b"@example.org', '"ada \\"q\\" b"@example.org')
    assert other == second["To"] == "o'neill+x@xn--bcher-kva.example"


def test_a_digest_holds_what_is_new_once(town: Town) -> None:
    town.print_edition(DAY, 1, 2)
    town.join(("front",), ("trending",), ("category", "cs.cl"))
    text = town.digest(at(5))
    assert text.count("study number 1\n") == text.count("study number 2\n") == 1
    assert "Wednesday, March 4, 2026" in text
    assert "Trending" not in text  # all of it stood in the first list
    assert town.digest(at(6)) == ""  # nothing new
    town.print_edition(date(2026, 3, 9), 3)
    assert "study number 3" in (text := town.digest(at(9)))
    assert "study number 2" not in text


def test_both_parts_tell_the_same(town: Town) -> None:
    town.print_edition(DAY, 1, 2, title="<b>Lamps</b> & $\\alpha$ number")
    town.join(("front",))
    town.send(at(5))
    ((_, message),) = town.letters()
    html, text = text_of(message, "html"), text_of(message)
    assert "<b>Lamps" in text and "&lt;b&gt;Lamps" in html and "<b>Lamps" not in html
    for one in ("/papers/2603.00001", "/papers/2603.00002", "https://example.org/abs", "α"):
        assert (one in text) == (one in html) or one.endswith("/abs")
    assert "<img" not in html and "<script" not in html


def test_headers_let_mail_programs_end_it(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("front",))
    town.send(at(5))
    ((_, message),) = town.letters()
    web, post = message["List-Unsubscribe"].split(", ")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert post.startswith("<mailto:broadsheet@localhost?subject=unsubscribe%20")
    assert message["List-Id"] == "<digest.localhost>"
    assert message["Feedback-ID"].startswith("digest:")
    assert message["Date"].datetime == at(5)
    assert message["Auto-Submitted"] == "auto-generated"
    subscribe.unsubscribe(town.office, web.strip("<>").rpartition("/")[2], town.now)
    assert town.find().subscriptions == ()


def test_lists_of_every_kind(town: Town) -> None:
    town.print_edition(DAY, 1, 2, categories=("cs.CL",), authors=("Élodie Quill",))
    town.print_edition(DAY, 3, categories=("cs.RO",), title="Robots of the harbour")
    town.join(("author", "Élodie Quill"), ("category", "cs.RO"), ("search", "lighthouse"))
    text = town.digest(at(5))
    assert text.index("New by Élodie Quill") < text.index("number 2\n") < text.index("number 1\n")
    assert text.index("New in cs.RO") < text.index("Robots of the harbour")
    assert "lighthouse" not in text
    found = preview_digest(town.office, town.house.shelf(), parse_wish("search", "robots"), town.now, DAY)
    assert found is not None and "Robots of the harbour" in found.text and "number 1\n" not in found.text


def test_days_that_were_missed_come_with_the_next_digest(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("front",))
    town.digest(at(5))
    town.print_edition(date(2026, 3, 5), 2)
    town.print_edition(date(2026, 3, 6), 3)
    text = town.digest(at(9))
    assert "number 2\n" in text and "number 3\n" in text and "Since Thursday, March 5" in text


def test_each_comes_as_often_as_it_was_wanted(town: Town) -> None:
    town.print_edition(DAY, 1, categories=("cs.CL",))
    town.print_edition(DAY, 2, categories=("cs.RO",))
    town.join(("category", "cs.CL", "daily"), ("category", "cs.RO", "weekly"))
    assert "number 2\n" not in town.digest(at(5))
    assert "number 2\n" in town.digest(at(9))
    assert town.send(at(9, 8)) == DigestCount()


def test_a_long_digest_leads_to_the_rest(town: Town) -> None:
    long = "Lanterns " * 40
    for kind, first in (("cs.CL", 100), ("cs.LG", 200), ("cs.CV", 300), ("cs.AI", 400), ("cs.RO", 500), ("cs.IR", 600)):
        for n in range(first, first + 20):
            town.print_edition(DAY, n, categories=(kind,), title=long, abstract=long)
    town.join(*(("category", kind) for kind in ("cs.CL", "cs.LG", "cs.CV", "cs.AI", "cs.RO", "cs.IR")))
    town.send(at(5))
    ((_, message),) = town.letters()
    assert 60_000 < len(text_of(message, "html").encode()) < 100_000
    assert "more here" in text_of(message)


def test_a_dry_run_and_a_second_run_change_nothing(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("front",))
    assert town.send(at(5), dry_run=True) == DigestCount(1, 1, 0) == town.send(at(5), dry_run=True)
    assert town.letters() == []
    assert town.send(at(5)) == DigestCount(1, 1, 0)
    assert town.send(at(5)) == DigestCount()


def test_a_paper_that_was_two_is_not_sent_again(town: Town) -> None:
    town.print_edition(DAY, 1, 2)
    town.join(("front",))
    town.digest(at(5))
    town.print_edition(date(2026, 3, 9), 3)
    with town.house.database.write() as connection:
        subscribers.move_delivered(connection, {1: 3})
    assert town.digest(at(9)) == ""


def test_statements_do_not_grow_with_subscribers_times_papers(town: Town) -> None:
    town.print_edition(DAY, *range(1, 31))
    counted: list[Counter[str]] = [Counter()]

    def count(*called: Any) -> None:
        counted[-1][called[2].split()[0]] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        for first, last in ((0, 5), (5, 95)):
            with town.house.database.write() as connection:
                for n in range(first, last):
                    one = Subscriber(0, f"key-{n}", f"reader-{n}@example.org", "active", Hours())
                    subscribers.insert_subscriber(connection, one, one.address, town.now)
                    pk = subscribers.find_by_key(connection, one.key)
                    assert pk is not None
                    for wish in (parse_wish("front"), parse_wish("trending")):
                        subscribers.upsert_subscription(connection, pk.pk, wish, town.now, town.now)
            counted.append(Counter())
            assert town.send().written == last - first
            counted.append(Counter())
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    _, few, _, many, _ = counted
    assert few == many


def test_preferences(town: Town) -> None:
    token = town.join(("front",), ("trending",))
    one = subscribe.read_subscriber(town.office, token, town.now)
    subscribe.change_preferences(
        town.office, token, Hours(18, "Asia/Tokyo"), [(one.subscriptions[1].pk, "weekly"), (999, "daily")], town.now
    )
    one = subscribe.read_subscriber(town.office, token, town.now)
    (kept,) = one.subscriptions
    assert (kept.wish.kind, kept.wish.cadence, one.hours) == ("trending", "weekly", Hours(18, "Asia/Tokyo"))
    assert kept.next_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    subscribe.forget(town.office, token, town.now)
    with pytest.raises(NotFound):
        subscribe.read_subscriber(town.office, token, town.now)
    with town.house.database.read() as connection:
        assert subscribers.count_by_state(connection) == messages.count_by_state(connection) == {}


def test_there_is_an_end_to_subscriptions(town: Town) -> None:
    token = town.join(*(("search", f"lamp {n}") for n in range(MOST_PER_ADDRESS)))
    with pytest.raises(Conflict):
        subscribe.add_wish(town.office, token, parse_wish("front"), town.now)


def test_what_waits_is_taken_back_when_mail_ends(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("front",))
    town.send(at(5))
    subscribe.unsubscribe(town.office, town.office.door(town.find().key).token, town.now)
    subscribe.unsubscribe(town.office, town.office.door(town.find().key).token, town.now)
    assert town.letters() == []
    with town.house.database.read() as connection:
        assert messages.count_by_state(connection) == {"sent": 1, "cancelled": 1}
    assert town.send(at(6)) == DigestCount()


def test_who_leaves_while_the_digest_is_written_gets_none(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("search", "lantern"))

    class Leaving:
        """The index, whose reader leaves while it is asked."""

        def search(self, *asked: Any) -> Any:
            subscribe.unsubscribe(town.office, town.office.door(town.find().key).token, town.now)
            return town.house.index.search(*asked)

    town.now = at(5)
    shelf = replace(town.house.shelf(), index=Leaving(), models=None)
    assert send_digests(town.office, shelf, town.now, town.now.date()).written == 1
    assert town.letters() == []


def test_who_left_may_come_back(town: Town) -> None:
    town.print_edition(DAY, 1)
    town.join(("front",))
    subscribe.unsubscribe(town.office, town.office.door(town.find().key).token, town.now)
    town.now += timedelta(hours=2)
    town.join(("front",))
    assert "number 1\n" in town.digest(at(5))


BOUNCE = """\
Message-ID: <{id}@mail.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=seam

--seam
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {to}
Action: failed
Status: {status}

--seam--
"""


def bounce(town: Town, number: int, to: str = ADA, status: str = "5.1.1") -> count_bounces.ReportCount:
    body = BOUNCE.format(id=number, to=to, status=status).encode()
    return count_bounces.take_report(town.office, body, town.now)


def test_three_hard_bounces_pause_an_address(town: Town) -> None:
    town.print_edition(DAY, 1)
    token = town.join(("front",))
    town.send(at(5))
    assert bounce(town, 1).bounced == 1
    assert bounce(town, 1).bounced == 0  # the same report again
    assert bounce(town, 2, status="4.2.2").bounced == 0
    assert bounce(town, 3, to="other@example.org").bounced == 0
    assert (bounce(town, 4).paused, bounce(town, 5).paused, bounce(town, 6).paused) == (0, 1, 0)
    assert town.letters() == []
    assert town.send(at(6)) == DigestCount()
    subscribe.resume(town.office, token, town.now)
    assert (town.find().state, town.find().bounces) == ("active", 0)


def test_a_complaint_ends_all_mail_for_good(town: Town) -> None:
    town.join(("front",))
    body = b"Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: " + ADA.encode() + b"\n"
    assert count_bounces.take_report(town.office, body, town.now).ended == 1
    assert (town.find().state, town.find().subscriptions) == ("complained", ())
    town.now += timedelta(hours=2)
    town.ask(ADA)
    assert town.letters() == []


def test_a_letter_may_end_it(town: Town) -> None:
    town.join(("front",))
    body = f"Subject: unsubscribe {town.office.door(town.find().key).token}\n\n".encode()
    assert count_bounces.take_report(town.office, body, town.now).ended == 1
    with pytest.raises(Invalid, match="not whole"):
        count_bounces.take_report(town.office, b"Subject: unsubscribe abc.def\n\n", town.now)


def put(town: Town, number: int, kind: str = "digest", address: str = "") -> None:
    to = address or f"reader-{number}@example.org"
    body = f"To: {to}\r\nMessage-ID: <{number}@x>\r\n\r\n".encode()
    with town.house.database.write() as connection:
        assert messages.enqueue(connection, Outgoing(kind, to, f"key {number}", f"<{number}@x>", body), town.now)
        assert not messages.enqueue(connection, Outgoing(kind, to, f"key {number}", f"<{number}a@x>", body), town.now)


def given(town: Town) -> list[str]:
    return [str(message["Message-ID"]) for _, message in town.letters()]


def test_single_letters_go_before_digests(town: Town) -> None:
    put(town, 1)
    put(town, 2)
    put(town, 3, "sign-in")
    assert given(town) == ["<3@x>", "<1@x>", "<2@x>"]
    with town.house.database.read() as connection:
        assert connection.exec_driver_sql("SELECT sum(length(body)) FROM messages").scalar() == 0


def test_what_may_be_tried_again_is_later_and_not_for_ever(town: Town) -> None:
    put(town, 1)
    put(town, 2)
    town.slot.faults["reader-1@example.org"] = [MailFailed("450 busy") for _ in range(20)]
    assert given(town) == ["<2@x>"]
    waits = []
    for _ in range(20):
        with town.house.database.read() as connection:
            (state,) = messages.list_last(connection, 1, "waiting", "failed", "sending")
            if state.state == "failed":
                break
            text = connection.exec_driver_sql("SELECT next_at FROM messages WHERE state = 'waiting'").scalar()
        due = datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
        waits.append((due - town.now).total_seconds() / 60)
        town.now = due
        town.deliver()
    assert waits == [1, 5, 15, 60, 240, 720]
    assert (state.tries, state.last_error) == (7, "450 busy")


def test_a_refusal_is_not_tried_again_and_counts_as_a_bounce(town: Town) -> None:
    town.join(("front",))
    for n in range(3):
        put(town, n, address=ADA)
    town.slot.faults[ADA] = [MailFailed("550 no such user", may_retry=False) for _ in range(3)]
    assert town.deliver() == DeliveryCount(failed=3)
    assert town.find().state == "paused"


def test_a_way_that_is_shut_counts_against_no_message(town: Town) -> None:
    for n in range(3):
        put(town, n)
    shut = [MailFailed("cannot be used", is_for_all=True) for _ in range(50)]
    town.slot.faults["reader-0@example.org"] = shut
    for _ in range(50):
        assert town.deliver() == DeliveryCount(put_off=1, failure="cannot be used")
        assert town.deliver() == DeliveryCount()
        town.now += timedelta(minutes=1)
    assert town.deliver().sent == 3
    put(town, 4)
    town.slot.faults["reader-4@example.org"] = [MailFailed("cannot be used", is_for_all=True)]
    town.now += timedelta(days=4)
    assert town.deliver().failed == 1
