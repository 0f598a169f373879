"""Pages are worked out once for a state of the record, and not a moment longer."""

from __future__ import annotations

import pytest

from broadsheet.settings import Settings
from broadsheet.store.database import open_database
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_index

PAGES = ("/", "/papers/date/2025-11-07", "/papers/trending", "/papers?q=rivers", "/papers/2511.00101")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_the_reader_has_is_not_sent_again(calm_site, address):
    etag = calm_site.get(address).headers["etag"]
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        answer = calm_site.get(address, if_none_match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
        assert "content-security-policy" in answer.headers
    assert calm_site.get(address, if_none_match='W/"other"').status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_packed_for_those_who_can_unpack(calm_site, address):
    packed, plain = calm_site.get(address, accept_encoding="gzip"), calm_site.get(address, accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True), ("br, gzip;q=0.5", True), ("GZIP ; q=1.0", True), ("deflate, gzip", True), ("", False),
        ("gzip;q=0", False), ("gzip; q=0.000, br", False), ("identity", False), ("notgzip", False), ("*;q=0", False),
    ],
)  # fmt: skip
def test_the_encoding_asked_for_is_the_one_given(calm_site, accepted, is_packed):
    headers = calm_site.get("/", accept_encoding=accepted).headers
    assert (headers.get("content-encoding") == "gzip") is is_packed


def test_a_page_is_renewed_after_an_import_by_another_program(open_site, plain):
    site = open_site(plain(1))
    before = {address: site.get(address) for address in ("/", "/papers/trending", "/papers?q=gardens")}
    assert all("Plain paper number 2" not in answer.text for answer in before.values())
    other = open_database(site.house.database.path, site.now)
    import_records(other, [plain(2)], site.now)
    drain_index(other, site.house.index)
    other.close()
    for address, answer in before.items():
        after = site.get(address, if_none_match=answer.headers["etag"])
        assert after.status_code == 200
        assert "Plain paper number 2" in after.text


def test_the_same_import_again_leaves_the_pages_as_they_are(open_site, plain):
    site = open_site(plain(1))
    etag = site.get("/").headers["etag"]
    site.take_in(plain(1))
    assert site.get("/", if_none_match=etag).status_code == 304


def test_two_sites_of_the_same_record_name_a_page_alike(open_site, plain):
    assert open_site(plain(1)).get("/").headers["etag"] == open_site(plain(1)).get("/").headers["etag"]


def test_static_files_may_be_kept_and_pages_must_be_asked_for(calm_site):
    assert "immutable" in calm_site.get("/static/broadsheet.css").headers["cache-control"]
    assert calm_site.get("/").headers["cache-control"] == "no-cache"


def test_many_different_searches_do_not_push_out_the_answers(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="UTC", searches_per_minute=0))
    first = site.get("/papers?q=gardens").text
    for n in range(300):
        assert site.get(f"/papers?q=none{n}").status_code == 200
    assert site.get("/papers?q=gardens").text == first
