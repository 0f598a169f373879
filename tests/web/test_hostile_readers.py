"""What readers type into any field runs nowhere, leads nowhere else, and no request speaks for another's."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.web.app import ADDRESSES

_HERE = Path(__file__).parent
_MEMBERS = SimpleNamespace(**runpy.run_path(str(_HERE / "members.py")))
_SAFETY = SimpleNamespace(**runpy.run_path(str(_HERE / "test_safety.py")))
Person = _MEMBERS.Person
EVIL = _SAFETY.HOSTILE_TYPED
PAPER = "/papers/2511.00001"


@pytest.mark.parametrize(
    "path", ["/papers.atom", "/feeds.opml", "/llms.txt", "/papers.json", "/", "/api/papers?limit=1"]
)
def test_nobody_is_led_to_where_another_request_said_it_came_to(open_site, plain, path):
    """Without the setting `address` lists are printed under the name in Host: never under that of another request."""
    site = open_site(plain(1), plain(2))
    for more in ({"host": "evil.example"}, {"x_forwarded_host": "evil.example"}, {"forwarded": "host=evil.example"}):
        site.get(path, **more)
        answer = site.get(path)
        assert "evil.example" not in answer.text + str(answer.headers), (path, more)
    assert "evil.example" not in site.get(path, x_forwarded_host="evil.example").text


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example",
     "/a\r\nset-cookie:x=1", "javascript:alert(1)", " //evil.example", "http:evil.example"],
)  # fmt: skip
def test_nobody_is_led_elsewhere_after_a_form(open_site, plain, address):
    site = open_site(plain(1))
    person = Person(site, "ada")
    for path, fields in (
        ("/papers/2511.00001/vote", {"action": "vote", "next": address}),
        ("/papers/2511.00001/save", {"action": "save", "back": address}),
        ("/papers/2511.00001/save", {"action": "save", "back": f"/library{address}"}),
    ):
        where = person.send(path, None, **fields).headers
        assert where["location"].startswith("/") and not where["location"].startswith(("//", "/\\")), path
        assert "evil" not in where["location"] and "set-cookie" not in where
    page = person.get(f"/sign-in?next={quote(address)}").text
    assert 'name="next" value="/"' in page or "evil" not in page


def test_what_readers_name_things_runs_nowhere(open_site, plain):
    site = open_site(plain(1), plain(2))
    ada, group = Person(site, "ada", role="operator"), ""
    ada.send("/account", name="ada", full_name=EVIL)
    ada.send(f"{PAPER}/save", action="save")
    ada.send(f"{PAPER}/save", None, action="keep", note=EVIL, tags=EVIL, new_folder=EVIL)
    ada.send("/library/folders", None, action="make", name=EVIL)
    ada.send(
        f"{PAPER}/comments",
        text=f"{EVIL} [x](javascript:alert(1)) ![x](https://x.example/p.png) $\\href{{javascript:alert(1)}}{{x}}$",
    )
    ada.send("/searches", query=EVIL)
    ada.send("/searches/1", action="rename", name=EVIL[:60])
    ada.send("/account/tokens", 200, token_name=EVIL, scope="read", days="9")
    ada.send("/webhooks", None, action="add", name=EVIL, target="https://hooks.example.org/x", events="edition")
    ada.send(f"{PAPER}/claim", None, author="Ada Byron", note=EVIL)
    ada.send(f"{PAPER}/curate", action="hide", reason=EVIL)
    ada.send(f"{PAPER}/curate", action="unhide", reason=EVIL)
    group = _MEMBERS.make_group(ada, EVIL, about=EVIL)
    ada.send(f"{group}/folders", action="make", folder=EVIL)
    ada.send(f"{PAPER}/groups", group=group.removeprefix("/g/"))
    ada.send(f"{group}{PAPER}", action="note", text=EVIL)
    seen = 0
    for address in ADDRESSES:
        path = address.path.replace("{name}", group.removeprefix("/g/")).replace("{paper_id:path}", "2511.00001")
        path = path.replace("{pk}", "1").replace("{week}", "2025-W45")
        if address.method != "GET" or "{" in path:
            continue
        answer = ada.get(path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            faults = _SAFETY.faults_of(LexborHTMLParser(answer.text))
            assert set(faults) <= {"element math"}, path  # the TeX of the comment
            seen += "alert(1)" in answer.text
        assert answer.headers.get("x-content-type-options") == "nosniff", path
    assert seen >= 12
