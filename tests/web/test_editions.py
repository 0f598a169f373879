"""Editions: today, any day, week and month, and what stands where there is nothing."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.announcements import Announced, Announcement
from broadsheet.domain.days import period_of
from broadsheet.settings import Settings
from broadsheet.sources.sample import read_sample
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.press_edition import press_edition

_ARXIV = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "usecases" / "invented_arxiv.py")))


def test_the_front_page_is_todays_edition(calm_site):
    assert calm_site.text("/", ".dateline h1") == "Today’s papers"
    assert calm_site.text("/", ".count") == "3 papers"
    assert calm_site.page("/").css_first(".stale") is None
    assert calm_site.texts("/", "article.lead h2") == ["Slow Rivers: ℓ_∞ Bounds for Patient Learners"]


def test_papers_without_a_query_is_the_front_page(calm_site):
    assert calm_site.get("/papers").text == calm_site.get("/").text


def test_the_front_page_falls_back_to_the_newest_edition_and_says_so(open_site, plain):
    site = open_site(plain(1, date(2025, 11, 3)), plain(2, date(2025, 10, 1)))
    assert site.text("/", ".dateline h1") == "Monday, November 3, 2025"
    assert "newest edition" in site.text("/", ".stale")
    assert site.texts("/", "article h2") == ["Plain paper number 1"]


def test_papers_of_tomorrow_do_not_stand_on_todays_front_page(open_site, plain):
    site = open_site(plain(1, date(2025, 11, 3)), plain(2, date(2025, 11, 9)))
    assert site.texts("/", "article h2") == ["Plain paper number 1"]


def test_the_front_page_moves_on_with_the_day(open_site, plain):
    site = open_site(plain(1))
    assert site.text("/", ".dateline h1") == "Today’s papers"
    site.set_time(datetime(2025, 11, 8, 17, tzinfo=UTC))
    assert site.text("/", ".dateline h1") == "Friday, November 7, 2025"
    assert "newest edition" in site.text("/", ".stale")


def test_the_day_begins_in_the_zone_of_the_settings(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="Pacific/Auckland"))
    assert "Saturday, November 8, 2025" in site.text("/", ".motto")


def test_an_empty_record_says_how_to_fill_it(open_site):
    site = open_site()
    assert "broadsheet import" in site.text("/")
    assert site.text("/papers/trending", "h2") == "Nothing here."
    assert site.page("/").css_first(".stale") is None


def test_every_day_between_two_dates_opens(calm_site):
    day = date(2025, 10, 1)
    while day <= date(2025, 11, 30):
        page = calm_site.page(f"/papers/date/{day}")
        assert page.css_first("article") is not None or page.css_first(".empty") is not None
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/papers/date/2025-11-06", ["/papers/date/2025-11-05", "/papers/date/2025-11-07"]),
        ("/papers/date/2025-12-24", ["/papers/date/2025-11-07"]),
        ("/papers/date/1990-01-01", ["/papers/date/2025-11-05"]),
        ("/papers/week/2025-W50", ["/papers/week/2025-W45"]),
        ("/papers/month/2025-03", ["/papers/month/2025-11"]),
    ],
)
def test_a_stretch_without_papers_leads_to_the_nearest(calm_site, address, leads_to):
    assert calm_site.hrefs(address, ".empty a") == leads_to
    assert calm_site.text(address, ".empty h2").startswith("No papers")


def test_previous_and_next_skip_days_without_papers(calm_site):
    assert calm_site.hrefs("/papers/date/2025-11-05", "a[rel=next]") == ["/papers/date/2025-11-07"]
    assert calm_site.hrefs("/papers/date/2025-11-07", ".dateline a[rel=prev]") == ["/papers/date/2025-11-05"]
    assert calm_site.hrefs("/papers/date/2025-11-07", "a[rel=next]") == []
    assert calm_site.hrefs("/papers/date/2025-11-05", "a[rel=prev]") == []


def test_weeks_and_months_hold_their_papers_once_and_lead_on(open_site, plain):
    twice = plain(1, date(2025, 11, 3))
    site = open_site(
        twice,
        replace(twice, source="daily-page", source_id="again", edition_on=date(2025, 11, 4)),
        plain(2, date(2025, 11, 9)),
        plain(3, date(2025, 11, 10)),
        plain(4, date(2025, 9, 30)),
    )
    assert sorted(site.texts("/papers/week/2025-W45", "article h2")) == [
        "Plain paper number 1",
        "Plain paper number 2",
    ]
    assert site.text("/papers/week/2025-W45", ".count") == "2 papers"
    assert site.text("/papers/week/2025-W45", "h1") == "Week 45, 2025"
    assert site.hrefs("/papers/week/2025-W45", "a[rel=next]") == ["/papers/week/2025-W46"]
    assert site.hrefs("/papers/week/2025-W45", "a[rel=prev]") == ["/papers/week/2025-W40"]
    assert site.text("/papers/month/2025-11", ".count") == "3 papers"
    assert site.text("/papers/month/2025-11", "h1") == "November 2025"
    assert site.hrefs("/papers/month/2025-11", "a[rel=prev]") == ["/papers/month/2025-09"]


def test_one_paper_is_singular(open_site, plain):
    assert open_site(plain(1)).text("/", ".count") == "1 paper"


def test_the_turn_of_the_year_belongs_to_its_iso_week(open_site, plain):
    site = open_site(plain(1, date(2024, 12, 31)))
    assert site.texts("/papers/week/2025-W01", "article h2") == ["Plain paper number 1"]
    assert "/papers/week/2025-W01" in site.hrefs("/papers/date/2024-12-31")


@pytest.mark.parametrize(
    ("address", "form"),
    [
        *((f"/papers/date/{name}", "2025-11-07") for name in ("tomorrow", "2025-02-29", "2025-1-1", "20251107")),
        *((f"/papers/date/{name}", "2025-11-07") for name in ("0000-00-00", "9999-12-31", "٢٠٢٥-11-07", "%00")),
        *((f"/papers/week/{name}", "2025-W45") for name in ("45", "2025-W00", "2025-W54", "2025-w45", "2025-45")),
        *((f"/papers/month/{name}", "2025-11") for name in ("2025-13", "2025-00", "November", "2025-11-07")),
    ],
)
def test_a_bad_day_week_or_month_names_the_right_form(calm_site, address, form):
    page = calm_site.page(address, 400)
    assert form in page.css_first("main").text()
    assert page.css_first("main form[role=search] input[name=q]") is not None


@pytest.mark.parametrize("kind", ["date", "week", "month"])
def test_the_bare_kind_leads_to_now(calm_site, kind):
    answer = calm_site.get(f"/papers/{kind}")
    now = period_of("day" if kind == "date" else kind, date(2025, 11, 7)).name
    assert (answer.status_code, answer.headers["location"]) == (302, f"/papers/{kind}/{now}")


@pytest.mark.parametrize("address", ["/papers/date/2025-11-07", "/papers/trending", "/papers?q=rivers"])
@pytest.mark.parametrize("p", ["-1", "x", "1.5", "100001", "9999999", "٣", "1e3", "0x1"])
def test_a_bad_page_number_is_refused_with_the_form_that_is_right(calm_site, address, p):
    page = calm_site.page(f"{address}{'&' if '?' in address else '?'}p={p}", 400)
    assert "whole number" in page.css_first("main").text()


def test_the_pager_walks_through_all_papers_once(open_site, plain):
    site = open_site(*(plain(n) for n in range(5)), settings=Settings(timezone="UTC", papers_per_page=2))
    for start in ("/papers/date/2025-11-07", "/papers/trending", "/"):
        seen, address, stretches = [], start, []
        while address:
            page = site.page(address)
            seen += [node.text() for node in page.css("article h2")]
            stretches.append(page.css_first(".pager span").text())
            following = page.css_first(".pager a[rel=next]")
            address = following.attributes["href"] if following else None
        assert sorted(seen) == [f"Plain paper number {n}" for n in range(5)]
        assert stretches == ["1–2 of 5", "3–4 of 5", "5–5 of 5"]
    assert site.hrefs("/papers/trending?p=1", ".pager a") == ["/papers/trending", "/papers/trending?p=2"]


def test_only_the_first_page_has_a_lead_story(open_site, plain):
    site = open_site(*(plain(n) for n in range(3)), settings=Settings(timezone="UTC", papers_per_page=2))
    assert len(site.texts("/papers/date/2025-11-07", ".lead")) == 1
    assert site.texts("/papers/date/2025-11-07?p=1", ".lead") == []


@pytest.mark.parametrize("address", ["/papers/date/2025-11-07?p=9", "/papers/trending?p=100000"])
def test_a_page_behind_the_end_leads_back(calm_site, address):
    page = calm_site.page(address)
    assert page.css("article") == []
    assert page.css_first(".empty a").attributes["href"] == address.split("?")[0]


def test_the_best_paper_leads(open_site, plain):
    site = open_site(plain(1, upvotes=3), plain(2, upvotes=90), plain(3))
    assert site.texts("/", "article h2")[:2] == ["Plain paper number 2", "Plain paper number 1"]
    assert site.texts("/papers/trending", "article h2")[0] == "Plain paper number 2"


def test_the_sample_is_called_a_sample_only_while_it_is_there(open_site, plain):
    site = open_site(*read_sample(date(2025, 11, 7)))
    for address in ("/", "/papers/trending", "/papers?q=model", "/papers/nothing"):
        notice = site.get(address).text
        assert "This is sample data" in notice
        assert "broadsheet import" in notice
    assert "Summary, not the abstract" in site.text("/", "article .fold")
    assert "This is sample data" not in open_site(plain(1)).get("/").text


def test_the_sample_fills_the_two_weeks_before_the_first_start(open_site):
    site = open_site(*read_sample(date(2025, 11, 7)))
    for back in range(14):
        assert site.texts(f"/papers/date/{date(2025, 11, 7) - timedelta(days=back)}", "article h2")


def test_the_sections_are_marked_only_where_the_reader_is_in_them(calm_site):
    marked = "header a[aria-current=page]"
    assert calm_site.texts("/", marked) == ["Today"]
    assert calm_site.texts("/papers/week/2025-W45", marked) == ["This week"]
    assert calm_site.texts("/papers/month/2025-11", marked) == ["This month"]
    assert calm_site.texts("/papers/trending", marked) == ["Trending"]
    for elsewhere in ("/papers/week/2025-W44", "/papers/month/2025-10", "/papers/2511.00101", "/papers?q=x"):
        assert calm_site.texts(elsewhere, marked) == []


def test_the_foot_says_whether_the_edition_is_complete_and_late_papers_are_marked(open_site, plain):
    site = open_site(plain(1))
    assert site.page("/").css_first(".completeness") is None
    database, day = site.house.database, date(2025, 11, 7)
    papers = tuple(Announced(f"2511.{n:05d}", "new") for n in (1, 2, 3))
    _ARXIV.announce(database, Announcement("arxiv-listing", "cs.CL", day, papers, 3), site.now)
    press_edition(database, day, site.now)
    site.set_time(site.now + timedelta(hours=1))
    import_records(database, [plain(2)], site.now)
    assert site.text("/papers/date/2025-11-07", ".completeness") == "2 of 3 announced, 1 late, as of 17:30 UTC"
    cards = {card.css_first("h2").text(): card for card in site.page("/").css("article")}
    assert cards["Plain paper number 1"].css_first(".late") is None
    assert cards["Plain paper number 2"].css_first(".late").text() == "Late"
    assert site.page("/papers/week/2025-W45").css_first(".completeness") is None


def test_cards_say_why_they_are_there(open_site, plain):
    site = open_site(plain(1, upvotes=40), plain(2, comments=1, upvotes=10), plain(3))
    told = site.texts("/", "article .why p")
    assert told == [
        "40 upvotes elsewhere. Interest 1.58 when the edition was put in order.",
        "10 upvotes elsewhere, 1 comment elsewhere. Interest 1.02 when the edition was put in order.",
    ]
    told = site.texts("/papers/trending", "article .why p")
    assert told[0].startswith("40 upvotes elsewhere. Score ")
    assert told[2].startswith("Nobody has voted for it yet. Score ")


def test_trending_tells_its_formula(open_site, plain):
    words = open_site(plain(1)).text("/papers/trending", "#order")
    assert "Version 2 of the formula" in words
    assert "announcement days ÷ 2: a paper that is 2 announcement days older needs twice" in words
