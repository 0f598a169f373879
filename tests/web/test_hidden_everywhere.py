"""A paper that not everyone sees stands nowhere: not at any address, in any dress, for agents, nor in letters.

One canary of each kind: it waits for a curator, a curator hid it, a private group alone brought it. An outsider saved
searches for its words, and, before the curator hid the one, voted for it, saved it and discussed it.
"""

from __future__ import annotations

import re
import runpy
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from broadsheet.domain.paper import Link
from broadsheet.domain.subscriptions import Wish
from broadsheet.settings import Settings
from broadsheet.store.digest_lists import Stretch, find_newest_day, list_stretch
from broadsheet.usecases.digest_lists import READERS, DigestLists
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.tell_hits import tell_hits
from broadsheet.web.app import ADDRESSES

_PEOPLE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "members.py")))
Person, make_group, let_in = _PEOPLE.Person, _PEOPLE.make_group, _PEOPLE.let_in
TODAY, ALONE_ON = date(2025, 11, 7), date(2025, 11, 4)
TITLE, ABSTRACT, AUTHOR, KEYWORD, CATEGORY, SITE = "zorblatt", "quexinol", "vantrips", "mirfolke", "cs.zq", "yuvandor"
WORDS = (TITLE, ABSTRACT, AUTHOR, KEYWORD, CATEGORY, SITE)
TYPING_ERRORS = ("zorblat", "quexinoll", "vantrip")
BIBTEX = (
    f"@article{{own1, title={{The {TITLE} of plain gardens}}, author={{Ada {AUTHOR}}}, year={{2025}}, month=nov, "
    f"abstract={{A {ABSTRACT} of paper and gardens.}}, keywords={{{KEYWORD}}}, url={{https://{SITE}.example/a}}}}"
)
SUFFIXES = ("atom", "rss", "feed.json", "json", "bib", "ris", "csl.json", "csv", "md", "epub")
MARKDOWN = {"accept": "text/markdown"}
KINDS = ("waiting", "curator", "group")


class Hidden:
    """A site with a canary that is hidden in one way; `otto` is the outsider."""

    def __init__(self, open_site, plain, kind):
        settings = Settings(timezone="UTC", writes_per_minute=0, searches_per_minute=0, sign_ins_per_hour=0)
        self.site = open_site(*(plain(n) for n in range(1, 4)), settings=settings)
        self.otto, self.sue = Person(self.site, "otto"), Person(self.site, "sue")
        self.cora = Person(self.site, "cora", role="curator")
        self.searches = [self.otto.send("/searches", query=q).headers["location"] for q in (TITLE, "in:library")]
        self.comments, self.shown_to = [], self.sue
        self.paper = getattr(self, f"_make_{kind}")(plain)
        drain_index(self.site.house.database, self.site.house.index)

    def _make_waiting(self, _):
        return self.sue.send("/add", None, text=BIBTEX, note="see it").headers["location"].removeprefix("/papers/")

    def _make_group(self, _):
        group = make_group(self.sue, "The lab")
        return self.sue.send(f"{group}/papers", text=BIBTEX).headers["location"].split("/papers/")[1]

    def _make_curator(self, plain):
        canary = plain(
            99, ALONE_ON, title=f"The {TITLE} of plain gardens", abstract=f"A {ABSTRACT} of paper and gardens.",
            authors=(f"Ada {AUTHOR}",), categories=(CATEGORY, "cs.LG"), keywords=(KEYWORD,), upvotes=99,
            source_id="own1", arxiv_id="", links=(Link("code", f"https://{SITE}.example/a"),),
        )  # fmt: skip
        self.site.take_in(canary)
        (paper,) = re.findall(r'href="/papers/(p-[0-9a-z]+)"', self.otto.get(f"/papers?q={TITLE}", 200).text)[:1]
        self.otto.send(f"/papers/{paper}/vote", action="vote")
        self.otto.send(f"/papers/{paper}/save", action="save")
        self.otto.send(f"/papers/{paper}/comments", text="Which data?")
        answer = self.sue.send(f"/papers/{paper}/comments", text="@otto none", reply_to="1").headers["location"]
        self.comments = ["1", answer.split("comment-")[-1]]
        self.otto.send(f"/papers/{paper}/claim", None, author=f"Ada {AUTHOR}", note="It is mine, see my page.")
        self.otto.get(f"/papers/{paper}", 200)
        for action in ("feature", "hide"):
            self.cora.send(f"/papers/{paper}/curate", action=action, reason="Spam.", day=ALONE_ON.isoformat())
        self.shown_to = self.cora
        return paper

    def outsiders(self):
        yield "nobody", {}
        yield "outsider", self.otto.headers
        yield "token", {"authorization": f"Bearer {self.otto.token}"}

    def ask(self, path, headers):
        answer = self.site.client.request("GET", path, {"accept-encoding": "identity", **headers})
        assert answer.status_code < 500, path
        return answer

    def leaks(self, path, text):
        """Return which of the canary's words an answer has that were not asked for."""
        names = (*WORDS, self.paper)
        return [name for name in names if name.lower() in text.lower() and name.lower() not in path.lower()]


@pytest.fixture(params=KINDS)
def hidden(request, open_site, plain):
    return Hidden(open_site, plain, request.param)


def paths(hidden):
    """Yield every GET line filled in with all that could lead to the canary, in every dress."""
    fillings = {
        "paper_id": (hidden.paper,), "pk": ("1", "2"), "part": ("1", "papers-1", "2025-11"), "form": SUFFIXES,
        "day": (TODAY.isoformat(), ALONE_ON.isoformat()), "week": ("2025-W45",), "month": ("2025-11",),
        "name": (CATEGORY, f"Ada {AUTHOR}".replace(" ", "%20"), TODAY.isoformat(), ALONE_ON.isoformat(), "2025-W45",
                 "2025-11"),
    }  # fmt: skip
    queries = [*WORDS[:4], *TYPING_ERRORS, "plain+gardens", f"id:{hidden.paper}", hidden.paper, f"cat:{CATEGORY}"]
    queries += [f'au:"Ada+{AUTHOR}"', "in:library", f"like:{hidden.paper}"]
    for address in ADDRESSES:
        if address.method != "GET":
            continue
        found = [address.path]
        for name in dict.fromkeys(re.findall(r"\{([a-z_]+)", address.path)):
            filled = fillings.get(name, ("x-1",))
            found = [re.sub(rf"\{{{name}(:path)?\}}", value, path) for path in found for value in filled]
        for path in found:
            yield path
            if "{" in address.path and not path.endswith(SUFFIXES):
                yield from (f"{path}.{suffix}" for suffix in SUFFIXES)
        if address.path in ("/papers", "/papers.{form}", "/library", "/api/papers/search", "/api/v1/search"):
            yield from (f"{path}?q={query}" for path in found for query in queries)
        yield from (f"{found[0]}?{query}" for query in ("since=2020-01-01T00:00:00Z", "limit=100", "submitter=hub"))
        yield f"{found[0]}?date={ALONE_ON}"


def test_at_no_address_and_in_no_dress(hidden):
    for who, headers in hidden.outsiders():
        for path in dict.fromkeys(paths(hidden)):
            for more in ({}, MARKDOWN) if path == f"/papers/{hidden.paper}" else ({},):
                leaks = hidden.leaks(path, hidden.ask(path, {**headers, **more}).text)
                # The log names what was hidden by its id alone; what readers typed themselves is theirs.
                typed = {"/log": [hidden.paper], "/api/v1/log": [hidden.paper], "/api/v1/searches": [TITLE],
                         "/account/export": [hidden.paper, TITLE, AUTHOR], "/searches": [TITLE],
                         "/feeds/mine": [TITLE]}  # fmt: skip
                own = next((typed[place] for place in typed if path.startswith(place)), [])
                assert set(leaks) <= set(own), (who, path)


def test_its_own_addresses_are_not_there(hidden):
    for who, headers in hidden.outsiders():
        for address in ADDRESSES:
            if address.method == "GET" and "{paper_id" in address.path and not address.path.startswith("/g/"):
                path = re.sub(r"\{paper_id(:path)?\}", hidden.paper, address.path).replace("{form}", "atom")
                assert hidden.ask(path, headers).status_code == 404, (who, path)
        for pk in hidden.comments:
            assert hidden.ask(f"/comments/{pk}", headers).status_code == 404, (who, pk)


def test_nothing_can_be_done_to_it(hidden):
    otto, paper = hidden.otto, hidden.paper
    group = make_group(otto, "Mine").removeprefix("/g/")
    deeds = [
        ("vote", "vote"),
        ("vote", "unvote"),
        ("save", "save"),
        ("save", "read"),
        ("links", "add"),
        ("comments", ""),
    ]
    for place, action in (*deeds, ("comments", "preview"), ("claim", ""), ("groups", "")):
        fields = {
            "action": action,
            "text": "Hm?",
            "kind": "code",
            "url": "https://x.example/a",
            "author": "Ada",
            "note": "",
        }
        answer = otto.send(f"/papers/{paper}/{place}", None, **fields, group=group)
        assert (answer.status_code, hidden.leaks(paper, answer.text)) == (404, []), (place, action)
    for place, sent in (("vote", {"vote": True}), ("comments", {"text": "Hm?"})):
        otto.api(f"/api/v1/papers/{paper}/{place}", sent, 404)
    otto.api("/api/v1/library", {"paper": paper}, 404)
    otto.api(f"/api/v1/groups/{group}/papers", {"text": paper}, 400)
    for pk in hidden.comments:
        for place, fields in (
            ("", {"text": "No"}),
            ("/delete", {}),
            ("/vote", {"vote": "up"}),
            ("/flag", {"reason": "Hm"}),
        ):
            assert otto.send(f"/comments/{pk}{place}", None, **fields).status_code == 404, (pk, place)


def test_nothing_counts_it(hidden):
    """What finds nothing looks alike, whether there is a hidden paper or none."""
    for who, headers in hidden.outsiders():
        for word in (TITLE, ABSTRACT, AUTHOR, KEYWORD):
            # By words alone, for meaning always finds something.
            for path in ('/papers?q="{}"', '/papers.json?q="{}"', '/api/v1/search?q="{}"', "/papers?q=au:{}"):
                here, none = (hidden.ask(path.format(each), headers).text for each in (word, "wuzzlebub"))
                assert here.replace(word, "wuzzlebub") == none, (who, path, word)
        days = [one["date"] for one in hidden.ask("/api/v1/editions", headers).json()["editions"]]
        assert days == [TODAY.isoformat()], who
        assert len(hidden.ask("/api/v1/papers", headers).json()["papers"]) == 3, who
    assert hidden.otto.api("/api/v1/library")["count"] == 0
    assert "0 papers" in hidden.otto.text("/library") or "nothing" in hidden.otto.text("/library").lower()


def call(hidden, token, name, arguments):
    body = orjson.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    )
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream",
               "host": "localhost", **({"authorization": f"Bearer {token}"} if token else {})}  # fmt: skip
    answer = hidden.site.client.request("POST", "/mcp", headers, body, "127.0.0.1")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_agents_are_told_nothing(hidden):
    period = {"period": ALONE_ON.isoformat()}
    asked = [
        ("get_paper", {"id": hidden.paper}), ("similar_papers", {"id": hidden.paper}), ("my_library", {}),
        ("cite_papers", {"ids": [hidden.paper]}), ("save_papers", {"ids": [hidden.paper]}), ("trending_papers", {}),
        ("get_edition", {}), ("get_edition", period), ("get_edition", {"period": "2025-11"}),
        ("similar_papers", {"id": "2511.00001"}), ("unsave_papers", {"ids": [hidden.paper]}),
        *(("search_papers", {"query": q}) for q in (*WORDS[:4], *TYPING_ERRORS, "gardens", hidden.paper)),
    ]  # fmt: skip
    for token in ("", hidden.otto.token):
        for name, arguments in asked:
            answer = call(hidden, token, name, arguments)
            assert hidden.leaks(str(arguments), answer) == [], (bool(token), name, arguments)


def test_no_letter_has_it(hidden):
    house = hidden.site.house
    lists = DigestLists(house.shelf(), house.post_office().imprint, house.today())
    wishes = [("front", ""), ("trending", ""), ("category", CATEGORY), ("author", f"Ada {AUTHOR}"), ("search", TITLE)]
    for kind, value in (*wishes, ("search", "gardens")):
        found = READERS[kind](lists, Wish(kind, value), Stretch(ALONE_ON - timedelta(days=9), TODAY))
        blocks = lists.blocks(found.pks)
        assert set(blocks) >= set(found.pks), kind  # none stands in the list that is not shown
        assert hidden.leaks(value, str([blocks[pk] for pk in found.pks])) == [], kind
    with house.database.read() as connection:
        assert find_newest_day(connection, ALONE_ON) is None
        assert list_stretch(connection, Stretch(ALONE_ON, ALONE_ON), 9) == []


def test_saved_searches_their_feeds_and_webhooks_have_it_not(hidden):
    site = hidden.site
    for search in hidden.searches:
        page = hidden.otto.get(search, 200).text
        for feed in re.findall(r"/feeds/private/[^\"<\s]+", page):
            name = feed.rpartition("/")[2].partition(".")[0]
            for suffix in SUFFIXES:
                answer = hidden.ask(f"/feeds/private/{name}.{suffix}", {})
                if answer.headers.get("content-type", "").startswith("application/json"):
                    assert '"count":0' in answer.text.replace(" ", "") or '"count"' not in answer.text
                assert set(hidden.leaks("", answer.text)) <= {TITLE} and "plain gardens" not in answer.text, suffix
        hidden.otto.send(search, None, action="announce")
    assert tell_hits(site.house.database, site.house.index, site.now) == 0


def test_who_may_see_it_does(hidden):
    """The tests above would hold for a site that shows it to nobody."""
    assert TITLE in hidden.shown_to.get(f"/papers/{hidden.paper}", 200).text
