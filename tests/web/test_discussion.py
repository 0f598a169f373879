"""The discussion in a browser: forms, pages, notices, flags, JSON; everything without JavaScript."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.deeds import Hand
from broadsheet.domain.readers import ApiToken
from broadsheet.render.markdown import render_markdown
from broadsheet.settings import Settings
from broadsheet.store import comments, readers, sessions
from broadsheet.usecases.hide_papers import hide_paper, unhide_paper
from broadsheet.usecases.sign_in import begin_session

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
PAPER = "/papers/2511.00001"


class Browser:
    """A reader who is signed in, and sends the forms that pages hold."""

    def __init__(self, site, name, role="reader"):
        self.site, self.name, self.token = site, name, f"bs_{name}"
        with site.house.database.write() as connection:
            self.reader = readers.insert_reader(connection, name, f"{name}@x.example", role, site.now)
            cookie = begin_session(connection, self.reader, ("", ""), site.now)
            for scope, token in (("write", self.token), ("read", f"{self.token}-reads")):
                kept = ApiToken(0, scope, (scope,), site.now, None, None)
                sessions.insert_token(connection, hash_of(token), self.reader.pk, kept)
        self.headers = {"cookie": f"broadsheet_session={cookie}"}

    def page(self, address, status=200):
        answer = self.site.client.request("GET", address.partition("#")[0], self.headers)
        assert answer.status_code == status, answer.text
        return LexborHTMLParser(answer.text)

    def send(self, address, action, /, **fields):
        """Fill in the form of a page that goes to `action`, and send it as a browser does."""
        form = self.page(address).css_first(f'form[action="{action}"]')
        assert form is not None and form.attributes["method"] == "post", (address, action)
        given = {node.attributes["name"]: node.attributes.get("value") for node in form.css("input[type=hidden]")}
        return self.post(action, {**given, **fields})

    def post(self, address, fields):
        return self.site.client.request("POST", address, {**self.headers, **FORM}, urlencode(fields).encode())

    def comment(self, text, **fields):
        answer = self.send(PAPER, f"{PAPER}/comments", text=text, **fields)
        assert answer.status_code == 303, answer.text
        return int(answer.headers["location"].partition("#comment-")[2])


@pytest.fixture
def site(open_site, plain):
    return open_site(plain(1), plain(2), settings=Settings(timezone="UTC", writes_per_minute=0))


@pytest.fixture
def ada(site):
    return Browser(site, "ada")


@pytest.fixture
def bo(site):
    return Browser(site, "bo")


@pytest.fixture
def curator(site):
    return Browser(site, "cur", "curator")


def words(node):
    return " ".join(node.text().split())


def test_a_comment_and_its_answer(site, ada, bo):
    pk = ada.comment("Which **data**? $\\ell_1$ <b onclick=x>")
    said = site.page(PAPER).css_first(f"#comment-{pk}")
    assert said.css_first(".said strong").text() == "data"
    assert said.css_first(".said math msub") is not None
    assert "<b onclick=x>" in said.text()
    assert "1 comment" in site.text(PAPER, ".facts")
    answer = bo.comment("Theirs.", reply_to=pk)
    shown = site.page(PAPER).css("article.comment")
    assert [node.attributes["id"] for node in shown] == [f"comment-{pk}", f"comment-{answer}"]
    assert shown[1].attributes["data-level"] == "1"
    assert shown[1].css_first(f'a[href="#comment-{pk}"]').text() == "ada"


def test_nobody_reads_and_is_asked_to_sign_in(site, ada):
    ada.comment("x")
    page = site.page(PAPER)
    assert page.css(".discussion form") == []
    assert page.css_first('.discussion a[href^="/sign-in"]') is not None
    refused = site.client.request("POST", f"{PAPER}/comments", FORM, b"text=x")
    assert refused.status_code == 401


@pytest.mark.parametrize(("text", "reason"), [("  ", "nothing"), ("x" * 10_001, "10,000")])
def test_what_is_refused_is_shown_again(site, ada, text, reason):
    answer = ada.send(PAPER, f"{PAPER}/comments", text=text)
    page = LexborHTMLParser(answer.text)
    assert (answer.status_code, reason in page.css_first("[role=alert]").text()) == (400, True)
    assert page.css_first("textarea").text() == text
    assert "0 comments" in site.text(PAPER, ".facts")


def test_an_answer_to_what_is_gone_is_not_lost(ada, bo):
    pk = ada.comment("x")
    ada.send(f"/comments/{pk}", f"/comments/{pk}/delete")
    answer = bo.post(f"{PAPER}/comments", {**proof(bo), "text": "words", "reply_to": str(pk)})
    assert answer.status_code == 400
    assert LexborHTMLParser(answer.text).css_first("textarea").text() == "words"
    assert bo.post(f"{PAPER}/comments", {**proof(bo), "text": "x", "reply_to": "x"}).status_code == 404


def proof(browser):
    return {"csrf": browser.page(PAPER).css_first("input[name=csrf]").attributes["value"]}


def test_a_preview_writes_nothing(site, ada):
    answer = ada.send(PAPER, f"{PAPER}/comments", text="*so*", action="preview")
    page = LexborHTMLParser(answer.text)
    assert page.css_first(".said em").text() == "so"
    assert page.css_first("textarea").text() == "*so*"
    assert site.page(PAPER).css("article.comment") == []


def test_votes(site, ada, bo):
    pk = ada.comment("x")
    assert ada.page(PAPER).css(f'form[action="/comments/{pk}/vote"]') == []
    answer = bo.send(PAPER, f"/comments/{pk}/vote", vote="up")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAPER}#comment-{pk}")
    up, down = bo.page(PAPER).css(f'form[action="/comments/{pk}/vote"] button')
    assert (up.attributes["value"], up.attributes["aria-pressed"]) == ("none", "true")
    assert (down.attributes["value"], down.attributes["aria-pressed"]) == ("down", "false")
    assert "▲ 1" in site.text(PAPER, f"#comment-{pk}")
    bo.send(PAPER, f"/comments/{pk}/vote", vote=up.attributes["value"])
    assert "▲ 0" in site.text(PAPER, f"#comment-{pk}")
    assert ada.post(f"/comments/{pk}/vote", {**proof(ada), "vote": "up"}).status_code == 403
    assert bo.post(f"/comments/{pk}/vote", {**proof(bo), "vote": "ten"}).status_code == 400


def test_editing_and_what_it_was(site, ada, bo):
    pk = ada.comment("first")
    assert bo.page(f"/comments/{pk}").css("#edit") == []
    form = ada.page(f"/comments/{pk}").css_first(f'form[action="/comments/{pk}"] textarea')
    assert form.text() == "first"
    assert "as it would" in ada.send(f"/comments/{pk}", f"/comments/{pk}", text="x", action="preview").text.lower()
    assert ada.send(f"/comments/{pk}", f"/comments/{pk}", text=" ").status_code == 400
    assert ada.send(f"/comments/{pk}", f"/comments/{pk}", text="second <x>").status_code == 303
    assert "edited" in site.text(PAPER, f"#comment-{pk}")
    page = site.page(f"/comments/{pk}")
    assert [node.text() for node in page.css("pre.typed")] == ["first"]
    assert bo.post(f"/comments/{pk}", {**proof(bo), "text": "mine"}).status_code == 403
    site.set_time(site.now + timedelta(minutes=30))
    late = ada.post(f"/comments/{pk}", {**proof(ada), "text": "too late"})
    assert late.status_code == 403
    assert LexborHTMLParser(late.text).css_first("textarea").text() == "too late"
    assert ada.page(f"/comments/{pk}").css("#edit") == []
    assert "second <x>" in site.text(PAPER)


def test_deleting_leaves_a_stub(site, ada, bo, curator):
    mine, bad = ada.comment("my words"), ada.comment("bad words")
    assert ada.send(f"/comments/{mine}", f"/comments/{mine}/delete").status_code == 303
    assert bo.page(f"/comments/{bad}").css("#delete") == []
    assert bo.post(f"/comments/{bad}/delete", {**proof(bo), "reason": "x"}).status_code == 403
    assert curator.send(f"/comments/{bad}", f"/comments/{bad}/delete", reason="").status_code == 400
    assert curator.send(f"/comments/{bad}", f"/comments/{bad}/delete", reason="rude").status_code == 303
    shown = site.text(PAPER, ".discussion")
    assert "Deleted by its author." in shown and "Deleted by a curator." in shown
    assert "words" not in shown
    assert "0 comments" in site.text(PAPER, ".facts")
    assert site.text(f"/comments/{mine}").count("Deleted") == 1


def test_notices(site, ada, bo):
    pk = ada.comment("x")
    answer = bo.comment("@ada yes", reply_to=pk)
    assert words(ada.page("/").css_first('nav a[href="/notices"]')) == "Notices 1 new"
    page = ada.page("/notices")
    assert "bo answered you on Plain paper number 1" in words(page.css_first("main"))
    (notice,) = [n.attributes["value"] for n in page.css("li button[name=open]")]
    ada.page("/notices")  # looking at the list changes nothing
    opened = ada.send("/notices", "/notices", open=notice)
    assert (opened.status_code, opened.headers["location"]) == (303, f"{PAPER}#comment-{answer}")
    assert words(ada.page("/").css_first('nav a[href="/notices"]')) == "Notices"
    bo.comment("@ada @ada again")
    assert ada.send("/notices", "/notices", open="all").headers["location"] == "/notices"
    assert ada.page("/notices").css("li.new") == []
    assert bo.post("/notices", {**proof(bo), "open": notice}).status_code == 404
    assert "Nobody has answered" in words(bo.page("/notices").css_first("main"))


def test_flags(site, ada, bo, curator):
    kept, bad = ada.comment("fine"), ada.comment("buy lamps")
    for pk in (kept, bad):
        assert bo.send(f"/comments/{pk}", f"/comments/{pk}/flag", reason="look at this").status_code == 303
    assert bo.page(f"/comments/{bad}").css(f'form[action="/comments/{bad}/flag"]') == []
    bo.page("/flags", 403)
    assert curator.page("/notices").css_first('a[href="/flags"]').text() == "2 flagged comments"
    page = curator.page("/flags")
    assert [n.attributes["id"] for n in page.css("article.comment")] == [f"comment-{bad}", f"comment-{kept}"]
    assert "bo: look at this" in words(page.css_first("main"))
    fields = {**proof(curator), "comment": str(kept), "action": "keep"}
    assert curator.post("/flags", fields).status_code == 303
    assert curator.post("/flags", {**fields, "comment": str(bad), "action": "delete"}).status_code == 400
    deleted = {**fields, "comment": str(bad), "action": "delete", "reason": "advertising"}
    assert curator.post("/flags", deleted).status_code == 303
    assert "No comment waits." in words(curator.page("/flags").css_first("main"))
    assert "fine" in site.text(PAPER, ".discussion")


def test_for_programs(site, ada, bo):
    def send(body, token=bo.token):
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        return site.client.request("POST", f"/api/v1{PAPER}/comments", headers, orjson.dumps(body))

    first = ada.comment("x *y*")
    made = send({"text": "@ada *z*", "reply_to": first})
    assert (made.status_code, made.json()["reply_to"], made.json()["by"]["name"]) == (201, first, "bo")
    assert made.headers["location"] == f"/comments/{made.json()['id']}"
    got = site.get(f"/api/v1{PAPER}/comments").json()
    assert (got["paper"], got["next"]) == ("2511.00001", None)
    assert [one["html"] for one in got["comments"]] == ["<p>x <em>y</em></p>", "<p>@ada <em>z</em></p>"]
    after = site.get(f"/api/v1{PAPER}/comments?cursor={first}").json()
    assert [one["id"] for one in after["comments"]] == [made.json()["id"]]
    for body in ({}, {"text": 3}, {"text": ""}, {"text": "x", "reply_to": "1"}, {"text": "x", "reply_to": True},
                 {"text": "x", "reply_to": 10**15}, {"text": "x", "reply_to": 999}):  # fmt: skip
        answer = send(body)
        assert (answer.status_code, answer.json()["status"]) == (400, 400), body
    assert send({"text": "x"}, f"{bo.token}-reads").status_code == 403
    assert site.get(f"/api/v1{PAPER}/comments?cursor=x").status_code == 400
    assert site.get("/api/v1/papers/2511.99999/comments").status_code == 404


def test_a_deep_thread_is_indented_so_far_and_no_further(site, ada):
    pk = ada.comment("0")
    for n in range(1, 8):
        pk = ada.comment(str(n), reply_to=pk)
    levels = [node.attributes["data-level"] for node in site.page(PAPER).css("article.comment")]
    assert levels == ["0", "1", "2", "3", "4", "4", "4", "4"]


def test_a_long_discussion_has_pages(site, ada):
    pk = ada.comment("first")
    with site.house.database.write() as connection:
        paper = comments.get_comment(connection, pk).paper_pk
        for n in range(150):
            new = comments.NewComment(paper, ada.reader.pk, str(n), render_markdown(str(n)).html)
            last = comments.insert_comment(connection, new, site.now)
    page = site.page(PAPER)
    assert len(page.css("article.comment")) == 100
    following = page.css_first(".discussion a[rel=next]").attributes["href"]
    assert len(site.page(following.partition("#")[0]).css("article.comment")) == 51
    assert site.page(f"/comments/{last}").css_first(f'a[href="{PAPER}?p=1#comment-{last}"]') is not None


def test_what_visitors_were_shown_of_a_comment_goes_with_its_paper(site, ada, curator):
    pk, other = ada.comment("As it was"), ada.comment("Another")
    assert "As it was" in site.text(f"/comments/{pk}") and "Another" in site.text(f"/comments/{other}")
    ada.send(f"/comments/{pk}", f"/comments/{pk}", text="As it is")
    by = Hand(curator.name, curator.reader.pk)
    assert "As it is" in site.text(f"/comments/{pk}")
    hide_paper(site.house.database, "2511.00001", "Spam", by, site.now)
    assert site.get(f"/comments/{pk}").status_code == site.get(f"/comments/{other + 1}").status_code == 404
    unhide_paper(site.house.database, "2511.00001", "No spam", by, site.now)
    assert site.get(f"/comments/{pk}").status_code == 200


@pytest.mark.parametrize("pk", ["0", "x", "99", "-1", "1e3", "9" * 30, "٣"])
def test_a_comment_that_is_not_here(site, ada, pk):
    assert site.get(f"/comments/{pk}").status_code == 404
    assert ada.post(f"/comments/{pk}/vote", {**proof(ada), "vote": "up"}).status_code == 404


def test_off(open_site, plain):
    site = open_site(plain(1, comments=5), settings=Settings(timezone="UTC", discussion="off"))
    ada = Browser(site, "ada", "curator")
    page = ada.page(PAPER)
    assert page.css(".discussion, nav a[href='/notices']") == []
    for address, part in ((PAPER, "main"), ("/papers/trending", ".papers .facts")):
        assert "comment" not in words(ada.page(address).css_first(part) or ada.page(address).css_first("h1"))
    for address in ("/comments/1", "/notices", "/flags", f"/api/v1{PAPER}/comments"):
        ada.page(address, 404)
    secret = {"csrf": ada.page("/account").css_first("input[name=csrf]").attributes["value"]}
    posts = (f"{PAPER}/comments", "/comments/1", "/comments/1/vote", "/comments/1/flag", "/comments/1/delete", "/flags")
    for address in (*posts, "/notices"):
        assert ada.post(address, {**secret, "text": "x"}).status_code == 404, address
