"""The library in a browser: only on the machine itself, never in a page that others are shown. No JavaScript."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.usecases.read_papers import NO_READER, NOTHING_SAVED

FROM_ELSEWHERE = [
    ("192.168.1.7", "127.0.0.1:8765", {}),
    ("127.0.0.1", "papers.example.org", {}),
    ("127.0.0.1", "localhost:8765", {"x-forwarded-for": "127.0.0.1"}),
]


@pytest.fixture
def site(open_site, plain):
    return open_site(*(plain(n) for n in range(1, 5)))


@pytest.fixture
def paper(site):
    """The address of a paper of the site."""
    return site.hrefs("/papers/trending", "article h2 a")[0]


def here(site, address, **headers):
    """Open an address on the machine itself."""
    return site.client.request("GET", address, {"host": "localhost:8765", **headers}, b"", "127.0.0.1")


def send(site, paper, action="save", client="127.0.0.1", host="localhost:8765", **headers):
    given = {"host": host, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    sent = {name: value for name, value in {**given, **headers}.items() if value is not None}
    return site.client.request("POST", f"{paper}/save", sent, urlencode({"action": action}).encode(), client)


def shown(answer):
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def saved(site):
    return [node.attributes["href"] for node in shown(here(site, "/library")).css("article h2 a")]


def button(site, paper):
    return shown(here(site, paper)).css_first("form.keep button").attributes["value"]


def test_saved_shown_and_taken_out(site, paper):
    assert NOTHING_SAVED in here(site, "/library").text
    form = shown(here(site, paper)).css_first("form.keep")
    assert (form.attributes["action"], form.attributes["method"]) == (f"{paper}/save", "post")
    assert button(site, paper) == "save"
    done = send(site, paper)
    assert (done.status_code, done.headers["location"]) == (303, paper)
    assert button(site, paper) == "unsave"
    assert saved(site) == [paper]
    page = shown(here(site, "/library"))
    assert page.css_first("h1").text() == "Your library"
    assert page.css("details.why") == []
    assert send(site, paper, "unsave").status_code == 303
    assert saved(site) == []


def test_searched_from_the_box(site, paper):
    send(site, paper)
    page = shown(here(site, "/papers?q=plain+in%3Alibrary"))
    assert [node.attributes["href"] for node in page.css("article h2 a")] == [paper]
    assert "in:library" in page.css_first(".facets").text()


@pytest.mark.parametrize(("client", "host", "more"), FROM_ELSEWHERE)
def test_nobody_elsewhere_sees_or_changes_it(site, paper, client, host, more):
    send(site, paper)
    for address in (paper, "/papers?q=in%3Alibrary", "/papers?q=plain+in%3Alibrary", "/library"):
        here(site, address)  # whatever could be kept for others is kept now
    other = {"host": host, **more}
    get = lambda address: site.client.request("GET", address, other, b"", client)  # noqa: E731
    assert shown(get(paper)).css("form.keep, meta[name=referrer]") == []
    for address in ("/papers?q=in%3Alibrary", "/papers?q=plain+in%3Alibrary"):
        page = shown(get(address))
        assert page.css("article") == []
        assert NO_READER in page.css_first(".empty").text()
    assert get("/library").status_code == 401
    refused = send(site, paper, "unsave", client, **other)
    assert refused.status_code == 401
    assert "Sign in" in refused.text
    assert saved(site) == [paper]


def test_what_others_saw_before_is_not_shown_here(site, paper):
    send(site, paper)
    for address in (paper, "/papers?q=in%3Alibrary"):
        assert "Library</a>" not in site.get(address).text
    assert button(site, paper) == "unsave"
    assert len(shown(here(site, "/papers?q=in%3Alibrary")).css("article")) == 1


def test_nothing_in_between_may_keep_it(site, paper):
    for address in (paper, "/library", "/papers?q=in%3Alibrary"):
        answer = here(site, address)
        assert answer.headers["cache-control"] == "private, no-cache"
        again = here(site, address, **{"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.headers["cache-control"]) == (304, "private, no-cache")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"action": "burn"}, 400),
        ({"action": ""}, 400),
        ({"content-type": "text/plain"}, 400),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": None}, 403),
        ({"sec-fetch-site": None, "origin": "http://evil.example"}, 403),
    ],
)
def test_forms_that_are_not_ours(site, paper, changes, status):
    assert send(site, paper, **changes).status_code == status
    assert saved(site) == []


def test_a_paper_that_is_not_here(site):
    assert send(site, "/papers/2601.99999").status_code == 404
    assert here(site, "/papers/2601.99999/save").status_code == 404


def test_a_search_in_an_empty_library_says_so(site, paper):
    page = shown(here(site, "/papers?q=plain+in%3Alibrary"))
    assert page.css("article") == []
    assert NOTHING_SAVED in page.css_first(".empty").text()
    assert shown(here(site, "/papers?q=plain")).css("article") != []
