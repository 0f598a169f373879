"""A reader's own pages: the library and its parts, a paper's place, dismissals, history, files in and out, the API."""

from __future__ import annotations

import json
import re
import runpy
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine, event

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.readers import ApiToken
from broadsheet.settings import Settings
from broadsheet.sources.bibtex import read_bibtex_text
from broadsheet.store import readers, sessions
from broadsheet.usecases.sign_in import begin_session
from broadsheet.web.bodies import MOST_FILE_BYTES

_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside = _OUTSIDE["world"], _OUTSIDE["outside"]
MINE = {"host": "localhost:8765", "sec-fetch-site": "same-origin"}


class Desk:
    """Somebody at the machine itself, in front of a site of a few papers."""

    def __init__(self, site):
        self.site = site
        self.papers = sorted(site.hrefs("/papers/trending", "article h2 a"))

    def get(self, address, **headers):
        return self.site.client.request("GET", address, MINE | headers, b"", "127.0.0.1")

    def page(self, address, status=200):
        answer = self.get(address)
        assert answer.status_code == status, (address, answer.status_code, answer.text)
        return LexborHTMLParser(answer.text)

    def post(self, address, body=b"", kind="application/x-www-form-urlencoded", **headers):
        sent = MINE | {"content-type": kind} | headers
        return self.site.client.request("POST", address, sent, body, "127.0.0.1")

    def send(self, address, **fields):
        answer = self.post(address, urlencode(fields, doseq=True).encode())
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def keep(self, n, **fields):
        return self.send(f"{self.papers[n]}/save", **{"action": "keep", **fields})

    def bring(self, fields, file=b""):
        """Send a form of several parts."""
        mark = "----a-boundary-of-ours"
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.bib"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file + b"\r\n")
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        return self.post("/library/import", body, f"multipart/form-data; boundary={mark}")

    def listed(self, address):
        return [node.attributes["href"] for node in self.page(address).css("article h2 a")]


@pytest.fixture
def desk(open_site, plain):
    return Desk(open_site(*(plain(n) for n in range(1, 7)), settings=Settings(timezone="UTC", results_per_page=3)))


def test_kept_shown_narrowed_and_searched(desk):
    assert (
        desk.keep(0, new_folder="Thesis", tags="To Read, lamps", note="Ask <b>Bo</b>\r\nabout & zebras")
        == desk.papers[0]
    )
    desk.keep(1, tags="lamps")
    desk.send(f"{desk.papers[1]}/save", action="read")
    page = desk.page("/library")
    assert "2 papers" in page.css_first(".dateline .count").text()
    facets = {node.text().split()[0]: node.attributes["href"] for node in page.css(".facets a")}
    assert desk.listed(facets["Thesis"]) == [desk.papers[0]]
    assert desk.listed(facets["lamps"]) == [desk.papers[1], desk.papers[0]]
    assert desk.listed(facets["unread"]) == [desk.papers[0]]
    assert desk.listed("/library?state=read&tag=lamps") == [desk.papers[1]]
    assert desk.listed("/library?q=zebras") == [desk.papers[0]]
    assert "<b>Bo" not in desk.get("/library").text
    assert "Ask <b>Bo</b>\nabout & zebras" in page.css_first(".note").text()
    own = desk.page(desk.papers[0])
    assert own.css_first("#note").text().strip() == "Ask <b>Bo</b>\nabout & zebras"
    assert own.css_first("#tags").attributes["value"] == "lamps, to read"
    assert "checked" in own.css_first("input[name=folder]").attributes
    desk.keep(0, tags="")
    assert desk.listed("/library?tag=to+read") == desk.listed(facets["Thesis"]) == []


def test_pages_go_on(desk):
    for n in range(5):
        desk.keep(n, tags="a b")
    first = desk.listed("/library?tag=a+b")
    following = desk.page("/library?tag=a+b").css_first("a[rel=next]").attributes["href"]
    assert following == "/library?tag=a+b&p=1"
    assert sorted(first + desk.listed(following)) == desk.papers[:5]
    assert "ends before this page" in desk.get("/library?p=9").text


def test_a_form_in_the_list_leads_back_to_it_and_nowhere_else(desk):
    desk.keep(0)
    address = f"{desk.papers[0]}/save"
    assert desk.send(address, action="read", back="/library?state=unread&p=2") == "/library?state=unread&p=2"
    assert desk.send(address, action="unread", back="/library/dismissed?x=1") == "/library/dismissed"
    for strange in (
        "//evil.example",
        "https://evil.example/library",
        "/library.evil.example",
        "/library\r\nx: y",
        "/a",
    ):
        landed = desk.send(address, action="read", back=strange)
        assert landed in (desk.papers[0], "/library"), strange
    assert desk.post(address, urlencode({"action": "read", "back": "/library?folder=x"}).encode()).status_code == 400


@pytest.mark.parametrize(
    "address", ["/library?folder=999", "/library?folder=x", "/library?state=burnt", "/library.pdf", "/library?p=-1"]
)
def test_parts_that_there_are_not(desk, address):
    assert desk.get(address).status_code in (400, 404)


def test_folders(desk):
    here = desk.send("/library/folders", action="add", name="  Thesis ")
    desk.keep(0, folder=here.partition("=")[2])
    assert desk.listed(here) == [desk.papers[0]]
    pk = here.partition("=")[2]
    desk.send("/library/folders", action="rename", folder=pk, name="Book")
    assert "Book" in desk.page("/library").css_first(".facets").text()
    assert desk.send("/library/folders", action="delete", folder=pk) == "/library"
    assert desk.listed("/library") == [desk.papers[0]]
    for wrong in ({"action": "add", "name": ""}, {"action": "x"}, {"action": "delete", "folder": "-1"}):
        assert desk.post("/library/folders", urlencode(wrong).encode()).status_code == 400
    assert desk.post("/library/folders", b"action=delete&folder=999").status_code == 404


def test_not_interested_and_back_again(desk):
    gone = desk.papers[2]
    lists = ("/papers/trending", "/papers/date/2025-11-07", "/papers?q=plain", f"{desk.papers[0]}/similar")
    seen = [address for address in lists if gone in desk.listed(address)]
    assert desk.send(f"{gone}/save", action="dismiss") == gone
    assert seen
    for address in lists:
        assert gone not in desk.listed(address), address
        assert gone in desk.site.hrefs(address, "article h2 a") or address not in seen  # others still see it
    assert "5 papers" in desk.page("/papers/trending").css_first(".count").text()
    assert "none of your lists" in desk.get(gone).text
    assert desk.listed("/library/dismissed") == [gone]
    assert desk.send(f"{gone}/save", action="restore", back="/library/dismissed") == "/library/dismissed"
    assert all(gone in desk.listed(address) for address in seen)
    desk.keep(2)
    assert desk.post(f"{gone}/save", b"action=dismiss").status_code == 409


def test_history(desk):
    desk.send("/library/history", action="on")
    desk.page("/library")  # what is made once is made
    before = desk.site.house.database.revision()
    for n in (1, 0):
        desk.get(desk.papers[n])
        desk.get(desk.papers[n])
    desk.get(desk.papers[2], **{"sec-purpose": "prefetch"})
    desk.get(f"{desk.papers[3]}.bib")
    desk.site.client.request("HEAD", desk.papers[4], MINE, b"", "127.0.0.1")
    desk.site.get(desk.papers[5])  # nobody
    assert sorted(desk.listed("/library/history")) == desk.papers[:2]
    desk.send("/library/history", action="off")
    desk.get(desk.papers[2])
    assert len(desk.listed("/library/history")) == 2
    desk.send("/library/history", action="clear")
    desk.send("/library/history", action="on")
    assert desk.listed("/library/history") == []
    desk.get(desk.papers[2])
    assert desk.listed("/library/history") == [desk.papers[2]]
    assert desk.site.house.database.revision() == before
    assert desk.post("/library/history", b"action=burn").status_code == 400


def test_out_as_files(desk, plain):
    twin = plain(7, authors=("Ada Quill",), title="Plain words")
    desk.site.take_in(twin, plain(8, authors=("Ada Quill",), title="Plain words", abstract="Other."))
    desk.papers = sorted(desk.site.hrefs("/papers/trending", "article h2 a"))
    for n in range(len(desk.papers)):
        desk.keep(n, tags="all" if n else "all, first", note="Mine *alone*", new_folder="F")
    text = desk.get("/library.bib").text
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == 8
    assert len(list(read_bibtex_text(text))) == 8
    assert desk.get("/library.ris").text.count("TY  - ") == 8
    items = desk.get("/library.csl.json").json()
    assert len({item["id"] for item in items}) == 8
    (one,) = desk.get("/library.json?tag=first").json()
    assert (one["note"], one["tags"], one["folders"], one["read_at"]) == ("Mine *alone*", ["all", "first"], ["F"], None)
    markdown = desk.get("/library.md?tag=first").text
    assert "> Mine \\*alone\\*" in markdown
    assert "#first" in markdown.replace("\\", "")
    for form in ("bib", "ris", "csl.json", "md", "json"):
        answer = desk.get(f"/library.{form}")
        assert answer.headers["content-disposition"] == f'attachment; filename="library.{form}"'
        assert answer.headers["cache-control"] == "no-store"
    assert "Mine" not in desk.get("/library.bib").text + desk.get("/library.ris").text
    for form in ("bib", "ris", "csl.json"):  # what we write we read
        content = desk.get(f"/library.{form}").content
        assert "8 were in it before" in desk.bring([], content).text


def test_in_from_a_file_or_pasted(desk):
    page = desk.page("/library/import")
    assert page.css_first("form[enctype='multipart/form-data'] input[type=file]") is not None
    told = desk.bring(
        [("folder", "New"), ("tags", "x")], b"@misc{a, title={A tide table}, doi={10.1000/tide}}\n@misc{b}"
    )
    assert told.status_code == 200
    words = " ".join(LexborHTMLParser(told.text).css_first("[role=status]").text().split())
    assert "1 paper came into your library; 1 of them are new here." in words
    assert "1 entries could not be read" in words and "line 2: no title" in words
    assert desk.listed("/library?tag=x") == ["/papers/10.1000/tide"]
    assert (
        "0 papers came into your library, 1 were"
        in desk.bring([("text", "@misc{a, title=t, doi={10.1000/tide}}")]).text
    )
    refused = desk.bring([("text", "<script>alert(1)</script>")])
    assert refused.status_code == 400
    assert "neither BibTeX" in refused.text
    assert "<script>alert" not in refused.text
    assert desk.bring([]).status_code == 400


def test_forms_with_files_that_are_not_whole_or_too_large(desk):
    kind = "multipart/form-data; boundary=b"
    for body, kind_ in (
        (b"--b\r\nbroken", kind), (b"", kind), (b"--c\r\n", kind), (b"x", "multipart/form-data"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 60 + b"--b--\r\n", kind),
        (b"x" * (MOST_FILE_BYTES + 1), kind),
    ):  # fmt: skip
        assert desk.post("/library/import", body, kind_).status_code in (400, 413), body[:20]
    assert desk.post("/library/folders", b"--b--\r\n", kind).status_code in (400, 403)  # no files elsewhere
    assert desk.bring([], b"@misc{a, title={%s}}" % (b"x" * (1 << 20))).status_code in (200, 400)


def test_from_zotero_by_its_page(open_site, plain, outside):
    desk = Desk(open_site(plain(1), settings=Settings(zotero_address=outside.address, allowed_hosts=outside.host)))
    items = [{"version": 1, "data": {"itemType": "book", "title": "Tides", "DOI": "10.1000/t", "tags": [{"tag": "s"}]}}]
    headers = {"Total-Results": "1", "Last-Modified-Version": "3"}
    outside.otherwise = lambda asked: (
        (200, headers, json.dumps(items).encode()) if "k3y0fAda42" in str(asked.headers) else (403, {}, b"")
    )
    fields = [("user", "4711"), ("start", "0"), ("keywords", "on")]
    refused = desk.bring([*fields, ("key", "wr0ngKey12")])
    assert refused.status_code == 403
    assert "refuses this user and key" in refused.text
    assert "wr0ngKey12" not in refused.text
    desk.site.set_time(desk.site.now + timedelta(seconds=5))  # Zotero is not asked in haste
    done = desk.bring([*fields, ("key", "k3y0fAda42")])
    assert "All that is new" in done.text
    assert "k3y0fAda42" not in done.text
    assert desk.listed("/library?tag=s") == ["/papers/10.1000/t"]
    assert desk.bring([("user", "ada"), ("key", "k3y0fAda42")]).status_code == 400
    assert desk.bring([("user", "1"), ("key", "k3y0fAda42"), ("start", "x")]).status_code == 400


@contextmanager
def counted():
    """Count the SQL statements that are executed meanwhile."""
    statements = []
    note = lambda *told: statements.append(told[2])  # noqa: E731
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", ["/library", "/library?q=plain", "/library/dismissed", "/library/history"])
def test_statements_do_not_grow_with_the_list(open_site, plain, address):
    counts = []
    for many in (2, 30):
        desk = Desk(open_site(*(plain(n) for n in range(many + 5)), settings=Settings(results_per_page=100)))
        for n in range(many):
            if "dismissed" in address:
                desk.send(f"{desk.papers[n]}/save", action="dismiss")
            elif "history" in address:
                desk.get(desk.papers[n])
            else:
                desk.keep(n, tags=f"t{n}", note=f"n{n}", new_folder=f"F{n}")
        desk.get("/library/import")  # what is looked up once for a state of the record
        with counted() as statements:
            assert len(desk.listed(address)) == many
        counts.append(len(statements))
    assert counts[0] == counts[1] > 3


class Members:
    """Two readers with tokens and cookies on one site."""

    def __init__(self, site):
        self.site, self.tokens, self.cookies = site, {}, {}
        with site.house.database.write() as connection:
            for name in ("ada", "bo"):
                reader = readers.insert_reader(connection, name, "", "reader", site.now)
                self.cookies[name] = begin_session(connection, reader, ("", ""), site.now)
                token = ApiToken(0, "t", ("library", "read"), site.now, None, None)
                sessions.insert_token(connection, hash_of(f"bs_{name}"), reader.pk, token)

    def get(self, name, address):
        return self.site.get(address, cookie=f"broadsheet_session={self.cookies[name]}")

    def api(self, name, method="GET", query="", **body):
        headers = {"authorization": f"Bearer bs_{name}", "content-type": "application/json"}
        sent = orjson.dumps(body) if method == "POST" else b""
        return self.site.client.request(method, f"/api/v1/library{query}", headers, sent)


@pytest.fixture
def members(open_site, plain):
    return Members(open_site(*(plain(n) for n in range(1, 6))))


def test_the_api(members):
    ids = sorted(href.removeprefix("/papers/") for href in members.site.hrefs("/papers/trending", "article h2 a"))
    for paper in ids:
        done = members.api("ada", "POST", paper=paper, tags=["A"], note="hm", folder="F", read=True)
        assert done.status_code == 200
    kept = done.json()
    assert (kept["paper"]["id"], kept["tags"], kept["note"], kept["folders"]) == (ids[-1], ["a"], "hm", ["F"])
    assert kept["read_at"] is not None
    assert members.api("ada", "POST", paper=ids[0], read=False).json()["note"] == "hm"
    first = members.api("ada", query="?limit=2").json()
    assert first["count"] == 5
    seen, cursor = [one["paper"]["id"] for one in first["papers"]], first["next"]
    while cursor:
        page = members.api("ada", query=f"?limit=2&cursor={quote(cursor)}").json()
        seen, cursor = seen + [one["paper"]["id"] for one in page["papers"]], page["next"]
    assert sorted(seen) == ids
    assert [one["paper"]["id"] for one in members.api("ada", query="?state=unread").json()["papers"]] == [ids[0]]
    assert members.api("ada", "POST", paper=ids[0], saved=False).json() == {"paper": ids[0], "saved": False}
    assert members.api("ada").json()["count"] == 4
    assert members.api("bo").json() == {"count": 0, "papers": [], "next": None, "until": "1970-01-01T00:00:00.000001Z"}


@pytest.mark.parametrize(
    "body",
    [
        {}, {"paper": 3}, {"paper": "2511.1", "tags": "a"}, {"paper": "x", "tags": [1]}, {"paper": "x", "note": 1},
        {"paper": "x", "read": "yes"}, {"paper": "x", "folder": 1}, {"paper": "x", "note": "n" * 20_001},
    ],
)  # fmt: skip
def test_what_the_api_does_not_take(members, body):
    answer = members.api("ada", "POST", **body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "status"}


@pytest.mark.parametrize(
    "query", ["?cursor=x", "?cursor=2026-03-04~1", "?limit=0", "?limit=101", "?limit=x", "?folder=x"]
)
def test_questions_that_cannot_be_read(members, query):
    assert members.api("ada", query=query).status_code == 400


def test_nobody_sees_another_readers_things(members):
    """Bo types what Ada wrote; what else Ada wrote must not come back."""
    paper = members.site.hrefs("/papers/trending", "article h2 a")[0]
    name = paper.removeprefix("/papers/")
    members.api("ada", "POST", paper=name, tags=["hush", "secret"], note="whisper of owls", folder="Vault")
    members.get("ada", paper)
    pages = (paper, "/library", "/library?q=whisper", "/library?tag=hush", "/library?folder=1", "/library.json",
             "/library.md", "/library/history", "/library/import", "/papers?q=whisper", "/account/export")  # fmt: skip
    for address in pages:
        for answer in (members.get("bo", address), members.site.get(address)):
            assert not re.search("owls|secret|Vault", answer.text), address
            assert not address.startswith("/library") or "history" in address or name not in answer.text, address
    for address in (paper, "/library?q=whisper", "/account/export"):
        assert "owls" in members.get("ada", address).text
