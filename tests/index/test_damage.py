"""A damaged index is made anew from the record: nobody sees more than a short wait."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.paper import Record
from broadsheet.usecases.check import check_house
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.read_papers import search_papers, similar_papers
from broadsheet.wiring import House

COUNT = 8
ENDS = ("meta.json", ".managed.json", ".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term")
HARMS: dict[str, Callable[[Path], Any]] = {
    "emptied": lambda path: path.write_bytes(b""),
    "halved": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "garbage": lambda path: path.write_bytes(b"\x5a\xa5lamp" * 200),
    "deleted": lambda path: path.unlink(),
    "bits flipped": lambda path: path.write_bytes(_flipped(path.read_bytes())),
}


def _flipped(data: bytes) -> bytes:
    half = len(data) // 2
    return bytes(byte ^ 0x55 for byte in data[:half]) + data[half:]


@pytest.fixture
def filled(
    open_at: Callable[[Path], House],
    folder: Path,
    make_record: Callable[..., Record],
    take_in: Callable[..., Any],
) -> Path:
    """A data folder with a few papers, closed."""
    house = open_at(folder)
    take_in(house, *(make_record(n) for n in range(1, COUNT)))
    take_in(house, make_record(COUNT))
    house.close()
    return folder


def all_is_well(house: House) -> None:
    drain_index(house.database, house.index)
    assert all(check.ok for check in check_house(house.database, house.index, repair=False))
    answer = search_papers(house.database, house.index, '"light lantern" quill', 50)
    assert answer.listing.count == COUNT
    assert similar_papers(house.database, house.index, answer.listing.entries[0].paper, 3).entries


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("harm", HARMS)
def test_every_harm_to_every_file(open_at: Callable[[Path], House], filled: Path, end: str, harm: str) -> None:
    harmed = [path for path in (filled / "index").rglob("*") if path.name.endswith(end)]
    assert harmed
    for path in harmed:
        HARMS[harm](path)
    all_is_well(open_at(filled))


def test_what_a_killed_writer_left_behind_is_in_nobodys_way(
    open_at: Callable[[Path], House], filled: Path, make_record: Callable[..., Record], now: datetime
) -> None:
    house = open_at(filled)
    import_records(house.database, [make_record(2, abstract="A quill, a light lantern, a word more.")], now)
    house.close()
    killed = filled.with_name("killed")
    shutil.copytree(filled, killed)
    house = open_at(filled)
    drain_index(house.database, house.index)
    house.close()
    # It died when the files of its commit stood, just before meta.json would have named them.
    text, unfinished = (next((at / "index").glob("text-*")) for at in (filled, killed))
    left = [path for path in text.iterdir() if not (unfinished / path.name).exists()]
    assert [path for path in left if path.suffix == ".del"]
    for path in (*left, text / ".managed.json"):
        shutil.copy(path, unfinished)
    all_is_well(open_at(killed))
    assert not [path.name for path in left if (unfinished / path.name).exists() and path.suffix != ".del"]


def test_the_whole_folder_is_gone(open_at: Callable[[Path], House], filled: Path) -> None:
    shutil.rmtree(filled / "index")
    all_is_well(open_at(filled))


def test_a_file_stands_where_the_folder_was(open_at: Callable[[Path], House], filled: Path) -> None:
    for path in (filled / "index").iterdir():
        shutil.rmtree(path)
        path.write_text("a letter")
    all_is_well(open_at(filled))


def test_a_sound_index_is_not_made_anew(open_at: Callable[[Path], House], filled: Path) -> None:
    house = open_at(filled)
    assert not house.index.was_damaged
    assert house.index.count() == COUNT
