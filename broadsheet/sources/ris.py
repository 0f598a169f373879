"""RIS, the tagged references of Zotero, EndNote and publishers: an entry from `TY` to `ER`.

The file is cut into entries here, so that a broken one spoils only itself; `rispy` reads each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import rispy

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Record
from broadsheet.sources.blocks import Block, cut_blocks
from broadsheet.sources.citations import Reference, day_from_parts, plain_words, record_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_TITLE, first_text, fold, forename_first, list_of
from broadsheet.sources.reading import Item, Lines, PaperFile, SetAside, excerpt_of

STARTS = re.compile(rb"\s*TY  -")
_ENDS = re.compile(r"^[ \t]*ER  -", re.MULTILINE)
_TITLES = ("title", "primary_title", "translated_title", "short_title")
_VENUES = ("journal_name", "secondary_title", "alternate_title3", "alternate_title2", "alternate_title1")


def read_ris(file: PaperFile, lines: Lines) -> Iterator[Item]:
    """Yield the records of a RIS file."""
    for block in cut_blocks(lines, STARTS):
        if isinstance(block, SetAside):
            yield block
            continue
        if not _ENDS.search(block.text):
            if file.failure is None or not block.last:
                yield SetAside(block.line, "a RIS entry without its end (ER)", excerpt_of(block.text))
            continue
        try:
            yield _read_entry(block)
        except Invalid as error:
            yield SetAside(block.line, error.message, excerpt_of(block.text))


def _read_entry(block: Block) -> Record:
    # Entries may be indented, and a tag alone at its line's end may have lost its space.
    text = re.sub(r"^[ \t]+(?=[A-Z][A-Z0-9]  -)", "", block.text.replace("\r", ""), flags=re.MULTILINE)
    try:
        entries = rispy.loads(text)
    except (KeyError, AttributeError, TypeError, ValueError, OSError, rispy.parser.ParseError) as error:
        raise Invalid("entry", f"broken RIS entry ({type(error).__name__})") from error
    if not entries:
        raise Invalid("entry", "broken RIS entry")
    return _record(entries[0])


def _record(entry: Mapping[str, object]) -> Record:
    authors = [*list_of(entry.get("first_authors")), *list_of(entry.get("authors"))]
    urls = [*list_of(entry.get("urls")), entry.get("file_attachments1")]
    return record_of(
        Reference(
            source="ris",
            title=plain_words(first_text(entry, *_TITLES, limit=MAX_TITLE)),
            abstract=plain_words(first_text(entry, "abstract", "notes_abstract", limit=MAX_ABSTRACT)),
            authors=tuple(_spoken(fold(name)) for name in authors),
            published_on=day_from_parts(
                first_text(entry, "date", "publication_year", "year"), first_text(entry, "year"), ""
            ),
            keywords=tuple(dict.fromkeys(filter(None, map(fold, list_of(entry.get("keywords")))))),
            venue=first_text(entry, *_VENUES),
            names=(fold(entry.get("doi")),),
            texts=tuple(
                fold(text, MAX_ABSTRACT)
                for text in (
                    *list_of(entry.get("notes")),
                    *(entry.get(key) for key in ("note", "accession_number", "id", "number", "journal_name")),
                )
            ),
            urls=tuple(fold(url, MAX_TITLE) for url in urls),
        )
    )


def _spoken(name: str) -> str:
    """Return a name as it is spoken; RIS puts the suffix last, where BibTeX puts it in the middle."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 3 and len(parts[2]) <= 4:
        return f"{parts[1]} {parts[0]} {parts[2]}".strip()
    return forename_first(name)
