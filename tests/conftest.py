"""What all tests share: a temporary House with a clock that stands still, invented records, the program called."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import broadsheet
from broadsheet.domain.paper import Link, Record
from broadsheet.settings import Settings
from broadsheet.usecases.import_papers import ImportCount, import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.wiring import House, open_house

# A slow machine fails no test, and every run tries the same examples; `--hypothesis-profile=search` looks for new ones.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("house", settings.get_profile("search"), derandomize=True)
settings.load_profile("house")

# A Wednesday; noon in New York.
NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment at which every test happens."""
    return NOW


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that is not there yet; in memory where there is such a place, for no test pulls the plug."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as parent:
        yield Path(parent) / "data"


@pytest.fixture
def open_at(folder: Path) -> Iterator[Callable[[Path], House]]:
    """Open Houses that are closed when the test ends, before their folder goes."""
    houses: list[House] = []

    def open_one(folder: Path) -> House:
        houses.append(open_house(folder, lambda: NOW, Settings()))
        return houses[-1]

    yield open_one
    for house in houses:
        house.close()


@pytest.fixture
def house(open_at: Callable[[Path], House], folder: Path) -> House:
    """An empty House."""
    return open_at(folder)


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """Make a record of the Hub with an invented text; each number gives another paper."""

    def make(n: int = 1, **changes: Any) -> Record:
        arxiv_id = changes.get("arxiv_id", f"2603.{n:05d}")
        fields: dict[str, Any] = {
            "source": "hub",
            "source_id": arxiv_id or f"own-{n}",
            "title": f"Lantern study number {n}",
            "abstract": f"We light lantern {n} and report how far the harbour can be seen.",
            "authors": ("Ada Quill", "Bo Ferry"),
            "published_on": date(2026, 2, 1),
            "categories": ("cs.CL", "cs.LG"),
            "keywords": ("lanterns",),
            "links": (Link("abs", f"https://example.org/abs/{n}"),),
            "arxiv_id": arxiv_id,
        }
        return Record(**{**fields, **changes})

    return make


@pytest.fixture
def take_in() -> Callable[..., ImportCount]:
    """Import records as one batch and bring the index up to date."""

    def take(house: House, *records: Record) -> ImportCount:
        count = import_records(house.database, records, NOW)
        drain_index(house.database, house.index)
        return count

    return take


@pytest.fixture
def hub_lines() -> Callable[..., str]:
    """Write papers in the Hub's form, a line each: numbers from `first` on."""

    def lines(count: int, first: int = 1) -> str:
        import json

        return "".join(
            json.dumps(
                {
                    "id": f"2602.{n:05d}",
                    "title": f"Harbour note number {n}",
                    "summary": f"The keeper of lamp {n} writes what the tide brought, word by word.",
                    "authors": [{"name": "Ada Quill"}],
                    "publishedAt": "2026-02-11T00:00:00.000Z",
                    "submittedOnDailyAt": "2026-02-12T00:00:00.000Z",
                    "upvotes": n % 50,
                }
            )
            + "\n"
            for n in range(first, first + count)
        )

    return lines


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment for a process of its own: our package can be found, no setting is inherited."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BROADSHEET_")}
    root = str(Path(broadsheet.__file__).parents[1])
    known = [root, *filter(None, [inherited.get("PYTHONPATH")])]
    return {**inherited, "PYTHONPATH": os.pathsep.join(known)}
