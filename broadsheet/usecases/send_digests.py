"""Write the digests that are due into the outgoing post.

Side effects, a round of subscribers at a time, each round one transaction: the letters are queued, their papers noted
as delivered, and each subscription gets its next moment. A process that dies leaves whole rounds: the next one goes on
after them, and a letter's key keeps it from being written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from broadsheet.domain.errors import NotFound
from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Subscription, Wish, next_digest_at
from broadsheet.render.email import Block, Door, Errand, Section, Written, write_digest
from broadsheet.store import messages, subscribers
from broadsheet.store.job_locks import hold_job
from broadsheet.store.messages import DIGEST, Outgoing
from broadsheet.usecases.digest_lists import DigestLists, Shelf
from broadsheet.usecases.post_office import PostOffice

JOB = "digests"
ROUND = 100
PENDING_KEPT = timedelta(days=7)
SETTLED_KEPT = timedelta(days=90)


@dataclass
class DigestCount:
    """How many subscribers were due, for how many a letter was written, and for how many there was nothing new."""

    due: int = 0
    written: int = 0
    skipped: int = 0


@dataclass
class _Round:
    """What a round of subscribers comes to; (subscriber, paper) pairs, and what becomes of each subscription."""

    letters: dict[int, Outgoing] = field(default_factory=dict)
    delivered: list[tuple[int, int]] = field(default_factory=list)
    moved: list[tuple[int, datetime, date | None]] = field(default_factory=list)


def send_digests(
    office: PostOffice,
    shelf: Shelf,
    now: datetime,
    today: date,
    *,
    dry_run: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> DigestCount:
    """Write what is due at `now` and return the counts; `dry_run` writes nothing. Nothing where another does it."""
    count, last_pk = DigestCount(), 0
    with hold_job(office.desk.locks, JOB) as is_mine:
        if not (is_mine or dry_run):
            return count
        lists: DigestLists | None = None
        while not should_stop():
            with office.desk.database.read() as connection:
                due = subscribers.list_due(connection, now, last_pk, ROUND)
            if not due:
                break
            lists = lists or DigestLists(shelf, office.imprint, today)
            done = _compose(office, lists, due, now)
            count.due += len(due)
            count.written += len(done.letters)
            count.skipped += len(due) - len(done.letters)
            last_pk = due[-1].pk
            if not dry_run:
                _keep(office, done, [one.pk for one in due], now)
        if count.due and not dry_run:
            _tidy(office, now)
    return count


def preview_digest(
    office: PostOffice, shelf: Shelf, whom: Subscriber | Wish, now: datetime, today: date
) -> Written | None:
    """Return the digest that a subscriber, or a new one with this wish, would get now; None where nothing is new."""
    if isinstance(whom, Wish):
        whom = Subscriber(0, "preview", "preview@example.org", ACTIVE, Hours(), 0, 0, (Subscription(0, whom, now),))
    lists = DigestLists(shelf, office.imprint, today)
    with office.desk.database.read() as connection:
        had = subscribers.list_delivered(connection, [whom.pk], _papers(lists, whom.subscriptions))
    sections = _sections(lists, whom, had[whom.pk])
    return _write(office, whom, sections, now) if sections else None


def get_subscriber(office: PostOffice, address: str) -> Subscriber:
    """Return the subscriber with a canonical address; raises NotFound."""
    with office.desk.database.read() as connection:
        found = subscribers.find_by_address(connection, address)
    if found is None:
        raise NotFound("Nobody has subscribed with this address.")
    return found


def _compose(office: PostOffice, lists: DigestLists, due: Sequence[Subscriber], now: datetime) -> _Round:
    wanted = _papers(lists, [subscription for one in due for subscription in one.subscriptions])
    with office.desk.database.read() as connection:
        had = subscribers.list_delivered(connection, [one.pk for one in due], wanted)
    lists.blocks(wanted)
    done = _Round()
    for one in due:
        for it in one.subscriptions:
            done.moved.append((it.pk, next_digest_at(it.wish.cadence, one.hours, now), lists.newest_on))
        if sections := _sections(lists, one, had[one.pk]):
            letter = _write(office, one, sections, now)
            key = _dedup_key(one)
            done.letters[one.pk] = Outgoing(DIGEST, one.address, key, letter.message_id, letter.body)
            done.delivered += [(one.pk, pk) for pk in letter.pks]
    return done


def _papers(lists: DigestLists, wanted: Sequence[Subscription]) -> list[int]:
    return list(dict.fromkeys(pk for one in wanted for pk in lists.of(one).pks))


def _sections(lists: DigestLists, one: Subscriber, had: set[int]) -> list[Section]:
    """Return what is new in each of a subscriber's lists; a paper of two lists stands in the first of them."""
    seen = set(had)
    sections = []
    for subscription in one.subscriptions:
        found = lists.of(subscription)
        blocks = lists.blocks(found.pks, with_hidden=found.with_hidden)
        new: list[Block] = [blocks[pk] for pk in found.pks if pk not in seen and pk in blocks]
        seen.update(block.pk for block in new)
        if new:
            sections.append(Section(found.heading, found.address, new))
    return sections


def _write(office: PostOffice, one: Subscriber, sections: Sequence[Section], now: datetime) -> Written:
    door: Door = office.door(one.key)
    return write_digest(office.imprint, Errand(one.address, DIGEST, _dedup_key(one), now), sections, door)


def _dedup_key(one: Subscriber) -> str:
    """Return the key of a digest: the same for the same due moments, however often it is written."""
    moments = ",".join(f"{it.pk}@{it.next_at.isoformat()}" for it in one.subscriptions)
    return f"{DIGEST}:{one.key}:{moments}"


def _keep(office: PostOffice, done: _Round, pks: Sequence[int], now: datetime) -> None:
    """Keep a round in one transaction; who ended their mail since it was read gets no letter."""
    with office.desk.database.write(is_shown=False) as connection:
        active = subscribers.list_active(connection, pks)
        messages.enqueue_all(connection, [letter for pk, letter in done.letters.items() if pk in active], now)
        subscribers.insert_delivered(connection, [pair for pair in done.delivered if pair[0] in active])
        subscribers.advance(connection, done.moved)


def _tidy(office: PostOffice, now: datetime) -> None:
    with office.desk.database.write(is_shown=False) as connection:
        subscribers.delete_pending_before(connection, now - PENDING_KEPT)
        messages.delete_settled_before(connection, now - SETTLED_KEPT)
