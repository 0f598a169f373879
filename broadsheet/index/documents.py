"""The index's schema, and a paper as a document of it."""

from __future__ import annotations

from collections.abc import Iterable

import tantivy

from broadsheet.domain.paper import Paper
from broadsheet.index.analysis import ENGLISH, INDEX_STOPWORDS, NAMES, english_analyzer, names_analyzer

FORMAT = "text-5"
TITLE_WEIGHT = 2
MARKER = "position"
RANKED = "ranked"


def make_schema() -> tantivy.Schema:
    """Return the schema.

    `body` (title twice, text) ranks; title, text and names answer phrases and fields; `whole_title` and `title_start`
    (before a colon) are titles as one term; `words` is what misspelt words are compared with.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("pk", stored=False, indexed=True, fast=True)
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", stored=False, tokenizer_name=RANKED, index_option="freq")
    builder.add_text_field("title", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("whole_title", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title_start", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", stored=False, tokenizer_name=NAMES, index_option="basic")
    builder.add_text_field("text", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("authors", stored=False, tokenizer_name=NAMES, index_option="position")
    builder.add_text_field("organization", stored=False, tokenizer_name=NAMES, index_option="position")
    builder.add_text_field("keywords", stored=False, tokenizer_name=ENGLISH, index_option="position")
    builder.add_text_field("category", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("has", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", stored=False, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", stored=False, indexed=True, fast=True)
    builder.add_integer_field("year", stored=False, indexed=False, fast=True)
    builder.add_integer_field("upvotes", stored=False, indexed=True, fast=True)
    builder.add_text_field("marker", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("position", stored=True, indexed=False, fast=False)
    return builder.build()


def register_analyzers(index: tantivy.Index) -> None:
    """Give an index the analyzers that its schema names."""
    index.register_tokenizer(RANKED, english_analyzer(INDEX_STOPWORDS))
    index.register_tokenizer(ENGLISH, english_analyzer())
    index.register_tokenizer(NAMES, names_analyzer())


class Writer:
    """Turns papers into documents."""

    def __init__(self) -> None:
        self._names = names_analyzer()

    def document(self, paper: Paper) -> tantivy.Document:
        """Return the document of a paper."""
        content = paper.content
        text = content.abstract or content.summary
        document = tantivy.Document()
        document.add_integer("pk", paper.pk)
        document.add_text("id", paper.id)
        document.add_text("body", ranked_text(content.title, text))
        document.add_text("title", content.title)
        _add_all(document, "whole_title", as_one_term(self._names, content.title))
        start, colon, _ = content.title.partition(":")
        _add_all(document, "title_start", as_one_term(self._names, start) if colon else ())
        document.add_text("words", " ".join((content.title, *content.authors)))
        document.add_text("text", text)
        _add_all(document, "authors", content.authors)
        _add_all(document, "organization", [content.organization] if content.organization else [])
        _add_all(document, "keywords", content.keywords)
        _add_all(document, "category", categories_with_archives(content.categories))
        _add_all(document, "has", {link.kind for link in content.links})
        _add_all(document, "source", {ref.source for ref in paper.sources})
        if content.published_on:
            document.add_integer("day", content.published_on.toordinal())
            document.add_integer("year", content.published_on.year)
        document.add_integer("upvotes", paper.upvotes)
        return document


def ranked_text(title: str, text: str) -> str:
    """Return what ranks of a paper: its title TITLE_WEIGHT times, and its text."""
    return f"{title} . " * TITLE_WEIGHT + text


def as_one_term(names: tantivy.TextAnalyzer, text: str) -> tuple[str, ...]:
    """Return the words of a text as one term, whatever their case and punctuation; nothing where there is no word."""
    term = " ".join(names.analyze(text))
    return (term,) if term else ()


def categories_with_archives(categories: Iterable[str]) -> list[str]:
    """Return categories and the archives that they lie in: `cs.CL` is also in `cs`."""
    return list(dict.fromkeys(name for c in categories for name in (c.casefold(), c.casefold().split(".")[0])))


def _add_all(document: tantivy.Document, field: str, values: Iterable[str]) -> None:
    for value in values:
        document.add_text(field, value)
