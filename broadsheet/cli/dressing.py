"""Lists printed in one of their dresses: as a file to keep, in place of text for the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from broadsheet.domain.errors import Invalid

if TYPE_CHECKING:
    from broadsheet.domain.listing import Edition, Listing
    from broadsheet.wiring import House

FILE_FORMS = ("md", "bib", "ris", "csl.json", "csv", "epub")


def dressed(house: House, form: str, title: str, address: str, found: Listing | Edition) -> bytes:
    """Return a list in one of FILE_FORMS; `address` is its page's, below the House's root."""
    from broadsheet.domain.listing import Edition
    from broadsheet.render.dresses import DRESSES
    from broadsheet.render.paper_list import PaperList, Place
    from broadsheet.usecases.read_papers import read_moments

    listing = found.listing if isinstance(found, Edition) else found
    moments, newest_at = read_moments(house.database, listing)
    edition = found if isinstance(found, Edition) else None
    place = Place(house.settings.title, house.root(), house.settings.zone)
    made = DRESSES[form].make(PaperList(title, address, place, listing, moments, newest_at, edition))
    return made.encode("utf-8", "replace") if isinstance(made, str) else made


def print_file(form: str, content: bytes) -> None:
    """Print a file on standard output; raises Invalid where it is a book and a terminal would show it."""
    if form == "epub" and sys.stdout.isatty():
        raise Invalid("format", "An EPUB is no text for a terminal: write it into a file, with > papers.epub behind.")
    click.echo(content, nl=False)
