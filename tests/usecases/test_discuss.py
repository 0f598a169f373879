"""Comments: written, edited, deleted, voted on, flagged; and what stays exact while that happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert

from broadsheet.domain.comments import MENTION, MOST_VERSIONS, ON_A_PAGE, REPLY, Comment
from broadsheet.domain.deeds import Hand
from broadsheet.domain.errors import Invalid, NotAllowed, NotFound
from broadsheet.domain.paper import Record
from broadsheet.domain.readers import Reader
from broadsheet.domain.webhooks import Webhook
from broadsheet.ranking.wilson import lower_bound
from broadsheet.store import comments, deeds, hiding, moved_papers, papers, readers, webhooks
from broadsheet.store.community_tables import claims
from broadsheet.store.trending import list_scores
from broadsheet.usecases import discuss, judge_comments, read_discussion
from broadsheet.usecases.accounts import delete_account, export_account
from broadsheet.usecases.curate_papers import join_papers
from broadsheet.usecases.discuss import Written
from broadsheet.usecases.read_papers import read_paper, read_trending
from broadsheet.usecases.see_notices import see_all, see_one
from broadsheet.wiring import House

PAPER, OTHER = "2603.00001", "2603.00002"


class Room:
    """A House with two papers, three readers and a curator, and a clock that can be moved."""

    def __init__(self, house: House, now: datetime) -> None:
        self.house, self.database, self.now = house, house.database, now
        with self.database.write() as connection:
            self.ada, self.bo, self.cy = (
                readers.insert_reader(connection, name, f"{name}@x.example", "reader", now)
                for name in ("ada", "bo", "cy")
            )
            self.curator = readers.insert_reader(connection, "cur", "c@x.example", "curator", now)

    def say(self, by: Reader, text: str, to: Comment | None = None, paper: str = PAPER) -> Comment:
        written = Written(text, to.pk if to else None)
        return discuss.add_comment(self.database, paper, by, written, self.now)

    def edit(self, comment: Comment, by: Reader, text: str, minutes: int = 30) -> Comment:
        return discuss.edit_comment(self.database, comment.pk, by, text, minutes, self.now)

    def delete(self, comment: Comment, by: Reader, reason: str = "") -> None:
        discuss.delete_comment(self.database, comment.pk, by, reason, self.now)

    def vote(self, comment: Comment, by: Reader, vote: str) -> Comment:
        judge_comments.vote_on_comment(self.database, comment.pk, by, vote)
        return self.read(comment)

    def read(self, comment: Comment) -> Comment:
        return read_discussion.read_comment(self.database, comment.pk, None).comment

    def shown(self, paper: str = PAPER, page: int = 0, reader: Reader | None = None) -> read_discussion.Discussion:
        pk = read_paper(self.database, paper).pk
        return read_discussion.read_discussion(self.database, pk, page, reader.pk if reader else None)

    def order(self, paper: str = PAPER) -> list[int]:
        return [placed.comment.pk for placed in self.shown(paper).shown]

    def notices(self, reader: Reader) -> list[tuple[str, int, bool]]:
        found = read_discussion.read_notices(self.database, reader.pk, 0).entries
        return [(one.kind, one.comment_pk, one.is_seen) for one in found]

    def check_counts(self, paper: str = PAPER) -> int:
        """Prove that the stored count and hotness are what counting anew gives; return the count."""
        kept = read_paper(self.database, paper)
        with self.database.write() as connection:
            (hot,) = [score for pk, score in papers.list_trending(connection, 10) if pk == kept.pk]
            moved_papers.recount(connection, kept.pk)
        again = read_paper(self.database, paper)
        assert kept.comments == again.comments
        with self.database.read() as connection:
            assert hot == pytest.approx(list_scores(connection, [kept.pk])[kept.pk].score)
        return again.comments


@pytest.fixture
def room(house: House, now: datetime, make_record: Callable[..., Record], take_in: Callable[..., Any]) -> Room:
    take_in(house, make_record(1), make_record(2))
    return Room(house, now)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_thread(room: Room) -> None:
    first = room.say(room.ada, "Which **data**?\r\nI ask.")
    answer = room.say(room.bo, "Theirs.", first)
    deep = room.say(room.ada, "Ah.", answer)
    assert (first.html, first.text) == ("<p>Which <strong>data</strong>?\nI ask.</p>", "Which **data**?\nI ask.")
    assert (answer.thread_pk, deep.thread_pk, deep.parent_pk) == (first.pk, first.pk, answer.pk)
    shown = room.shown()
    assert [(p.comment.pk, p.depth) for p in shown.shown] == [(first.pk, 0), (answer.pk, 1), (deep.pk, 2)]
    assert shown.count == room.check_counts() == 3
    assert room.check_counts(OTHER) == 0


def test_a_comment_makes_its_paper_hotter(room: Room) -> None:
    room.say(room.ada, "x", paper=OTHER)
    assert [e.paper.id for e in read_trending(room.database, 2).entries] == [OTHER, PAPER]


def test_what_cannot_be_said(room: Room) -> None:
    first, elsewhere = room.say(room.ada, "x"), room.say(room.ada, "y", paper=OTHER)
    gone = room.say(room.ada, "z")
    room.delete(gone, room.ada)
    for text, to in ((" \n", None), ("x" * 10_001, None), ("x", elsewhere), ("x", gone), ("x", replace(first, pk=99))):
        with pytest.raises(Invalid):
            room.say(room.bo, text, to)
    with pytest.raises(NotFound):
        room.say(room.bo, "x", paper="2699.99999")
    assert room.check_counts() == 1


def test_votes_are_counted_and_sort_within_a_level(room: Room) -> None:
    old, young = room.say(room.ada, "old"), room.say(room.ada, "young")
    answer = room.say(room.ada, "answer", old)
    assert room.order() == [old.pk, answer.pk, young.pk]
    liked = room.vote(young, room.bo, "up")
    assert (liked.ups, liked.downs, liked.score) == (1, 0, lower_bound(1, 0))
    assert room.order() == [young.pk, old.pk, answer.pk]
    assert room.shown(reader=room.bo).own_votes == {young.pk: 1}
    assert room.shown(reader=room.cy).own_votes == {}
    room.vote(young, room.bo, "up")
    assert (room.vote(young, room.bo, "down").downs, room.read(young).ups) == (1, 0)
    assert room.vote(young, room.bo, "none").score == room.read(young).downs == 0
    assert room.order() == [old.pk, answer.pk, young.pk]
    with pytest.raises(NotAllowed):
        room.vote(young, room.ada, "up")
    with pytest.raises(Invalid):
        room.vote(young, room.bo, "twice")


def test_votes_at_once_are_all_counted(room: Room) -> None:
    comment = room.say(room.ada, "x")
    with room.database.write() as connection:
        many = [readers.insert_reader(connection, f"v{n}", "", "reader", room.now) for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: room.vote(comment, one, "up"), many))
        list(pool.map(lambda one: room.say(one, "me too", comment), many))
    assert room.read(comment).ups == 12
    assert room.check_counts() == 13


def test_editing_keeps_what_was(room: Room) -> None:
    comment = room.say(room.ada, "first")
    began = room.now
    room.now += timedelta(minutes=5)
    room.edit(comment, room.ada, "second")
    room.now += timedelta(minutes=5)
    assert room.edit(comment, room.ada, "second").edited_at == began + timedelta(minutes=5)
    edited = room.edit(comment, room.ada, "third *now*")
    assert (edited.text, edited.html) == ("third *now*", "<p>third <em>now</em></p>")
    kept = read_discussion.read_comment(room.database, comment.pk, None).versions
    assert [(v.text, v.written_at) for v in kept] == [("first", began), ("second", began + timedelta(minutes=5))]
    with pytest.raises(NotAllowed):
        room.edit(comment, room.bo, "mine")
    with pytest.raises(NotAllowed):
        room.edit(comment, room.curator, "mine")
    room.now = began + timedelta(minutes=30)
    with pytest.raises(NotAllowed):
        room.edit(comment, room.ada, "too late")
    assert room.read(comment).text == "third *now*"


def test_editing_ends_after_many_versions(room: Room) -> None:
    comment = room.say(room.ada, "0")
    for n in range(MOST_VERSIONS):
        room.edit(comment, room.ada, f"again {n}")
    with pytest.raises(NotAllowed):
        room.edit(comment, room.ada, "and again")


def test_deleting_leaves_a_stub(room: Room) -> None:
    first = room.say(room.ada, "a secret @bo")
    room.say(room.bo, "answer", first)
    room.edit(first, room.ada, "another secret @bo")
    room.delete(first, room.ada)
    stub = room.read(first)
    assert (stub.text, stub.html, stub.deleted_by, stub.edited_at) == ("", "", "author", None)
    assert read_discussion.read_comment(room.database, first.pk, None).versions == []
    assert len(room.order()) == 2
    assert room.notices(room.bo) == []
    assert room.shown().count == room.check_counts() == 1
    for deed in (
        lambda: room.delete(first, room.ada),
        lambda: room.edit(first, room.ada, "x"),
        lambda: room.vote(first, room.bo, "up"),
        lambda: judge_comments.flag_comment(room.database, first.pk, room.bo, "x", room.now),
    ):
        with pytest.raises(NotFound):
            deed()
    assert room.check_counts() == 1


def test_a_curator_deletes_in_public(room: Room) -> None:
    comment = room.say(room.ada, "x")
    with pytest.raises(NotAllowed):
        room.delete(comment, room.bo, "because")
    with pytest.raises(Invalid):
        room.delete(comment, room.curator, " ")
    room.delete(comment, room.curator, "advertising")
    assert room.read(comment).deleted_by == "curator"
    with room.database.read() as connection:
        (deed,) = deeds.list_deeds(connection, is_public=True)
    told = (deed.verb, deed.subject, deed.detail, deed.name)
    assert told == ("comment deleted", f"{PAPER}#comment-{comment.pk}", "advertising", "cur")


def test_who_is_told(room: Room) -> None:
    first = room.say(room.ada, "I ask @ada, @bo and @nobody, @local")
    assert room.notices(room.ada) == []
    assert room.notices(room.bo) == [(MENTION, first.pk, False)]
    answer = room.say(room.bo, "@ada yes", first)
    assert room.notices(room.ada) == [(REPLY, answer.pk, False)]
    room.edit(answer, room.bo, "@ada @cy yes")
    assert room.notices(room.cy) == [(MENTION, answer.pk, False)]
    assert read_discussion.count_unread(room.database, room.ada.pk) == 1
    found = read_discussion.read_notices(room.database, room.ada.pk, 0).entries
    assert (found[0].by, found[0].paper_title) == ("bo", "Lantern study number 1")
    with pytest.raises(NotFound):
        see_one(room.database, room.cy, found[0].pk, room.now)
    assert see_one(room.database, room.ada, found[0].pk, room.now) == answer.pk
    assert room.notices(room.ada) == [(REPLY, answer.pk, True)]
    see_all(room.database, room.cy, room.now)
    assert read_discussion.count_unread(room.database, room.cy.pk) == 0
    assert room.notices(room.bo) == [(MENTION, first.pk, False)]


def test_nobody_is_told_of_a_hidden_paper(room: Room) -> None:
    room.say(room.ada, "@bo look")
    with room.database.write() as connection:
        connection.exec_driver_sql("UPDATE papers SET hidden = 'curator'")
    assert room.notices(room.bo) == []
    assert read_discussion.count_unread(room.database, room.bo.pk) == 0


def test_flags_wait_until_they_are_settled(room: Room) -> None:
    kept, bad = room.say(room.ada, "x"), room.say(room.ada, "buy lamps")
    for comment, by in ((kept, room.bo), (bad, room.bo), (bad, room.cy), (bad, room.cy)):
        judge_comments.flag_comment(room.database, comment.pk, by, f"{by.name} says so", room.now)
    found = read_discussion.read_flagged(room.database, 0).entries
    assert [(one.comment.pk, len(one.flags)) for one in found] == [(bad.pk, 2), (kept.pk, 1)]
    assert read_discussion.count_flagged(room.database) == 2
    judge_comments.settle_comment(room.database, kept.pk, room.curator, "keep", "", room.now)
    with pytest.raises(Invalid):
        judge_comments.settle_comment(room.database, bad.pk, room.curator, "delete", "", room.now)
    judge_comments.settle_comment(room.database, bad.pk, room.curator, "delete", "advertising", room.now)
    assert read_discussion.read_flagged(room.database, 0).entries == ()
    assert (room.read(kept).deleted_by, room.read(bad).deleted_by) == ("", "curator")
    with room.database.read() as connection:
        log = [(deed.verb, deed.detail) for deed in deeds.list_deeds(connection, is_public=True)]
    assert log == [("comment deleted", "advertising"), ("comment kept", "")]
    assert all("says so" not in detail for _, detail in log)
    assert room.check_counts() == 1


def test_an_author_is_marked_by_a_confirmed_claim(room: Room) -> None:
    before = room.say(room.ada, "before")
    values = {"paper_pk": before.paper_pk, "reader_pk": room.ada.pk, "author": "Ada Quill", "note": ""}
    with room.database.write() as connection:
        connection.execute(insert(claims).values(**values, state="waiting", made_at=room.now))
    assert not room.read(before).is_author
    with room.database.write() as connection:
        connection.exec_driver_sql("UPDATE claims SET state = 'confirmed'")
    assert room.read(before).is_author
    after = room.say(room.ada, "after")
    assert not room.say(room.ada, "elsewhere", paper=OTHER).is_author
    assert not room.say(room.bo, "somebody else").is_author
    with room.database.write() as connection:
        connection.exec_driver_sql("UPDATE claims SET state = 'declined'")
    assert not room.read(after).is_author


def test_comments_go_along_when_papers_become_one(room: Room) -> None:
    first = room.say(room.ada, "x")
    answer, other = room.say(room.bo, "y", first), room.say(room.ada, "z", paper=OTHER)
    paper = join_papers(room.database, PAPER, OTHER, Hand("test"), room.now)
    assert room.order(paper.id) == [first.pk, answer.pk, other.pk]
    assert room.shown(paper.id).count == read_paper(room.database, paper.id).comments == 3


def test_who_leaves_leaves_comments_without_a_name_and_no_votes(room: Room) -> None:
    first, other = room.say(room.ada, "x"), room.say(room.bo, "y")
    room.vote(other, room.ada, "up")
    room.vote(other, room.cy, "down")
    assert [row["text"] for row in export_account(room.database, room.ada)["comments"]] == ["x"]
    delete_account(room.database, room.ada, room.now)
    left = room.read(first)
    assert (left.name, left.reader_pk, left.text) == ("", None, "x")
    assert (room.read(other).ups, room.read(other).downs, room.read(other).score) == (0, 1, 0.0)
    assert room.check_counts() == 2


def test_a_long_discussion_has_pages_and_each_takes_as_many_statements(room: Room) -> None:
    first = room.say(room.ada, "x")
    with counted_statements() as few:
        room.shown(reader=room.bo)
    with room.database.write() as connection:
        for n in range(2 * ON_A_PAGE):
            parent = first if n % 2 else None
            new = comments.NewComment(first.paper_pk, room.ada.pk, "y", "<p>y</p>", parent)
            comments.insert_comment(connection, new, room.now)
    with counted_statements() as many:
        page = room.shown(reader=room.bo)
    assert len(many) == len(few)
    assert (len(page.shown), page.pages) == (ON_A_PAGE, 3)
    seen = [placed.comment.pk for n in range(3) for placed in room.shown(page=n).shown]
    assert len(set(seen)) == len(seen) == 2 * ON_A_PAGE + 1
    assert room.shown(page=99).page == 2
    assert read_discussion.find_place(room.database, seen[-1]) == (PAPER, 2)
    found, following = read_discussion.read_comments_after(room.database, first.paper_pk, 0)
    rest, end = read_discussion.read_comments_after(room.database, first.paper_pk, following or 0)
    assert [c.pk for c in found + rest][: ON_A_PAGE + 1] == sorted(seen)[: ON_A_PAGE + 1]
    assert end is not None


@pytest.mark.parametrize("what", ["notices", "flags"])
def test_lists_take_as_many_statements_however_long_they_are(room: Room, what: str) -> None:
    def read() -> None:
        if what == "notices":
            read_discussion.read_notices(room.database, room.bo.pk, 0)
        else:
            read_discussion.read_flagged(room.database, 0)

    def add(count: int) -> None:
        for _ in range(count):
            comment = room.say(room.ada, "@bo")
            judge_comments.flag_comment(room.database, comment.pk, room.cy, "x", room.now)

    add(1)
    with counted_statements() as few:
        read()
    add(9)
    with counted_statements() as many:
        read()
    assert len(many) == len(few)


def test_webhooks_hear_of_comments_on_papers_that_everybody_sees(room: Room) -> None:
    with room.database.write() as connection:
        webhooks.insert_webhook(connection, Webhook(0, "x", "https://hook.example.org/", ("comment",), room.now))
        hiding.set_hidden(connection, papers.get_paper(connection, OTHER).pk, "curator")
    said = room.say(room.ada, "Heard?")
    with pytest.raises(NotFound):
        room.say(room.ada, "Unheard", paper=OTHER)
    with room.database.read() as connection:
        (told,) = webhooks.list_deliveries(connection, 9)
    assert (told.event, "Heard?" in told.payload, f"/comments/{said.pk}" in told.payload) == ("comment", True, True)
