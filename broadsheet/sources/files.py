"""Files of papers to records: the one door through which files come in.

Whatever a file holds, reading it never stops half-way: what cannot be read is set aside with its line and the
reason, and the rest is read. Memory stays bounded whatever the file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from broadsheet.domain.errors import Invalid
from broadsheet.sources.arxiv_snapshot import read_snapshot
from broadsheet.sources.bibtex import read_bibtex
from broadsheet.sources.corpus import document_reader
from broadsheet.sources.csl import read_csl_item
from broadsheet.sources.daily_html import read_html_page
from broadsheet.sources.daily_page import read_text_page
from broadsheet.sources.detection import find_json_format, find_text_format, is_binary, sample
from broadsheet.sources.exported import read_export
from broadsheet.sources.hub import papers_in, read_hub_item
from broadsheet.sources.json_items import Located, find_objects, read_objects
from broadsheet.sources.reading import Item, Line, Lines, PaperFile, ReadOptions, SetAside, excerpt_of
from broadsheet.sources.ris import read_ris

FORMATS = ("daily-page", "arxiv", "hub", "bibtex", "ris", "csl", "corpus", "export")


def read_file(
    path: Path, options: ReadOptions | None = None, on_bytes: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """Yield a record, or what was set aside, for each card, line or entry of a file, in its order.

    The file may be gzipped. `on_bytes` hears of the bytes taken from the disk, so that they add up to its
    size. Raises Invalid for an unknown format; the first step raises NotFound or SourceFailed where the
    file cannot be opened. An empty file yields nothing."""
    options = options or ReadOptions()
    if options.format is not None and options.format not in FORMATS:
        raise Invalid("format", f"There is no format {options.format!r}: use one of {', '.join(FORMATS)}.")
    return _read(path, options, on_bytes)


def _read(path: Path, options: ReadOptions, on_bytes: Callable[[int], None] | None) -> Iterator[Item]:
    with PaperFile(path, on_bytes) as file:
        if is_binary(file.head()):
            yield SetAside(0, "binary file: give text, HTML, JSON, BibTeX or RIS, plain or gzipped")
            return
        yield from _items(file, options)
        if file.failure is not None:
            yield SetAside(0, file.failure)


def _items(file: PaperFile, options: ReadOptions) -> Iterator[Item]:
    source = file.lines()
    taken = sample(source)
    if not taken:
        return
    lines = chain(taken, source)
    found = find_text_format(taken)
    if options.format == "daily-page":
        found = "html" if found == "html" else "daily-page"
    elif options.format is not None:
        found = options.format
    if found == "html":
        yield from read_html_page(file, lines, options.saved_on)
    elif found == "daily-page":
        yield from read_text_page(file, lines, options.saved_on)
    elif found == "bibtex":
        yield from read_bibtex(file, lines)
    elif found == "ris":
        yield from read_ris(file, lines)
    elif found is not None:
        yield from _json_items(file, lines, options, taken)
    else:
        yield from _unknown(file, taken)


def _json_items(file: PaperFile, lines: Lines, options: ReadOptions, sampled: list[Line | SetAside]) -> Iterator[Item]:
    objects = find_objects(file, lines)
    taken: list[Located | SetAside] = []
    found = options.format or find_json_format(objects, taken)
    everything = chain(taken, objects)
    if found == "corpus":
        yield from read_objects(everything, document_reader(file.folder))
    elif found == "export":
        yield from read_export(everything)
    elif found == "arxiv":
        yield from read_objects(everything, read_snapshot)
    elif found == "csl":
        yield from read_objects(everything, read_csl_item)
    elif found == "hub":
        yield from read_objects(_unpacked(everything), read_hub_item)
    else:
        yield from _unknown(file, sampled)


def _unpacked(objects: Iterator[Located | SetAside]) -> Iterator[Located | SetAside]:
    """Replace each answer of the Hub that holds lists by what is in them."""
    for item in objects:
        if isinstance(item, SetAside):
            yield item
            continue
        line, fields = item
        papers = list(papers_in(fields))
        yield from ((line, paper) for paper in papers or [fields])


def _unknown(file: PaperFile, taken: list[Line | SetAside]) -> Iterator[SetAside]:
    """Say once that the format is not known; lines too long to look at say why."""
    first = taken[0]
    if isinstance(first, SetAside):
        yield from (item for item in taken if isinstance(item, SetAside))
    elif file.failure is None or not first.cut:
        reason = f"unknown format: it is none of {', '.join(FORMATS)}"
        yield SetAside(first.number, reason, excerpt_of(first.data))
