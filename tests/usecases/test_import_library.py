"""Bibliographies and Zotero libraries into a reader's library: what comes in, what others see of it, what is told."""

from __future__ import annotations

import gzip
import json
import runpy
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.library import Wanted
from broadsheet.domain.paper import Record
from broadsheet.sources.zotero import account_of
from broadsheet.store import papers, readers
from broadsheet.usecases.import_library import LibraryImport, Wish, import_text
from broadsheet.usecases.import_zotero import Here, ZoteroWish, import_zotero
from broadsheet.usecases.load_sample import load_sample_if_empty
from broadsheet.usecases.read_library import list_whole_library, read_shelves
from broadsheet.usecases.read_papers import read_paper
from broadsheet.usecases.save_papers import dismiss_paper
from broadsheet.wiring import House

_SOURCES = Path(__file__).parents[1] / "sources"
_OUTSIDE = runpy.run_path(str(_SOURCES / "outside.py"))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
ADA = 1
BIBTEX = """
@article{one, title={Lantern study number 1}, eprint={2603.00001}, archiveprefix={arXiv}, keywords={to read, lamps},
  journal={A Forged Venue}, url={https://forged.example/}}
@misc{two, title={A tide table}, author={Quill, Ada}, doi={10.1000/tide}, year={2025}, keywords={secret project}}
@misc{three, author={Nobody}}
"""
RIS = "TY  - JOUR\nTI  - A tide table\nDO  - 10.1000/tide\nER  - \n"
CSL = json.dumps([{"type": "article", "title": "A tide table", "DOI": "10.1000/tide", "upvotes": 99}])


@pytest.fixture
def filled(house: House, make_record: Callable[..., Record], take_in: Callable[..., Any], now: datetime) -> House:
    with house.database.write() as connection:
        readers.insert_reader(connection, "ada", "", "reader", now)
    take_in(house, make_record(1))
    return house


def bring(house: House, now: datetime, text: str | bytes, **wish: Any) -> LibraryImport:
    data = text.encode() if isinstance(text, str) else text
    return import_text(house.database, house.index, data, Wish(ADA, **wish), now)


def saved(house: House) -> dict[str, tuple[str, ...]]:
    return {one.paper.id: one.place.tags for one in list_whole_library(house.database, ADA, Wanted())}


def test_what_is_here_is_saved_and_what_is_not_is_added(filled: House, now: datetime) -> None:
    before = read_paper(filled.database, "2603.00001")
    report = bring(filled, now, BIBTEX, folder="Thesis", tags=("Mine",))
    assert (report.read, report.saved, report.were_saved, report.added, report.not_here) == (3, 2, 0, 1, 0)
    assert [(one.reason, one.line) for one in report.aside] == [("no title", 5)]
    assert saved(filled) == {"2603.00001": ("mine",), "10.1000/tide": ("mine",)}
    assert [(one.name, one.count) for one in read_shelves(filled.database, ADA).folders] == [("Thesis", 2)]
    assert read_paper(filled.database, "2603.00001") == before
    added = read_paper(filled.database, "10.1000/tide")
    assert (added.content.keywords, [one.source for one in added.sources]) == ((), ["bibtex"])
    again = bring(filled, now, BIBTEX)
    assert (again.saved, again.were_saved, again.added) == (0, 2, 0)


def test_keywords_become_tags_where_that_is_wished(filled: House, now: datetime) -> None:
    bring(filled, now, BIBTEX, keeps_keywords=True)
    assert saved(filled) == {"2603.00001": ("lamps", "to read"), "10.1000/tide": ("secret project",)}
    assert "secret" not in str(read_paper(filled.database, "10.1000/tide"))


@pytest.mark.parametrize("text", [RIS, CSL, gzip.compress(RIS.encode()), "\ufeff" + CSL, BIBTEX])
def test_each_form_is_known_by_what_it_says(filled: House, now: datetime, text: str | bytes) -> None:
    bring(filled, now, text)
    assert "10.1000/tide" in saved(filled)
    assert read_paper(filled.database, "10.1000/tide").upvotes == 0


@pytest.mark.parametrize("text", ["", "   ", "lamps", b"%PDF-1.7 x", b"\x00\x01", "<html>", "\u202e{}"[:1]])
def test_what_is_no_bibliography(filled: House, now: datetime, text: str | bytes) -> None:
    with pytest.raises(Invalid, match="neither BibTeX"):
        bring(filled, now, text)
    assert saved(filled) == {}


def test_our_own_export_is_no_way_to_forge_records(filled: House, now: datetime) -> None:
    forged = {"source": "arxiv", "source_id": "2603.00001", "title": "Forged", "upvotes": 10_000, "kind": "record"}
    bring(filled, now, json.dumps(forged) + "\n" + json.dumps({"id": "2603.00001", "title": "Forged", "upvotes": 9}))
    assert read_paper(filled.database, "2603.00001").content.title == "Lantern study number 1"
    with filled.database.read() as connection:
        ours = papers.list_papers(connection, papers.list_pks_after(connection, 0, 100))
    assert {one.upvotes for one in ours} == {0}
    assert {ref.source for one in ours for ref in one.sources} <= {"hub", "csl"}


def test_where_nothing_may_be_added_it_is_told(filled: House, now: datetime) -> None:
    report = bring(filled, now, BIBTEX, may_add=False)
    assert (report.saved, report.added, report.not_here) == (1, 0, 1)


def test_the_same_words_under_another_name_are_another_paper(filled: House, now: datetime) -> None:
    paper = read_paper(filled.database, "2603.00001").content
    entry = {"type": "article", "title": paper.title, "abstract": paper.abstract, "number": "arXiv:2604.00002"}
    bring(filled, now, json.dumps([entry]))
    assert list(saved(filled)) == ["2604.00002"]


def test_what_was_dismissed_is_wanted_again(filled: House, now: datetime) -> None:
    dismiss_paper(filled.database, "2603.00001", ADA, now)
    bring(filled, now, BIBTEX)
    assert "2603.00001" in saved(filled)


def test_the_sample_makes_room_for_what_is_real(house: House, now: datetime) -> None:
    with house.database.write() as connection:
        readers.insert_reader(connection, "ada", "", "reader", now)
    load_sample_if_empty(house.database, house.index, now.date(), now)
    bring(house, now, RIS)
    with house.database.read() as connection:
        assert papers.count_papers(connection) == 1


@pytest.mark.parametrize("wish", [{"folder": "x" * 81}, {"tags": ("x" * 51,)}])
def test_a_wrong_wish_changes_nothing(filled: House, now: datetime, wish: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        bring(filled, now, BIBTEX, **wish)
    assert saved(filled) == {}


def zotero_item(n: int, version: int) -> dict[str, Any]:
    data = {"itemType": "preprint", "title": f"Tide {n}", "DOI": f"10.1000/t{n}", "tags": [{"tag": "Sea"}]}
    return {"version": version, "data": data}


def test_zotero_the_first_time_all_then_what_is_new(
    filled: House, outside: Any, client_for: Any, now: datetime
) -> None:
    items = [zotero_item(n, n) for n in range(1, 4)]

    def give(asked: Any) -> Any:
        found = [one for one in items if one["version"] > int(asked.query.get("since", 0))]
        headers = {"Total-Results": str(len(found)), "Last-Modified-Version": str(len(items))}
        return 200, headers, json.dumps(found[int(asked.query["start"]) :]).encode()

    def bring_zotero(**changes: Any) -> Any:
        asked = ZoteroWish(account_of("4711", "k3yOfAda42"), outside.address, **changes)
        here = Here(filled.database, filled.index)
        return import_zotero(here, client_for(), asked, Wish(ADA, keeps_keywords=True), now)

    outside.otherwise = give
    done = bring_zotero()
    assert (done.report.saved, done.report.added, done.following, done.total) == (3, 3, None, 3)
    assert saved(filled) == {f"10.1000/t{n}": ("sea",) for n in (3, 2, 1)}
    assert [ref.source for ref in read_paper(filled.database, "10.1000/t1").sources] == ["zotero"]
    items.append(zotero_item(4, 4))
    assert bring_zotero().report.read == 1
    assert bring_zotero().report.read == 0
    assert bring_zotero(anew=True).report.were_saved == 4
    outside.otherwise = lambda _: (500, {}, b"")
    with pytest.raises(SourceFailed):
        bring_zotero()


def test_what_came_before_a_failure_is_kept_and_the_version_is_not(
    filled: House, outside: Any, client_for: Any, now: datetime
) -> None:
    def give(asked: Any) -> Any:
        if asked.query["start"] != "0":
            return 500, {}, b""
        found = [zotero_item(n, 1) for n in range(100)]
        return 200, {"Total-Results": "150", "Last-Modified-Version": "9"}, json.dumps(found).encode()

    outside.otherwise = give
    asked = ZoteroWish(account_of("4711", "k3yOfAda42"), outside.address)
    for _ in range(2):  # the second time it asks for all again
        with pytest.raises(SourceFailed, match="what came before is kept"):
            import_zotero(Here(filled.database, filled.index), client_for(), asked, Wish(ADA), now)
    assert len(saved(filled)) == 100
    assert all("since" not in one.query for one in outside.asked)
    assert not any("k3yOfAda42" in str(row) for row in _everything(filled))


def _everything(house: House) -> list[Any]:
    with house.database.read() as connection:
        return list(connection.exec_driver_sql("SELECT * FROM library_choices"))
