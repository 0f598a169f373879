"""The pages of a reader's library: what is saved, what was dismissed, what was opened, what is brought in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from broadsheet.domain.library import LONGEST_FOLDER, Folder, KeptPage, Place, Shelves, Wanted
from broadsheet.render import links
from broadsheet.render.cards import Card, Spans, make_card
from broadsheet.render.library_files import LIBRARY_FORMS
from broadsheet.render.own_list_pages import own_head
from broadsheet.render.pages import Masthead, Pager, render_page

IMPORT_FORMATS = "BibTeX, RIS or CSL-JSON"


@dataclass(frozen=True, slots=True)
class LibraryCard:
    """A card and what its reader keeps of the paper; `when` is the moment in words."""

    card: Card
    place: Place
    when: str
    folders: tuple[Folder, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an import: sentences, and lines of what could not be read."""

    sentences: tuple[str, ...]
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportForm:
    """What stands in the form already; `start` and `version` say where reading a Zotero library goes on."""

    text: str = ""
    folder: str = ""
    tags: str = ""
    user: str = ""
    start: int = 0
    version: int = 0
    anew: bool = False


def show_library(
    masthead: Masthead, wanted: Wanted, shelves: Shelves, page: KeptPage, spans: Spans | None, feed: str = ""
) -> str:
    """Return a page of the library, or of the part of it that is wanted; `feed` is the secret name of its feed."""
    names = {folder.pk: folder for folder in shelves.folders}
    title = f"My tag #{wanted.tag}" if wanted.tag else "My library"
    head = {"head": own_head(title, links.library(wanted), feed)} if feed else {}
    return render_page(
        "show_library.html",
        masthead,
        wanted=wanted,
        shelves=shelves,
        folder=names.get(wanted.folder or 0),
        count=page.count,
        cards=_cards(masthead, page, spans, names),
        pager=_pager(page, lambda number: links.library(wanted, number)),
        here=links.library(wanted, page.offset // max(page.limit, 1)),
        most_letters=LONGEST_FOLDER,
        forms=LIBRARY_FORMS.values(),
        change=lambda **values: replace(wanted, **values),
        change_to=lambda **values: replace(Wanted(), **values),
        **head,
    )


def show_dismissed(masthead: Masthead, page: KeptPage) -> str:
    """Return the list of what the reader does not want to see."""
    cards = _cards(masthead, page)
    return render_page("show_dismissed.html", masthead, cards=cards, pager=_pager(page, links.dismissed))


def show_history(masthead: Masthead, page: KeptPage, *, keeps: bool) -> str:
    """Return the list of what the reader opened; `keeps` says whether it is noted now."""
    cards = _cards(masthead, page)
    return render_page("show_history.html", masthead, cards=cards, pager=_pager(page, links.history), keeps=keeps)


def show_import(
    masthead: Masthead, shelves: Shelves, form: ImportForm, *, complaint: str = "", told: Told | None = None
) -> str:
    """Return the forms by which papers are brought into the library, and what became of the last ones."""
    return render_page(
        "show_import.html", masthead, shelves=shelves, form=form, complaint=complaint, told=told, formats=IMPORT_FORMATS
    )


def _cards(
    masthead: Masthead, page: KeptPage, spans: Spans | None = None, names: dict[int, Folder] | None = None
) -> Sequence[LibraryCard]:
    return [
        LibraryCard(
            make_card(one.paper, masthead.today, spans),
            one.place,
            _moment(masthead, one.at),
            tuple(names[pk] for pk in one.place.folders if pk in names) if names else (),
        )
        for one in page.entries
    ]


def _moment(masthead: Masthead, at: datetime) -> str:
    return f"{at.astimezone(masthead.zone):%Y-%m-%d %H:%M}"


def _pager(page: KeptPage, address: Callable[[int], str]) -> Pager:
    number = page.offset // max(page.limit, 1)
    return Pager(
        previous=address(number - 1) if number > 0 else None,
        next=address(number + 1) if page.has_more else None,
        first=page.offset + 1,
        last=page.offset + len(page.entries),
        count=page.count,
    )
