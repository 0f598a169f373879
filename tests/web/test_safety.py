"""Nothing that a paper or a reader wrote runs as script, leads astray, or changes anything."""

from __future__ import annotations

import re
import sqlite3
from urllib.parse import urlencode, urlsplit

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser

PAPER_FORMS = ("md", "bib", "ris", "csl.json", "csv", "json")
LISTS = (
    "/", "/papers/date/2025-11-07", "/papers/date/2025-11-06", "/papers/week/2025-W44", "/papers/month/2025-10",
    "/papers/date/2200-12-31", "/papers/date/1000-01-01", "/papers/trending", "/papers?q=word", "/papers?q=alert",
)  # fmt: skip
HOSTILE_TYPED = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def faults_of(page: LexborHTMLParser) -> list[str]:
    """Return what a page may not hold: foreign scripts, handlers, styles, frames, strange addresses."""
    faults = [f"script {n.html}" for n in page.css("script") if not _is_our_script(n)]
    faults += [f"element {n.tag}" for n in page.css("iframe,object,embed,base,style,img,svg,math,template,video")]
    for node in page.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc", "srcset"):
                faults.append(f"{node.tag} {name}={value}")
            if name in ("href", "src", "action", "formaction") and not _is_proper(value or ""):
                faults.append(f"{node.tag} {name}={value}")
            if name == "http-equiv":
                faults.append(f"{node.tag} {name}={value}")
    return faults


def _is_our_script(node) -> bool:  # type: ignore[no-untyped-def]
    if node.attributes == {"type": "application/ld+json"}:  # data, which no browser runs
        return set(orjson.loads(node.text())) >= {"@context", "headline"} and not set(node.text()) & set("<>&")
    source = node.attributes.get("src") or ""
    return re.fullmatch(r"/static/broadsheet\.js\?v=[0-9a-f]{10}", source) is not None and not node.text().strip()


def _is_proper(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    return address.startswith(("/", "#")) and not address.startswith(("//", "/\\"))


def every_page(site) -> list[str]:  # type: ignore[no-untyped-def]
    """Return the lists and, from them, every paper's page and its similar ones."""
    papers = {href for address in LISTS for href in site.hrefs(address, "article h2 a")}
    assert len(papers) == 12
    return [*LISTS, *sorted(papers), *(f"{paper}/similar" for paper in sorted(papers))]


def test_the_checker_sees_what_it_must():
    bad = (
        "<script type='application/ld+json' src='//e'>{}</script>", "<script type='application/ld+json'>[1]</script>",
        "<script>x</script>", "<script src=//e.example/x.js></script>", "<a href='javascript:x'>", "<a href='//e'>",
        "<p onclick=x>", "<a href='data:text/html,x'>", "<img src=x>", "<p style='x'>", "<form action='http://'>",
    )  # fmt: skip
    assert all(faults_of(LexborHTMLParser(html)) for html in bad)
    assert not faults_of(LexborHTMLParser('<a href="https://x.example/">x</a><a href="/papers">y</a>'))


def test_no_page_holds_anything_that_a_paper_brought_to_run(hostile_site):
    for address in every_page(hostile_site):
        page = hostile_site.page(address)
        assert faults_of(page) == [], address
        assert len(page.css("title")) == 1
        assert len(page.css("main")) == 1
        assert len(page.css("head script[src]")) == 1


def test_hostile_words_are_shown_as_words(hostile_site):
    shown = hostile_site.text("/papers/2511.00001", "main")
    for words in ("<script>alert(1)</script>", "<svg onload=alert(1)>", "<b onmouseover=alert(1)>Eve</b>", "<i>cs</i>"):
        assert words in shown
    assert hostile_site.text("/papers/2511.00001", "title").startswith("</title><script>alert(1)</script>")


def test_links_that_are_no_web_addresses_are_not_printed(hostile_site):
    assert hostile_site.hrefs("/papers/2511.00001", ".paper .facts a") == ["https://good.example/a?b=c&d=e"]


def test_templates_in_a_paper_are_not_filled_in(hostile_site):
    assert "{{ 7*7 }} {% include '/etc/passwd' %} word" in hostile_site.texts("/papers/trending", "article h2")


@pytest.mark.parametrize(
    "address",
    [
        "/papers?" + urlencode({"q": HOSTILE_TYPED}),
        "/papers?" + urlencode({"q": "word", "p": HOSTILE_TYPED}),
        "/papers/" + HOSTILE_TYPED,
        "/papers/date/" + HOSTILE_TYPED,
        "/papers/week/javascript:alert(1)",
        "/" + HOSTILE_TYPED,
        "/static/" + HOSTILE_TYPED,
        "//evil.example/papers",
    ],
)
def test_nothing_that_a_reader_typed_runs(hostile_site, address):
    answer = hostile_site.get(address)
    assert answer.status_code in (200, 400, 404)
    assert faults_of(LexborHTMLParser(answer.text)) == []


def test_no_redirect_leaves_the_site(hostile_site):
    for address in ("//evil.example/", "/papers//evil.example/", "/papers/date//", "/papers/trending/", "//"):
        location = hostile_site.get(address).headers.get("location", "/")
        parts = urlsplit(location)
        assert parts.hostname in (None, "testserver"), (address, location)
        assert parts.hostname or not location.startswith("//")


def test_the_forms_of_hostile_papers_stay_in_their_form(hostile_site):
    for paper in every_page(hostile_site)[len(LISTS) : len(LISTS) + 12]:
        for form in PAPER_FORMS:
            answer = hostile_site.get(f"{paper}.{form}")
            assert answer.status_code == 200, (paper, form)
            assert "html" not in answer.headers["content-type"]
            if "json" in form:
                answer.json()
    markdown = hostile_site.get("/papers/2511.00001.md").text
    assert re.search(r"(?<!\\)<(script|img|b|iframe)", markdown) is None
    assert "javascript:" not in "".join(re.findall(r"(?<!\\)<[^>]*>", markdown))


def test_a_hostile_name_does_not_leave_its_line_in_ris(open_site, plain):
    site = open_site(plain(1, authors=("Eve\nER  - \nTY  - JOUR",), title="One\r\nTI  - Two", venue="V\nX  - y"))
    lines = site.get("/papers/2511.00001.ris").text.splitlines()
    assert sum(line.startswith("TY  - ") for line in lines) == 1
    assert sum(line.startswith("ER  -") for line in lines) == 1
    assert sum(line.startswith("TI  - ") for line in lines) == 1


ALL_KINDS = (
    ("/", 200), ("/papers/trending", 200), ("/papers/2511.00101", 200), ("/papers/2511.00101/similar", 200),
    *((f"/papers/2511.00101.{form}", 200) for form in PAPER_FORMS),
    ("/papers/date", 302), ("/papers/nothing", 404), ("/papers/nothing.json", 404), ("/nowhere", 404),
    ("/papers/date/x", 400), ("/papers?q=x&p=x", 400), ("/static/broadsheet.css", 200), ("/static/none", 404),
    ("/static/broadsheet.js", 200), ("/static/icon.svg", 200), ("/healthz", 200),
)  # fmt: skip


@pytest.mark.parametrize(("address", "status"), ALL_KINDS)
def test_every_answer_carries_the_policy(calm_site, address, status):
    answer = calm_site.get(address)
    assert answer.status_code == status
    check_policy(answer.headers)


def check_policy(headers) -> None:  # type: ignore[no-untyped-def]
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
@pytest.mark.parametrize("address", ["/", "/papers", "/papers/2511.00101", "/static/icon.svg", "/healthz"])
def test_other_methods_are_refused_by_name(calm_site, method, address):
    answer = calm_site.get(address, method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    check_policy(answer.headers)


@pytest.mark.parametrize("address", ["/", "/papers/2511.00101", "/papers/2511.00101.bib", "/static/icon.svg"])
def test_head_answers_as_get_does_without_a_body(calm_site, address):
    head, get = calm_site.get(address, "HEAD"), calm_site.get(address)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_reading_never_changes_the_record(open_site, plain):
    site = open_site(plain(1), plain(2, authors=()))
    before, content = site.house.database.revision(), _dump(site)
    for address in (*(a for a, _ in ALL_KINDS), "/papers?q=gardens", "/papers/2511.00001", "/papers/week", *LISTS):
        site.get(address)
    assert site.house.database.revision() == before
    assert _dump(site) == content


def _dump(site) -> list[str]:  # type: ignore[no-untyped-def]
    with sqlite3.connect(site.house.database.path) as connection:
        dumped = list(connection.iterdump())
    connection.close()
    return dumped


@pytest.mark.parametrize("table", ["edition_papers", "papers", "facts"])
def test_a_broken_record_gives_a_page_that_gives_nothing_away(open_site, plain, table):
    site = open_site(plain(1))
    site.client.raise_errors = False
    with sqlite3.connect(site.house.database.path) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME TO gone")
    connection.close()
    answer = site.get("/")
    assert answer.status_code == 500
    assert "Something broke" in answer.text
    assert "sqlite" not in answer.text.lower()
    assert "Traceback" not in answer.text
    check_policy(answer.headers)
    error = site.get("/papers/nothing.json")
    assert error.status_code in (404, 500)
    assert set(error.json()) == {"error", "status"}


def test_a_record_that_is_no_database_gives_a_page(open_site, plain):
    site = open_site(plain(1))
    site.house.database.close()
    for path in site.house.folder.glob("broadsheet.sqlite*"):
        path.unlink()
    site.house.database.path.write_bytes(b"this is no database at all" * 100)
    answer = site.get("/")
    assert answer.status_code == 500
    assert LexborHTMLParser(answer.text).css_first("main h1") is not None
    assert "not a Broadsheet record" in answer.text
