"""The site map: every address of ours that a page prints is answered, and names agree."""

from __future__ import annotations

import inspect
import re
from importlib.resources import files
from urllib.parse import urldefrag

from starlette.routing import Route

from broadsheet.render import (
    account_pages,
    alert_pages,
    curating_pages,
    discussion_pages,
    group_pages,
    help_pages,
    library_pages,
    operator_pages,
    own_list_pages,
    pages,
    paper_pages,
    subscription_pages,
)
from broadsheet.web.access import ANYONE, READS
from broadsheet.web.app import ADDRESSES

TEMPLATES = {t.name: t.read_text("utf-8") for t in (files("broadsheet.render") / "templates").iterdir()}


DRESSED = ("/", "/papers/2511.00101", "/papers/trending", "/papers/2511.00101/similar", "/papers/date/2025-11-07")


def crawl(site) -> dict[str, int]:  # type: ignore[no-untyped-def]
    """Open the front page and every address of ours that any page reached prints; return their statuses."""
    waiting, seen = ["/", "/papers/month/2025-10", "/papers/date/2200-12-31", "/papers/date/1990-01-01"], {}
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        answer = site.get(address)
        seen[address] = answer.status_code
        if 300 <= answer.status_code < 400:
            waiting.append(answer.headers["location"])
        elif answer.headers["content-type"].startswith("text/html"):
            links = site.hrefs(address, "[href]") + [n.attributes["src"] or "" for n in site.page(address).css("[src]")]
            narrower = set(site.hrefs(address, ".facets a, .meant a"))  # without end; test_search.py opens some
            if address not in DRESSED:  # every list has them
                narrower |= set(site.hrefs(address, ".dresses a, link[rel=alternate], .feeds .forms a"))
            waiting += [urldefrag(link).url for link in links if link.startswith("/") and link not in narrower]
        assert len(seen) < 1_000
    return seen


def test_every_address_that_a_page_prints_is_answered(hostile_site):
    seen = crawl(hostile_site)
    assert {address: status for address, status in seen.items() if status >= 400} == {}
    assert len(seen) > 100


def test_every_kind_of_address_is_reached(hostile_site):
    routes = [r for r in hostile_site.app.routes if isinstance(r, Route)]
    reached = {
        next(r.path for r in routes if r.path_regex.match(address.split("?")[0])) for address in crawl(hostile_site)
    }
    linked_from_nowhere = {"/healthz", "/papers/date", "/sign-in/{secret}", "/submit"}
    linked_from_nowhere |= {"/sign-in/with/{provider}", "/sign-in/back/{provider}"}  # no provider is set up
    linked_from_nowhere |= {"/comments/{pk}"}  # nobody wrote one
    linked_from_nowhere |= {"/robots.txt", "/llms.txt", "/sitemap.xml", "/sitemap-{part}.xml"}  # test_discovery.py
    pages_for_all = {
        a.path for a in ADDRESSES if a.method == "GET" and a.who in (ANYONE, READS) and not a.path.startswith("/api/")
    }
    # There is no group here; test_groups.py goes through all pages of one.
    pages_for_all = {path for path in pages_for_all if not path.startswith("/g/")}
    assert pages_for_all - reached == linked_from_nowhere


def test_templates_are_named_as_what_shows_them():
    shown = {name for name in TEMPLATES if name.startswith("show_")}
    rooms = (
        pages,
        operator_pages,
        own_list_pages,
        paper_pages,
        curating_pages,
        discussion_pages,
        account_pages,
        alert_pages,
        help_pages,
        library_pages,
        group_pages,
        subscription_pages,
    )
    functions = {
        n: f for room in rooms for n, f in inspect.getmembers(room, inspect.isfunction) if n.startswith("show_")
    }
    assert {name.removesuffix(".html") for name in shown} == set(functions)
    for name, function in functions.items():
        assert f'"{name}.html"' in inspect.getsource(function)
    parts = {name for name in TEMPLATES if not name.startswith("show_")}
    assert all(any(f'"{part}"' in TEMPLATES[name] for name in shown) for part in parts)


def test_handlers_are_named_as_the_house_names_them(calm_site):
    for route in calm_site.app.routes:
        if route.path == "/mcp":
            continue  # an application of its own, asynchronous as the SDK is
        assert re.fullmatch(r"(show|submit)_[a-z_]+", route.endpoint.__name__), route.path
        assert not inspect.iscoroutinefunction(route.endpoint)


def test_templates_hold_no_inline_style_script_or_handler():
    for name, text in TEMPLATES.items():
        assert re.search(r"<script(?! src=\"\{\{ static)", text) is None, name
        assert re.search(r"<style|\sstyle=|\son[a-z]+=|\|\s*safe\b|javascript:", text) is None, name


def test_every_page_has_one_heading_a_language_and_a_search_box(hostile_site):
    for address in ("/", "/papers/trending", "/papers?q=x", "/papers/2511.00101", "/papers/date/2025-11-06"):
        page = hostile_site.page(address)
        assert len(page.css("h1")) == 1
        assert page.css_first("html").attributes["lang"] == "en"
        assert page.css_first("header form[role=search] input#q") is not None
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert len(ids) == len(set(ids))


def test_health_counts_record_and_index(calm_site):
    assert calm_site.get("/healthz").json() | {"version": ""} == {
        "ok": True, "version": "", "papers": 4, "indexed": 4,
    }  # fmt: skip
