"""Values of unknown type to fields of a `Record`.

Files hold anything where a title or a date should be: each function here takes whatever was found and gives
the clean value, or the empty one. Must not know any format.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlsplit

from broadsheet.domain.paper import Link

MAX_TITLE = 2_000
MAX_ABSTRACT = 50_000
MAX_NAME = 300
MAX_NAMES = 10_000
_MAX_URL = 2_000
_MAX_COUNT = 2**31 - 1
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1000, 2200
# Control characters, halves of surrogate pairs, marks that turn the direction of text, noncharacters.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+")
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)

Fields = Mapping[str, object]


def fold(value: object, limit: int = MAX_NAME) -> str:
    """Return a text on one line, cut at `limit`: white space folded, control characters gone."""
    if not isinstance(value, str):
        return ""
    if value.isprintable():  # then the only white space in it is the blank
        text = value.strip() if "  " not in value else " ".join(value.split())
    else:
        text = " ".join(value.split())
        if not text.isprintable():
            text = " ".join(_UNWANTED.sub("", text).split())
    return text if len(text) <= limit else text[:limit].rstrip()


def first_text(fields: Fields, *keys: str, limit: int = MAX_NAME) -> str:
    """Return the first of the named fields that holds words."""
    for key in keys:
        text = fold(fields.get(key), limit)
        if text:
            return text
    return ""


def name_of(value: object) -> str:
    """Return an identifier that may be a text or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**63:
        return str(value)
    return fold(value)


def count_of(value: object) -> int:
    """Return a count that was shown, 0 where none was."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return min(max(value, 0), _MAX_COUNT)


def day_of(value: object) -> date | None:
    """Return the day with which a year, date or time begins (`2024`, `2024-05`, `2024-05-27T...`), or None.

    A year alone is its January 1st, a month alone its first day; a time keeps the day as it is written.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return make_day(value)
    if not isinstance(value, str):
        return None
    match = _DAY.match(value.strip())
    if match is None:
        return None
    year, month, day = match.groups()
    return make_day(int(year), int(month or 1), int(day or 1))


def make_day(year: int, month: int = 1, day: int = 1) -> date | None:
    """Return the date, or None where the calendar has no such day or no paper can be of that year."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def list_of(value: object) -> list[object]:
    """Return a list as it is, anything else as the empty list."""
    return value if isinstance(value, list) else []


def fields_of(value: object) -> Fields:
    """Return an object of JSON as it is, anything else as the empty one."""
    return value if isinstance(value, dict) else {}


def words_of(value: object, separators: str = r"[;,]") -> tuple[str, ...]:
    """Return keywords from a list or from one text, each once, in order."""
    found: Iterable[object] = list_of(value)
    if isinstance(value, str):
        found = re.split(separators, value[:MAX_ABSTRACT])
    return _each_once(fold(word) for word in found)


def names_of(value: object) -> tuple[str, ...]:
    """Return people's names from a list of texts or objects with a `name`, or from one text.

    One text may spell its letters as HTML does; it is split at semicolons or at `and`; at commas only where each part
    is a full name, because `Perlis, A. J.` is one person.
    """
    if isinstance(value, str):
        return _each_once(_split_names(fold(html.unescape(value), MAX_ABSTRACT)))
    people = list_of(value)[:MAX_NAMES]
    return tuple(name for name in (fold(fields_of(p).get("name", p)) for p in people) if name)


def forename_first(name: str) -> str:
    """Turn `Last, First` and `Last, Jr, First` into the order in which a name is spoken."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}".strip()
    if len(parts) == 3:
        return f"{parts[2]} {parts[0]} {parts[1]}".strip()
    return name


def safe_url(value: object) -> str | None:
    """Return an address that a page may link to (http and https alone), or None."""
    if not isinstance(value, str) or len(value) > _MAX_URL:
        return None
    url = value.strip()
    if _URL.fullmatch(url) is None or not url.isprintable():
        return None
    try:
        return url if urlsplit(url).hostname else None
    except ValueError:
        return None


def links_of(*candidates: tuple[str, object]) -> tuple[Link, ...]:
    """Return the links that may be shown, of (kind, address) pairs in order, each address once."""
    links: dict[str, Link] = {}
    for kind, value in candidates:
        url = safe_url(value)
        if url is not None:
            links.setdefault(url, Link(kind, url))
    return tuple(links.values())


def _split_names(text: str) -> list[str]:
    if ";" in text:
        return [forename_first(part.strip()) for part in text.split(";")]
    if " and " in text:
        parts = re.split(r",? and ", text)
        if len(parts) == 2 and (", and " in text or parts[0].count(",") > 1):
            return [*_split_names(parts[0]), forename_first(parts[1].strip())]
        return [forename_first(part.strip()) for part in parts]
    parts = [part.strip() for part in text.split(",")]
    full = all(" " in part and not part.endswith(".") for part in parts)
    return parts if full else [forename_first(text) if len(parts) == 2 else text]


def _each_once(texts: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(text for text in texts if text)
    return tuple(kept)[:MAX_NAMES]
