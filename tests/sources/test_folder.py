"""A watched folder: real files that come, change, grow, hide and lead elsewhere."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime

import pytest

from broadsheet.domain.errors import SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources.folder import FolderSource
from broadsheet.sources.reading import SetAside

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
LONG_AGO = NOW.timestamp() - 3_600


@pytest.fixture
def watched(tmp_path):
    folder = tmp_path / "watched"
    folder.mkdir()
    return folder


@pytest.fixture
def source(watched):
    return FolderSource(watched, lambda: NOW)


def drop(path, text, at=LONG_AGO):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (at, at))


def entry(title):
    return f"@article{{key, title={{{title}}}, author={{Quill, Ada}}, year=2026}}\n"


def fetched(source, cursor=""):
    slices = list(source.fetch_since(cursor))
    assert [one.is_last for one in slices] == [False] * (len(slices) - 1) + [True]
    return [item.title for one in slices for item in one.items if isinstance(item, Record)], slices[-1].cursor


def test_bibtex_ris_and_json_in_folders_below(watched, source):
    drop(watched / "a.bib", entry("Lamps"))
    drop(watched / "deep" / "b.RIS", "TY  - JOUR\nTI  - Oil\nER  - \n")
    drop(watched / "c.json.gz", gzip.compress(b'[{"type": "article", "title": "Wick"}]'))
    drop(watched / "notes.txt", entry("Unread"))
    drop(watched / "paper.pdf", "%PDF-1.7")
    assert fetched(source)[0] == ["Lamps", "Wick", "Oil"]


def test_only_new_and_changed_files_are_read_again(watched, source):
    drop(watched / "a.bib", entry("Lamps"))
    drop(watched / "b.bib", entry("Oil"))
    titles, cursor = fetched(source)
    assert titles == ["Lamps", "Oil"]
    assert fetched(source, cursor)[0] == []
    drop(watched / "b.bib", entry("Oil and wick"))
    drop(watched / "c.bib", entry("New"))
    titles, cursor = fetched(source, cursor)
    assert titles == ["Oil and wick", "New"]
    drop(watched / "a.bib", entry("Lamps"), at=LONG_AGO + 5)
    assert fetched(source, cursor)[0] == ["Lamps"]


def test_what_is_not_ready_waits(watched, source):
    drop(watched / ".hidden.bib", entry("Hidden"))
    drop(watched / ".git" / "a.bib", entry("Inside what is hidden"))
    drop(watched / "half.bib.part", entry("Half"))
    drop(watched / "half.bib.crdownload", entry("Half"))
    drop(watched / "fresh.bib", entry("Fresh"), at=NOW.timestamp() - 1)
    titles, cursor = fetched(source)
    assert titles == []
    drop(watched / "fresh.bib", entry("Fresh"), at=NOW.timestamp() - 2)
    (watched / "half.bib.part").rename(watched / "half.bib")
    assert fetched(source, cursor)[0] == ["Fresh", "Half"]


def test_links_out_of_the_folder_are_not_followed(watched, source, tmp_path):
    drop(tmp_path / "secret.bib", entry("Secret"))
    drop(tmp_path / "elsewhere" / "secret.bib", entry("Secret"))
    drop(watched / "real.bib", entry("Real"))
    (watched / "out.bib").symlink_to(tmp_path / "secret.bib")
    (watched / "folder").symlink_to(tmp_path / "elsewhere")
    (watched / "loop.bib").symlink_to(watched / "loop.bib")
    (watched / "nowhere.bib").symlink_to(watched / "none")
    (watched / "inside.bib").symlink_to(watched / "real.bib")
    os.mkfifo(watched / "pipe.bib")
    assert fetched(source)[0] == ["Real", "Real"]


def test_a_long_file_moves_the_cursor_once_it_is_whole(watched, source):
    drop(watched / "a.bib", "".join(entry(f"Lamp {n}") for n in range(2_100)))
    slices = list(source.fetch_since(""))
    assert [len(one.items) for one in slices] == [1_000, 1_000, 100, 0]
    assert [one.cursor for one in slices[:2]] == ["{}", "{}"]
    assert slices[2].cursor == slices[3].cursor != "{}"


def test_what_is_broken_is_set_aside_with_its_file(watched, source):
    drop(watched / "a.bib", entry("Lamps") + "@article{broken, title={x\n")
    aside = [item for one in source.fetch_since("") for item in one.items if isinstance(item, SetAside)]
    assert [item.reason.partition(":")[0] for item in aside] == ["a.bib"]


def test_names_that_are_no_text(watched, source):
    drop(watched / os.fsdecode(b"\xff.json"), "[{broken")
    slices = list(source.fetch_since(""))
    for one in slices:
        one.cursor.encode()
        assert all(item.reason.encode() for item in one.items)
    assert len(list(source.fetch_since(slices[-1].cursor))) == 1


def test_a_file_that_cannot_be_opened_is_tried_again(watched, source):
    drop(watched / "a.bib", entry("Lamps"))
    slices = source.fetch_since("")
    (watched / "a.bib").rename(watched / "b.txt")
    # The walk had not begun: a generator does nothing before it is asked.
    assert [one.items for one in slices] == [()]
    drop(watched / "a.bib", entry("Lamps"))
    slices = source.fetch_since('{"zzz.bib": "1-1"}')
    drop(watched / "b.bib", entry("Oil"))
    first = next(slices)
    (watched / "b.bib").unlink()
    [gone] = next(slices).items
    assert "b.bib" in gone.reason
    assert "b.bib" not in list(slices)[-1].cursor
    assert first.items[0].title == "Lamps"


def test_no_folder(tmp_path):
    with pytest.raises(SourceFailed, match="There is no folder"):
        list(FolderSource(tmp_path / "none", lambda: NOW).fetch_since(""))
