"""A list as a book: EPUB 3.3, a chapter a section. Why by hand: docs/decisions/0016-epub-by-hand.md."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from html import escape

from broadsheet.domain.listing import Ranked, counted_papers
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import LINK_NAMES, byline, is_web_address
from broadsheet.render.paper_list import PaperList, one_line, rfc3339, xml_text

OTHERS = "Other papers"

_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
_STYLE = """body { font-family: serif; line-height: 1.4; }
h1 { text-align: center; }
h2 { margin: 1.6em 0 .2em; font-size: 1.15em; line-height: 1.25; }
.byline { margin: 0 0 .5em; font-style: italic; }
.links { font-size: .9em; }
article { border-top: 1px solid; }
"""
Section = tuple[str, Sequence[Ranked]]


def epub(shown: PaperList) -> bytes:
    """Return the list as a book with a chapter for the first category of its papers, the largest chapter first.

    The same list gives the same bytes.
    """
    sections = _sections(shown)
    chapters = [(f"section-{n}.xhtml", name, entries) for n, (name, entries) in enumerate(sections, 1)]
    parts = {
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _package(shown, [name for name, _, _ in chapters]),
        "EPUB/contents.xhtml": _contents(shown, chapters),
        "EPUB/style.css": _STYLE,
        **{f"EPUB/{name}": _chapter(shown, title, entries) for name, title, entries in chapters},
    }
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        # The type of the book comes first and unpacked, by which it is known (OCF 4.2).
        archive.writestr(_file("mimetype"), "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in parts.items():
            archive.writestr(_file(name), text.encode(), zipfile.ZIP_DEFLATED)
    return book.getvalue()


def _file(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _sections(shown: PaperList) -> list[Section]:
    found: dict[str, list[Ranked]] = defaultdict(list)
    for entry in shown.listing.entries:
        categories = entry.paper.content.categories
        found[(one_line(categories[0]) if categories else "") or OTHERS].append(entry)
    sizes = sorted(found.items(), key=lambda pair: (pair[0] == OTHERS, -len(pair[1]), pair[0]))
    return [*sizes] or [(OTHERS, [])]


def _package(shown: PaperList, chapters: Sequence[str]) -> str:
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters, 1)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(1, len(chapters) + 1))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="en" unique-identifier="id">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">{_text(shown.at(shown.address))}</dc:identifier>'
        f"<dc:title>{_text(_title(shown))}</dc:title><dc:language>en</dc:language>"
        f"<dc:publisher>{_text(shown.place.title)}</dc:publisher>"
        f'<meta property="dcterms:modified">{rfc3339(shown.updated_at)}</meta></metadata>'
        '<manifest><item id="nav" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        f'<item id="style" href="style.css" media-type="text/css"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )


def _contents(shown: PaperList, chapters: Sequence[tuple[str, str, Sequence[Ranked]]]) -> str:
    lines = []
    for file, name, entries in chapters:
        papers = "".join(
            f'<li><a href="{file}#p{entry.rank}">{_text(_headline(entry.paper))}</a></li>' for entry in entries
        )
        lines.append(f'<li><a href="{file}">{_text(name)}</a>{f"<ol>{papers}</ol>" if papers else ""}</li>')
    body = (
        f"<h1>{_text(_title(shown))}</h1><p>{counted_papers(len(shown.listing.entries))}</p>"
        f'<nav epub:type="toc" id="toc"><h2>Contents</h2><ol>{"".join(lines)}</ol></nav>'
    )
    return _page(_title(shown), body)


def _chapter(shown: PaperList, name: str, entries: Sequence[Ranked]) -> str:
    articles = "".join(_article(shown, entry) for entry in entries) or "<p>No papers.</p>"
    return _page(name, f"<h1>{_text(name)}</h1>{articles}")


def _article(shown: PaperList, entry: Ranked) -> str:
    paper, content = entry.paper, entry.paper.content
    day = content.published_on.isoformat() if content.published_on else ""
    facts = " · ".join(fact for fact in (one_line(byline(paper)), day, one_line(content.venue)) if fact)
    kind = "<em>Summary, not the abstract.</em> " if content.summary and not content.abstract else ""
    links = [(shown.page_of(paper), "page")] + [
        (link.url, LINK_NAMES.get(link.kind, "link")) for link in content.links if is_web_address(link.url)
    ]
    anchors = " · ".join(f'<a href="{_text(url)}">{_text(name)}</a>' for url, name in links)
    return (
        f'<article id="p{entry.rank}"><h2>{_text(_headline(paper))}</h2><p class="byline">{_text(facts)}</p>'
        f'<p>{kind}{_text(readable(content.abstract or content.summary))}</p><p class="links">{anchors}</p></article>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">'
        f'<head><title>{_text(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
        f"<body>{body}</body></html>"
    )


def _title(shown: PaperList) -> str:
    return one_line(f"{shown.title} · {shown.place.title}")


def _headline(paper: Paper) -> str:
    return one_line(paper.content.title) or "A paper"


def _text(text: str) -> str:
    return escape(xml_text(text))
