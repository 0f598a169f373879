"""The pages of groups, and what a group read in a week as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from broadsheet.domain.days import Period, period_of
from broadsheet.domain.groups import (
    LONGEST_ABOUT,
    LONGEST_NOTE,
    MOST_DAYS,
    MOST_USES,
    Group,
    GroupEdition,
    GroupInvitation,
    GroupListing,
    GroupMember,
    GroupPaper,
    Standing,
)
from broadsheet.domain.listing import counted_papers
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import Card, byline, card_links, date_words, make_card
from broadsheet.render.citations import escape_markdown, markdown
from broadsheet.render.news import News, going_on
from broadsheet.render.pages import Masthead, Pager, list_head, list_pager, period_title, render_page


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a list of a group: its card, how it stands there, when it was added, where it is changed."""

    card: Card
    standing: Standing
    added: str
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a library page shows a part of: all folders, the one that is open, the words looked for."""

    folders: Sequence[str]
    folder: str
    text: str


def show_groups(
    masthead: Masthead,
    mine: Sequence[Group],
    others: Sequence[Group],
    more: str,
    news: News,
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return the page of groups with the form that makes one; `more` is where the list goes on, "" at its end.

    `typed` is what stands in the form, and under `complaint` why it failed.
    """
    return render_page(
        "show_groups.html",
        masthead,
        mine=mine,
        others=others,
        more=going_on(links.groups(more), news) if more else "",
        news=news,
        typed={"complaint": "", "title": "", "about": "", "name": "", "access": "private", **(typed or {})},
        longest_about=LONGEST_ABOUT,
    )


def show_group(masthead: Masthead, edition: GroupEdition, trending: GroupListing) -> str:
    """Return a group's own front page: what it added on its newest day, then what else is trending there."""
    group, newest = edition.papers.group, {entry.paper.pk for entry in edition.papers.listing.entries}
    hot = _entries(masthead, trending, after=len(newest))
    shown = [one for one, entry in zip(hot, trending.listing.entries, strict=True) if entry.paper.pk not in newest]
    return render_page(
        "show_group.html",
        masthead,
        group=group,
        edition=edition,
        entries=_entries(masthead, edition.papers),
        trending=shown,
        pager=list_pager(edition.papers.listing, 0, lambda page: links.group(group.name, "library", page)),
        here=links.group(group.name),
        head=list_head(group.title, links.group(group.name), edition.papers.listing),
    )


def show_group_week(masthead: Masthead, edition: GroupEdition, page: int) -> str:
    """Return what a group added in a week, most votes first."""
    name, period = edition.papers.group.name, edition.period
    title, here = f"{edition.papers.group.title}, {period_title(period)}", links.group_week(name, period, page)
    return render_page(
        "show_group_week.html",
        masthead,
        group=edition.papers.group,
        edition=edition,
        previous=_week_of(edition.before_on, period.previous()),
        following=_week_of(edition.after_on, period.next()),
        head=list_head(title, links.group_week(name, period), edition.papers.listing, here),
        **_list(masthead, edition.papers, page, lambda p: links.group_week(name, period, p)),
    )


def show_group_trending(masthead: Masthead, found: GroupListing, page: int) -> str:
    """Return a group's papers by their score."""
    name = found.group.name
    listed = _list(masthead, found, page, lambda p: links.group(name, "trending", p))
    head = list_head(f"{found.group.title}, trending", links.group(name, "trending"), found.listing, listed["here"])
    return render_page("show_group_trending.html", masthead, group=found.group, head=head, **listed)


def show_group_library(
    masthead: Masthead, found: GroupListing, shelf: Shelf, page: int, typed: tuple[str, str] = ("", "")
) -> str:
    """Return a group's library; `typed` is what was pasted to add a paper, and why that failed."""
    name = found.group.name
    listed = _list(masthead, found, page, lambda p: links.group_library(name, shelf.folder, shelf.text, p))
    return render_page(
        "show_group_library.html",
        masthead,
        group=found.group,
        shelf=shelf,
        pasted=typed[0],
        complaint=typed[1],
        head=list_head(
            f"{found.group.title}, library",
            links.group_library(name, shelf.folder, shelf.text),
            found.listing,
            listed["here"],
        ),
        **listed,
    )


def show_group_paper(masthead: Masthead, found: GroupPaper, reader_pk: int | None) -> str:
    """Return a paper's page within a group: votes, folder, notes."""
    return render_page(
        "show_group_paper.html",
        masthead,
        group=found.group,
        found=found,
        card=make_card(found.paper, masthead.today),
        reader_pk=reader_pk,
        here=links.group_paper(found.group.name, found.paper.id),
        added=date_words(found.standing.added_on, masthead.today),
        longest_note=LONGEST_NOTE,
        moment=_moment(masthead),
    )


@dataclass(frozen=True, slots=True)
class People:
    """Who is in a group, and for its keepers who is invited; `more` is where the list goes on, "" at its end.

    `link` is an invitation that was made just now and is shown this once.
    """

    members: Sequence[GroupMember]
    invitations: Sequence[GroupInvitation]
    more: str = ""
    link: str = ""


def show_group_members(masthead: Masthead, group: Group, people: People, news: News) -> str:
    """Return the page of members and of invitations."""
    return render_page(
        "show_group_members.html",
        masthead,
        group=group,
        members=people.members,
        invitations=people.invitations,
        more=people.more,
        link=people.link,
        news=news,
        most_uses=MOST_USES,
        most_days=MOST_DAYS,
        moment=_moment(masthead),
    )


def show_group_settings(masthead: Masthead, group: Group, folders: Sequence[str], complaint: str = "") -> str:
    """Return what keepers can change about a group."""
    values = {"group": group, "folders": folders, "complaint": complaint, "longest_about": LONGEST_ABOUT}
    return render_page("show_group_settings.html", masthead, **values)


def show_group_invitation(masthead: Masthead, group: Group, secret: str) -> str:
    """Return the page of an invitation: one button."""
    return render_page("show_group_invitation.html", masthead, group=group, secret=secret)


def week_markdown(edition: GroupEdition) -> str:
    """Return what a group read in a period as Markdown: titles, bylines, links, votes, notes."""
    found = edition.papers
    lines = [f"# {_escaped(found.group.title)}: {period_title(edition.period)}", ""]
    lines += [counted_papers(found.listing.count), ""]
    for entry, standing in zip(found.listing.entries, found.standings, strict=True):
        paper = entry.paper
        lines.append(f"{entry.rank}. **{_escaped(readable(paper.content.title))}** ({_escaped(paper.id)})")
        votes = f"{standing.votes} vote{'' if standing.votes == 1 else 's'}"
        lines.append("   " + " · ".join(_escaped(fact) for fact in (byline(paper), votes, standing.folder) if fact))
        lines += [f"   - {link.name}: <{link.url}>" for link in card_links(paper)]
        for note in edition.notes.get(paper.pk, ()):
            lines.append(f"   - {_escaped(note.by or 'A former member')}: {_escaped(note.text)}")
        lines.append("")
    return "\n".join(lines)


def paper_markdown(found: GroupPaper) -> str:
    """Return a paper as Markdown, with what the group noted on it."""
    lines = [markdown(found.paper), f"## {_escaped(found.group.title)}", ""]
    lines += [f"- {_escaped(note.by or 'A former member')}: {_escaped(note.text)}" for note in found.notes]
    lines.append("" if found.notes else "No notes.\n")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return escape_markdown(" ".join(text.split()))


def _list(masthead: Masthead, found: GroupListing, page: int, address: Callable[[int], str]) -> dict[str, Any]:
    pager: Pager = list_pager(found.listing, page, address)
    return {"entries": _entries(masthead, found), "pager": pager, "here": address(page)}


def _entries(masthead: Masthead, found: GroupListing, after: int = 0) -> list[Entry]:
    """Return the papers of a list; `after` others on the same page, so that each has a mark of its own."""
    return [
        Entry(
            make_card(entry.paper, masthead.today, rank=entry.rank + after),
            standing,
            date_words(standing.added_on, masthead.today),
            links.group_paper(found.group.name, entry.paper.id),
        )
        for entry, standing in zip(found.listing.entries, found.standings, strict=True)
    ]


def _week_of(day: date | None, adjacent: Period | None) -> Period | None:
    return None if day is None or adjacent is None else period_of("week", day)


def _moment(masthead: Masthead) -> Callable[[Any], str]:
    return lambda value: f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}" if value else ""
