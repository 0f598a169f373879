"""Bring papers, and decide about those that wait.

Side effects of bringing one: those of `add_paper`, then, in one transaction, the submission and, where it need not
wait, its place in the edition of the day and the webhooks' deliveries. Of a decision, in one transaction: the paper
shown (or not), all that waits for it settled, its place in the edition of the day, the deed in the public log, the
index queue; a paper that waited arrives with a pk of that day. Webhooks hear of a submission when everybody sees its
paper, never while it waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Conflict
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.paper import WAITING, Paper, own_key
from broadsheet.domain.readers import Reader
from broadsheet.domain.submissions import APPROVED, OPEN, Submission, parse_reason, parse_words
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import deeds, hiding, index_queue, papers, records, submissions, votes
from broadsheet.store.arriving import arrive_now
from broadsheet.store.database import Database
from broadsheet.store.records import version_of
from broadsheet.usecases.add_paper import Added, Finder, add_paper
from broadsheet.usecases.announce import about_submission, announce
from broadsheet.usecases.choosing import note_late, rewrite
from broadsheet.usecases.voting import note_votes

SUBMISSION = "submission"
ALREADY = "Somebody has decided about this already: look at the log."


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody brings: a name or entry of a paper and a note; `reader` None for nobody."""

    text: str
    note: str = ""
    reader: Reader | None = None
    must_wait: bool = False


@dataclass(frozen=True, slots=True)
class Today:
    """The moment of a deed, and the day of the edition that goes with it."""

    now: datetime
    on: date


def submit_paper(
    database: Database, index: SearchIndex, wish: Wish, finder: Finder, clock: Callable[[], Today]
) -> Added:
    """Take in the paper that somebody names; one that is shown already is returned as it is.

    Where it must wait, it is hidden until a curator approves it. Raises as `add_paper` does.
    """
    note = parse_words(wish.note, "note")
    hidden = WAITING if wish.must_wait else ""
    added = add_paper(database, index, wish.text, finder, lambda: clock().now, hidden)
    if wish.reader is None and not hidden:
        return added
    if not added.is_new and not added.paper.hidden:
        return added
    with database.write() as connection:
        pk, today = added.paper.pk, clock()
        state = OPEN if hidden else APPROVED
        reader_pk = wish.reader.pk if wish.reader else None
        submissions.insert_submission(connection, pk, reader_pk, note, today.now, state=state)
        if reader_pk is not None and votes.discount_vote(connection, pk, reader_pk):
            note_votes(connection, pk)
        if hidden:
            hiding.set_hidden(connection, pk, hidden)  # one that a group kept to itself waits as any other would
        else:
            _show(connection, pk, today)
            if wish.reader is not None and wish.reader.is_at_least("curator"):
                deeds.add_deed(connection, Deed(today.now, reader_pk, "paper submitted", added.paper.id, note))
            _announce(connection, pk, wish.reader.shown_name if wish.reader else "", note, today.now)
        paper = papers.list_papers(connection, [pk], with_hidden=True)[0]
    return replace(added, paper=paper)


def approve(database: Database, submission_pk: int, by: Reader, today: Today) -> Submission:
    """Show the paper of a submission, in the edition of today too; raises NotFound and Conflict."""
    with database.write() as connection:
        submission = _get_open(connection, submission_pk)
        submissions.approve_all(connection, submission.paper_pk, by=by.pk, now=today.now)
        if hiding.find_hidden(connection, submission.paper_pk) == WAITING:
            _show(connection, submission.paper_pk, today)
            pk = arrive_now(connection, submission.paper_pk, today.now)
            index_queue.enqueue(connection, [pk])
            _announce(connection, pk, submission.name, submission.note, today.now)
        deeds.add_deed(connection, Deed(today.now, by.pk, "submission approved", submission.paper_id))
        return submission


def decline(database: Database, submission_pk: int, by: Reader, reason: str, now: datetime) -> Submission:
    """Leave the paper of a submission hidden, for a reason; raises NotFound, Conflict and Invalid."""
    why = parse_reason(reason)
    with database.write() as connection:
        submission = _get_open(connection, submission_pk)
        submissions.decline_all(connection, submission.paper_pk, why, by.pk, now)
        deeds.add_deed(connection, Deed(now, by.pk, "submission declined", submission.paper_id, why))
        return submission


def read_submissions(database: Database, reader: Reader, part: Part, *, is_own: bool) -> Entries[Submission]:
    """Return a part of what waits for curators, oldest first, or of what a reader brought, newest first."""
    with database.read() as connection:
        if is_own:
            return submissions.list_of_reader(connection, reader.pk, part)
        return submissions.list_open(connection, part)


def _get_open(connection: Connection, pk: int) -> Submission:
    submission = submissions.get_submission(connection, pk)
    if submission.state != OPEN:
        raise Conflict(ALREADY)
    return submission


def _announce(connection: Connection, pk: int, who: str, note: str, now: datetime) -> None:
    (paper,) = papers.list_papers(connection, [pk])
    announce(connection, SUBMISSION, about_submission(paper, who, note), now)


def _show(connection: Connection, pk: int, today: Today) -> None:
    """Show a paper and let the edition of today carry it.

    That is kept as a record of ours with the words of the newest one, so that nothing that is worked out anew loses it.
    """
    hiding.set_hidden(connection, pk, "")
    paper: Paper = papers.list_stored(connection, [pk])[0]
    newest = records.list_records(connection, [pk])[pk][-1]
    own = replace(
        newest, source=SUBMISSION, source_id=paper.id, edition_on=today.on, upvotes=0, comments=0, links=()
    )  # fmt: skip
    version = version_of(own)
    if not records.find_digests(connection, [version.digest]):
        records.insert_free_keys(connection, {own_key(own): pk})
        records.insert_records(connection, [(version, pk, "submitted here")], today.now)
        rewrite(connection, records.list_records(connection, [pk]))
        note_late(connection, [pk])
    index_queue.enqueue(connection, [pk])
