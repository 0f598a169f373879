"""The pages as a reader sees them: on a phone and on a desk, by day and by night, with and without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

HOSTILE = "/papers/2511.00001"
PAGES = {
    "front": "/",
    "empty day": "/papers/date/2025-11-06",
    "week": "/papers/week/2025-W44",
    "month": "/papers/month/2025-11",
    "second page": "/papers/month/2025-11?p=1",
    "trending": "/papers/trending",
    "search": "/papers?q=word+rivers",
    "narrowed": "/papers?q=rivers+word+cat:cs+sort:new",
    "misspelt": "/papers?q=rivrs",
    "nothing found": "/papers?q=" + "nowhere" * 100,
    "paper": "/papers/2511.00101",
    "long paper": "/papers/2511.00003",
    "many authors": "/papers/hep-th/9901001",
    "hostile": HOSTILE,
    "similar": f"{HOSTILE}/similar",
    "404": "/papers/nothing",
    "400": "/papers/date/tomorrow",
}


def status_of(name: str) -> int:
    """Return the status that a page of PAGES has."""
    return int(name) if name.isdigit() else 200


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_page_is_wider_than_the_window(look, hostile_address, size, script):
    watched = look(hostile_address, size, script=script)
    for name, path in PAGES.items():
        page = watched.open(path, status_of(name))
        wide = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide[0] <= wide[1], name
        box = page.locator("main").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= wide[1], name


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_no_page_shuts_anybody_out(look, hostile_address, size, scheme):
    watched = look(hostile_address, size, scheme)
    for name, path in PAGES.items():
        results = Axe().run(watched.open(path, status_of(name)))
        bad = [
            (v["id"], v["impact"], v["nodes"][0]["html"][:200])
            for v in results.response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert bad == [], name


def test_the_sample_shuts_nobody_out(look, sample_address):
    for size, scheme in (("phone", "dark"), ("desktop", "light")):
        watched = look(sample_address, size, scheme)
        for path, status in (("/", 200), ("/papers/nothing", 404)):
            results = Axe().run(watched.open(path, status))
            assert [v["id"] for v in results.response["violations"]] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_nothing_that_a_paper_brought_happens(look, hostile_address, script):
    watched = look(hostile_address, script=script)
    page = watched.open("/papers/trending")
    papers = {a.get_attribute("href") for a in page.locator("article h2 a").all()}
    page = watched.open("/papers/trending?p=1")
    papers |= {a.get_attribute("href") for a in page.locator("article h2 a").all()}
    hostile = sorted(path for path in papers if "/2511.002" not in path)
    assert len(hostile) == 12
    for path in ["/", "/papers?q=word", "/papers?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", *hostile]:
        page = watched.open(path)
        for fold in page.locator("details.fold > summary").all()[:3]:
            fold.click()
        page.mouse.move(300, 300)
        page.keyboard.press("Tab")
    assert page.evaluate('[...document.scripts].filter(one => one.type != "application/ld+json").length') == 1


def test_the_watcher_sees_a_dialog_an_error_a_violation_and_a_request(browser, hostile_address):
    context = browser.new_context()
    faults: list[str] = []
    page = context.new_page()
    page.on("dialog", lambda dialog: (faults.append("dialog"), dialog.dismiss()))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(hostile_address)
    page.evaluate("alert(1)")
    page.evaluate(
        "() => new Promise(done => { document.addEventListener('securitypolicyviolation', () => done());"
        " const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); })"
    )
    assert page.evaluate("window.ran") is None
    assert faults[0] == "dialog"
    assert "Content Security Policy" in faults[1]
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_an_abstract_unfolds_at_a_click_and_folds_again(look, hostile_address, size, script):
    page = look(hostile_address, size, script=script).open("/papers?q=somebody")
    fold = page.locator("article details.fold").first
    folded = fold.bounding_box()["height"]
    fold.locator("summary").click()
    assert fold.get_attribute("open") is not None
    assert fold.bounding_box()["height"] > folded * 2
    fold.locator("summary").click()
    assert fold.bounding_box()["height"] == folded


def test_a_slash_goes_to_the_search_box_and_is_a_letter_there(look, hostile_address):
    page = look(hostile_address).open("/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.input_value("#q") == ""
    page.keyboard.type("rivers/x")
    assert page.input_value("#q") == "rivers/x"
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers?q=rivers%2Fx")


def test_j_and_k_walk_from_paper_to_paper(look, hostile_address):
    page = look(hostile_address).open("/papers?q=gardens")
    titles = page.locator("article h2 a").all_inner_texts()
    focused = "document.activeElement.innerText"
    page.keyboard.press("j")
    assert page.evaluate(focused) == titles[0]
    page.keyboard.press("j")
    assert page.evaluate(focused) == titles[1]
    page.keyboard.press("k")
    assert page.evaluate(focused) == titles[0]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_reader_searches_opens_a_paper_and_turns_pages(look, hostile_address, script):
    page = look(hostile_address, "phone", script=script).open("/")
    page.fill("#q", "rivers stones")
    page.click("header button")
    assert page.locator("h1").inner_text() == "Papers on “rivers stones”"
    assert page.locator("mark").first.is_visible()
    page.locator("article h2 a").first.click()
    assert "Slow Rivers" in page.locator("h1").inner_text()
    page.click("text=Friday, November 7, 2025 >> nth=1")
    assert page.locator(".dateline h1").inner_text() == "Friday, November 7, 2025"
    page.click("a[rel=prev]")
    assert page.locator(".dateline h1").inner_text() == "Thursday, November 6, 2025"
    page.click("a[rel=next]")
    page.click(".pager a[rel=next]")
    assert page.locator(".pager span").inner_text().startswith("41–")


def test_the_keyboard_reaches_the_papers_at_once(look, hostile_address):
    page = look(hostile_address).open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/#content")


@pytest.mark.parametrize(("size", "columns"), [("phone", 1), ("desktop", 3)])
def test_cards_stand_in_columns_in_the_order_of_their_ranks(look, hostile_address, size, columns):
    page = look(hostile_address, size).open("/papers/month/2025-11?p=1")
    boxes = [card.bounding_box() for card in page.locator("article.card").all()[: columns * 2]]
    assert len({round(box["x"]) for box in boxes}) == columns
    places = [(round(box["y"]), round(box["x"])) for box in boxes]
    assert places == sorted(places)


def test_dark_is_dark_and_light_is_light(look, hostile_address):
    shade = "getComputedStyle(document.documentElement).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)"
    assert min(look(hostile_address, scheme="light").open("/").evaluate(shade)) > 200
    assert max(look(hostile_address, scheme="dark").open("/").evaluate(shade)) < 60


def test_the_screenshot_of_the_readme(look, sample_address):
    page = look(sample_address).open("/")
    assert page.locator("article.lead").is_visible()
    picture = page.screenshot()
    assert picture.startswith(b"\x89PNG")
    if os.environ.get("BROADSHEET_SCREENSHOT") == "1":
        (Path(__file__).parents[2] / "docs" / "screenshot.png").write_bytes(picture)


def searches(page) -> list[str]:
    """Return a list that gathers the searches that a page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    return asked


def test_results_follow_what_is_typed_with_few_requests(look, hostile_address):
    page = look(hostile_address).open("/papers?q=word")
    asked, box = searches(page), page.locator("#q")
    box.fill("")
    box.press_sequentially("slow rivers", delay=40)
    expect(page.locator("h1")).to_contain_text("“slow rivers”")
    assert 1 <= len(asked) <= 2
    assert page.url.endswith("/papers?q=slow+rivers")
    assert "slow rivers" in page.title()
    assert page.locator("article h2 a").first.get_attribute("href") == "/papers/2511.00101"
    assert page.locator("#told").text_content() == page.locator("#results .count").text_content()
    assert box.evaluate("box => box === document.activeElement")
    page.locator("article h2 a").first.click()
    page.go_back()
    assert page.locator("#q").input_value() == "slow rivers"


def test_a_search_that_was_overtaken_is_given_up(look, hostile_address):
    page = look(hostile_address).open("/papers?q=word")
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.url))
    page.route("**/papers?q=slow", lambda route: None)  # never answered
    box = page.locator("#q")
    box.fill("")
    with page.expect_request("**/papers?q=slow"):
        box.press_sequentially("slow")
    box.press_sequentially(" rivers")
    expect(page.locator("h1")).to_contain_text("“slow rivers”")
    assert given_up == [f"{hostile_address}/papers?q=slow"]


def test_nothing_is_asked_while_typing_elsewhere(look, hostile_address):
    page = look(hostile_address).open("/")
    asked = searches(page)
    page.locator("#q").press_sequentially("rivers", delay=5)
    page.wait_for_timeout(500)
    assert asked == []
