"""Our own API: lists in stretches that fit together, exactly what is new, and a document that tells the truth."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from broadsheet.domain.paper import PaperContent
from broadsheet.render.api_schemas import EXAMPLES, SCHEMAS
from broadsheet.store import papers as stored
from broadsheet.web.api_operations import OPERATIONS

LISTS = (
    ("/api/v1/papers", "papers"),
    ("/api/v1/search?q=gardens", "results"),
    ("/api/v1/search?q=sort:new after:2000", "results"),
    ("/api/v1/trending", "results"),
    ("/api/v1/editions/day/2025-11-07", "papers"),
    ("/api/v1/editions/week/2025-W45", "papers"),
    ("/api/v1/editions/month/2025-11", "papers"),
    ("/api/v1/papers/2511.00001/similar", "results"),
    ("/api/v1/editions", "editions"),
    ("/api/v1/categories", "categories"),
)
OF_PAPERS = tuple((address, key) for address, key in LISTS if key in ("papers", "results"))


def read(site, address, **parameters):  # type: ignore[no-untyped-def]
    """Read a stretch."""
    path, _, query = address.partition("?")
    pairs = [query.replace(" ", "%20")] if query else []
    pairs += [f"{name}={quote(str(value))}" for name, value in parameters.items()]
    answer = site.get(f"{path}?{'&'.join(pairs)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def read_all(site, address, key, **parameters):  # type: ignore[no-untyped-def]
    """Read a list to its end, three at a time; return the ids and the last `until`."""
    found, answer = [], read(site, address, limit=3, **parameters)
    while True:
        found += answer[key]
        if answer["next"] is None:
            return [ids(one) for one in found], answer["until"]
        answer = read(site, address, limit=3, cursor=answer["next"], **parameters)


def ids(one):  # type: ignore[no-untyped-def]
    return one.get("paper", one).get("id") or one.get("date") or one.get("category")


@pytest.fixture
def site(open_site, plain):
    return open_site(*(plain(n, categories=(f"cs.{n % 5}",)) for n in range(1, 11)))


@pytest.mark.parametrize(("address", "key"), OF_PAPERS)
def test_every_paper_once_to_the_end(site, address, key):
    found, _ = read_all(site, address, key)
    like_one = "similar" in address
    assert len(found) == len(set(found)) == (9 if like_one else 10)


@pytest.mark.parametrize(("address", "key"), OF_PAPERS)
def test_since_gives_exactly_what_is_new(site, plain, address, key):
    _, until = read_all(site, address, key)
    assert read_all(site, address, key, since=until) == ([], until)
    site.take_in(*(plain(n) for n in range(11, 16)))
    new, later = read_all(site, address, key, since=until)
    assert sorted(new) == [f"2511.{n:05d}" for n in range(11, 16)]
    assert read_all(site, address, key, since=later) == ([], later)


@pytest.mark.parametrize(("address", "key"), OF_PAPERS)
def test_what_comes_while_a_list_is_read_is_left_for_later(site, plain, address, key):
    before, _ = read_all(site, address, key)
    first = read(site, address, limit=3)
    site.take_in(*(plain(n, upvotes=10_000) for n in range(11, 16)))
    rest = read(site, address, limit=100, cursor=first["next"])
    assert [ids(one) for one in first[key] + rest[key]] == before
    assert rest["until"] == first["until"]
    assert len(read_all(site, address, key, since=rest["until"])[0]) == 5


def test_a_moment_and_a_day_serve_as_since(site, plain):
    begun = site.now
    site.set_time(begun + timedelta(days=1))
    site.take_in(plain(11))
    assert len(read_all(site, "/api/v1/papers", "papers", since=begun.date())[0]) == 11
    for moment in ("2025-11-08", "2025-11-08T17:30:00Z", "2025-11-08T18:30:00.5+01:00", "2025-11-08t17:30:00z"):
        expected = 1 if ".5" not in moment else 0
        assert len(read_all(site, "/api/v1/papers", "papers", since=moment)[0]) == expected, moment
    assert site.get("/api/v1/papers?since=2025-11-08T18:30:00+01:00").json()["papers"]  # the plus as a space
    assert read(site, "/api/v1/editions", since="2025-11-08")["editions"] == [{"date": "2025-11-07", "papers": 1}]


def test_a_paper_that_takes_the_place_of_a_deleted_one_is_new(site, plain):
    _, until = read_all(site, "/api/v1/papers", "papers")
    with site.house.database.write() as connection:
        stored.delete_papers(connection, [10])
    site.take_in(plain(77))
    assert read_all(site, "/api/v1/papers", "papers", since=until)[0] == ["2511.00077"]


def test_categories_and_days_in_order(site, plain):
    site.take_in(plain(11, site.now.date() - timedelta(days=1), categories=("math.CO",)))
    assert read_all(site, "/api/v1/categories", "categories")[0] == [*(f"cs.{n}" for n in range(5)), "math.CO"]
    assert read_all(site, "/api/v1/editions", "editions")[0] == ["2025-11-07", "2025-11-06"]
    assert read(site, "/api/v1/categories", since="p10")["categories"] == [{"category": "math.CO", "papers": 1}]


def test_search_marks_an_id_first_only_where_it_is_new(site):
    assert read(site, "/api/v1/search", q="2511.00004")["results"][0]["parts"] == {"id": 1.0}
    assert read(site, "/api/v1/search", q="2511.00004", since="p4")["results"] == []


def test_a_library_is_nobodys_here(site):
    assert read(site, "/api/v1/search", q="in:library")["count"] == 0
    assert read(site, "/api/v1/search", q="gardens in:library", since="p1")["count"] == 0


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/v1/papers?limit=0", 400, "The limit must be a whole number from 1 to 100"),
        ("/api/v1/papers?limit=", 400, "The limit"),
        ("/api/v1/papers?cursor=5", 400, "The cursor is copied from `next`"),
        ("/api/v1/trending?cursor=10000000.1", 400, "The cursor"),
        ("/api/v1/search?q=x&cursor=10000.1", 400, "The cursor"),
        ("/api/v1/papers?since=yesterday", 400, "The since must be a date or a moment"),
        ("/api/v1/papers?since=2025-02-30", 400, "The since"),
        ("/api/v1/papers?since=2025-11-07T06:00:00", 400, "The since"),
        ("/api/v1/search", 400, "The q is missing"),
        ("/api/v1/search?q=" + "x" * 1_001, 400, "The q may have at most 1000 characters"),
        ("/api/v1/editions/day/tomorrow", 400, "Write it as YYYY-MM-DD"),
        ("/api/v1/editions/week/2025-W53", 404, "There is no week 2025-W53"),
        ("/api/v1/papers/2511.99999", 404, "no paper with this id"),
        ("/api/v1/papers/2511.99999/similar", 404, "no paper with this id"),
        ("/api/v1/else", 404, "nothing at this address"),
    ],
)
def test_wrong_values_are_named(calm_site, address, status, words):
    answer = calm_site.get(address)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert words in answer.json()["error"]


@pytest.mark.parametrize("paper_id", ["hep-th/9901001", "10.1000/182/barley(2025)", "2511.00101"])
def test_one_paper_is_what_its_page_gives_as_json(calm_site, paper_id):
    answer = calm_site.get(f"/api/v1/papers/{quote(paper_id)}")
    assert answer.json() == calm_site.get(f"/papers/{quote(paper_id)}.json").json()
    assert calm_site.get(f"/api/v1/papers/{quote(paper_id, safe='')}").json() == answer.json()
    assert calm_site.get(f"/api/v1/papers/{paper_id}", if_none_match=answer.headers["etag"]).status_code == 304


def test_the_link_leads_where_the_cursor_does(site):
    answer = site.get("/api/v1/search?q=gardens&limit=4")
    target = answer.headers["link"].removeprefix("<").partition(">")[0]
    assert site.get("/api/v1/search" + target).json()["next"] == f"8.{answer.json()['until'][1:]}"


def test_the_document_names_every_route_and_status(calm_site):
    document = calm_site.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {(path, method.upper()) for path, methods in document["paths"].items() for method in methods} == {
        (operation.shown_path, operation.method) for operation, _ in OPERATIONS
    }
    for operation, _ in OPERATIONS:
        assert {operation.answer, operation.body or "Error"} <= SCHEMAS.keys() & EXAMPLES.keys()


def test_the_examples_and_the_papers_have_the_keys_of_their_shapes(calm_site):
    paper = calm_site.get("/api/v1/papers/2511.00101").json()
    assert paper.keys() == SCHEMAS["Paper"]["properties"].keys() == EXAMPLES["Paper"].keys()
    assert PaperContent("x").title == "x"
    document = calm_site.get("/api/v1/openapi.json").json()
    for name, example in EXAMPLES.items():
        shape = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator(shape).validate(example)


def test_the_document_says_who_may_and_how_often(calm_site):
    document = calm_site.get("/api/v1/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    voting = document["paths"]["/api/v1/papers/{paper_id}/vote"]["post"]
    assert voting["security"] == [{"token": ["write"]}]
    assert "For every reader; a token needs the scope `write`." in voting["description"]
    assert {"401", "403", "429"} <= voting["responses"].keys()
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= voting["responses"]["429"]["headers"].keys()
    assert document["paths"]["/api/v1/papers"]["get"]["security"] == [{}, {"token": ["read"]}]


def test_the_page_of_documentation_shows_every_operation(calm_site):
    assert len(calm_site.texts("/api/v1/docs", "section h2")) == len(OPERATIONS)
    text = calm_site.text("/api/v1/docs")
    for operation, _ in OPERATIONS:
        assert f"{operation.method} {operation.shown_path}" in text
        assert operation.says.replace("`", "") in text
    assert "whole number from 1 to 100, 20 if left out" in text
