"""BibTeX and BibLaTeX.

The file is cut into entries here, so that a broken one spoils only itself and memory stays bounded;
`bibtexparser` reads each. TeX's accents become letters, its mathematics stays.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field, ParsingFailedBlock

from broadsheet.domain.errors import Invalid
from broadsheet.domain.paper import Record
from broadsheet.sources.blocks import Block, cut_blocks
from broadsheet.sources.citations import Reference, day_from_parts, record_of
from broadsheet.sources.fields import MAX_ABSTRACT, MAX_NAMES, MAX_TITLE, fold, forename_first, words_of
from broadsheet.sources.reading import Item, Line, Lines, PaperFile, SetAside, excerpt_of

STARTS = re.compile(rb"\s*@\s*\w+\s*[{(]")
MAX_STRINGS = 10_000
_PERCENT = re.compile(r"(?<!\\)%")
_ESCAPED = re.compile(r"\\([_%&#$~{}])")
# What pylatexenc reads wrongly or not at all: signs that stand for themselves.
_SIGN = re.compile(
    r"\\(?:([\^~])\{\}|(textasciicircum|textbraceleft|textbraceright|textperiodcentered)(?:\{\}|(?![A-Za-z]))\s*)"
)
_SIGNS = {
    "^": "^",
    "~": r"\textasciitilde{}",
    "textasciicircum": "^",
    "textbraceleft": r"\{",
    "textbraceright": r"\}",
    "textperiodcentered": "·",
}
_COMMAND = re.compile(r"\\(?:url|href|path)\b")
# One part of a value, as in `jan # " 5--7"`: what stands in braces, in quotation marks, or a name.
_PIECE = re.compile(r"[{}\"#]|[^{}\"#]+")

Values = Mapping[str, str]


def read_bibtex(file: PaperFile, lines: Lines) -> Iterator[Item]:
    """Yield the records of a BibTeX file."""
    # Every failure that the parser logs is set aside with its line here.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    reader = _Reader()
    for block in cut_blocks(lines, STARTS):
        if isinstance(block, SetAside):
            yield block
            continue
        for item in reader.read(block):
            broken_off = block.last and file.failure is not None
            if isinstance(item, Record) or not broken_off:
                yield item


def read_bibtex_text(text: str) -> Iterator[Item]:
    """Yield the records of a text in BibTeX."""
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    reader = _Reader()
    data = text.encode("utf-8", "replace")
    for block in cut_blocks((Line(n, line) for n, line in enumerate(data.splitlines(True), 1)), STARTS):
        yield from [block] if isinstance(block, SetAside) else reader.read(block)


class _Reader:
    """Reads entries one by one and remembers the `@string`s on the way."""

    def __init__(self) -> None:
        self._strings: dict[str, str] = {}
        self._latex = LatexDecodingMiddleware()

    def read(self, block: Block) -> Iterator[Item]:
        """Yield what one piece of the file holds: a record, nothing (a comment, a string), what is wrong."""
        try:
            library = parse_string(block.text, parse_stack=[])
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
            yield SetAside(block.line, f"broken entry ({type(error).__name__})", excerpt_of(block.text))
            return
        for string in library.strings:
            if len(self._strings) < MAX_STRINGS:
                self._strings[string.key.lower()] = self._resolve(str(string.value))[:MAX_TITLE]
        for part in library.blocks:
            entry = part.ignore_error_block if isinstance(part, ParsingFailedBlock) else part
            line = block.line + (part.start_line or 0)
            excerpt = excerpt_of(part.raw or block.text)
            if isinstance(entry, Entry):
                yield self._read_entry(entry, SetAside(line, "", excerpt))
            elif isinstance(part, ParsingFailedBlock):
                yield SetAside(line, "broken entry: something is not closed, or a comma is missing", excerpt)

    def _read_entry(self, entry: Entry, place: SetAside) -> Item:
        values: dict[str, str] = {}
        for field in entry.fields:  # of a field that is repeated the first counts
            values.setdefault(field.key.lower(), self._resolve(str(field.value)))
        try:
            return self._record(values)
        except Invalid as error:
            return SetAside(place.line, error.message, place.excerpt)

    def _resolve(self, raw: str) -> str:
        """Take off what encloses a value, put the strings in, and join what `#` joins."""
        pieces: list[str] = []
        depth, quoted = 0, False
        for piece in _PIECE.findall(raw.strip()):
            outside = depth == 0 and not quoted
            depth += {"{": 1, "}": -1}.get(piece, 0)
            if piece == '"' and depth == 0:
                quoted = not quoted
            elif outside and piece not in ("{", "#"):
                pieces.append(self._strings.get(piece.strip().lower(), piece.strip()))
            elif (depth > 0 or quoted) and not outside:
                pieces.append(piece)
        return "".join(pieces)

    def _record(self, values: Values) -> Record:
        when = [_unbraced(values.get(key, "")) for key in ("date", "year", "month", "day")]
        keywords = values.get("keywords") or values.get("keyword", "")
        people = _split_people(values.get("author", ""))[:MAX_NAMES]
        venues = (values.get(key, "") for key in ("journal", "journaltitle", "booktitle", "series"))
        return record_of(
            Reference(
                source="bibtex",
                title=self._plain(values.get("title", ""), MAX_TITLE),
                abstract=self._plain(values.get("abstract", ""), MAX_ABSTRACT),
                authors=tuple(self._name(person) for person in people if person != "others"),
                published_on=day_from_parts(*when),
                keywords=words_of(self._plain(keywords, MAX_ABSTRACT)),
                venue=self._plain(next(filter(None, venues), ""), MAX_TITLE),
                names=_names(values),
                texts=tuple(_unbraced(values.get(key, "")) for key in ("note", "howpublished", "journal")),
                urls=tuple(_unbraced(values.get(key, "")).strip() for key in ("url", "pdf")),
            )
        )

    def _name(self, person: str) -> str:
        name = self._plain(person, MAX_TITLE)
        held = person.startswith("{") and person.endswith("}")  # an organisation: its comma is its own
        return name if held else forename_first(name)

    def _plain(self, value: str, limit: int) -> str:
        """Return a value without TeX: accents become letters, mathematics stays."""
        value = value[: 2 * limit]
        if "\\" not in value:
            return fold(value.replace("{", "").replace("}", "").replace("~", " "), limit)
        value = _SIGN.sub(lambda match: _SIGNS[match[1] or match[2]], value)
        # An unescaped % would begin a comment and swallow the rest.
        field = Field("text", _PERCENT.sub(r"\\%", value))
        library = self._latex.transform(Library([Entry("misc", "key", [field])]))
        decoded = [str(entry.fields[0].value) for entry in library.entries]
        return fold(decoded[0] if decoded else _unbraced(value), limit)


def _names(values: Values) -> tuple[str, ...]:
    names = [values.get("doi", ""), values.get("arxivid", ""), values.get("arxiv", "")]
    archive = values.get("archiveprefix") or values.get("eprinttype") or "arxiv"
    if _unbraced(archive).strip().lower() == "arxiv":
        names.append(values.get("eprint", ""))
    names.append(values.get("volume", "").removeprefix("abs/"))  # DBLP's form: CoRR, volume abs/2401.00001
    return tuple(_unbraced(name).strip() for name in names)


def _split_people(value: str) -> list[str]:
    people: list[str] = []
    depth = start = 0
    value = " ".join(value.split())
    for match in re.finditer("[{}]| and ", value):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match[0] not in "{}":
            people.append(value[start : match.start()].strip())
            start = match.end()
    people.append(value[start:].strip())
    return [person for person in people if person]


def _unbraced(value: str) -> str:
    plain = _ESCAPED.sub(r"\1", _COMMAND.sub("", value[:MAX_ABSTRACT]))
    return plain.replace("{", "").replace("}", "")
