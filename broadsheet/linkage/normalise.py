"""Titles, names and abstracts brought to one spelling, so that what differs in print alone does not differ here.

Knows nothing of TeX: whoever calls gives text that can be read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

ABSTRACT_WORDS = 150
SHINGLE_WORDS = 3
_PLAIN = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): "", ord("`"): ""}
_SUBTITLE = re.compile(r"\s*(?::|\?|!|\.\s|\s[-–—]+\s|—|\()\s*")
_SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "’": "", "‘": ""})
_ROMAN = frozenset("ii iii iv vi vii viii ix xi xii".split())


@dataclass(eq=False)
class Described:
    """What a record says of its paper, and the same in the forms in which two are compared."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""

    @cached_property
    def title_words(self) -> frozenset[str]:
        """The title's words."""
        return frozenset(fold(self.title).split())

    @cached_property
    def title_letters(self) -> str:
        """The title without spaces: hyphens and joined words make no difference."""
        return letters(self.title)

    @cached_property
    def title_trigrams(self) -> frozenset[str]:
        """Three letters each, all that stand in the title."""
        text = f"^{self.title_letters}$"
        return frozenset(text[at : at + 3] for at in range(len(text) - 2))

    @cached_property
    def title_parts(self) -> frozenset[str]:
        """The title's letters, whole, without what follows its first colon (or the like), and that alone."""
        pieces = _SUBTITLE.split(self.title, maxsplit=1)
        found = {self.title_letters, *(letters(piece) for piece in pieces)}
        return frozenset(part for part in found if part)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers of the title: what tells Part I from Part II and 2 from 2.5."""
        return frozenset(word for word in self.title_words if word in _ROMAN or any(map(str.isdecimal, word)))

    @cached_property
    def author_keys(self) -> tuple[frozenset[str], ...]:
        """For each author the names under which another source may print the same person."""
        names = self.authors
        if len(names) == 1 and names[0].count(",") > 1:
            names = tuple(names[0].split(","))  # a whole list that its source gave as one name
        return tuple(keys for keys in map(name_keys, names) if keys)

    @cached_property
    def abstract_words(self) -> list[str]:
        """The first words of the abstract."""
        return fold(self.abstract[: ABSTRACT_WORDS * 12]).split()[:ABSTRACT_WORDS]

    @cached_property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Neighbouring words of the abstract, three and three."""
        words = self.abstract_words
        return frozenset(zip(*(words[at:] for at in range(SHINGLE_WORDS)), strict=False))


def fold(text: str) -> str:
    """Return the words of a text: lower case, no accents, no punctuation, Greek letters by name, one space between."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_SPECIAL)
        text = "".join(map(_plain_sign, text))
    return " ".join(text.lower().translate(_PLAIN).split())


def letters(text: str) -> str:
    """Return the folded text without spaces."""
    return fold(text).replace(" ", "")


def _plain_sign(sign: str) -> str:
    if sign < "\x80":
        return sign
    if unicodedata.combining(sign):
        return ""
    if "\u0370" <= sign <= "\u03ff" and sign.isalpha():
        return unicodedata.name(sign, "").rpartition(" ")[2].removeprefix("FINAL ").lower().replace("lamda", "lambda")
    return sign if sign.isalnum() else " "


def name_keys(name: str) -> frozenset[str]:
    """Return `surname initial` of a name, and the same with the names' order turned; none for an empty name.

    `J. Smith`, `Smith, John` and `John A. Smith` share one, and so do `Wei Li` and `Li Wei`.
    """
    family, comma, given = name.partition(",")
    first, last = (fold(given), fold(family)) if comma else ("", fold(name))
    words = [*first.split(), *last.split()]
    long = [word for word in words if len(word) > 1]
    if not long:
        return frozenset([" ".join(words)]) if words else frozenset()
    surname = long[-1]
    others = [word for word in words if word != surname]
    keys = {f"{surname} {others[0][0]}" if others else surname}
    if len(long) > 1:
        keys.add(f"{long[0]} {surname[0]}")
    return frozenset(keys)
