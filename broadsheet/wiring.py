"""Builds the House: settings, record and index of one data folder, ready to be used and to be closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from broadsheet.domain.errors import Misconfigured
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.settings import Settings, load_settings
from broadsheet.store.database import Database, open_database
from broadsheet.usecases.embedding import Models
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.what_is_due import Wanted

RECORD_NAME = "broadsheet.sqlite"
INDEX_NAME = "index"

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """All that the doors work with."""

    folder: Path
    settings: Settings
    database: Database
    index: EmbeddedIndex
    models: Models
    clock: Clock

    def today(self) -> date:
        """Return the day it is in the settings' zone."""
        return self.clock().astimezone(self.settings.zone).date()

    def wanted(self) -> Wanted:
        """Return what the settings want to be fetched."""
        sources = tuple(dict.fromkeys(self.settings.sources.split()))
        desk = Desk(self.folder, self.database, self.clock)
        return Wanted(desk, sources, tuple(dict.fromkeys(self.settings.categories.split())))

    def close(self) -> None:
        """Give everything back."""
        self.index.close()
        self.database.close()


def open_house(folder: Path, clock: Clock = system_clock, settings: Settings | None = None) -> House:
    """Open a data folder, made and migrated where needed.

    Raises Misconfigured for wrong settings, a folder that cannot be written, a record from a newer version; then
    nothing has been changed.
    """
    settings = settings or load_settings(folder)
    _make_folder(folder)
    database = open_database(folder / RECORD_NAME, clock())
    index = EmbeddedIndex(folder / INDEX_NAME)
    return House(folder, settings, database, index, Models(settings.embedder, database, index), clock)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Misconfigured(
            f"The data folder {folder} cannot be written ({error.strerror}): "
            "choose another with --data, or change its rights."
        ) from error
