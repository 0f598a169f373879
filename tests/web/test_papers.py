"""One paper: its page, its forms, its names."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import orjson
import pytest

from broadsheet.domain.paper import Link


def test_a_page_shows_every_field(calm_site):
    shown = calm_site.text("/papers/2511.00101")
    for words in (
        "Ada Byron, José Núñez, Grace Murray", "Wednesday, November 5, 2025", "Friday, November 7, 2025", "1,234",
        "1 comment", "ℓ_∞ Bounds", "10⁶ stones", "cs.LG", "rivers & stones", "@misc", "the Hub's daily papers",
    ):  # fmt: skip
        assert words in shown
    assert "/papers/date/2025-11-07" in calm_site.hrefs("/papers/2511.00101")
    assert "https://git.example/rivers?a=1&b=2" in calm_site.hrefs("/papers/2511.00101", ".paper .facts a")


def test_the_title_of_the_window_is_the_papers_readable_title(calm_site):
    assert calm_site.text("/papers/2511.00101", "title") == (
        "Slow Rivers: ℓ_∞ Bounds for Patient Learners · Broadsheet"
    )


def test_a_summary_is_not_called_an_abstract(calm_site):
    address = next(a for a in calm_site.hrefs("/", "article h2 a") if a.startswith("/papers/p-"))
    assert calm_site.texts(address, "section h2")[0] == "Summary, not the abstract"
    assert "4 authors" in calm_site.text(address, ".byline")


def test_a_paper_without_links_leads_to_a_search_for_its_title(calm_site):
    address = next(a for a in calm_site.hrefs("/", "article h2 a") if a.startswith("/papers/p-"))
    assert calm_site.hrefs(address, ".paper .facts a") == [
        "https://arxiv.org/search/?query=Lanterns+%26+Maps%3A+A+Survey&searchtype=title"
    ]


def test_many_authors_are_folded_and_all_there(calm_site):
    fold = calm_site.page("/papers/hep-th/9901001").css_first("details.byline")
    assert "20 authors." in fold.text()
    assert "Author Number20" in fold.text()
    assert calm_site.page("/papers/2511.00101").css_first("details.byline") is None


@pytest.mark.parametrize("name", ["hep-th/9901001", "10.1000/182/barley(2025)", "2511.00101"])
def test_names_with_slashes_open_in_every_form(calm_site, name):
    address = next(a for a in calm_site.hrefs("/papers/trending", "article h2 a") if unquote(a).endswith(name))
    assert calm_site.get(address).status_code == 200
    assert calm_site.get(f"{address}/similar").status_code == 200
    for form in ("md", "bib", "ris", "csl.json", "csv", "json"):
        assert calm_site.get(f"{address}.{form}").status_code == 200
    assert orjson.loads(calm_site.get(f"{address}.json").content)["id"] == name


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("md", "text/markdown; charset=utf-8", "# Slow Rivers"),
        ("bib", "application/x-bibtex; charset=utf-8", "@misc{byron2025slow,"),
        ("ris", "application/x-research-info-systems; charset=utf-8", "TY  - UNPB"),
        ("csl.json", "application/vnd.citationstyles.csl+json", "["),
        ("csv", "text/csv; charset=utf-8; header=present", "rank,id,title,authors"),
        ("json", "application/json", '{"id":"2511.00101"'),
    ],
)
def test_the_forms_of_a_paper(calm_site, form, media_type, begins):
    answer = calm_site.get(f"/papers/2511.00101.{form}")
    assert answer.headers["content-type"] == media_type
    assert answer.text.startswith(begins)
    assert f"/papers/2511.00101.{form}" in calm_site.hrefs("/papers/2511.00101", ".forms a")


@pytest.mark.parametrize("address", ["/papers/nothing", "/papers/2511.99999", "/papers/", "/papers/10.1/x/y/similar"])
def test_an_unknown_paper_is_a_404_page_with_a_search_box(calm_site, address):
    page = calm_site.page(address, 404)
    form = page.css_first("main form[role=search]")
    assert form.attributes["action"] == "/papers"
    assert form.css_first("input[name=q]") is not None


@pytest.mark.parametrize("address", ["/papers/nothing.json", "/papers/nothing.csl.json", "/api/nothing"])
def test_programs_get_errors_as_an_object(calm_site, address):
    answer = calm_site.get(address)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "status"}
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("address", ["/nothing", "/papers/x/y/z", "/static/nothing.css", "/static/../x", "/%00"])
def test_an_unknown_address_is_a_404_page(calm_site, address):
    assert calm_site.page(address, 404).css_first("input[name=q]") is not None


def test_a_former_id_leads_to_the_paper_for_good(open_site, plain):
    early = plain(1, arxiv_id=None)
    site = open_site(early)
    former = site.hrefs("/", "article h2 a")[0]
    assert former.startswith("/papers/p-")
    site.take_in(replace(early, source="arxiv", source_id="2511.04321", arxiv_id="2511.04321"))
    answer = site.get(former)
    assert (answer.status_code, answer.headers["location"]) == (301, "/papers/2511.04321")
    assert site.get(f"{former}.bib").status_code == 200
    assert site.get(f"{former}/similar").status_code in (200, 301)


def test_a_name_that_ends_as_an_address_of_ours_is_still_a_name(hostile_site):
    assert "ends as an address" in hostile_site.text("/papers/10.1234/similar", "h1")
    assert hostile_site.text("/papers/10.1234/similar/similar", "h1").startswith("Papers like A paper whose name")
    assert "ends as a file" in hostile_site.text("/papers/10.1234/word.json", "h1")
    assert hostile_site.get("/papers/10.1234/word.json.json").json()["id"] == "10.1234/word.json"


def test_similar_papers_share_words_and_leave_out_the_paper_itself(open_site, plain):
    sea = [plain(n, title=f"Tidal {w} of the harbour", abstract=f"harbour tides {w}") for n, w in enumerate("abc")]
    site = open_site(*sea, *(plain(n, title=f"Desert {n}", abstract="dunes") for n in range(10, 30)))
    titles = site.texts("/papers/2511.00000/similar", "article h2")
    assert sorted(titles) == ["Tidal b of the harbour", "Tidal c of the harbour"]
    assert set(site.texts("/papers/2511.00000", ".similar article h3")) == set(titles)


def test_both_copies_of_a_paper_are_named_as_its_sources(open_site, plain):
    first = plain(1)
    site = open_site(first, replace(first, source="arxiv", source_id="2511.00001"))
    assert site.texts("/papers/2511.00001", ".sources li") == [
        "the Hub's daily papers plain-1",
        "arXiv 2511.00001: same arXiv id 2511.00001",
    ]


def test_only_safe_links_are_shown(open_site, plain):
    urls = ("javascript:alert(1)", "data:text/html,x", "//x.example", "https://ok.example/?a=1&b=2", "ftp://x.example")
    site = open_site(plain(1, links=tuple(Link("other", url) for url in urls)))
    assert site.hrefs("/papers/2511.00001", ".paper .facts a") == ["https://ok.example/?a=1&b=2"]
