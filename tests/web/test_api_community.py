"""`/api/v1` for readers: what the pages let them do, by JSON and a token, with the same refusals."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.readers import ApiToken
from broadsheet.settings import Settings
from broadsheet.store import sessions

_MEMBERS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "members.py")))
Person = _MEMBERS.Person
V1 = "/api/v1"
ONE = f"{V1}/papers/2511.00001"


@pytest.fixture
def site(open_site, plain):
    """A site with a few papers and no limits."""
    return open_site(
        *(plain(n) for n in range(1, 8)), settings=Settings(timezone="UTC", writes_per_minute=0, searches_per_minute=0)
    )


@pytest.fixture
def ada(site):
    """A reader."""
    return Person(site, "ada")


@pytest.fixture
def cleo(site):
    """A curator."""
    return Person(site, "cleo", "curator")


def every(person, address, key):
    """Read a list to its end in stretches of two; return its entries."""
    found, cursor = [], ""
    while cursor is not None:
        page = person.api(f"{address}{'&' if '?' in address else '?'}limit=2{cursor and f'&cursor={cursor}'}")
        found, cursor = found + page[key], page["next"]
    return found


def test_who_asks(site, ada):
    me = ada.api(f"{V1}/me")
    assert (me["name"], me["role"], me["via"]) == ("ada", "reader", "token")
    assert me["scopes"] == ["curate", "library", "operate", "read", "write"]
    answer = site.get(f"{V1}/me")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_votes_are_listed_to_the_end(ada):
    for n in range(1, 6):
        assert ada.api(f"{V1}/papers/2511.{n:05d}/vote", {"vote": True})["voted"] is True
    assert ada.api(f"{ONE}/vote", {"vote": False})["upvotes"] == 0
    assert sorted(one["id"] for one in every(ada, f"{V1}/votes", "papers")) == [f"2511.{n:05d}" for n in range(2, 6)]
    ada.api(f"{ONE}/vote", {"vote": 1}, 400)
    ada.api(f"{V1}/votes?cursor=x", None, 400)


def test_a_comment_from_its_beginning_to_its_end(ada, cleo):
    made = ada.api(f"{ONE}/comments", {"text": "one"}, 201)
    here = f"{V1}/comments/{made['id']}"
    assert ada.api(here, {"text": "two"})["text"] == "two"
    cleo.api(here, {"text": "mine"}, 403)
    assert cleo.api(f"{here}/vote", {"vote": "up"})["ups"] == 1
    ada.api(f"{here}/vote", {"vote": "up"}, 403)
    cleo.api(f"{here}/flag", {"reason": "look"})
    assert [one["flags"][0]["reason"] for one in cleo.api(f"{V1}/flags")["flagged"]] == ["look"]
    ada.api(f"{V1}/flags", None, 403)
    cleo.api(f"{V1}/flags", {"action": "keep", "comment": made["id"]})
    assert cleo.api(f"{V1}/flags")["flagged"] == []
    cleo.api(f"{ONE}/comments", {"text": "three", "reply_to": made["id"]}, 201)
    notices = ada.api(f"{V1}/notices")
    assert (notices["unread"], notices["notices"][0]["kind"]) == (1, "reply")
    assert ada.api(f"{V1}/notices", {"notice": notices["notices"][0]["id"]}) == {"unread": 0}
    assert ada.api(f"{here}/delete", {})["deleted_by"] is not None


def test_a_comment_on_a_hidden_paper_is_nobodys(site, ada, cleo):
    made = ada.api(f"{ONE}/comments", {"text": "one"}, 201)
    cleo.api(f"{ONE}/curate", {"action": "hide", "reason": "no paper"})
    here = f"{V1}/comments/{made['id']}"
    assert (site.get(here).status_code, site.get(f"/comments/{made['id']}").status_code) == (404, 404)
    ada.api(f"{here}/flag", {"reason": "look"}, 404)
    cleo.api(here, status=404)


def test_the_library_and_its_folders(ada):
    shelves = ada.api(f"{V1}/library/folders", {"action": "add", "name": "Later"})
    folder = shelves["folders"][0]["id"]
    kept = {"paper": "2511.00001", "note": "n", "tags": ["b", "a"], "folders": [folder], "read": True}
    answer = ada.api(f"{V1}/library", kept)
    assert (answer["note"], answer["tags"], answer["folders"]) == ("n", ["a", "b"], ["Later"])
    for n in range(2, 6):
        ada.api(f"{V1}/library", {"paper": f"2511.{n:05d}"})
    assert len(every(ada, f"{V1}/library", "papers")) == 5
    assert len(ada.api(f"{V1}/library?folder={folder}")["papers"]) == 1
    assert ada.api(f"{V1}/library", {"paper": "2511.00001", "folders": []})["folders"] == []
    ada.api(f"{V1}/library", {"paper": "2511.00001", "folders": [99]}, 404)
    ada.api(f"{V1}/library/folders", {"action": "rename", "folder": folder}, 400)
    ada.api(f"{ONE}/dismiss", {"dismissed": True}, 409)
    assert ada.api(f"{V1}/papers/2511.00007/dismiss", {"dismissed": True})["dismissed"] is True
    assert [one["paper"]["id"] for one in ada.api(f"{V1}/library/dismissed")["papers"]] == ["2511.00007"]
    assert ada.api(f"{V1}/library/history", {"action": "on"})["keeps"] is True


def test_a_group_from_its_beginning_to_its_end(ada, cleo):
    name = ada.api(f"{V1}/groups", {"title": "Lab", "access": "private"}, 201)["name"]
    group = f"{V1}/groups/{name}"
    cleo.api(group, None, 404)
    cleo.api(group, {"title": "x", "about": "", "access": "public"}, 404)
    link = ada.api(f"{group}/invitations", {"action": "make", "uses": 1, "days": 1})["address"]
    assert cleo.api(f"{V1}/invitations", {"secret": link.rpartition("/")[2]})["role"] == "member"
    assert [one["name"] for one in ada.api(f"{group}/members")["members"]] == ["ada", "cleo"]
    ada.api(f"{group}/folders", {"action": "make", "folder": "Read"})
    ada.api(f"{group}/papers", {"text": "2511.00001", "folder": "Read"}, 201)
    assert cleo.api(f"{group}/papers/2511.00001", {"action": "vote"})["votes"] == 1
    noted = cleo.api(f"{group}/papers/2511.00001", {"action": "note", "text": "look"})["all_notes"]
    ada.api(f"{group}/papers/2511.00001", {"action": "delete-note", "note": noted[0]["id"]})
    assert ada.api(f"{group}/papers/2511.00001")["all_notes"] == []
    cleo.api(f"{group}/delete", {"confirm": name}, 403)
    cleo.api(f"{group}/members", {"action": "leave"})
    ada.api(f"{group}/members", {"action": "leave"}, 409)
    ada.api(f"{group}/delete", {"confirm": name})
    ada.api(group, None, 404)


def test_what_curators_do_stands_in_the_log(site, ada, cleo):
    ada.api(f"{ONE}/claim", {"author": "Ada Byron"})
    (claim,) = cleo.api(f"{V1}/claims?of=all")["claims"]
    ada.api(f"{V1}/claims?of=all", None, 403)
    ada.api(f"{V1}/claims/{claim['id']}", {"action": "confirm"}, 403)
    cleo.api(f"{V1}/claims/{claim['id']}", {"action": "confirm"})
    assert ada.api(f"{V1}/claims")["claims"][0]["state"] == "approved"
    link = {"action": "add", "kind": "code", "url": "https://example.org/code"}
    assert {"kind": "code", "url": link["url"]} in ada.api(f"{ONE}/links", link)["links"]
    cleo.api(f"{ONE}/curate", {"action": "feature", "day": "2025-11-07"})
    cleo.api(f"{ONE}/curate", {"action": "hide"}, 400)
    ada.api(f"{ONE}/curate", {"action": "hide", "reason": "x"}, 403)
    nothing = {"count": 0, "submissions": [], "next": None, "until": "1970-01-01T00:00:00.000001Z"}
    assert ada.api(f"{V1}/submissions") == nothing
    log = every(Person(site, "eve"), f"{V1}/log", "deeds")
    assert {"author confirmed", "link added"} <= {one["verb"] for one in log}
    assert len({one["id"] for one in log}) == len(log) >= 3


def test_saved_searches(ada, cleo):
    made = ada.api(f"{V1}/searches", {"query": "gardens"}, 201)
    here = f"{V1}/searches/{made['id']}"
    assert ada.api(here, {"action": "rename", "name": "Green"})["name"] == "Green"
    assert [(one["name"], one["new"]) for one in ada.api(f"{V1}/searches")["searches"]] == [("Green", 0)]
    cleo.api(here, None, 404)
    ada.api(here, {"action": "delete"})
    ada.api(here, None, 404)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "There is no text"),
        ({"text": ""}, "The text must be a text of 1 to 10,000 characters"),
        ({"text": " \n"}, "The text must be"),
        ({"text": "x", "reply_to": True}, "The reply_to must be a whole number"),
        ([], "The body must be an object"),
    ],
)
def test_what_is_wrong_is_named(ada, sent, words):
    assert words in ada.api(f"{ONE}/comments", sent, 400)["error"]


def test_a_token_without_the_scope_is_refused_and_says_which(site, ada):
    with site.house.database.write() as connection:
        token = ApiToken(0, "reads", ("read",), site.now, None, None)
        sessions.insert_token(connection, hash_of("bs_reads"), ada.reader.pk, token)
    ada.token = "bs_reads"
    assert "needs the scope write" in ada.api(f"{ONE}/vote", {"vote": True}, 403)["error"]
    assert "needs the scope library" in ada.api(f"{V1}/searches", {"query": "x"}, 403)["error"]
    ada.token = "bs_nothing"
    ada.api(f"{V1}/me", None, 401)


def test_lists_have_an_etag_and_are_kept_by_nobody_between(ada):
    answer = ada.site.get(f"{V1}/votes", authorization=f"Bearer {ada.token}")
    assert answer.headers["cache-control"] == "private, no-cache"
    again = ada.site.get(f"{V1}/votes", authorization=f"Bearer {ada.token}", if_none_match=answer.headers["etag"])
    assert again.status_code == 304


def test_what_is_written_is_counted_and_told(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="UTC", writes_per_minute=1))
    ada = Person(site, "ada")
    headers = {"authorization": f"Bearer {ada.token}", "content-type": "application/json"}
    first, second = (site.client.request("POST", f"{ONE}/vote", headers, b'{"vote": true}') for _ in range(2))
    assert (first.status_code, first.headers["ratelimit"].partition(";t=")[0]) == (200, '"write";r=0')
    assert (second.status_code, second.headers["ratelimit-policy"]) == (429, '"write";q=1;w=60')
    assert int(second.headers["retry-after"]) > 0


def test_the_statements_of_a_list_do_not_grow_with_it(site, ada, cleo):
    addresses = ("votes", "library", "library/dismissed", "claims", "searches", "notices", "log", "flags")

    def asked():
        counts = {}
        for address in addresses:
            heard = []
            engine = site.house.database._readers
            event.listen(engine, "before_cursor_execute", lambda *args, heard=heard: heard.append(args[2]))
            cleo.api(f"{V1}/{address}")
            counts[address] = len(heard)
        return counts

    def fill(numbers):
        for n in numbers:
            paper = f"{V1}/papers/2511.{n:05d}"
            cleo.api(f"{paper}/vote", {"vote": True})
            cleo.api(f"{V1}/library", {"paper": f"2511.{n:05d}", "tags": [f"t{n}"]})
            cleo.api(f"{paper}/claim", {"author": "Ada Byron"})
            cleo.api(f"{V1}/searches", {"query": f"gardens {n}"}, 201)
            pk = ada.api(f"{paper}/comments", {"text": "@cleo look"}, 201)["id"]
            cleo.api(f"{V1}/comments/{pk}/flag", {"reason": "look"})
            cleo.api(f"{paper}/curate", {"action": "feature", "day": "2025-11-07"})

    fill([1])
    cleo.api(f"{V1}/papers/2511.00007/dismiss", {"dismissed": True})
    first = asked()
    fill(range(2, 6))
    cleo.api(f"{V1}/papers/2511.00006/dismiss", {"dismissed": True})
    assert asked() == first
