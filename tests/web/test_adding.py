"""Adding a paper in a browser and by the API: who may, from where, and what comes back. All without JavaScript."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.settings import Settings

_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside = _OUTSIDE["world"], _OUTSIDE["outside"]
Archive, feed = _OUTSIDE["Archive"], _OUTSIDE["feed"]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def site(open_site, outside, plain):
    """A site of the machine's own, with one paper, whose world outside is the server."""
    # Nothing is asked twice after such an answer: the site's clock stands still, so that waiting would never end.
    outside.otherwise = lambda _: (403, {}, b"")

    def make(adding="this machine"):
        chosen = Settings(
            adding=adding, arxiv_api=outside.address, crossref_address=outside.address,
            openalex_address=outside.address, allowed_hosts=outside.host,
        )  # fmt: skip
        return open_site(plain(1), settings=chosen)

    return make


def send(site, text, path="/add", client="127.0.0.1", host="127.0.0.1:8765", **headers):
    given = {"host": host, "content-type": FORM, "sec-fetch-site": "same-origin"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = urlencode({"text": text}) if path == "/add" else json.dumps({"text": text})
    sent = {name: value for name, value in given.items() if value is not None}
    return site.client.request("POST", path, sent, body.encode(), client)


def post(site, text, **changes):
    return send(site, text, **{"path": "/api/v1/papers", "content_type": "application/json", **changes})


def complaint(answer):
    page = LexborHTMLParser(answer.text)
    assert len(page.css("form.add textarea[name=text]")) == 1
    return page.css_first("[role=alert]").text()


def test_the_form_leads_to_the_papers_page(site, outside):
    site = site()
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    answer = send(site, " https://arxiv.org/abs/2603.00001v2\r\n")
    assert (answer.status_code, answer.headers["location"]) == (303, "/papers/2603.00001")
    assert site.text("/papers/2603.00001", "h1") == "Lantern study number 1"
    outside.asked.clear()
    assert send(site, "2603.00001").status_code == 303
    assert outside.asked == []


@pytest.mark.parametrize(
    ("text", "answer", "status", "words"),
    [
        ("<b>lamps</b>", (200, {}, b""), 400, "That names no paper"),
        ("", (200, {}, b""), 400, "That names no paper"),
        ("2603.00009", (200, {}, feed([], 0)), 404, "Nobody asked knows 2603.00009"),
        ("2603.00009", (403, {}, b""), 502, "arXiv could not be reached"),
    ],
)
def test_the_form_comes_again_with_the_reason(site, outside, text, answer, status, words):
    outside.otherwise = lambda _: answer
    done = send(site(), text)
    assert done.status_code == status
    assert words in complaint(done)
    assert LexborHTMLParser(done.text).css_first("textarea").text() == text
    assert "<b>lamps" not in done.text


def test_the_api(site, outside):
    site = site()
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    first, second = post(site, "2603.00001"), post(site, "2603.00001")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() == site.get("/papers/2603.00001.json").json()
    assert first.headers["location"] == "/papers/2603.00001"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"text": 7}', 400),
        (b'{"text": "lamps"}', 400),
        (b"x" * 300_000, 400),
    ],
)
def test_errors_of_the_api_are_objects(site, body, status):
    headers = {"host": "localhost", "content-type": "application/json"}
    answer = site().client.request("POST", "/api/v1/papers", headers, body, "::1")
    assert answer.status_code == status
    assert answer.json().keys() == {"error", "status"}
    assert answer.json()["status"] == status


def test_the_api_in_other_ways(site):
    site = site()
    assert site.get("/api/v1/papers").status_code == 405
    assert site.get("/api/v1/papers").json()["status"] == 405
    assert post(site, "lamps", content_type=FORM).status_code == 400
    assert send(site, "lamps", content_type="text/plain").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": None, "origin": "https://evil.example"},
        {"sec_fetch_site": None, "origin": "null"},
        {"sec_fetch_site": None, "origin": "http://127.0.0.1:9999"},
        {"sec_fetch_site": "cross-site", "origin": "http://127.0.0.1:8765"},
        {"sec_fetch_site": None},
    ],
)
def test_another_sites_page_cannot_add(site, outside, headers):
    site = site("everyone")
    assert send(site, "2603.00001", **headers).status_code == 403
    if len(headers) > 1 or headers["sec_fetch_site"]:
        assert post(site, "2603.00001", **headers).status_code == 403
    assert outside.asked == []


def test_a_page_of_ours_that_only_says_its_origin(site, outside):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    site = site()
    assert send(site, "2603.00001", sec_fetch_site=None, origin="http://127.0.0.1:8765").status_code == 303
    assert post(site, "2603.00001", sec_fetch_site=None).status_code == 200
    assert site.get("/add").headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("client", "host", "more"),
    [
        ("192.168.1.7", "127.0.0.1:8765", {}),
        ("127.0.0.1", "papers.example.org", {}),
        ("127.0.0.1", "evil.example:8765", {}),
        ("127.0.0.1", "localhost:8765", {"x_forwarded_for": "127.0.0.1"}),
        ("127.0.0.1", "", {}),
        ("127.0.0.1", "[::1", {}),
        ("testclient", "localhost", {}),
    ],
)
def test_only_this_machine_may_add_unless_it_is_said_otherwise(site, outside, client, host, more):
    site = site()
    for way in (send, post):
        answer = way(site, "2603.00001", client=client, host=host, **more)
        assert answer.status_code == 403
        assert "only on the machine that runs this site" in answer.text
    assert outside.asked == []


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1", "127.8.9.1:80", "[::1]:8765"])
def test_names_of_this_machine(site, outside, host):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    assert send(site(), "2603.00001", host=host, client="::1").status_code == 303


def test_nobody_and_everyone(site, outside):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    closed, open_ = site("nobody"), site("everyone")
    assert send(closed, "2603.00001").status_code == 403
    assert "/add" not in closed.hrefs("/")
    assert send(open_, "2603.00001", client="192.168.1.7", host="papers.example.org").status_code == 303
    assert "/add" in open_.hrefs("/")


def test_reading_the_form_changes_nothing_and_says_who_may(site, outside):
    site = site()
    here = site.client.request("GET", "/add?text=%3Cb%3E2603.00001", {"host": "localhost"}, b"", "127.0.0.1")
    page = LexborHTMLParser(here.text)
    assert page.css_first("form.add").attributes == {"class": "add", "action": "/add", "method": "post"}
    assert page.css_first("textarea").text() == "<b>2603.00001"
    assert page.css_first("label[for=pasted]") is not None
    assert here.headers["cache-control"] == "no-store"
    assert "only on the machine that runs this site" in site.text("/add", "main")
    assert outside.asked == []
