"""What others find the papers by: heads of pages, the feeds' own page, OPML, sitemaps, robots.txt, llms.txt."""

from __future__ import annotations

import orjson
import pytest
from defusedxml.ElementTree import fromstring

from broadsheet.settings import Settings

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_citation_managers_find_a_papers_facts(calm_site):
    page = calm_site.page("/papers/2511.00101")
    tags = [(n.attributes["name"], n.attributes["content"]) for n in page.css("meta[name^=citation_]")]
    assert ("citation_title", "Slow Rivers: ℓ_∞ Bounds for Patient Learners") in tags
    assert [value for name, value in tags if name == "citation_author"] == ["Ada Byron", "José Núñez", "Grace Murray"]
    assert {
        ("citation_publication_date", "2025/11/05"), ("citation_arxiv_id", "2511.00101"),
        ("citation_pdf_url", "https://arxiv.org/pdf/2511.00101"),
    } <= set(tags)  # fmt: skip
    data = orjson.loads(page.css_first("script[type='application/ld+json']").text())
    assert (data["@type"], data["datePublished"]) == ("ScholarlyArticle", "2025-11-05")
    assert [author["name"] for author in data["author"]] == ["Ada Byron", "José Núñez", "Grace Murray"]
    assert page.css_first("meta[property='og:type']").attributes["content"] == "article"
    assert page.css_first("meta[name=description]").attributes["content"].startswith("We study learners that wait.")


def test_a_preview_is_short_and_whole_words(hostile_site, open_site, plain):
    site = open_site(plain(1, abstract="word " * 100))
    told = site.page("/papers/2511.00001").css_first("meta[name=description]").attributes["content"]
    assert len(told) <= 200
    assert told.endswith("word…")
    assert hostile_site.page("/papers/2511.00001").css_first("meta[property='og:title']") is not None


def test_the_page_of_feeds_and_the_opml_name_the_same(calm_site):
    outline = fromstring(calm_site.get("/feeds.opml").content)
    feeds = [node.attrib["xmlUrl"].removeprefix("http://testserver") for node in outline.iter("outline")
             if "xmlUrl" in node.attrib]  # fmt: skip
    assert feeds == [href for href in calm_site.hrefs("/feeds", ".forms a") if href.endswith(".atom")]
    assert {"/papers.atom", "/papers/trending.atom", "/papers/category/cs.LG.atom"} <= set(feeds)
    assert all(calm_site.get(feed).status_code == 200 for feed in feeds)


def test_the_sitemap_names_every_paper_and_every_edition(hostile_site):
    index = fromstring(hostile_site.get("/sitemap.xml").content)
    parts = [node.text.removeprefix("http://testserver") for node in index.iter(f"{_SITEMAP}loc")]
    assert parts == ["/sitemap-lists.xml", "/sitemap-1.xml"]
    found = [
        node.text.removeprefix("http://testserver")
        for part in parts
        for node in fromstring(hostile_site.get(part).content).iter(f"{_SITEMAP}loc")
    ]
    assert set(hostile_site.hrefs("/papers/trending", "article h2 a")) <= set(found)
    assert "/papers/date/2025-11-07" in found
    assert {address for address in found if hostile_site.get(address).status_code != 200} == set()
    for part in ("2", "0", "x", "-1", "²", "9" * 20):
        assert hostile_site.get(f"/sitemap-{part}.xml").status_code == 404


def test_an_empty_site_can_be_walked_over(open_site):
    site = open_site()
    assert len(list(fromstring(site.get("/sitemap.xml").content))) == 1
    for address in ("/papers.atom", "/papers/trending.rss", "/papers.feed.json", "/papers.epub", "/feeds", "/llms.txt"):
        assert site.get(address).status_code == 200
    assert "<updated>1970-01-01T00:00:00Z</updated>" in site.get("/papers.atom").text


def test_robots_and_models_are_told_where_to_go(open_site, plain):
    site = open_site(plain(1, categories=("cs.CL",)), settings=Settings(timezone="UTC", address="https://p.example"))
    robots = site.get("/robots.txt").text
    assert "Sitemap: https://p.example/sitemap.xml" in robots
    assert "Disallow: /papers*?q=" in robots
    told = site.get("/llms.txt").text
    assert told.startswith("# Broadsheet\n\n> ")
    assert "- [cs.CL](https://p.example/papers/category/cs.CL.md): " in told


@pytest.mark.parametrize("address", ["papers.example", "ftp://x.example", "https://x.example/path", "https://x?q"])
def test_a_wrong_address_is_refused(tmp_path, address):
    from broadsheet.domain.errors import Misconfigured
    from broadsheet.settings import load_settings

    with pytest.raises(Misconfigured, match="address must be like"):
        load_settings(tmp_path, {"BROADSHEET_ADDRESS": address})
