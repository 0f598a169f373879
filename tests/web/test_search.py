"""Search: what is found, counted, marked; and what people type."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest

from broadsheet.domain.paper import Link
from broadsheet.settings import Settings


def ask(text: str, **more: object) -> str:
    """Return the address of a search."""
    return "/papers?" + urlencode({"q": text, **more})


def test_matched_words_are_marked_in_title_and_text(calm_site):
    address = ask("river learners")
    assert "Rivers" in calm_site.texts(address, "article h2 mark")
    assert {"learners", "river"} <= set(calm_site.texts(address, "article .fold mark"))
    assert "stones" not in calm_site.texts(address, "mark")


def test_matches_are_counted_in_the_right_number(calm_site):
    assert calm_site.text(ask("lanterns"), ".count") == "1 paper matches, best first"
    assert calm_site.text(ask("rivers"), ".count") == "2 papers match, best first"
    assert calm_site.page(ask("nowhereword")).css_first(".count") is None
    assert "No paper matches" in calm_site.text(ask("nowhereword"), ".empty")


def test_what_was_typed_stands_in_the_box_the_heading_and_the_title(calm_site):
    typed = 'a "b" <c> & ’d’'
    page = calm_site.page(ask(typed))
    assert page.css_first("#q").attributes["value"] == typed
    assert typed in page.css_first("h1").text()
    assert typed in page.css_first("title").text()


def test_an_id_typed_finds_its_paper_first(calm_site):
    for typed in ("2511.00101", "https://arxiv.org/abs/2511.00101v3", "arXiv:2511.00101"):
        assert calm_site.hrefs(ask(typed), "article h2 a")[0] == "/papers/2511.00101"
    assert calm_site.hrefs(ask("hep-th/9901001"), "article h2 a")[0] == "/papers/hep-th/9901001"


def test_an_empty_query_is_a_page(calm_site):
    for typed in ("", "   ", "\t"):
        assert calm_site.text(ask(typed), "h1") == "Search"


@pytest.mark.parametrize(
    "typed",
    [
        "x" * 10_000,
        "word " * 2_000,
        '"' * 9_999,
        'unbalanced "quote',
        "\x00\x01\x02\x1b\x7f\r\n",
        "title:foo AND (bar OR *) ^2 ~3 [a TO b] {x} \\ /re/ +-!:",
        "' OR 1=1; DROP TABLE papers; --",
        "‮​￿",
        "日本語 поиск 🦆 é́́",
        "<script>alert(1)</script>",
        "{{ 7*7 }} {% x %}",
        "../../etc/passwd",
        "10.1234/" + "a" * 5_000,
    ],
)
def test_whatever_is_typed_gives_a_page(hostile_site, typed):
    page = hostile_site.page(ask(typed))
    assert page.css_first("main h1") is not None
    assert "49" not in page.css_first("h1").text()


@pytest.mark.parametrize(
    "query", ["q=%", "q=%ZZ", "q=%FF%FE", "q=%ED%A0%80", "q=%00", "q=a;b", "q&&&=", "=", "q=%u0041", "q=+", "q=a&q=b"]
)
def test_broken_encodings_give_a_page(hostile_site, query):
    assert hostile_site.page(f"/papers?{query}").css_first("main h1") is not None


def test_results_go_on_with_the_same_words(open_site, plain):
    site = open_site(*(plain(n) for n in range(5)), settings=Settings(timezone="UTC", results_per_page=2))
    typed = 'gardens & "abstract'
    seen, address = [], ask(typed)
    while address:
        page = site.page(address)
        seen += [node.text() for node in page.css("article h2")]
        following = page.css_first(".pager a[rel=next]")
        address = following.attributes["href"] if following else None
        assert page.css_first("#q").attributes["value"] == typed
    assert sorted(seen) == [f"Plain paper number {n}" for n in range(5)]


def test_a_page_behind_the_end_says_so(calm_site):
    assert "The list ends" in calm_site.text(ask("rivers", p=3), ".empty")


def test_results_beyond_the_deepest_are_refused(calm_site):
    assert "10,000" in calm_site.text(ask("rivers", p=501), status=400)


def test_a_search_right_after_an_import_sees_the_papers(open_site, plain):
    site = open_site(plain(1))
    assert site.texts(ask("zeppelin"), "article") == []
    site.take_in(plain(2, title="The zeppelin returns"))
    assert site.texts(ask("zeppelin"), "article h2") == ["The zeppelin returns"]


def test_subjects_on_a_papers_page_lead_to_their_papers(calm_site):
    addresses = calm_site.hrefs("/papers/2511.00101", ".tags a")
    assert addresses[0] == "/papers/category/cs.LG"
    assert all(calm_site.get(address).status_code == 200 for address in addresses)
    assert calm_site.text("/papers?q=" + quote("rivers & stones"), "h1") == "Papers on “rivers & stones”"


def test_a_word_that_no_paper_has_is_asked_about(calm_site):
    assert calm_site.text(ask("rivrs"), ".meant") == "Did you mean rivers?"
    assert calm_site.hrefs(ask("rivrs -stones"), ".meant a") == [ask("rivers -stones")]
    assert calm_site.page(ask("rivers")).css_first(".meant") is None
    assert calm_site.page(ask("asdkjh qwe")).css_first(".meant") is None
    assert "No paper matches" in calm_site.text(ask("asdkjh qwe"), ".empty")
    assert calm_site.page(ask("2511.00101")).css_first(".meant") is None


def test_results_can_be_narrowed_and_widened_again(open_site, plain):
    site = open_site(
        plain(1, published_on=date(2024, 5, 1), categories=("cs.CL", "cs.LG")),
        plain(2, published_on=date(2024, 6, 1), categories=("cs.CL",), links=(Link("code", "https://x.org/c"),)),
        plain(3, published_on=date(2025, 1, 1), categories=("math.CO",), source="arxiv"),
        plain(4, title="Elsewhere", abstract="Nothing of the kind.", categories=("cs.IR",)),
    )
    page = site.page(ask("gardens"))
    offered = {" ".join(a.text().split()): a.attributes["href"] for a in page.css(".facets a")}
    assert list(offered) == [
        "newest", "most voted for", "2024 2", "2025 1", "cs.CL 2", "cs.LG 1", "math.CO 1", "code 1",
        "the Hub's daily papers 2", "arXiv 1",
    ]  # fmt: skip
    assert offered["2024 2"] == ask("gardens date:2024")
    for name, address in offered.items():
        papers = site.hrefs(address, "article h2 a")
        assert len(papers) == int(name.split()[-1]) if name[-1].isdigit() else 3
    narrow = site.page(offered["cs.CL 2"])
    taken_away = {a.attributes["href"] for a in narrow.css(".facets a") if "×" in a.text()}
    assert taken_away == {ask("gardens")}
    assert "cs.CL 2" not in {" ".join(a.text().split()) for a in narrow.css(".facets a")}


def test_results_can_be_sorted_otherwise(open_site, plain):
    site = open_site(
        plain(1, published_on=date(2024, 5, 1), upvotes=3),
        plain(2, published_on=date(2025, 5, 1), upvotes=1),
        plain(3, published_on=date(2023, 5, 1), upvotes=9, title="Gardens, gardens"),
    )
    assert site.hrefs(ask("gardens"), ".facets a")[:2] == [ask("gardens sort:new"), ask("gardens sort:votes")]
    assert site.hrefs(ask("gardens sort:votes"), "article h2 a")[0] == "/papers/2511.00003"
    assert site.hrefs(ask("gardens sort:new"), "article h2 a")[0] == "/papers/2511.00002"
    assert site.text(ask("gardens sort:new"), ".facets [aria-current]") == "newest"
    assert ask("gardens") in site.hrefs(ask("gardens sort:new"), ".facets a")


def test_a_title_typed_says_why(calm_site):
    assert calm_site.texts(ask("slow rivers"), "article .why p")[0].startswith("Its title was typed.")


def test_browsers_are_told_how_to_search_here(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="UTC", title="Tom & <Ann>'s own long daily"))
    (told,) = site.page("/").css("link[rel=search]")
    assert told.attributes["title"] == "Tom & <Ann>'s own long daily"
    answer = site.get(told.attributes["href"])
    assert answer.headers["content-type"] == told.attributes["type"] == "application/opensearchdescription+xml"
    name = "{http://a9.com/-/spec/opensearch/1.1/}"
    description = ElementTree.fromstring(answer.text)
    assert description.tag == f"{name}OpenSearchDescription"
    assert description.findtext(f"{name}ShortName") == "Tom & <Ann>'s own long daily"[:16]
    template = description.find(f"{name}Url[@type='text/html']").attrib["template"]
    root, _, path = template.partition("/papers")
    assert root.startswith("http") and path == "?q={searchTerms}"
    assert site.texts("/papers" + path.replace("{searchTerms}", "gardens"), "article h2") == ["Plain paper number 1"]
