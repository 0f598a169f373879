"""One paper, by the name that somebody pasted: from arXiv, OpenReview, or the registries of DOIs.

A DOI is asked for at Crossref, then at OpenAlex, which knows the DOIs of other registrars too.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from broadsheet.domain.errors import Invalid, NotFound, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.domain.pasted import Pasted
from broadsheet.sources import crossref, openalex, openreview
from broadsheet.sources.arxiv_api import read_entry
from broadsheet.sources.arxiv_line import ArxivLine, parse_xml
from broadsheet.sources.bibtex import read_bibtex_text
from broadsheet.sources.fields import fold
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.reading import SetAside
from broadsheet.sources.whole_answers import BrokenAnswer, Manner

_SOON = Manner("arXiv", tries=3, later="try again later.")  # somebody waits
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where each source is asked, and OpenAlex's key."""

    arxiv: str
    openreview: str
    crossref: str
    openalex: str
    openalex_key: str = ""


class OutsideFinder:
    """Finds one paper in the world outside."""

    def __init__(self, client: PoliteClient, places: Places) -> None:
        self._client = client
        self._places = places

    def find(self, pasted: Pasted) -> Record:
        """Return the record of what was pasted.

        Raises NotFound where nobody knows a paper of that name, SourceFailed where it could not be asked for, Invalid
        where what was pasted as BibTeX is no paper.
        """
        if pasted.kind == "bibtex":
            return read_pasted_entry(pasted.name)
        try:
            found = self._ask(pasted)
        except Invalid as error:
            raise NotFound(f"What is known of {pasted.name} is no paper ({error.message}).") from error
        if found is None:
            raise NotFound(f"Nobody asked knows {pasted.name}: check that it is complete and spelt right.")
        return found

    def _ask(self, pasted: Pasted) -> Record | None:
        if pasted.kind == "arxiv":
            return self._arxiv(pasted.name)
        if pasted.kind == "openreview":
            return openreview.find_note(self._client, self._places.openreview, pasted.name)
        return self._doi(pasted.name)

    def _doi(self, doi: str) -> Record | None:
        failure: SourceFailed | None = None
        try:
            found = crossref.find_work(self._client, self._places.crossref, doi)
        except SourceFailed as error:
            found, failure = None, error
        except Invalid:
            found = None  # OpenAlex may know its title
        if found is not None:
            return found
        try:
            found = openalex.find_work(self._client, self._places.openalex, doi, self._places.openalex_key)
        except SourceFailed as error:
            raise failure or error from error
        if found is None and failure is not None:
            raise failure
        return found

    def _arxiv(self, arxiv_id: str) -> Record | None:
        url = f"{self._places.arxiv}?{urlencode({'id_list': arxiv_id, 'max_results': 1})}"
        root = ArxivLine(self._client, _SOON).ask(url, _feed_of, accepted=(200, 400))
        return _only_entry(root, arxiv_id)


def read_pasted_entry(text: str) -> Record:
    """Return the record of one BibTeX entry; raises Invalid where there is none, more than one, or a broken one."""
    items = list(read_bibtex_text(text))
    records = [item for item in items if isinstance(item, Record)]
    if len(records) == 1:
        return records[0]
    if records:
        raise Invalid("text", f"{len(records)} BibTeX entries were pasted: paste one, or import them as a file.")
    reasons = [item.reason for item in items if isinstance(item, SetAside)]
    raise Invalid("text", f"The BibTeX entry cannot be read ({reasons[0] if reasons else 'no entry'}): mend it.")


def _feed_of(body: bytes) -> Element:
    with suppress(BrokenAnswer):
        root = parse_xml(body, _SOON.later)
        if root.tag == f"{_ATOM}feed":
            return root
    raise BrokenAnswer("something that is no whole Atom feed")


def _only_entry(root: Element, arxiv_id: str) -> Record | None:
    """Return the entry that is the paper asked for; an error of arXiv's is an entry too."""
    for entry in root.findall(f"{_ATOM}entry"):
        if "/api/errors" in fold(entry.findtext(f"{_ATOM}id")):
            return None
        item = read_entry(entry)
        if isinstance(item, Record) and item.arxiv_id == arxiv_id:
            return item
    return None
