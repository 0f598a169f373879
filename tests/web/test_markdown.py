"""Every list and every paper comes as Markdown to who asks for it, and as a page to everybody else."""

from __future__ import annotations

import pytest

LISTS = (
    "/", "/papers", "/papers?q=rivers", "/papers/date/2025-11-07", "/papers/week/2025-W45", "/papers/month/2025-11",
    "/papers/trending", "/papers/hep-th/9901001/similar",
)  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_a_list_as_markdown(calm_site, address):
    answer = calm_site.get(address, accept="text/markdown")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text.startswith("# ")
    entry = "**[Slow Rivers: ℓ\\_∞ Bounds for Patient Learners](<http://testserver/papers/2511.00101>)** (2511.00101)"
    assert entry in answer.text
    assert calm_site.get(address, accept="text/markdown", if_none_match=answer.headers["etag"]).status_code == 304


def test_a_paper_as_markdown_is_its_md(calm_site):
    answer = calm_site.get("/papers/2511.00101", accept="text/markdown, text/html;q=0.5")
    assert answer.text == calm_site.get("/papers/2511.00101.md").text
    assert answer.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "text/markdown;q=0", "text/markdown;q=x",
     "text/html, text/markdown;q=0.9"],
)  # fmt: skip
def test_others_get_the_page(calm_site, accept):
    assert calm_site.get("/papers/2511.00101", accept=accept).headers["content-type"].startswith("text/html")


def test_forms_of_a_paper_keep_their_own_kind(calm_site):
    answer = calm_site.get("/papers/2511.00101.bib", accept="text/markdown")
    assert answer.headers["content-type"].startswith("application/x-bibtex")


def test_no_text_of_a_paper_begins_a_line_or_means_anything(hostile_site):
    for address in ("/papers/month/2025-10", "/papers/date/2025-11-07", "/papers/trending", "/papers?q=word"):
        text = hostile_site.get(address, accept="text/markdown").text
        headings = [line for line in text.splitlines() if line.startswith("#")]
        assert len(headings) == 1
        assert "<script" not in text.replace("\\<", "")


def test_wrong_values_are_named_as_on_the_page(calm_site):
    assert calm_site.get("/papers/date/x", accept="text/markdown").json()["status"] == 400
    assert calm_site.get("/papers?q=x&p=999", accept="text/markdown").status_code == 400
