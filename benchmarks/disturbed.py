"""Papers as another source would print them: the same paper, otherwise spelt, for training and for tests.

What real sources do, each with a chance of its own: given names as initials, `Last, First`, names reordered or cut
off; TeX where there was Unicode and the reverse; another case; the subtitle dropped; a typing error or two; a year
later (where the abstract is there: without one, that is as likely the article that followed the talk); the abstract
cut off, missing, or with words changed; no authors where there is an abstract.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from broadsheet.domain.paper import Record

_TEX = {"α": r"$\alpha$", "β": r"$\beta$", "é": r"\'{e}", "ö": r"\"{o}", "ü": r"\"{u}", "×": r"$\times$", "ñ": r"\~{n}"}
_PLAIN = {"é": "e", "ö": "o", "ü": "u", "ñ": "n", "ç": "c", "–": "-", "’": "'"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def disturbed(record: Record, chance: random.Random) -> Record:
    """Return a record of the same paper by a source that knows no arXiv id."""
    abstract = _abstract(record.abstract, chance)
    return replace(
        record,
        source="corpus-disturbed",
        source_id=f"copy-{record.source_id}",
        title=_title(record.title, chance),
        authors=_authors(record.authors, chance, may_miss=bool(abstract)),
        published_on=_day(record.published_on, chance, may_move=bool(abstract)),
        abstract=abstract,
        arxiv_id=None,
        doi=None,
        openreview_id=None,
        links=(),
    )


def _title(title: str, chance: random.Random) -> str:
    main, colon, rest = title.partition(":")
    if colon and len(main.split()) > 1 and chance.random() < 0.15:
        title = main
    elif colon and chance.random() < 0.2:
        title = f"{main} - {rest.strip()}"
    if chance.random() < 0.25:
        title = chance.choice([str.upper, str.lower, str.title])(title)
    for _ in range(chance.choice([0, 0, 0, 1, 1, 2])):
        title = _mistyped(title, chance)
    return _respelt(title, chance)


def _respelt(text: str, chance: random.Random) -> str:
    signs = chance.choice([{}, _TEX, _PLAIN])
    text = "".join(signs.get(sign, sign) for sign in text)
    return text.replace("-", " ") if chance.random() < 0.1 else text


def _mistyped(text: str, chance: random.Random) -> str:
    places = [at for at, sign in enumerate(text[:-1]) if sign.isalpha() and text[at + 1].isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    wrong = chance.choice(["", text[at] * 2, text[at + 1] + text[at], chance.choice(_LETTERS)])
    return text[:at] + wrong + text[at + (2 if len(wrong) == 2 and wrong[0] != wrong[1] else 1) :]


def _authors(names: tuple[str, ...], chance: random.Random, *, may_miss: bool) -> tuple[str, ...]:
    form = chance.choice(["whole", "initials", "last first", "last initials", "turned"])
    written = [_name(name, form, chance) for name in names]
    if chance.random() < 0.05:
        chance.shuffle(written)
    if len(written) > 4 and chance.random() < 0.1:
        written = written[: max(3, len(written) // 2)]
    return () if may_miss and chance.random() < 0.05 else tuple(written)


def _name(name: str, form: str, chance: random.Random) -> str:
    *given, last = name.split() or [name]
    if chance.random() < 0.03:
        last = _mistyped(last, chance)
    initials = " ".join(f"{word[0]}." for word in given)
    spelt = {
        "whole": " ".join([*given, last]),
        "initials": f"{initials} {last}",
        "last first": f"{last}, {' '.join(given)}",
        "last initials": f"{last} {initials}",
        "turned": " ".join([last, *given]),
    }[form]
    return _respelt(spelt.strip(" ,"), chance)


def _day(day: date | None, chance: random.Random, *, may_move: bool) -> date | None:
    draw = chance.random()
    if day is None or draw < 0.05:
        return None
    return day.replace(year=day.year + (1 if may_move and draw < 0.2 else 0), day=1)


def _abstract(abstract: str, chance: random.Random) -> str:
    words = abstract.split()
    draw = chance.random()
    if draw < 0.2:
        return ""
    if draw < 0.45:
        words = [*words[: max(20, int(len(words) * chance.uniform(0.2, 0.8)))], "..."]
    for _ in range(int(len(words) * chance.choice([0, 0, 0.01, 0.03]))):
        at = chance.randrange(len(words))
        words[at] = _mistyped(words[at], chance)
    return _respelt(" ".join(words), chance)
