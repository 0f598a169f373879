"""A discussion in a real browser without JavaScript: written, answered, voted on, read on a phone; nobody shut out."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from broadsheet.store import readers
from broadsheet.usecases.sign_in import begin_session

pytestmark = pytest.mark.browser
_HERE = Path(__file__).parent
_INVENTED = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "web" / "invented_papers.py")))
PAPER = "/papers/2511.00101"


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A site with a curator: its address and the curator's cookie."""
    serve = runpy.run_path(str(_HERE / "conftest.py"))["serve"]
    house = _INVENTED.open_filled_house(tmp_path_factory.mktemp("talking"), _INVENTED.CALM)
    with house.database.write() as connection:
        reader = readers.insert_reader(connection, "ada", "", "curator", _INVENTED.NOW)
        cookie = begin_session(connection, reader, ("", ""), house.clock())
    with serve(house) as address:
        yield address, cookie


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_a_discussion_without_a_script(look, talking, size, scheme):
    address, cookie = talking
    watched = look(address, size, scheme, script=False)
    watched.page.context.add_cookies([{"name": "broadsheet_session", "value": cookie, "url": address}])
    page = watched.open(PAPER)
    words = "A formula: $$\\frac{1}{n}\\sum_i x_i$$ " + "and words " * 30
    page.get_by_label("Your comment").fill(words + "\n\n```\n" + "x" * 300)
    page.get_by_role("button", name="Comment", exact=True).click()
    comment = page.locator(":target")
    expect(comment.locator(".said")).to_contain_text("A formula")
    for depth in range(6):
        comment.locator("summary").click()
        comment.get_by_label("Your reply").fill(f"Step {depth}, mail @ada")
        comment.get_by_role("button", name="Reply").click()
        expect(comment.locator(".said")).to_contain_text(f"Step {depth}")
    assert page.locator(".comment math mfrac").first.is_visible()
    box = page.locator(".comment").last.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    assert box["width"] > page.viewport_size["width"] * 0.4


@pytest.mark.parametrize("path", [PAPER, "/comments/1", "/notices", "/flags"])
def test_nobody_is_shut_out(look, talking, path):
    address, cookie = talking
    watched = look(address, "phone")
    watched.page.context.add_cookies([{"name": "broadsheet_session", "value": cookie, "url": address}])
    page = watched.open(path)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []
    wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide[0] <= wide[1]


@pytest.mark.parametrize("path", [PAPER, "/comments/1"])
def test_on_paper_there_is_nothing_to_press(look, talking, path):
    address, cookie = talking
    watched = look(address, script=False)
    watched.page.context.add_cookies([{"name": "broadsheet_session", "value": cookie, "url": address}])
    page = watched.open(PAPER)
    page.get_by_label("Your comment").fill("Worth printing")
    page.get_by_role("button", name="Comment", exact=True).click()
    watched.open(path)
    page.emulate_media(media="print")
    pressed = (
        "button:not(.votes button), input:not([type=hidden]), select, textarea, form label, nav, summary:not(.fold *)"
    )
    assert page.locator(f":is({pressed}):visible").all_inner_texts() == []
    for words in ("For curators", "Is this paper yours?", "Delete it", "Edit it", "Flag it", "Also as", "look for it"):
        expect(page.get_by_text(words).first).to_be_hidden()
    assert page.locator(".said:visible").count() > 0
    if path == PAPER:
        expect(page.get_by_text("We study learners that wait.").first).to_be_visible()
        shown = "link => getComputedStyle(link, '::after').content"
        assert "https://arxiv.org/abs/2511.00101" in page.locator(".paper > .facts a").first.evaluate(shown)
