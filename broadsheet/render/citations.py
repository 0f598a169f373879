"""Papers as others cite them: BibTeX, RIS, CSL-JSON; and one paper as Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
import rispy
from bibtexparser import writer
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from broadsheet.domain.identifiers import find_arxiv_id, find_doi
from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render.cards import byline, is_web_address
from broadsheet.render.citation_keys import citation_keys, name_parts
from broadsheet.render.tex import to_tex


def bibtex(papers: Sequence[Paper]) -> str:
    """Return a BibTeX entry a paper; TeX's own signs, and those that TeX has names for, are written as TeX."""
    keys = citation_keys(papers)
    return str(writer.write(Library([_bibtex_entry(paper, key) for paper, key in zip(papers, keys, strict=True)])))


def _bibtex_entry(paper: Paper, key: str) -> Entry:
    content = paper.content
    arxiv_id, doi = find_arxiv_id(paper.id), find_doi(paper.id)
    values = {
        "title": _line(content.title),
        "author": " and ".join(_bibtex_name(_line(name)) for name in content.authors),
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
    entry = Entry("article" if content.venue and not arxiv_id else "misc", key, [])
    for name, value in values.items():
        if value:
            written = _bare(value) if name in plain else value if name == "author" else to_tex(value)
            entry.set_field(Field(name, "{" + written + "}"))
    return entry


def _bibtex_name(name: str) -> str:
    """Return a name as TeX, held together by braces where BibTeX would take it apart wrongly."""
    written = to_tex(name)
    given, family, suffix = name_parts(name)
    if suffix:
        return f"{to_tex(family)}, {to_tex(suffix)}, {to_tex(given)}"
    is_one = "," in name or re.search(r"(?:^| )(?:and|others)(?: |$)", name, re.IGNORECASE)
    return "{" + written + "}" if is_one else written


def _bare(value: str) -> str:
    """Return an address or a name without what would end its field."""
    return value.replace("{", "%7B").replace("}", "%7D")


def _line(text: str) -> str:
    """Return a text as it is read, in one line: a second one could begin a field of its own."""
    return " ".join(readable(text).split())


def ris(papers: Sequence[Paper]) -> str:
    """Return a RIS entry a paper."""
    return "".join(_ris_entry(paper) for paper in papers)


def _ris_entry(paper: Paper) -> str:
    content = paper.content
    entry: dict[str, Any] = {
        "type_of_reference": "JOUR" if content.venue else "UNPB",
        "title": _line(content.title),
        "authors": [_ris_name(_line(name)) for name in content.authors],
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


def _ris_name(name: str) -> str:
    """Return `Family, Given, Suffix`; a comma of the name's own would be taken for one of these."""
    given, family, suffix = name_parts(name.replace(",", " "))
    return ", ".join(part for part in (family, given, suffix) if part)


def csl_json(papers: Sequence[Paper]) -> bytes:
    """Return a CSL-JSON list of an item a paper."""
    keys = citation_keys(papers)
    items = [_csl_item(paper, key) for paper, key in zip(papers, keys, strict=True)]
    return orjson.dumps(items, option=orjson.OPT_INDENT_2)


def _csl_item(paper: Paper, key: str) -> dict[str, Any]:
    content = paper.content
    day = content.published_on
    item = {
        "id": key,
        "type": "article-journal" if content.venue else "article",
        "title": _line(content.title),
        "author": [_csl_name(_line(name)) for name in content.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "container-title": _line(content.venue),
        "abstract": _line(content.abstract),
        "DOI": find_doi(paper.id),
        "number": find_arxiv_id(paper.id),
        "archive": "arXiv" if find_arxiv_id(paper.id) else None,
        "archive_location": find_arxiv_id(paper.id),
        "URL": _address(paper),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(name: str) -> dict[str, str]:
    given, family, suffix = name_parts(name)
    parts = {"family": family, "given": given, "suffix": suffix}
    return {part: text for part, text in parts.items() if text} if given else {"literal": name}


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
    return re.sub(r"([\\`*_{}\[\]<>#|~]|&(?=#?\w+;))", r"\\\1", text)


def _address(paper: Paper) -> str:
    urls = [link for link in paper.content.links if is_web_address(link.url)]
    best = next((link for link in urls if link.kind == "abs"), urls[0] if urls else None)
    doi = find_doi(paper.id)
    return best.url if best else f"https://doi.org/{doi}" if doi else ""
