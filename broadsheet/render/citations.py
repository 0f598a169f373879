"""One paper as others cite it: BibTeX, RIS, CSL-JSON, Markdown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import orjson
import rispy
from bibtexparser import writer
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexEncodingMiddleware
from bibtexparser.model import Entry, Field

from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import byline, is_web_address

_UNTELLING = {
    "a",
    "an",
    "the",
    "on",
    "of",
    "in",
    "for",
    "to",
    "and",
    "with",
    "from",
    "is",
    "are",
    "how",
    "what",
    "when",
    "why",
    "do",
    "does",
}


def citation_key(paper: Paper) -> str:
    """Return a stable, readable key: first author's family name, year, first telling word (`vinyals2015pointer`)."""
    content = paper.content
    name = content.authors[0].split()[-1] if content.authors and content.authors[0].split() else ""
    words = [_ascii_letters(word) for word in re.findall(r"\w+", readable(content.title))]
    word = next((w for w in words if w and w not in _UNTELLING), "")
    year = str(content.published_on.year) if content.published_on else ""
    return (_ascii_letters(name) + year + word) or "paper"


def _ascii_letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z0-9]", "", folded)


def bibtex(paper: Paper) -> str:
    """Return a BibTeX entry; characters outside ASCII and TeX's own are written as TeX."""
    content = paper.content
    arxiv_id, doi = find_arxiv_id(paper.id), find_doi(paper.id)
    values = {
        "title": _line(content.title),
        "author": " and ".join(_line(name) for name in content.authors),
        "year": str(content.published_on.year) if content.published_on else "",
        "month": str(content.published_on.month) if content.published_on else "",
        "journal" if not arxiv_id else "note": _line(content.venue),
        "eprint": arxiv_id or "",
        "archiveprefix": "arXiv" if arxiv_id else "",
        "primaryclass": content.categories[0] if arxiv_id and content.categories else "",
        "doi": doi or "",
        "url": _address(paper),
    }
    plain = {"url", "doi", "eprint", "archiveprefix", "primaryclass"}
    entry = Entry("article" if content.venue and not arxiv_id else "misc", citation_key(paper), [])
    for name, value in values.items():
        if value:
            entry.set_field(Field(name, _bare(value) if name in plain else _tex(value)))
    for field in entry.fields:
        field.value = "{" + str(field.value) + "}"
    return writer.write(Library([entry]))


_ENCODER = LatexEncodingMiddleware(keep_math=False, enclose_urls=False)


def _bare(value: str) -> str:
    """Return an address or a name without what would end its field."""
    return value.replace("{", "%7B").replace("}", "%7D")


def _line(text: str) -> str:
    """Return a text as it is read, in one line: a second one could begin a field of its own."""
    return " ".join(readable(text).split())


def _tex(value: str) -> str:
    block = Entry("misc", "key", [Field("value", value.replace("{", "(").replace("}", ")"))])
    encoded = _ENCODER.transform(Library([block]))
    return str(encoded.entries[0]["value"])


def ris(paper: Paper) -> str:
    """Return a RIS entry."""
    content = paper.content
    entry: dict[str, Any] = {
        "type_of_reference": "JOUR" if content.venue else "UNPB",
        "title": _line(content.title),
        "authors": [_line(name) for name in content.authors],
        "year": str(content.published_on.year) if content.published_on else "",
        "date": content.published_on.strftime("%Y/%m/%d") if content.published_on else "",
        "abstract": _line(content.abstract),
        "journal_name": _line(content.venue),
        "doi": find_doi(paper.id) or "",
        "id": _line(paper.id),
        "urls": [_address(paper)] if _address(paper) else [],
        "keywords": [_line(word) for word in content.keywords],
    }
    text = str(rispy.dumps([{name: value for name, value in entry.items() if value}]))
    return text[text.index("TY  - ") :]  # rispy counts the entries before them, which RIS does not know


def csl_json(paper: Paper) -> bytes:
    """Return a CSL-JSON list of one item."""
    content = paper.content
    day = content.published_on
    item = {
        "id": citation_key(paper),
        "type": "article-journal" if content.venue else "article",
        "title": _line(content.title),
        "author": [_csl_name(_line(name)) for name in content.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "container-title": _line(content.venue),
        "abstract": _line(content.abstract),
        "DOI": find_doi(paper.id),
        "number": find_arxiv_id(paper.id),
        "URL": _address(paper),
    }
    return orjson.dumps([{name: value for name, value in item.items() if value}], option=orjson.OPT_INDENT_2)


def _csl_name(name: str) -> dict[str, str]:
    given, _, family = name.rpartition(" ")
    return {"family": family, "given": given} if given else {"literal": name}


def markdown(paper: Paper) -> str:
    """Return the paper as Markdown: title, byline, date, text, links."""
    content = paper.content
    lines = [f"# {escape_markdown(_line(content.title))}", ""]
    day = content.published_on.isoformat() if content.published_on else ""
    facts = [_line(byline(paper)), day, _line(content.venue)]
    lines += [" · ".join(escape_markdown(fact) for fact in facts if fact), ""]
    if content.authors:
        lines += ["Authors: " + escape_markdown(", ".join(_line(name) for name in content.authors)), ""]
    if content.abstract:
        lines += ["## Abstract", "", escape_markdown(_line(content.abstract)), ""]
    if content.summary:
        lines += ["## Summary (not the abstract)", "", escape_markdown(_line(content.summary)), ""]
    shown = [link for link in content.links if is_web_address(link.url)]
    lines += ["## Links", "", *(f"- {link.kind}: <{link.url}>" for link in shown), ""] if shown else []
    return "\n".join(lines)


def escape_markdown(text: str) -> str:
    """Return a text in which nothing means anything to Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", text)


def _address(paper: Paper) -> str:
    urls = [link for link in paper.content.links if is_web_address(link.url)]
    best = next((link for link in urls if link.kind == "abs"), urls[0] if urls else None)
    doi = find_doi(paper.id)
    return best.url if best else f"https://doi.org/{doi}" if doi else ""
