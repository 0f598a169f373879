"""The rules of the Hub's addresses, answer by answer; tests/clients drives its own client."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import Engine, event

DATES = ("publishedAt", "submittedOnDailyAt")
TWICE = (
    "title", "summary", "upvotes", "numComments", "submittedBy", "organization", "ai_summary", "ai_keywords",
    "projectPage", "githubRepo", "githubStars", "source", "publishedAt",
)  # fmt: skip
LISTS = (
    "/api/daily_papers", "/api/daily_papers?date=2025-11-07", "/api/daily_papers?sort=trending",
    "/api/papers/search?q=rivers", "/api/papers/search",
)  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_list_items_say_it_at_the_top_and_inside(calm_site, address):
    items = calm_site.get(address).json()
    assert items
    for item in items:
        assert set(TWICE) <= item.keys() & item["paper"].keys()
        for key in set(TWICE) - {"publishedAt"}:
            assert item[key] == item["paper"][key]
        assert item["submittedBy"]["user"]
        for value in [item[key] for key in DATES] + [item["paper"][key] for key in DATES]:
            assert value is None or re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000Z", value)


def test_outer_and_inner_dates(calm_site):
    (item,) = calm_site.get("/api/daily_papers?date=2025-11-05").json()
    assert (item["publishedAt"], item["paper"]["publishedAt"]) == (
        "2025-11-05T00:00:00.000Z",
        "1999-01-04T00:00:00.000Z",
    )


def test_hostile_papers_are_json_like_others(hostile_site):
    for address in ("/api/daily_papers?limit=100", "/api/papers?limit=100", "/api/papers/search?q=word&limit=100"):
        assert len(hostile_site.get(address).json()) > 3
    ids = [item["paper"]["id"] for item in hostile_site.get("/api/daily_papers?limit=100").json()]
    for paper_id in ids:
        assert hostile_site.get(f"/api/papers/{quote(paper_id)}").json()["id"] == paper_id
    links = [item["projectPage"] for item in hostile_site.get("/api/daily_papers?limit=100").json()]
    assert all(link is None or link.startswith("http") for link in links)


def test_a_page_behind_the_end_is_an_empty_list(calm_site):
    for address in (
        "/api/daily_papers?p=9",
        "/api/daily_papers?date=2025-11-07&p=1",
        "/api/daily_papers?date=1999-01-01",
    ):
        answer = calm_site.get(address)
        assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/api/daily_papers?date=07.11.2025", "The date is wrong. That is no day. Write it as YYYY-MM-DD"),
        ("/api/daily_papers?date=", "The date is wrong"),
        ("/api/daily_papers?week=2025-W99", "The week is wrong"),
        ("/api/daily_papers?month=2025-13", "The month is wrong"),
        ("/api/daily_papers?date=2025-11-07&month=x", "The month is wrong"),
        ("/api/daily_papers?limit=101", "The limit must be a whole number from 1 to 100"),
        ("/api/daily_papers?limit=1e2", "The limit must be"),
        ("/api/daily_papers?p=one", "The page number p must be a whole number"),
        ("/api/daily_papers?sort=top", "The sort must be publishedAt or trending"),
        ("/api/daily_papers?submitter=" + "x" * 101, "The submitter may have at most 100 characters"),
        ("/api/papers/search?q=" + "x" * 251, "The q may have at most 250 characters"),
        ("/api/papers/search?q=x&limit=121", "The limit must be a whole number from 1 to 120"),
        ("/api/papers?cursor=x", "The cursor is copied"),
        ("/api/papers?cursor=2025-13-01.4", "The cursor is copied"),
    ],
)
def test_wrong_values_are_named_with_the_right_form(calm_site, address, words):
    answer = calm_site.get(address)
    assert (answer.status_code, answer.json().keys()) == (400, {"error", "status"})
    assert words in answer.json()["error"]


def test_limits_at_their_ends_and_unknown_parameters(calm_site):
    assert len(calm_site.get("/api/daily_papers?limit=1&limits=9&token=x").json()) == 1
    assert calm_site.get("/api/papers/search?limit=120&q=" + quote("é" * 250)).status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/agent-harnesses", "/api/whoami-v2", "/api/models?filter=arxiv:2511.00101", "/api", "/api/v1"]
)
def test_any_other_address_is_a_json_404(calm_site, address):
    answer = calm_site.get(address)
    assert answer.status_code == 404
    if address != "/api":
        assert answer.json()["status"] == 404


def test_what_is_not_here(calm_site):
    for address in ("/api/papers/2511.99999", "/papers/2511.99999.md"):
        answer = calm_site.get(address)
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert calm_site.get("/papers/2511.99999", accept="text/markdown").json()["status"] == 404
    assert calm_site.get("/api/daily_papers", "POST").status_code == 405


def test_all_papers_by_publication_follow_the_link_to_the_end(calm_site):
    address, days = "/api/papers?limit=2", []
    while address:
        answer = calm_site.get(address)
        days += [paper["publishedAt"][:10] for paper in answer.json()]
        link = re.fullmatch(r'<http://testserver(.+)>; rel="next"', answer.headers.get("link", ""))
        address = link[1] if link else ""
    assert days == ["2025-11-05", "2025-01-31", "2024-02-27", "1999-01-04"]


def test_an_answer_that_the_client_has_is_not_sent_again(calm_site):
    for address in (*LISTS, "/api/papers/2511.00101", "/api/papers"):
        etag = calm_site.get(address).headers["etag"]
        assert calm_site.get(address, if_none_match=etag).status_code == 304


def test_a_paper_of_two_days_is_listed_once_on_its_last(open_site, plain):
    site = open_site(plain(1), plain(2))
    with site.house.database.write() as connection:
        from broadsheet.store.editions import insert_entries

        insert_entries(connection, [(site.now.date().replace(day=1), 1, 9.0)])
    assert len(site.get("/api/daily_papers").json()) == 2


def test_new_papers_show_at_once(open_site, plain):
    site = open_site(plain(1))
    assert len(site.get("/api/daily_papers").json()) == 1
    assert len(site.get("/api/papers/search?q=gardens").json()) == 1
    site.take_in(plain(2))
    assert len(site.get("/api/daily_papers").json()) == 2
    assert len(site.get("/api/papers/search?q=gardens").json()) == 2


def test_a_search_is_worked_out_once_and_each_of_its_forms_for_itself(open_site, plain):
    site, loaded = open_site(plain(1), plain(2)), []

    def note(_connection, _cursor, statement, *_rest):
        loaded.extend(["papers"] if "paper_authors" in statement else [])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        sizes = [len(site.get(f"/api/papers/search?q=gardens{more}").json()) for more in ("", "", "&limit=1")]
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert (sizes, loaded) == ([2, 2, 1], ["papers"] * 2)
