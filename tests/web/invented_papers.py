r"""Invented papers, calm and hostile, and a House filled with them; shared by the tests of pages (through runpy).

Hostile papers are put into the record as they stand, past every importer: the pages must hold on their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from broadsheet.domain.paper import Link, Record
from broadsheet.settings import Settings
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.wiring import House, open_house

NOW = datetime(2025, 11, 7, 17, 30, tzinfo=UTC)
TODAY = date(2025, 11, 7)


def open_filled_house(
    folder: Path,
    records: Iterable[Record] = (),
    clock: Callable[[], datetime] = lambda: NOW,
    settings: Settings | None = None,
) -> House:
    """Open a new House and put records into it."""
    house = open_house(folder, clock, settings or Settings(timezone="UTC"))
    take_in(house, records)
    return house


def take_in(house: House, records: Iterable[Record]) -> None:
    """Put records into the record, then into the index."""
    import_records(house.database, list(records), house.clock())
    drain_index(house.database, house.index)


def plain(number: int, edition_on: date | None = TODAY, **fields: object) -> Record:
    """Make an unremarkable paper."""
    values: dict[str, object] = {
        "source": "hub",
        "source_id": f"plain-{number}",
        "title": f"Plain paper number {number}",
        "abstract": f"The abstract of paper {number} speaks of gardens.",
        "authors": ("Ada Byron", "Grace Murray"),
        "published_on": edition_on - timedelta(days=1) if edition_on else None,
        "edition_on": edition_on,
        "arxiv_id": f"2511.{number:05d}",
    }
    return Record(**{**values, **fields})  # type: ignore[arg-type]


CALM = (
    Record(
        source="hub",
        source_id="2511.00101",
        title=r"Slow Rivers: $\ell_\infty$ Bounds for \textbf{Patient} Learners",
        abstract=r"We study learners that wait. For every $\epsilon > 0$ a river of $10^6$ stones suffices.",
        authors=("Ada Byron", "José Núñez", "Grace Murray"),
        published_on=date(2025, 11, 5),
        edition_on=TODAY,
        categories=("cs.LG", "stat.ML"),
        keywords=("patience", "rivers & stones"),
        upvotes=1234,
        comments=1,
        links=(
            Link("abs", "https://arxiv.org/abs/2511.00101"),
            Link("pdf", "https://arxiv.org/pdf/2511.00101"),
            Link("code", "https://git.example/rivers?a=1&b=2"),
        ),
        arxiv_id="2511.00101",
    ),
    Record(
        source="daily-page",
        source_id="lanterns",
        title="Lanterns & Maps: A Survey",
        summary="A walk through forty years of maps drawn by lantern light.",
        author_count=4,
        published_on=date(2024, 2, 27),
        edition_on=TODAY,
        upvotes=7,
        comments=12,
    ),
    Record(
        source="bibtex",
        source_id="fields2025",
        title="Fields of Barley, Counted Twice",
        organization="Institute of Slow Agriculture",
        edition_on=TODAY,
        doi="10.1000/182/barley(2025)",
        venue="Journal of Fields",
        published_on=date(2025, 1, 31),
    ),
    Record(
        source="arxiv",
        source_id="hep-th/9901001",
        title="Strings Before Breakfast",
        abstract="An old paper with an old name; strings and rivers meet once.",
        authors=tuple(f"Author Number{n}" for n in range(1, 21)),
        published_on=date(1999, 1, 4),
        edition_on=date(2025, 11, 5),
        arxiv_id="hep-th/9901001",
    ),
)

SCRIPT = "<script>alert(1)</script>"
_HANDLER = '" onmouseover="alert(1)" x="'

HOSTILE = (
    Record(
        source="hub",
        source_id="script",
        title=f"</title>{SCRIPT}</h2><h2 onclick=alert(1)>{_HANDLER}",
        abstract=f"</summary></details>{SCRIPT}<img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a>"
        " <iframe src=https://evil.example></iframe><style>*{display:none}</style> word",
        summary=SCRIPT,
        authors=("<b onmouseover=alert(1)>Eve</b>", 'Tim O\'Brien "Q"', "</p><script>alert(1)"),
        organization="<svg onload=alert(1)>",
        published_on=TODAY,
        edition_on=TODAY,
        categories=("<i>cs</i>", "javascript:alert(1)"),
        keywords=(SCRIPT, _HANDLER, "a&b=c#d?e"),
        upvotes=2**31 - 1,
        comments=2**31 - 1,
        links=(
            Link("code", "javascript:alert(1)"),
            Link("project", "data:text/html,<script>alert(1)</script>"),
            Link("pdf", 'https://x.example/"><script>alert(1)</script>'),
            Link("abs", " JaVaScRiPt:alert(1)"),
            Link("other", "//evil.example/x"),
            Link("other", "java\nscript:alert(1)"),
            Link("<script>", "vbscript:x"),
            Link("data", "https://good.example/a?b=c&d='e"),
            Link("data", "https://good.example/a?b=c&d=e"),
            Link("other", "https://[bad"),
        ),
        arxiv_id="2511.00001",
        venue=f"{SCRIPT}{_HANDLER}",
    ),
    Record(
        source="hub",
        source_id=SCRIPT,
        title=r"\href{javascript:alert(1)}{\textbf{<img src=x onerror=alert(1)>}} $\ell_\infty$ "
        "$<script>alert(1)</script>$",
        abstract=r"\url{javascript:alert(1)} $\text{<script>alert(1)</script>}$ "
        r"\input{/etc/passwd} $\frac{1}{$ \\ {{{ word",
        published_on=date(1000, 1, 1),
        edition_on=date(2025, 11, 6),
        doi=f'10.1234/{SCRIPT}"x=y',
        keywords=("\x00", "‮back"),
    ),
    Record(
        source="corpus-evil",
        source_id="?q=1#x%00%2e\\'\"<>&;",
        title="{{ 7*7 }} {% include '/etc/passwd' %} word",
        abstract="x" * 20_000,
        authors=tuple(f"Somebody Important-{n}" for n in range(2_000)),
        published_on=date(2200, 12, 31),
        edition_on=None,
    ),
    Record(
        source="hub",
        source_id="long",
        title="Looooong" * 240,
        author_count=1,
        organization="O" * 300,
        edition_on=date(2025, 10, 31),
        arxiv_id="2511.00003",
        venue="V" * 300,
        keywords=("K" * 300,),
    ),
    Record(
        source="hub",
        source_id="control",
        title="\x00\x01\x1b[31m‮evil​ ￿\U000e0001 word",
        abstract="\x00\x08\x7f\x85   word",
        authors=("\x00",),
        edition_on=date(2025, 10, 31),
        arxiv_id="2511.00004",
    ),
    Record(
        source="hub",
        source_id="as-an-address",
        title="A paper whose name ends as an address of ours",
        edition_on=date(2025, 10, 30),
        doi="10.1234/similar",
    ),
    Record(
        source="hub",
        source_id="as-a-form",
        title="A paper whose name ends as a file",
        edition_on=date(2025, 10, 30),
        doi="10.1234/word.json",
    ),
    Record(source="ris", source_id="bare", title="?", edition_on=date(2025, 10, 29)),
)
