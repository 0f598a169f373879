"""Read what a group has: its edition, its weeks, its trending, its library, one paper. Nothing here changes anything.

Each begins with the group as the visitor may see it, and raises NotFound where it is not for this visitor.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from broadsheet.domain.days import Period, period_of
from broadsheet.domain.errors import NotFound
from broadsheet.domain.groups import Group, GroupEdition, GroupListing, GroupPaper, Standing
from broadsheet.domain.listing import Listing, Ranked
from broadsheet.domain.readers import Visitor
from broadsheet.ranking.trending import within_group
from broadsheet.store import group_notes, group_papers, groups, papers, visibility
from broadsheet.store.database import Database
from broadsheet.store.group_papers import Wanted
from broadsheet.usecases.group_papers import NOT_IN_IT
from broadsheet.usecases.groups import MOST_GROUPS, open_group

MOST_WORDS = 8
LONGEST_SEARCH = 200


def read_group_listing(database: Database, visitor: Visitor, name: str, wanted: Wanted) -> Listing:
    """Return papers of a group as a list like any other, with the moment of its newest; raises NotFound."""
    with database.read() as connection:
        group = open_group(connection, name, visitor.pk)
        listing = _papers(connection, group, visitor.pk, wanted).listing
        return replace(listing, newest_at=group_papers.find_newest(connection, group, wanted))


def read_group_papers(database: Database, visitor: Visitor, name: str, wanted: Wanted) -> GroupListing:
    """Return papers of a group and how they stand there; raises NotFound."""
    with database.read() as connection:
        return _papers(connection, open_group(connection, name, visitor.pk), visitor.pk, wanted)


def read_group_edition(
    database: Database, visitor: Visitor, name: str, period: Period | None, part: Wanted
) -> GroupEdition:
    """Return what a group added in a period, or, for None, on the newest day on which it added anything.

    By score, the best first; `part` says which stretch of it, and what was added since when. A group without papers has
    an empty edition of the day on which it was made.
    """
    with database.read() as connection:
        group = open_group(connection, name, visitor.pk)
        if period is None:
            newest: date = group_papers.find_day(connection, group) or group.made_at.date()
            period = period_of("day", newest)
        order = "score" if period.kind == "day" else "votes"
        wanted = replace(part, order=order, first_on=period.first_on, last_on=period.last_on)
        found = _papers(connection, group, visitor.pk, wanted)
        notes = group_notes.list_notes(connection, group.pk, [entry.paper.pk for entry in found.listing.entries])
        before = group_papers.find_day(connection, group, before=period.first_on)
        after = group_papers.find_day(connection, group, after=period.last_on)
    return GroupEdition(period, found, before, after, notes)


def read_group_paper(database: Database, visitor: Visitor, name: str, paper_id: str) -> GroupPaper:
    """Return a paper of a group with its notes there; raises NotFound."""
    with database.read() as connection:
        group = open_group(connection, name, visitor.pk)
        paper = visibility.get_paper_for(connection, paper_id, visitor.pk)
        standing = group_papers.find_entry(connection, group, paper.pk, visitor.pk)
        if standing is None:
            raise NotFound(NOT_IN_IT)
        notes = tuple(group_notes.list_notes(connection, group.pk, [paper.pk])[paper.pk])
        folders = tuple(group_papers.list_folders(connection, group.pk))
    return GroupPaper(group, paper, standing, notes, folders)


def read_folders(database: Database, visitor: Visitor, name: str) -> list[str]:
    """Return the names of a group's folders; raises NotFound."""
    with database.read() as connection:
        return group_papers.list_folders(connection, open_group(connection, name, visitor.pk).pk)


def read_my_groups(database: Database, reader_pk: int, paper_pk: int) -> list[tuple[Group, bool]]:
    """Return the groups that a reader is in, each with whether it has a paper."""
    with database.read() as connection:
        mine = groups.list_joined(connection, reader_pk, MOST_GROUPS)
        having = group_papers.list_groups_with(connection, paper_pk) if mine else set()
    return [(group, group.pk in having) for group in mine]


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words to look for in a group's library."""
    return tuple(dict.fromkeys(typed[:LONGEST_SEARCH].split()))[:MOST_WORDS]


def _papers(connection: Connection, group: Group, reader_pk: int | None, wanted: Wanted) -> GroupListing:
    count = group_papers.count_entries(connection, group, wanted)
    rows = group_papers.list_entries(connection, group, reader_pk, wanted) if wanted.offset < count else []
    shown = papers.list_papers(connection, [pk for pk, _ in rows], with_hidden=True)
    entries = tuple(
        Ranked(rank, standing.score, _parts(standing), paper)
        for rank, (paper, (_, standing)) in enumerate(zip(shown, rows, strict=True), wanted.offset + 1)
    )
    listing = Listing(entries, count, wanted.offset, wanted.limit)
    return GroupListing(group, listing, tuple(standing for _, standing in rows))


def _parts(standing: Standing) -> dict[str, float]:
    return within_group(standing.votes, standing.added_on).parts()
