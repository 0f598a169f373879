"""What a card says of a paper."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.domain.paper import Link


@pytest.mark.parametrize(
    ("fields", "byline"),
    [
        ({"authors": ("Ada Byron",)}, "Ada Byron"),
        ({"authors": ("Ada", "Bea", "Cyd")}, "Ada, Bea, Cyd"),
        ({"authors": ("Ada", "Bea", "Cyd", "Dee")}, "Ada and 3 more"),
        ({"authors": (), "author_count": 4}, "4 authors"),
        ({"authors": (), "author_count": 1}, "1 author"),
        ({"authors": (), "organization": "ACME Lab"}, "ACME Lab"),
        ({"authors": (), "organization": r"\'Ecole $\ell$"}, "École ℓ"),
        ({"authors": (r"Fr\'ed\'eric",), "organization": "ACME"}, "Frédéric"),
        ({"authors": ()}, ""),
    ],
)
def test_the_byline(open_site, plain, fields, byline):
    site = open_site(plain(1, published_on=None, **fields))
    found = site.page("/").css_first("article .byline")
    assert ("" if found is None else " ".join(found.text().split())) == byline


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2025, 2, 27), "Feb 27"), (date(2024, 2, 27), "Feb 27, 2024"), (date(1000, 1, 1), "Jan 1, 1000")],
)
def test_the_date_has_its_year_only_when_it_is_not_this_year(open_site, plain, day, words):
    site = open_site(plain(1, published_on=day))
    assert site.texts("/", "article time") == [words]
    assert site.page("/").css_first("article time").attributes["datetime"] == day.isoformat()


@pytest.mark.parametrize(
    ("upvotes", "comments", "facts"),
    [
        (0, 0, []),
        (1, 0, ["▲ 1 upvote"]),
        (0, 1, ["1 comment"]),
        (2345, 2, ["▲ 2,345 upvotes", "2 comments"]),
    ],
)
def test_counts_are_shown_when_there_are_any(open_site, plain, upvotes, comments, facts):
    site = open_site(plain(1, upvotes=upvotes, comments=comments))
    assert site.texts("/", "article .facts li") == facts
    assert len(site.page("/").css("article .facts")) == bool(facts)


def test_links_to_code_and_project_stand_on_the_card_once_each(open_site, plain):
    links = [("code", "https://a.example/1"), ("code", "https://a.example/2"), ("project", "https://b.example")]
    site = open_site(plain(1, links=tuple(Link(kind, url) for kind, url in [*links, ("abs", "https://c.example")])))
    assert site.hrefs("/", "article .facts a") == ["https://a.example/1", "https://b.example"]
    assert site.texts("/", "article .facts a") == ["code", "project"]
    assert all("noopener" in (a.attributes["rel"] or "") for a in site.page("/").css("article .facts a"))


def test_an_abstract_is_folded_and_whole(open_site, plain):
    text = "A long abstract. " * 100
    site = open_site(plain(1, abstract=text))
    folded = site.page("/").css_first("article details.fold")
    assert "open" not in folded.attributes
    assert " ".join(folded.text().split()) == text.strip()


def test_a_summary_is_called_a_summary_and_an_abstract_is_not(open_site, plain):
    site = open_site(plain(1, abstract="", summary="Short words."))
    assert site.text("/", "article .fold") == "Summary, not the abstract. Short words."
    both = open_site(plain(2, abstract="Their words.", summary="Short words."))
    assert both.text("/", "article .fold") == "Their words."


def test_a_paper_without_any_text_has_a_card(open_site, plain):
    site = open_site(plain(1, abstract="", authors=(), published_on=None))
    assert site.texts("/", "article") == ["Plain paper number 1"]


def test_tex_is_readable_text(calm_site):
    shown = calm_site.text("/", "article.lead")
    assert "ℓ_∞ Bounds for Patient Learners" in shown
    assert "10⁶ stones" in shown
    assert "\\" not in shown
    assert "$" not in shown


def test_forty_cards_stay_under_60_kilobytes_apart_from_the_papers_text(open_site, plain):
    links = tuple(Link(kind, f"https://{kind}.example/{'x' * 60}") for kind in ("abs", "pdf", "code", "project"))
    records = [plain(n, links=links, upvotes=1000, comments=10, abstract="words " * 250) for n in range(41)]
    site = open_site(*records)
    for address in ("/", "/papers/date/2025-11-07", "/papers/trending", "/papers/week/2025-W45"):
        page = site.page(address)
        shown = page.css("article")
        assert len(shown) == 40
        texts = sum(len(card.css_first("h2").text()) + len(card.css_first(".fold").text()) for card in shown)
        assert len(site.get(address).content) - texts < 60_000
