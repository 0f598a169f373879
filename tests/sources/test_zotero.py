"""Zotero's Web API, spoken by a real server with its faults: pages, versions, keys, back-offs."""

from __future__ import annotations

import json
import runpy
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, NotAllowed, NotFound, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources import zotero
from broadsheet.sources.reading import SetAside
from broadsheet.sources.zotero import Asked, ZoteroLibrary, account_of, read_item

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))
KEY = "k3yOfAda42"


def item(n, **changes):
    data = {"itemType": "journalArticle", "title": f"Lantern study {n}", "DOI": f"10.1000/lamp.{n}", **changes}
    return {"key": f"KEY{n}", "version": n, "data": data}


def answer(items, total=None, version=7, **headers):
    given = {"Total-Results": str(len(items) if total is None else total), "Last-Modified-Version": str(version)}
    return 200, {**given, **headers}, json.dumps(items).encode()


class Shelf:
    """A library as Zotero gives it: sliced, to its owner's key alone; `version` may move."""

    def __init__(self, items, version=7):
        self.items, self.version = items, version

    def give(self, asked):
        if asked.headers.get("Zotero-API-Key") != KEY:
            return 403, {}, b"Forbidden"
        since = int(asked.query.get("since", 0))
        items = [one for one in self.items if one["version"] > since]
        start, size = int(asked.query["start"]), int(asked.query["limit"])
        assert (asked.query["sort"], asked.query["direction"], asked.query["format"]) == ("dateAdded", "asc", "json")
        return answer(items[start : start + min(size, 100)], len(items), self.version)


@pytest.fixture
def library(outside, client_for):
    def make(key=KEY):
        return ZoteroLibrary(client_for(), outside.address, account_of(" 4711 ", key))

    return make


def titles(pages):
    return [one.title for page in pages for one in page.items]


def test_an_item():
    found = read_item(
        {
            **item(
                1,
                abstractNote="We light.",
                creators=[
                    {"creatorType": "author", "firstName": "Ada", "lastName": "Quill"},
                    {"creatorType": "editor", "firstName": "Not", "lastName": "Me"},
                    {"creatorType": "author", "name": "Harbour Group"},
                    3,
                ],
                date="March 3, 2026",
                publicationTitle="Journal of Lamps",
                url="https://x.example/1",
                tags=[{"tag": "to read"}, {"tag": "Optics", "type": 1}, {"tag": ""}, 4],
            ),
            "meta": {"parsedDate": "2026-03-03"},
        }
    )
    assert found == Record(
        source="zotero",
        source_id="10.1000/lamp.1",
        title="Lantern study 1",
        abstract="We light.",
        authors=("Ada Quill", "Harbour Group"),
        published_on=date(2026, 3, 3),
        keywords=("to read",),
        links=(Link("other", "https://x.example/1"),),
        doi="10.1000/lamp.1",
        venue="Journal of Lamps",
    )


def test_where_an_arxiv_id_stands():
    preprint = {"itemType": "preprint", "DOI": "", "repository": "arXiv", "archiveID": "arXiv:2601.00007"}
    assert read_item(item(1, **preprint)).arxiv_id == "2601.00007"
    assert read_item(item(1, DOI="", extra="arXiv:2601.00008 [cs]")).arxiv_id == "2601.00008"
    assert read_item(item(1, DOI="10.48550/arXiv.2601.00009")).arxiv_id == "2601.00009"


def test_what_is_no_paper_is_passed_over_and_what_has_no_title_told(outside, library):
    items = [item(1), item(2, itemType="attachment"), item(3, itemType="note"), item(4, title=" "), 5]
    outside.otherwise = lambda _: answer(items)
    [page] = library().pages(Asked())
    assert [one.title for one in page.items if isinstance(one, Record)] == ["Lantern study 1"]
    assert [one.reason for one in page.items if isinstance(one, SetAside)] == ["no title", "not a JSON object"]


def test_page_after_page_with_the_key_in_a_header(outside, library):
    outside.otherwise = Shelf([item(n) for n in range(1, 251)]).give
    pages = list(library().pages(Asked()))
    assert titles(pages) == [f"Lantern study {n}" for n in range(1, 251)]
    assert [(page.following, page.total, page.version) for page in pages] == [
        (100, 250, 7),
        (200, 250, 7),
        (None, 250, 7),
    ]
    assert KEY not in "".join(asked.path for asked in outside.asked)
    assert {asked.headers["Zotero-API-Version"] for asked in outside.asked} == {"3"}
    assert outside.asked[0].path.startswith("/users/4711/items/top?")
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() == pytest.approx(zotero.LANE.interval_seconds)


def test_only_what_changed_and_from_where_it_ended(outside, library):
    outside.otherwise = Shelf([item(n) for n in range(1, 251)]).give
    assert titles(library().pages(Asked(since=249))) == ["Lantern study 250"]
    assert titles(library().pages(Asked(start=240))) == [f"Lantern study {n}" for n in range(241, 251)]
    assert titles(library().pages(Asked(since=250))) == []


def test_a_bounded_part(outside, library):
    outside.otherwise = Shelf([item(n) for n in range(1, zotero.MOST_ITEMS + 302)]).give
    pages = list(library().pages(Asked(start=100)))
    assert (pages[-1].following, len(pages)) == (zotero.MOST_ITEMS + 100, zotero.MOST_ITEMS // zotero.PAGE)


def test_a_library_that_changes_meanwhile_is_begun_again(outside, library):
    shelf = Shelf([item(n) for n in range(1, 151)])

    def give(asked):
        found = shelf.give(asked)
        if len(outside.asked) == 1:  # somebody deletes the first: all others move up by one
            shelf.items, shelf.version = shelf.items[1:], 8
        return found

    outside.otherwise = give
    pages = list(library().pages(Asked()))
    assert {f"Lantern study {n}" for n in range(2, 151)} <= set(titles(pages))
    assert [page.version for page in pages] == [7, 8, 8]


def test_one_that_never_holds_still(outside, library):
    shelf = Shelf([item(n) for n in range(1, 151)])

    def give(asked):
        shelf.version += 1
        return shelf.give(asked)

    outside.otherwise = give
    with pytest.raises(SourceFailed, match="changes while it is read"):
        list(library().pages(Asked()))


def test_a_back_off_on_a_good_answer_is_obeyed(outside, library):
    shelf = Shelf([item(n) for n in range(1, 151)])
    outside.otherwise = lambda asked: (200, {**shelf.give(asked)[1], "Backoff": "20"}, shelf.give(asked)[2])
    list(library().pages(Asked()))
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() == pytest.approx(20)


def test_broken_answers_are_asked_for_again(outside, library):
    good = answer([item(1)])
    outside.script += [
        (200, good[1], good[2][:20]), (200, {}, good[2]), (503, {"Retry-After": "2"}, b""), good,
    ]  # fmt: skip
    assert titles(library().pages(Asked())) == ["Lantern study 1"]
    assert len(outside.asked) == 4


@pytest.mark.parametrize("broken", [answer([], 5), (200, {}, b"[]"), (200, answer([])[1], b'{"a": 1}')])
def test_answers_that_stay_broken(outside, library, broken):
    outside.otherwise = lambda _: broken
    with pytest.raises(SourceFailed, match="Zotero sent"):
        list(library().pages(Asked()))


def test_refusals_are_told_apart_and_never_show_the_key(outside, library):
    outside.otherwise = Shelf([]).give
    with pytest.raises(NotAllowed, match="refuses this user and key"):
        list(library("wr0ngKey123").pages(Asked()))
    outside.otherwise = lambda _: (404, {}, b"Not found")
    with pytest.raises(NotFound, match="no user of this number"):
        list(library().pages(Asked()))
    outside.otherwise = lambda _: (500, {}, b"")
    with pytest.raises(SourceFailed) as failed:
        list(library().pages(Asked()))
    assert KEY not in str(failed.value)


@pytest.mark.parametrize(
    ("user", "key"), [("ada", KEY), ("", KEY), ("1/../2", KEY), ("1", ""), ("1", "a b"), ("1", "é" * 9)]
)
def test_accounts_that_are_none(user, key):
    with pytest.raises(Invalid) as refused:
        account_of(user, key)
    assert key == "" or key not in str(refused.value)
