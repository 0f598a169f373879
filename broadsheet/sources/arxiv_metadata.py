"""arXiv's two own metadata formats, `arXiv` and `arXivRaw`, as OAI-PMH carries them."""

from __future__ import annotations

from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Record
from broadsheet.sources.addresses import arxiv_links, find_code
from broadsheet.sources.arxiv_line import categories_of, names_in, text_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, day_of, fold
from broadsheet.sources.reading import Item, SetAside, excerpt_of

FORMATS = ("arXiv", "arXivRaw")
SOURCE = "arxiv-oai"


def read_metadata(metadata: Element | None, name: str) -> Item:
    """Return the record of one element of metadata, or why there is none; `name` is the one that its header gives."""
    space, _, kind = metadata.tag.rpartition("}") if metadata is not None else ("", "", "")
    if metadata is None or kind not in FORMATS:
        return SetAside(0, f"no metadata of arXiv in {excerpt_of(name)!r}")
    tag = f"{space}}}"
    arxiv_id = find_arxiv_id(text_of(metadata, f"{tag}id")) or find_arxiv_id(name)
    if arxiv_id is None:
        return SetAside(0, f"no arXiv id in {excerpt_of(name)!r}")
    title = text_of(metadata, f"{tag}title", MAX_TITLE)
    if not title:
        return SetAside(0, f"{arxiv_id}: no title", excerpt_of(name))
    abstract = text_of(metadata, f"{tag}abstract", MAX_ABSTRACT)
    comments = text_of(metadata, f"{tag}comments", MAX_ABSTRACT)
    doi = text_of(metadata, f"{tag}doi").split()
    is_raw = kind == "arXivRaw"
    return Record(
        source=SOURCE,
        source_id=arxiv_id,
        title=title,
        abstract=abstract,
        authors=names_in(text_of(metadata, f"{tag}authors", MAX_ABSTRACT)) if is_raw else _authors(metadata, tag),
        published_on=_first_version(metadata, tag) if is_raw else day_of(text_of(metadata, f"{tag}created")),
        categories=categories_of(text_of(metadata, f"{tag}categories", MAX_TITLE).split()),
        links=arxiv_links(arxiv_id) + find_code(abstract, comments),
        arxiv_id=arxiv_id,
        doi=find_doi(doi[0]) if doi else None,
        venue=text_of(metadata, f"{tag}journal-ref"),
    )


def _authors(metadata: Element, tag: str) -> tuple[str, ...]:
    parts = ("forenames", "keyname", "suffix")
    people = metadata.findall(f"{tag}authors/{tag}author")[:MAX_NAMES]
    names = (fold(" ".join(text_of(person, f"{tag}{part}") for part in parts)) for person in people)
    return tuple(name for name in names if name)


def _first_version(metadata: Element, tag: str) -> date | None:
    """Return the day of v1 (`Mon, 2 Apr 2007 19:18:42 GMT`), wherever it stands in the list."""
    for version in metadata.findall(f"{tag}version"):
        if version.get("version") == "v1":
            try:
                return parsedate_to_datetime(text_of(version, f"{tag}date", 100)).date()
            except (ValueError, TypeError, IndexError, OverflowError):
                return None
    return None
