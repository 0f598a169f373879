"""Lists of what readers and curators do: what is new since then as page, Markdown and JSON, each list to its end."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, unquote, urlsplit

import pytest

from broadsheet.render.tables import Table, table_markdown
from broadsheet.settings import Settings
from broadsheet.store.submissions import insert_submission

_MEMBERS = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "members.py")))
Person, make_group, let_in = _MEMBERS.Person, _MEMBERS.make_group, _MEMBERS.let_in
V1 = "/api/v1"
NEVER = "1970-01-01T00:00:00.000001Z"
# The page, its twin for programs and the key there, what of an entry names it in all three, and who looks.
LISTS = {
    "submissions": ("/submissions", f"{V1}/submissions", "submissions", "paper", "kim"),
    "waiting": ("/submissions?of=all", f"{V1}/submissions?of=all", "submissions", "paper", "cleo"),
    "claims": ("/claims", f"{V1}/claims", "claims", "title", "kim"),
    "claimed": ("/claims?of=all", f"{V1}/claims?of=all", "claims", "title", "cleo"),
    "flags": ("/flags", f"{V1}/flags", "flagged", "comment", "cleo"),
    "log": ("/log", f"{V1}/log", "deeds", "subject", "kim"),
    "notices": ("/notices", f"{V1}/notices", "notices", "title", "kim"),
    "groups": ("/groups", f"{V1}/groups", "groups", "title", "kim"),
    "others": ("/groups", f"{V1}/groups", "groups", "title", "cleo"),
    "members": ("/g/lab/members", f"{V1}/groups/lab/members", "members", "name", "kim"),
    "searches": ("/searches", f"{V1}/searches", "searches", "name", "kim"),
}


class Stage:
    """A site where one thing of each kind happens at a time."""

    def __init__(self, site):
        self.site = site
        self.kim, self.lee, self.cleo = Person(site, "kim"), Person(site, "lee"), Person(site, "cleo", "curator")
        self.said = {}

    def happens(self, kind: str, n: int) -> str:
        """Let the `n`th thing of a kind happen, a minute later; return what names it."""
        self.site.set_time(self.site.now + timedelta(minutes=1))
        return getattr(self, f"_{kind}")(n)

    def _submissions(self, n):
        with self.site.house.database.write() as connection:
            insert_submission(connection, n, self.kim.reader.pk, "Look.", self.site.now)
        return f"2511.{n:05}"

    _waiting = _submissions

    def _claims(self, n):
        self.kim.api(f"{V1}/papers/2511.{n:05}/claim", {"author": "Ada Byron"})
        return f"Plain paper number {n}"

    _claimed = _claims

    def _comment(self, n, who=None):
        return (who or self.lee).api(f"{V1}/papers/2511.{n:05}/comments", {"text": f"word {n} @kim"}, 201)["id"]

    def _flags(self, n):
        self.cleo.api(f"{V1}/comments/{self._comment(n)}/flag", {"reason": "loud"})
        return f"word {n} @kim"

    def _log(self, n):
        self.cleo.api(f"{V1}/papers/2511.{n:05}/curate", {"action": "hide", "reason": f"why {n}"})
        return f"2511.{n:05}"

    def _notices(self, n):
        self._comment(n)
        return f"Plain paper number {n}"

    def _groups(self, n):
        make_group(self.kim, f"Group {n}", name=f"group-{n}")
        return f"Group {n}"

    def _others(self, n):
        make_group(self.kim, f"Group {n}", "public", name=f"group-{n}")
        return f"Group {n}"

    def _members(self, n):
        if n == 1:
            assert make_group(self.kim, "Lab", "public", name="lab") == "/g/lab"
        who = Person(self.site, f"member-{n}")
        let_in(self.kim, "/g/lab", who)
        return f"member-{n}"

    def _searches(self, n):
        self.kim.api(f"{V1}/searches", {"query": f"lantern {n}"}, 201)
        return f"lantern {n}"


@pytest.fixture
def site(open_site, plain):
    settings = Settings(timezone="UTC", writes_per_minute=0, searches_per_minute=0)
    return open_site(*(plain(n, authors=("Ada Byron",)) for n in range(1, 6)), settings=settings)


@pytest.fixture
def stage(site):
    return Stage(site)


def since(address: str, until: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}since={quote(until)}"


def table(who, address: str) -> str:
    answer = who.site.client.request("GET", address, {**who.headers, "accept": "text/markdown"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    assert "Accept" in answer.headers["vary"]
    assert answer.headers["cache-control"] == "private, no-cache"
    return answer.text


def names_of(entries, name: str) -> list[str]:
    return [one["comment"]["text"] if name == "comment" else one[name] for one in entries]


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_tells_exactly_what_is_new(stage, kind):
    _, api, key, name, viewer = LISTS[kind]
    who = getattr(stage, viewer)
    old = stage.happens(kind, 1)
    first = who.api(api)
    assert old in names_of(first[key], name)
    new = stage.happens(kind, 2)
    later = who.api(since(api, first["until"]))
    assert names_of(later[key], name) == [new]
    assert later.get("count", 1) == 1
    nothing = who.api(since(api, later["until"]))
    assert (nothing[key], nothing["until"]) == ([], later["until"])
    assert new in names_of(who.api(since(api, "2025-11-07"))[key], name)
    who.api(since(api, "p3"), status=400)


@pytest.mark.parametrize("kind", LISTS)
def test_its_page_and_its_markdown_tell_the_same(stage, kind):
    page, api, _, _, viewer = LISTS[kind]
    who = getattr(stage, viewer)
    old = stage.happens(kind, 1)
    until = who.api(api)["until"]
    assert old in who.text(page)
    assert old in table(who, page)
    new = stage.happens(kind, 2)
    text = who.text(since(page, until))
    assert (new in text, old in text) == (True, False)
    assert f"What came since {until} alone. The whole list" in text
    assert page in [one.attributes["href"] for one in who.page(since(page, until)).css("main a")]
    text = table(who, since(page, until))
    assert (new in text, old in text) == (True, False)
    following = text.rpartition("[What comes after this](<")[2].removesuffix(">).\n")
    assert following.startswith("http://testserver/")
    parts = urlsplit(following)
    assert new not in table(who, f"{parts.path}?{parts.query}")
    assert "Nothing." in table(who, f"{parts.path}?{parts.query}")
    who.get(since(page, "last week"), 400)


def test_a_list_that_is_empty_has_an_until(stage):
    for page, api, _, _, viewer in LISTS.values():
        if "/lab/" not in page:
            who = getattr(stage, viewer)
            assert who.api(api)["until"] == NEVER
            assert NEVER in unquote(table(who, page))


def test_what_operators_did(site):
    boss = Person(site, "boss", "operator")
    for n in (1, 2):
        site.set_time(site.now + timedelta(minutes=n))
        boss.send("/readers", 200, name=f"new-{n}", email=f"new-{n}@example.org", role="reader")
    assert "new-1" in table(boss, "/audit")
    text = table(boss, since("/audit", site.now.isoformat()))
    assert ("new-2" in text, "new-1" in text) == (True, False)
    shown = boss.text(since("/audit", site.now.isoformat()))
    assert ("new-2" in shown, "new-1" in shown) == (True, False)


def test_a_claim_that_is_made_again_is_new(stage):
    stage.happens("claims", 1)
    stage.happens("claims", 2)
    until = stage.cleo.api(f"{V1}/claims?of=all")["until"]
    (first, _) = stage.cleo.api(f"{V1}/claims?of=all")["claims"]
    stage.cleo.api(f"{V1}/claims/{first['id']}", {"action": "decline", "reason": "Who?"})
    stage.happens("claims", 1)
    again = stage.cleo.api(since(f"{V1}/claims?of=all", until))
    assert names_of(again["claims"], "title") == ["Plain paper number 1"]
    assert names_of(stage.kim.api(f"{V1}/claims")["claims"], "title") == [
        "Plain paper number 1",
        "Plain paper number 2",
    ]


def test_a_comment_that_is_flagged_later_is_new(stage):
    early, late = stage._comment(1), stage._comment(2)
    stage.cleo.api(f"{V1}/comments/{late}/flag", {"reason": "loud"})
    until = stage.cleo.api(f"{V1}/flags")["until"]
    stage.site.set_time(stage.site.now + timedelta(minutes=1))
    stage.cleo.api(f"{V1}/comments/{early}/flag", {"reason": "loud"})
    assert [one["comment"]["id"] for one in stage.cleo.api(since(f"{V1}/flags", until))["flagged"]] == [early]


def test_a_group_that_is_joined_is_new(stage):
    make_group(stage.kim, "Lab", name="lab")
    until = stage.lee.api(f"{V1}/groups")["until"]
    stage.site.set_time(stage.site.now + timedelta(minutes=1))
    (group,) = [one["name"] for one in stage.kim.api(f"{V1}/groups")["groups"]]
    let_in(stage.kim, f"/g/{group}", stage.lee)
    assert names_of(stage.lee.api(since(f"{V1}/groups", until))["groups"], "name") == [group]


def test_two_things_of_one_moment_are_told_once_each(stage):
    """Whoever waited for the record asked the clock before: the moments there never run backwards."""
    for kind in ("claims", "searches", "flags", "log", "submissions"):
        _, api, key, name, viewer = LISTS[kind]
        who = getattr(stage, viewer)
        stage.happens(kind, 3)
        until = who.api(api)["until"]
        stage.site.set_time(stage.site.now - timedelta(minutes=5))
        late = stage.happens(kind, 4)
        assert names_of(who.api(since(api, until))[key], name) == [late], kind


def test_later_pages_keep_since_and_say_no_until(stage, monkeypatch):
    monkeypatch.setattr("broadsheet.web.curating.DEEDS_ON_PAGE", 2)
    for n in range(1, 6):
        stage.happens("log", n)
    page = since("/log", "2025-11-07")
    (older,) = [one.attributes["href"] for one in stage.kim.page(page).css("nav.pager a")]
    assert older == f"/log?before={stage.kim.api(f'{V1}/log')['deeds'][1]['id']}&since=2025-11-07"
    assert stage.kim.page(older).css_first("nav.pager a").attributes["href"] == "/log?since=2025-11-07"
    text = table(stage.kim, page)
    assert f"[The list goes on](<http://testserver{older}>)." in text
    assert "What comes after this" not in table(stage.kim, older)


def test_a_table_is_one_whatever_stands_in_it():
    row = {"title": "x|y\n\n# <b>z</b>", "none": None, "yes": True, "more": "~~s~~ &lt; A&B"}
    assert table_markdown(Table("A\n# title", "/log", [row], "", None), "").splitlines() == [
        "# A \\# title", "", "| title | none | yes | more |", "| --- | --- | --- | --- |",
        r"| x\|y \# \<b\>z\</b\> |  | yes | \~\~s\~\~ \&lt; A&B |",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["waiting", "claimed"])
def test_who_decides_while_reading_misses_nothing(stage, kind):
    _, api, key, name, _ = LISTS[kind]
    things = [stage.happens(kind, n) for n in (1, 2, 3)]
    first = stage.cleo.api(f"{api}&limit=1")
    decline = {"action": "decline", "reason": "No."}
    stage.cleo.api(f"{api.partition('?')[0]}/{first[key][0]['id']}", decline)
    second = stage.cleo.api(f"{api}&limit=1&cursor={first['next']}")
    things.append(stage.happens(kind, 4))
    rest = stage.cleo.api(f"{api}&cursor={second['next']}")
    assert [one for page in (first, second, rest) for one in names_of(page[key], name)] == things
    assert rest["next"] is None
    assert stage.cleo.api(since(api, rest["until"]))[key] == []
    assert names_of(stage.cleo.api(since(api, second["until"]))[key], name) == things[2:]


@pytest.mark.parametrize("kind", ["submissions", "log", "notices"])
def test_old_moments_in_no_order_hide_nothing_new(stage, kind):
    """A clock may have stood ahead before moments were given in order."""
    _, api, key, name, viewer = LISTS[kind]
    who = getattr(stage, viewer)
    stage.happens(kind, 1)
    stage.happens(kind, 2)
    table_of, column = {"submissions": ("submissions", "made_at"), "log": ("deeds", "done_at")}.get(
        kind, ("notices", "made_at")
    )
    with stage.site.house.database.write() as connection:
        pk = connection.exec_driver_sql(f"SELECT min(pk) FROM {table_of}").scalar_one()
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS deeds_stay")
        ahead = (stage.site.now + timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S.%f")
        connection.exec_driver_sql(f"UPDATE {table_of} SET {column} = ? WHERE pk = ?", (ahead, pk))
    until = who.api(api)["until"]
    new = stage.happens(kind, 3)
    assert names_of(who.api(since(api, until))[key], name) == [new]


def test_what_was_sent_asks_for_no_news(stage):
    stage.happens("members", 1)
    made = stage.kim.send("/g/lab/invitations?since=bad", 200, uses="1", days="7")
    assert "shown this once" in made.text


def test_a_first_page_may_say_that_it_is_one(stage):
    stage.happens("log", 1)
    for address in ("/log?before=0", "/log?p=0", "/log?before="):
        assert "What comes after this" in table(stage.kim, address), address
    with_plus = stage.kim.api("/api/v1/log?since=2026-01-01T00:00:00+00:00")
    assert with_plus["until"] == "2026-01-01T00:00:00+00:00"


def test_the_feed_of_a_search_stays_with_its_page(stage):
    stage.happens("searches", 1)
    assert "private" not in table(stage.kim, "/searches")
