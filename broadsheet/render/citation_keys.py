"""Names as citations take them apart, and the keys by which papers are cited."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count, product

from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable

_UNTELLING = frozenset(
    "a an the on of in for to and with from is are how what when why do does can we you your our at by as its"
    " it this that not no be or via using towards toward into".split()
)
_SUFFIX = re.compile(r"(?:jr|sr)\.?|[IVX]{2,4}", re.IGNORECASE)
# Letters that Unicode does not take apart into a base and an accent.
_FOLDED = str.maketrans(
    {"ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)


def name_parts(name: str) -> tuple[str, str, str]:
    """Return given names, family name and suffix (`Jr.`, `III`) of a name in one line; one word is a family name."""
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if suffix:
        words[-1] = words[-1].removesuffix(",")
    return " ".join(words[:-1]), words[-1] if words else "", suffix


def citation_key(paper: Paper) -> str:
    """Return a stable, readable key: first author's family name, year, first telling word (`vinyals2015pointer`)."""
    content = paper.content
    family = name_parts(readable(content.authors[0]))[1] if content.authors else ""
    words = [_ascii_letters(word) for word in re.findall(r"[^\W_]+", readable(content.title))]
    told = [word for word in words if word]
    word = next((word for word in told if word not in _UNTELLING), next(iter(told), ""))
    year = str(content.published_on.year) if content.published_on else ""
    return (_ascii_letters(family) + year + word[:40]) or "paper"


def citation_keys(papers: Sequence[Paper]) -> list[str]:
    """Return a key for each paper of a list, no two alike: papers with the same key get a, b... behind it.

    The letters go by date and id, not by the place in the list, so that another order of the list changes no key.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, paper in enumerate(papers):
        groups[citation_key(paper)].append(place)
    keys = [""] * len(papers)
    for key, places in groups.items():
        if len(places) == 1:
            keys[places[0]] = key
    taken = set(groups)
    for key, places in groups.items():
        if len(places) > 1:
            free = (key + suffix for suffix in _letters() if key + suffix not in taken)
            for place in sorted(places, key=lambda one: _age(papers[one])):
                keys[place] = next(free)
            taken.update(keys[place] for place in places)
    return keys


def _age(paper: Paper) -> tuple[date, str]:
    return paper.content.published_on or date.max, paper.id


def _letters() -> Iterator[str]:
    """Yield a, b, ..., z, aa, ab, ..."""
    for length in count(1):
        for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=length):
            yield "".join(letters)


def _ascii_letters(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().translate(_FOLDED))
    return re.sub(r"[^a-z0-9]", "", folded)
