"""Private means private: what an outsider asks for at every address of the program tells nothing of a private group.

The strictest form of it: two sites that differ only in a private group answer outsiders alike, byte for byte.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.settings import Settings
from broadsheet.web.app import ADDRESSES

_PEOPLE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "members.py")))
Person, make_group, let_in = _PEOPLE.Person, _PEOPLE.make_group, _PEOPLE.let_in
WORD = "zanzibarine"
NO_NAME = "no-such-group-abcd2345"
HIDDEN = (
    f"@article{{own1, title={{The {WORD} method}}, author={{Ada {WORD}}}, year={{2025}}, month=nov, "
    f"abstract={{A {WORD} abstract of gardens.}}, keywords={{{WORD}}}, url={{https://{WORD}.example/a}}}}"
)
ENDS = ("/account/delete", "/sign-out", "/account/sessions", "/account/tokens")


class Sites:
    """A site with a private group, and its twin without; on both the same readers."""

    def __init__(self, open_site, records):
        settings = Settings(timezone="UTC", writes_per_minute=0, searches_per_minute=0, sign_ins_per_hour=0)
        self.site, self.twin = (open_site(*records, settings=settings) for _ in range(2))
        self.name, self.paper = NO_NAME, "2511.00001"
        self.hidden = "p-0123456789ab"
        people = {site: [Person(site, name) for name in ("kim", "mo", "otto")] for site in (self.site, self.twin)}
        self.kim, self.mo, self.otto = people[self.site]
        self.twins_otto = people[self.twin][2]

    def make(self, *, with_hidden):
        group = make_group(self.kim, f"The {WORD} lab", about=f"All about {WORD}.")
        self.name = group.removeprefix("/g/")
        self.invitation = let_in(self.kim, group, self.mo)
        self.kim.send(f"{group}/folders", action="make", folder=f"{WORD} folder")
        self.kim.send(f"/papers/{self.paper}/groups", group=self.name)
        here = f"{group}/papers/{self.paper}"
        self.mo.send(here, action="vote")
        self.mo.send(here, action="note", text=f"A {WORD} note")
        self.mo.send(here, action="file", folder=f"{WORD} folder")
        if with_hidden:
            where = self.mo.send(f"{group}/papers", text=HIDDEN).headers["location"]
            self.hidden = where.split("/papers/")[1]
            self.mo.send(f"/papers/{self.hidden}/save", action="save")
            self.mo.send(where, action="vote")

    def outsiders(self):
        """Yield (who, headers on the site, headers on the twin)."""
        yield "nobody", {}, {}
        yield "outsider", self.otto.headers, self.twins_otto.headers
        bearer = {"authorization": f"Bearer {self.otto.token}"}
        yield "token", bearer, bearer

    def ask(self, site, address, path, headers, csrf=""):
        """Ask for an address with all that could name the group or its paper."""
        sent, body = dict(headers), b""
        if address.method == "POST":
            fields = {"csrf": csrf, "action": "vote", "group": self.name, "member": "mo", "text": "", "confirm": "x"}
            body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
            sent |= {"content-type": _PEOPLE.FORM, "sec-fetch-site": "same-origin"}
        answer = site.client.request(address.method, path, sent, body)
        kept = {k: v for k, v in answer.headers.items() if k not in ("etag", "content-length")}
        text = re.sub(r'value="[0-9a-f]{32}"', 'value="csrf"', answer.text)
        # Commits of the index merge at their own pace, and until then BM25 counts what was written anew twice.
        return answer.status_code, kept, re.sub(r'"(score|text)":\d+\.\d+', "", text)

    def paths(self, address, name=None):
        """Return an address filled in with what the group has, in all the ways that could lead to something."""
        names = (
            [name or self.name] if "/g/" in address.path or "/groups/" in address.path else ["2025-11-07", "2025-W45"]
        )
        found = []
        for paper in (self.paper, self.hidden):
            for filling in names:
                path = re.sub(r"\{paper_id(:path)?\}", paper, address.path)
                path = path.replace("{name}", filling).replace("{week}", "2025-W45").replace("{secret}", "x-1")
                found += [
                    path,
                    *([f"{path}.{form}" for form in ("md", "json", "bib", "atom")] if "{" in address.path else []),
                ]
        if address.method == "GET":
            found += [f"{found[0]}?{query}" for query in (f"q={WORD}", "q=gardens", f"folder={WORD}+folder", "p=1")]
            found += [f"{found[0]}?{query}" for query in (f"next=/g/{self.name}", "after=a", f"q=id:{self.hidden}")]
        return list(dict.fromkeys(found))


@pytest.fixture
def sites(open_site, plain):
    return Sites(open_site, [plain(n) for n in range(1, 5)])


def differing(sites):
    """Return each address that does not answer outsiders as on the twin."""
    found = []
    for who, headers, twins_headers in sites.outsiders():
        for address in ADDRESSES:
            if address.path in ENDS:
                continue
            csrf = (sites.otto.csrf, sites.twins_otto.csrf) if who == "outsider" else ("", "")
            for path in sites.paths(address):
                here = sites.ask(sites.site, address, path, headers, csrf[0])
                there = sites.ask(sites.twin, address, path, twins_headers, csrf[1])
                if here != there:
                    found.append((who, address.method, path, here[0], there[0]))
    return found


def test_outsiders_are_answered_as_if_the_group_were_not(sites):
    sites.make(with_hidden=False)
    assert differing(sites) == []


def test_outsiders_are_answered_as_if_its_own_papers_were_not(sites):
    sites.make(with_hidden=True)
    assert differing(sites) == []


def test_the_pages_of_its_own_papers_are_not_there_for_outsiders(sites):
    sites.make(with_hidden=True)
    for _, headers, twins_headers in sites.outsiders():
        for address in ADDRESSES:
            if not address.path.startswith("/papers/{paper_id"):
                continue
            for form in ("", ".json", ".md", ".bib", ".ris", ".csl.json", ".csv"):
                path = address.path.replace("{paper_id:path}", sites.hidden) + form
                here = sites.ask(sites.site, address, path, headers, sites.otto.csrf)
                there = sites.ask(sites.twin, address, path, twins_headers, sites.twins_otto.csrf)
                assert here == there, path
    assert WORD in sites.mo.get(f"/papers/{sites.hidden}", 200).text


def test_a_private_group_is_answered_as_one_that_is_not_there(sites):
    sites.make(with_hidden=True)
    for who, headers, _ in sites.outsiders():
        for address in ADDRESSES:
            if "/g/" not in address.path and "/groups/{name}" not in address.path:
                continue
            csrf = sites.otto.csrf if who == "outsider" else ""
            for private, none in zip(sites.paths(address), sites.paths(address, NO_NAME), strict=True):
                here, there = (sites.ask(sites.site, address, path, headers, csrf) for path in (private, none))
                assert (here[0], here[1]) == (there[0], there[1]), private
                assert here[2].replace(sites.name, NO_NAME) == there[2].replace(sites.name, NO_NAME), private
                assert here[0] == 404 or (who == "nobody" and here[0] == 401), private


def test_its_words_stand_nowhere_for_outsiders(sites):
    sites.make(with_hidden=False)
    for who, headers, _ in sites.outsiders():
        for address in ADDRESSES:
            if address.path in ENDS:
                continue
            for path in sites.paths(address):
                text = sites.ask(sites.site, address, path, headers, sites.otto.csrf if who == "outsider" else "")[2]
                asked = WORD in path
                assert asked or WORD not in text.lower(), (who, path)
                assert sites.name in path or sites.name not in text, (who, path)


def test_members_do_see_it(sites):
    """The tests above would hold for a site that shows nothing to anybody."""
    sites.make(with_hidden=True)
    group = f"/g/{sites.name}"
    for path in ("", "/week/2025-W45", "/week/2025-W45.md", "/trending", "/library", f"/library?q={WORD}", "/members"):
        assert WORD in sites.mo.get(group + path, 200).text, path
    assert f"A {WORD} note" in sites.mo.get(f"{group}/papers/{sites.paper}", 200).text
    assert f"the {WORD} method" in str(sites.mo.api(f"/api/v1/groups/{sites.name}/papers")).lower()


def test_who_leaves_or_is_removed_sees_no_more(sites):
    sites.make(with_hidden=True)
    group = f"/g/{sites.name}"
    sites.mo.get(group, 200)
    sites.kim.send(f"{group}/members", action="remove", member="mo")
    sites.mo.get(group, 404)
    sites.mo.get(f"/papers/{sites.hidden}", 404)
    assert "lab" not in sites.mo.text("/groups", "section")
    sites.mo.api(f"/api/v1/groups/{sites.name}", None, 404)


def test_an_invitation_shows_the_group_to_readers_alone(sites):
    sites.make(with_hidden=False)
    nobody = Person(sites.site)
    answer = nobody.get(sites.invitation, 401)
    assert WORD not in answer.text
    assert WORD in sites.mo.get(sites.invitation, 200).text


def test_the_exports_of_others_tell_nothing(sites):
    sites.make(with_hidden=True)
    assert WORD not in sites.otto.get("/account/export", 200).text
    kims = sites.kim.get("/account/export", 200).text
    assert f"A {WORD} note" not in kims  # it is mo's
    assert "token_hash" not in kims


def test_operators_are_outsiders_too(sites):
    sites.make(with_hidden=True)
    operator = Person(sites.site, "olga", role="operator")
    operator.get(f"/g/{sites.name}", 404)
    operator.get(f"/papers/{sites.hidden}", 404)
    assert WORD not in operator.get("/groups", 200).text
    assert WORD not in operator.get("/admin", 200).text
