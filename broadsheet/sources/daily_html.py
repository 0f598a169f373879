"""Saved pages of the Hub's Daily Papers, as HTML.

A page carries its papers twice: as cards to look at and, in an attribute, as the JSON that the cards were
made of. The JSON says more and is preferred; cards that it lacks are added. Classes come and go, so cards
are known by what does not: an `article` with a heading that links to `/papers/...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identifiers import find_arxiv_id
from broadsheet.domain.paper import Record
from broadsheet.sources.daily_cards import (
    AUTHORS,
    DATE,
    SOURCE,
    Card,
    CardDate,
    add_small_print,
    records_of,
)
from broadsheet.sources.fields import day_of, fields_of
from broadsheet.sources.hub import papers_in, read_hub_item
from broadsheet.sources.json_items import parse_line
from broadsheet.sources.markup import parse_html
from broadsheet.sources.reading import Item, Lines, PaperFile, SetAside, gather

MARKS = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]", re.IGNORECASE)
_PAPER = re.compile(r"(?:https?://[^/]+)?/papers/([^/?#]+)")
_MIN_ABSTRACT_LETTERS = 40
_MAX_COUNT_LETTERS = 9


def read_html_page(file: PaperFile, lines: Lines, saved_on: date | None) -> Iterator[Item]:
    """Yield the papers of a page saved as HTML; a page without any is set aside."""
    for piece in gather(lines, "a page"):
        if isinstance(piece, SetAside):
            yield piece
            continue
        text = piece.decode("utf-8", "replace")
        damaged = text.count("\ufffd") > piece.count("\ufffd".encode())
        tree = parse_html(text)
        if tree is None:
            yield SetAside(1, "no page: its elements are nested too deep")
            continue
        seen: set[str] = set()
        found = False
        for record in _embedded(tree):
            seen.add(record.source_id)
            found = True
            yield record
        cards = [card for card in _cards(tree, text, damaged) if card.arxiv_id not in seen]
        if file.failure is not None and cards:
            cards.pop()  # the file broke off inside it
        yield from records_of(cards, saved_on, file.modified_on)
        if not (found or cards) and file.failure is None:
            yield SetAside(1, "no papers on this page: save one of the Daily Papers, or the list itself")


def _embedded(tree: LexborHTMLParser) -> Iterator[Record]:
    seen: set[str] = set()
    for node in tree.css("[data-props]"):
        try:
            text = node.attributes.get("data-props") or ""
            props = fields_of(parse_line(text.encode("utf-8", "replace")))
        except ValueError:
            continue
        for paper in papers_in(props):
            try:
                record = read_hub_item(paper)
            except Invalid:
                continue  # its card is read instead
            if record.source_id not in seen:
                seen.add(record.source_id)
                yield replace(record, source=SOURCE)


def _cards(tree: LexborHTMLParser, text: str, damaged: bool) -> Iterator[Card]:
    seen: set[str] = set()
    at = line = 0
    for article in tree.css("article"):
        link = article.css_first("h3 a[href*='/papers/'], h2 a[href*='/papers/'], h1 a[href*='/papers/']")
        address = (link.attributes.get("href") or "") if link is not None else ""
        match = _PAPER.match(address)
        if link is None or match is None or match[1] in seen:
            continue
        seen.add(match[1])
        place = text.find(address, at)
        if place >= 0:
            line += text.count("\n", at, place)
            at = place
        card = Card(line + 1, link.text(), arxiv_id=find_arxiv_id(match[1]))
        _fill(card, article)
        card.damaged = damaged and "\ufffd" in card.title + card.abstract
        yield card


def _fill(card: Card, article: LexborNode) -> None:
    paragraphs = [" ".join(node.text().split()) for node in article.css("p")]
    abstract = max((text for text in paragraphs if not _is_small(text)), key=len, default="")
    if len(abstract) >= _MIN_ABSTRACT_LETTERS:
        card.abstract = abstract
    lines = [" ".join(part.split()) for part in article.text(separator="\n").split("\n")]
    add_small_print(card, [part for part in lines if part and part not in (card.title, card.abstract)])
    moment = article.css_first("time[datetime]")
    exact = day_of(moment.attributes.get("datetime")) if moment is not None else None
    if exact is not None:
        card.shown = CardDate(exact.month, exact.day, exact.year)
    card.comments = _count(article.css_first("a[href$='#community']")) or card.comments
    card.upvotes = _count(article.css_first("div.leading-none"))
    owner = article.css_first("a[href^='/organizations/']")
    if owner is not None:
        card.organization = " ".join(owner.text().split())


def _is_small(text: str) -> bool:
    return bool(AUTHORS.fullmatch(text) or DATE.fullmatch(text))


def _count(node: LexborNode | None) -> int:
    digits = "".join(node.text().split()) if node is not None else ""
    return int(digits) if digits.isdecimal() and len(digits) <= _MAX_COUNT_LETTERS else 0
