"""Bring a reader's Zotero library into the library here: what is new there since the last time, or all of it.

Side effects: those of `import_library`; once all is in, the version of the Zotero library with the reader's choices.
The key is used and not kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.http import PoliteClient
from broadsheet.sources.reading import Item
from broadsheet.sources.zotero import Asked, ZoteroAccount, ZoteroLibrary
from broadsheet.store import visits
from broadsheet.store.database import Database
from broadsheet.usecases.import_library import LibraryImport, Wish, import_batches


@dataclass(frozen=True, slots=True)
class ZoteroWish:
    """Whose Zotero library, at which address, and how: from the `start`th item on, all of it or what is new.

    `version` goes with a `start`: the library's when the first part was read.
    """

    account: ZoteroAccount
    address: str
    start: int = 0
    version: int = 0
    anew: bool = False


@dataclass(slots=True)
class ZoteroImport:
    """What became of it; `following` is where to go on, None where all is in; `total` how many items there are."""

    report: LibraryImport = field(default_factory=LibraryImport)
    total: int = 0
    following: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Here:
    """The record and its index."""

    database: Database
    index: SearchIndex


def import_zotero(here: Here, client: PoliteClient, asked: ZoteroWish, wish: Wish, now: datetime) -> ZoteroImport:
    """Read a part of a Zotero library and save what it holds.

    Raises NotAllowed, NotFound, SourceFailed; what came before then is in.
    """
    with here.database.read() as connection:
        user, version = visits.find_zotero(connection, wish.reader)
    since = version if user == asked.account.user and not asked.anew else 0
    done = ZoteroImport(version=asked.version if asked.start else 0)

    def batches() -> Iterator[Sequence[Item]]:
        library = ZoteroLibrary(client, asked.address, asked.account)
        for page in library.pages(Asked(since, asked.start)):
            done.total, done.following = page.total, page.following
            done.version = done.version or page.version
            yield page.items

    done.report = import_batches(here.database, here.index, batches(), wish, now)
    if done.following is None:
        with here.database.write(is_shown=False) as connection:
            visits.note_zotero(connection, wish.reader, asked.account.user, done.version)
    return done
