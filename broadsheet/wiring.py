"""Builds the House: settings, record and index of one data folder, ready to be used and to be closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.domain.errors import Misconfigured
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.settings import Settings, load_settings
from broadsheet.store.database import Database, open_database
from broadsheet.usecases.embedding import Models

if TYPE_CHECKING:
    from broadsheet.sources.http import Surroundings
    from broadsheet.sources.single import OutsideFinder

RECORD_NAME = "broadsheet.sqlite"
INDEX_NAME = "index"
LANES_NAME = "lanes"

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


def make_finder(house: House, world: Surroundings | None = None) -> OutsideFinder:
    """Build what finds one paper in the world outside, for somebody who waits: it gives up soon.

    `world` stands in for the system's clock, sleep and chance. Raises Misconfigured for wrong settings.
    """
    import random
    import time

    from broadsheet import __version__
    from broadsheet.sources.destinations import parse_allowed
    from broadsheet.sources.http import Limits, PoliteClient, Surroundings, user_agent
    from broadsheet.sources.single import OutsideFinder, Places

    chosen = house.settings
    if world is None:
        world = Surroundings(house.clock, time.sleep, random.Random())  # noqa: S311 - spreads load, guards nothing
    agent = user_agent(__version__, chosen.contact)
    limits = Limits(tries=2, total_seconds=25.0, read_seconds=15.0, retry_after_most_seconds=5.0)
    client = PoliteClient(house.folder / LANES_NAME, agent, world, parse_allowed(chosen.allowed_hosts), limits)
    return OutsideFinder(
        client,
        Places(
            chosen.arxiv_api,
            chosen.openreview_address,
            chosen.crossref_address,
            chosen.openalex_address,
            chosen.openalex_key,
        ),
    )


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
