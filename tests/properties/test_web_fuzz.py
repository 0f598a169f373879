"""Whatever address or header is sent to whatever papers, a page comes back: never a 500, never a script."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.paper import LINK_KINDS, Link, Record, content_key
from broadsheet.settings import Settings
from broadsheet.web.app import make_app

_WEB = Path(__file__).parents[1] / "web"
_INVENTED = SimpleNamespace(**runpy.run_path(str(_WEB / "invented_papers.py")))
_CLIENT = SimpleNamespace(**runpy.run_path(str(_WEB / "asgi_client.py")))

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The application over hostile papers; errors that it lets out fail the test."""
    house = _INVENTED.open_filled_house(
        tmp_path_factory.mktemp("fuzz"),
        (*_INVENTED.CALM, *_INVENTED.HOSTILE),
        lambda: _INVENTED.NOW,
        Settings(timezone="UTC", searches_per_minute=0),
    )
    client = _CLIENT.AsgiClient(make_app(house))
    yield client
    client.close()
    house.close()


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="\x00\t\n\r\x1b\x7f\u202e\u200b\ufeff\uffff'\"<>&\\/%{}$;#?=+.:-_*^~()[]|@! aW0", max_size=60),
    st.text(alphabet=st.characters(categories=["Cs", "Cc", "Cf", "Zl", "Mn", "So"]), max_size=30),
    st.sampled_from(
        ["<script>alert(1)</script>", '"', "\\", "$\\ell_{\\infty}$", "AND OR NOT", "*", "2511.00101", "x" * 10_000]
    ),
    st.integers().map(str),
)
NAMES = st.one_of(
    TEXTS,
    st.dates().map(str),
    st.dates().map(lambda d: f"{d:%G-W%V}"),
    st.dates().map(lambda d: f"{d:%Y-%m}"),
    st.sampled_from(["0001-01-01", "9999-12-31", "9999-W53", "0000-W00", "0001-01", "9999-12", "2025-W53", "-1"]),
    st.sampled_from(["2511.00101", "hep-th/9901001", "10.1000/182/barley(2025)", "10.1234/similar", "2511.00001"]),
)
# How a text stands in an address: well encoded, raw, in another encoding, broken, encoded twice.
ENCODED = st.one_of(
    NAMES.map(lambda text: quote(text, safe="", errors="surrogatepass")),
    NAMES.map(lambda text: quote(quote(text, safe="", errors="surrogatepass"))),
    NAMES.map(lambda text: text.replace("#", "").replace("?", "")),
    st.binary(max_size=20).map(quote_from_bytes),
    st.text(alphabet="%0123456789ABCDEFabcdefuZ&=;+", max_size=40),
)
ROUTES = (
    "/", "/papers", "/papers/date/{}", "/papers/week/{}", "/papers/month/{}", "/papers/trending", "/papers/{}",
    "/papers/{}/similar", "/papers/{}.md", "/papers/{}.json", "/papers/{}.csl.json", "/papers/{}.bib",
    "/papers/{}.ris", "/papers/{}.atom", "/papers/trending.{}", "/papers/category/{}", "/papers/author/{}",
    "/papers/date/{}.rss", "/papers.{}", "/papers.atom", "/papers.csv", "/sitemap-{}.xml",
    "/static/{}", "/healthz", "/{}", "/api/{}", "{}", "/api/papers/{}",
    "/api/v1/papers/{}/similar", "/api/v1/editions/week/{}",
)  # fmt: skip
QUERIES = st.one_of(
    st.just(""),
    ENCODED.map(lambda text: f"?q={text}"),
    ENCODED.map(lambda text: f"?p={text}"),
    st.tuples(st.sampled_from(["since", "cursor", "limit", "date", "sort"]), ENCODED).map("?{0[0]}={0[1]}".format),
    st.tuples(ENCODED, ENCODED).map(lambda pair: f"?q={pair[0]}&p={pair[1]}"),
    st.tuples(ENCODED, st.integers(0, 100_001)).map(lambda pair: f"?q={pair[0]}&p={pair[1]}"),
    ENCODED.map(lambda text: f"?{text}"),
)
HEADERS = st.dictionaries(
    st.sampled_from(["accept-encoding", "if-none-match", "accept", "host", "range", "cookie", "x-forwarded-proto"]),
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    max_size=3,
)


def check(answer) -> None:  # type: ignore[no-untyped-def]
    """Judge any answer."""
    assert answer.status_code in (200, 301, 302, 304, 307, 400, 404, 405)
    assert "unsafe" not in answer.headers["content-security-policy"]
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 400 and "json" in kind:
        assert set(answer.json()) == {"error", "status"}
    elif kind.startswith("text/html"):
        page = LexborHTMLParser(answer.text)
        assert page.css_first("main h1") is not None
        assert page.css_first("input[name=q]") is not None
        data = {"type": "application/ld+json"}  # which no browser runs
        scripts = [node for node in page.css("script") if node.attributes != data]
        assert [node.attributes["src"].split("?")[0] for node in scripts] == ["/static/broadsheet.js"]
        assert not [name for node in page.css("*") for name in node.attributes if name.startswith("on")]
        for node in page.css("[href]"):
            assert node.attributes["href"].startswith(("https://", "http://", "/", "#"))
    location = answer.headers.get("location", "/")
    assert (location.startswith("/") and not location.startswith("//")) or answer.status_code == 307


@pytest.mark.parametrize("route", ROUTES)
@FUZZ
@given(name=ENCODED, query=QUERIES, headers=HEADERS)
def test_every_route_answers_whatever_is_sent(client, route, name, query, headers):
    check(client.request("GET", route.replace("{}", name) + query, headers))


@FUZZ
@given(typed=TEXTS | st.lists(TEXTS, max_size=40).map(" ".join), page=st.integers(0, 3))
def test_every_search_is_a_page_with_the_words_in_the_box(client, typed, page):
    answer = client.request("GET", f"/papers?q={quote(typed, errors='surrogatepass')}&p={page}")
    assert answer.status_code == 200
    check(answer)


@FUZZ
@given(day=st.dates())
def test_every_day_of_the_calendar_is_a_page_or_a_400(client, day):
    for kind, name in (("date", f"{day}"), ("week", f"{day:%G-W%V}"), ("month", f"{day:%Y-%m}")):
        name = name.zfill(len(name) + 4 - len(name.split("-")[0]))
        answer = client.request("GET", f"/papers/{kind}/{name}")
        at_an_end = day.year in (1, 2, 9999) or len(name.split("-")[0]) != 4
        assert answer.status_code == 200 or (at_an_end and answer.status_code == 400), name
        check(answer)


RECORD_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80) | st.text(
    alphabet="<>&'\"/\\${}^_ \n\r\tab{}[]()%#|`*:;=", max_size=80
)
IDS = RECORD_TEXTS.map(lambda text: "".join(text.split()))  # every importer folds the white space of ids
RECORDS = st.builds(
    Record,
    source=st.sampled_from(["arxiv", "hub", "bibtex", "sample", "corpus-x"]),
    source_id=IDS,
    title=RECORD_TEXTS,
    abstract=RECORD_TEXTS,
    summary=RECORD_TEXTS,
    authors=st.lists(RECORD_TEXTS, max_size=15).map(tuple),
    author_count=st.none() | st.integers(0, 2**31 - 1),
    organization=RECORD_TEXTS,
    published_on=st.none() | st.dates(_INVENTED.date(1000, 1, 1), _INVENTED.date(2200, 12, 31)),
    edition_on=st.none() | st.just(_INVENTED.TODAY),
    categories=st.lists(RECORD_TEXTS, max_size=3).map(tuple),
    keywords=st.lists(RECORD_TEXTS, max_size=3).map(tuple),
    upvotes=st.integers(0, 2**31 - 1),
    comments=st.integers(0, 2**31 - 1),
    links=st.lists(
        st.builds(
            Link, st.sampled_from(LINK_KINDS), RECORD_TEXTS | RECORD_TEXTS.map(lambda t: f"https://x.example/{t}")
        ),
        max_size=4,
    ).map(tuple),
    doi=st.none() | IDS.map(lambda text: f"10.1234/x{text}y"),
    venue=RECORD_TEXTS,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, min_size=1, max_size=6, unique_by=content_key))
def test_every_paper_can_be_shown_and_cited(tmp_path_factory, records):
    house = _INVENTED.open_filled_house(
        tmp_path_factory.mktemp("papers"),
        records,
        lambda: _INVENTED.NOW,
        Settings(timezone="UTC", searches_per_minute=0),
    )
    client = _CLIENT.AsgiClient(make_app(house))
    try:
        for address in ("/", "/papers/trending", "/papers?q=a"):
            check(client.request("GET", address))
        trending = LexborHTMLParser(client.request("GET", "/papers/trending").text)
        papers = [node.attributes["href"] for node in trending.css("article h2 a")]
        assert papers
        for paper in papers:
            for form in ("", "/similar", ".md", ".bib", ".ris", ".csl.json", ".json"):
                answer = client.request("GET", paper + form)
                assert answer.status_code == 200, paper + form
                check(answer)
    finally:
        client.close()
        house.close()


@pytest.mark.parametrize(
    ("status", "body"), [(500, "<h1>x</h1>"), (200, "<h1 onclick=x>x</h1>"), (200, "<h1>x</h1><a href='data:x'>")]
)
def test_the_judge_fails_what_it_must(status, body):
    headers = {"content-security-policy": "default-src 'none'", "content-type": "text/html"}
    page = "<script src=/static/broadsheet.js></script><main>{}<input name=q></main>"
    check(httpx.Response(200, headers=headers, text=page.format("<h1>x</h1>")))
    with pytest.raises(AssertionError):
        check(httpx.Response(status, headers=headers, text=page.format(body)))
