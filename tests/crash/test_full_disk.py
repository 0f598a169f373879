"""A full disk under the index: search goes on with what there was, the operator is told, and room mends it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.paper import Record
from broadsheet.store.database import Database
from broadsheet.usecases.check import check_house
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.read_papers import search_papers
from broadsheet.wiring import House

FEW, MANY = 20, 300


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """The place of an index, on a disk of its own with 12 MB."""
    place = folder / "index"
    place.mkdir(parents=True)
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    if subprocess.run([mount, "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path, leave: int) -> Path:
    """Take all room but `leave` bytes."""
    status = os.statvfs(place)
    filler = place / "filler"
    filler.write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - leave)))
    return filler


@pytest.mark.parametrize("leave", [0, 100_000])
def test_words_on_a_full_disk(
    small_disk: Path,
    open_at: Callable[[Path], House],
    make_record: Callable[..., Record],
    take_in: Callable[..., Any],
    leave: int,
) -> None:
    house = open_at(small_disk.parent)
    take_in(house, *(make_record(n) for n in range(1, FEW + 1)))
    follow_with_vectors(house.models)
    chance = random.Random(leave)
    words = [" ".join(f"{chance.getrandbits(40):x}" for _ in range(150)) for _ in range(MANY)]
    records = [make_record(100 + n, abstract=text) for n, text in enumerate(words)]
    import_records(house.database, records, house.clock())
    filler = fill(small_disk, leave)
    for _ in range(2):
        with pytest.raises(OSError, match="could not be written: see that its disk has room"):
            drain_index(house.database, house.index)
        check = _check(house.database, house)
        assert not check[0] and "could not be written" in check[1]
        answer = search_papers(house.database, house.index, "lantern harbour", 9, house.models)
        assert (answer.mode, answer.listing.count) == ("hybrid", FEW)
        assert not house.index.was_damaged
    filler.unlink()
    assert drain_index(house.database, house.index) == MANY
    follow_with_vectors(house.models)
    assert all(check.ok for check in check_house(house.database, house.index, models=house.models, repair=False))
    assert house.index.count() == FEW + MANY


def _check(database: Database, house: House) -> tuple[bool, str]:
    return next((c.ok, c.detail) for c in check_house(database, house.index) if c.name == "index")
