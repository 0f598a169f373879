"""Groups in a browser and by the API, as members, keepers and readers of public groups see them. No JavaScript."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from broadsheet.domain.deeds import Hand
from broadsheet.settings import Settings
from broadsheet.store import papers

_HERE = Path(__file__).parent
_PEOPLE = SimpleNamespace(**runpy.run_path(str(_HERE / "members.py")))
Person, make_group, let_in = _PEOPLE.Person, _PEOPLE.make_group, _PEOPLE.let_in
BIBTEX = "@article{own1, title={Rivers of Our Own}, author={Ada Quill}, year={2025}, url={https://rivers.example/a}}"


@pytest.fixture
def site(open_site, plain):
    settings = Settings(timezone="UTC", papers_per_page=5, writes_per_minute=0, searches_per_minute=0)
    return open_site(*(plain(n) for n in range(1, 9)), settings=settings)


@pytest.fixture
def keeper(site):
    return Person(site, "kim")


@pytest.fixture
def member(site):
    return Person(site, "mo")


@pytest.fixture
def other(site):
    return Person(site, "otto")


@pytest.fixture
def group(keeper, member):
    made = make_group(keeper, "The Tuesday Lab", about="We read on Tuesdays.")
    let_in(keeper, made, member)
    return made


def paper(number):
    return f"2511.{number:05d}"


def put(person, group, number):
    person.send(f"/papers/{paper(number)}/groups", group=group.removeprefix("/g/"))


def test_made_with_a_name_that_cannot_be_guessed_unless_public(keeper, other):
    private = make_group(keeper, "The Tuesday Lab")
    assert private.startswith("/g/the-tuesday-lab-")
    assert len(private) == len("/g/the-tuesday-lab-") + 8
    assert make_group(other, "Other people", name="the-tuesday-lab", access="public") == "/g/the-tuesday-lab"
    refused = keeper.send("/groups", 400, title="Mine", about="Kept text", name="the-tuesday-lab", access="public")
    assert "There is a group the-tuesday-lab already" in refused.text
    assert "Kept text" in refused.text
    assert keeper.send("/groups", 400, title=" ", access="public").status_code == 400
    assert keeper.send("/groups", 400, title="x", access="secret").status_code == 400
    assert keeper.send("/groups", 400, title="x", name="Über!", access="public").status_code == 400


def test_the_page_of_groups(site, keeper, other, group):
    make_group(other, "Everyone's <b>Circle</b>", access="public")
    assert "The Tuesday Lab" in keeper.text("/groups", "#content")
    assert "Everyone's <b>Circle</b>" in keeper.text("/groups")
    shown = Person(site).text("/groups")
    assert "The Tuesday Lab" not in shown
    assert "Everyone's <b>Circle</b>" in shown
    assert Person(site).page("/groups").css("form.add") == []


def test_papers_come_from_their_pages_and_are_voted_for(keeper, member, group):
    put(keeper, group, 1)
    put(member, group, 2)
    put(member, group, 2)  # a second time changes nothing
    assert member.titles(f"{group}/library") == ["Plain paper number 2", "Plain paper number 1"]
    member.send(f"{group}/papers/{paper(1)}", action="vote")
    member.send(f"{group}/papers/{paper(1)}", action="vote")
    assert "1 vote here" in keeper.text(f"{group}/papers/{paper(1)}")
    assert keeper.titles(f"{group}/trending") == ["Plain paper number 1", "Plain paper number 2"]
    assert keeper.titles(group) == ["Plain paper number 1", "Plain paper number 2"]
    keeper.send(f"{group}/papers/{paper(2)}", action="vote")
    keeper.send(f"{group}/papers/{paper(1)}", action="vote")
    member.send(f"{group}/papers/{paper(1)}", action="unvote")
    assert keeper.titles(f"{group}/trending") == ["Plain paper number 2", "Plain paper number 1"]
    assert "In The Tuesday Lab" in keeper.text(f"/papers/{paper(1)}")
    # The votes of a group are its own.
    assert "1 upvote" not in keeper.text(f"/papers/{paper(2)}")


def test_a_vote_leads_back_only_within_the_group(keeper, group):
    put(keeper, group, 1)
    here = f"{group}/papers/{paper(1)}"
    for back, leads in (
        (f"{group}/trending#entry-1", f"{group}/trending#entry-1"),
        ("https://evil.example/", here),
        ("//evil.example/g/", here),
        (f"{group}\\@evil.example", here),
        (f"{group}\n", here),
    ):
        assert keeper.send(here, action="vote", next=back).headers["location"] == leads


def test_a_new_paper_trends_before_an_old_one_with_as_many_votes(site, keeper, group):
    put(keeper, group, 1)
    site.set_time(site.now + timedelta(days=7))
    put(keeper, group, 2)
    assert keeper.titles(f"{group}/trending") == ["Plain paper number 2", "Plain paper number 1"]
    assert keeper.titles(group) == ["Plain paper number 2", "Plain paper number 1"]
    assert "Added Friday, November 14, 2025" in keeper.text(group)
    keeper.send(f"{group}/papers/{paper(1)}", action="vote")
    # One vote is log10(2) of a score, seven days are 1.
    assert keeper.titles(f"{group}/trending") == ["Plain paper number 2", "Plain paper number 1"]


def test_weeks_and_their_markdown(site, keeper, member, group):
    put(keeper, group, 1)
    member.send(f"{group}/papers/{paper(1)}", action="note", text="Read *this* first.\nIt is [short](x).")
    site.set_time(site.now + timedelta(days=7))
    put(keeper, group, 2)
    assert keeper.get(f"{group}/week", 302).headers["location"] == f"{group}/week/2025-W46"
    assert keeper.titles(f"{group}/week/2025-W46") == ["Plain paper number 2"]
    assert keeper.titles(f"{group}/week/2025-W45") == ["Plain paper number 1"]
    assert f"{group}/week/2025-W45" in [n.attributes["href"] for n in keeper.page(f"{group}/week/2025-W46").css("a")]
    this, last = keeper.get(f"{group}/week.md", 200), keeper.get(f"{group}/week/2025-W45.md", 200)
    assert this.headers["content-type"] == "text/markdown; charset=utf-8"
    assert "Plain paper number 2" in this.text
    assert last.text.splitlines()[0] == "# The Tuesday Lab: Week 45, 2025"
    assert "1. **Plain paper number 1** (2511.00001)" in last.text
    assert r"- mo: Read \*this\* first. It is \[short\](x)." in last.text
    assert keeper.get(f"{group}/week/2025-W60").status_code == 400


def test_folders_and_search(keeper, member, group):
    for number in (1, 2, 3):
        put(keeper, group, number)
    member.send(f"{group}/folders", action="make", folder=" Methods  & more ")
    member.send(f"{group}/papers/{paper(2)}", action="file", folder="Methods & more")
    assert keeper.titles(f"{group}/library?folder=Methods+%26+more") == ["Plain paper number 2"]
    assert keeper.titles(f"{group}/library?folder=None+such") == []
    member.send(f"{group}/papers/{paper(3)}", action="note", text="Uses a 100% lantern")
    assert keeper.titles(f"{group}/library?q=LANTERN") == ["Plain paper number 3"]
    assert keeper.titles(f"{group}/library?q=100%25") == ["Plain paper number 3"]
    assert keeper.titles(f"{group}/library?q=gardens+number+2") == ["Plain paper number 2"]
    assert keeper.titles(f"{group}/library?q=gardens&folder=Methods+%26+more") == ["Plain paper number 2"]
    assert member.send(f"{group}/papers/{paper(1)}", 400, action="file", folder="Nowhere").status_code == 400
    keeper.send(f"{group}/folders", action="delete", folder="Methods & more")
    assert len(keeper.titles(f"{group}/library")) == 3


def test_notes_are_plain_text_and_changed_by_who_wrote_them(keeper, member, group):
    put(keeper, group, 1)
    here = f"{group}/papers/{paper(1)}"
    member.send(here, action="note", text="<script>alert(1)</script>\r\nsecond line")
    note = member.page(here).css_first("div.note")
    assert note.css_first("p.plain").text() == "<script>alert(1)</script>\nsecond line"
    pk = note.attributes["id"].removeprefix("note-")
    assert keeper.send(here, 403, action="note", note=pk, text="mine now").status_code == 403
    member.send(here, action="note", note=pk, text="better")
    assert "better" in keeper.text(here)
    assert "changed" in keeper.text(here, "div.note .byline")
    keeper.send(here, action="delete-note", note=pk)
    assert member.page(here).css("div.note") == []
    for text in ("", "x" * 5_001):
        member.send(here, 400, action="note", text=text)
    member.send(here, 404, action="delete-note", note="99999")
    member.send(here, 400, action="explode")


def test_taken_out_by_its_keeper_or_who_added_it(keeper, member, group):
    put(keeper, group, 1)
    put(member, group, 2)
    member.send(f"{group}/papers/{paper(1)}", 403, action="remove")
    member.send(f"{group}/papers/{paper(2)}", action="remove")
    keeper.send(f"{group}/papers/{paper(1)}", action="remove")
    assert keeper.titles(f"{group}/library") == []
    assert keeper.get(f"/papers/{paper(1)}", 200).status_code == 200


def test_an_entry_of_ones_own(site, keeper, member, group):
    failed = keeper.send(f"{group}/papers", 400, text="no paper at all")
    assert "names no paper" in failed.text
    where = keeper.send(f"{group}/papers", text=BIBTEX).headers["location"]
    assert member.text(where, "h1") == "Rivers of Our Own"
    own = member.page(where).css_first(".byline a").attributes["href"]
    assert member.text(own, "h1") == "Rivers of Our Own"
    assert "group-" not in member.get(own).text
    site.set_time(site.now + timedelta(seconds=1))
    keeper.send(f"{group}/papers", text=paper(3))
    assert keeper.titles(f"{group}/library") == ["Plain paper number 3", "Rivers of Our Own"]
    # Taken out of the only group that had it, it is gone.
    keeper.send(where, action="remove")
    keeper.get(own, 404)
    with site.house.database.read() as connection:
        assert papers.count_papers(connection) == 8


def test_a_reader_who_may_not_add_papers_adds_those_that_are_here(open_site, plain):
    site = open_site(plain(1), settings=Settings(adding="nobody"))
    keeper = Person(site, "kim")
    group = make_group(keeper, "Readers alone")
    keeper.send(f"{group}/papers", 403, text=BIBTEX)
    keeper.send(f"{group}/papers", text=paper(1))


def test_invitations_have_uses_and_an_end_and_can_be_taken_back(site, keeper, member, other, group):
    link = let_in(keeper, group)  # one use
    assert "The Tuesday Lab" in other.text(link, "h1")
    member.send(link)  # who is in it already uses nothing up
    other.send(link)
    assert other.get(group, 200).status_code == 200
    ann = Person(site, "ann")
    for late in (link, "/groups/join/never-made"):
        assert ann.get(late).status_code == ann.send(late, 404).status_code == 404
    site.set_time(site.now + timedelta(seconds=1))
    taken = let_in(keeper, group)
    mark = keeper.page(f"{group}/members").css_first("button[name=revoke]").attributes["value"]
    member.send(f"{group}/invitations", 403, revoke=mark)
    keeper.send(f"{group}/invitations", revoke=mark)
    ann.send(taken, 404)
    old = let_in(keeper, group)
    site.set_time(site.now + timedelta(days=8))
    ann.send(old, 404)
    for uses, days in (("0", "7"), ("101", "7"), ("1", "91"), ("x", "7"), ("", "")):
        keeper.send(f"{group}/invitations", 400, uses=uses, days=days)


def test_members_keepers_and_the_last_one(keeper, member, other, group):
    here = f"{group}/members"
    put(keeper, group, 1)
    member.send(f"{group}/papers/{paper(1)}", action="vote")
    assert keeper.send(here, 409, action="leave").status_code == 409
    assert keeper.send(here, 409, action="member", member="kim").status_code == 409
    member.send(here, 403, action="keeper", member="mo")
    member.send(here, 403, action="remove", member="kim")
    keeper.send(here, 404, action="keeper", member="otto")
    keeper.send(here, 400, action="emperor", member="mo")
    keeper.send(here, action="keeper", member="mo")
    keeper.send(here, action="leave")
    keeper.get(group, 404)
    assert "mo keeper" in member.text(here)
    let_in(member, group, keeper)
    member.send(here, action="remove", member="kim")
    keeper.get(group, 404)
    member.send(here, 409, action="leave")
    # What a leaver voted for is counted anew.
    let_in(member, group, keeper)
    keeper.send(f"{group}/papers/{paper(1)}", action="vote")
    assert "2 votes here" in member.text(f"{group}/papers/{paper(1)}")
    keeper.send(here, action="leave")
    assert "1 vote here" in member.text(f"{group}/papers/{paper(1)}")


def test_settings_and_the_end(site, keeper, member, group):
    put(keeper, group, 1)
    member.get(f"{group}/settings", 403)
    member.send(f"{group}/settings", 403, title="Mine", access="public")
    keeper.send(f"{group}/settings", 400, title="", access="public")
    keeper.send(f"{group}/settings", title="Open Lab", about="For all.", access="public")
    nobody = Person(site)
    assert nobody.text(group, "h1") == "Open Lab"
    assert nobody.titles(f"{group}/library") == ["Plain paper number 1"]
    assert nobody.page(f"{group}/library").css("form[method=post]") == []
    # Private again, it has a new address, and the old one leads nowhere.
    now = keeper.send(f"{group}/settings", title="Lab", access="private").headers["location"].removesuffix("/settings")
    assert now != group
    nobody.get(group, 404)
    keeper.get(group, 404)
    keeper.get(now, 200)
    keeper.send(f"{now}/delete", 400, confirm="yes")
    member.send(f"{now}/delete", 403, confirm=now.removeprefix("/g/"))
    keeper.send(f"{now}/delete", confirm=now.removeprefix("/g/"))
    keeper.get(now, 404)


def test_readers_of_a_public_group_change_nothing(keeper, other):
    group = make_group(keeper, "Open Lab", access="public")
    put(keeper, group, 1)
    other.get(f"{group}/papers/{paper(1)}", 200)
    other.send(f"{group}/papers/{paper(1)}", 403, action="vote")
    other.send(f"{group}/papers", 403, text=paper(2))
    other.send(f"/papers/{paper(2)}/groups", 403, group="open-lab")
    other.send(f"{group}/folders", 403, action="make", folder="x")
    other.send(f"{group}/invitations", 403, uses="1", days="1")
    other.send(f"{group}/members", 403, action="leave")
    other.get(f"{group}/settings", 403)


def test_what_a_plain_member_brings_to_a_public_group_is_seen_through_it(site, keeper, other):
    group = make_group(keeper, "Open Lab", access="public")
    where = keeper.send(f"{group}/papers", text=BIBTEX).headers["location"]
    nobody = Person(site)
    own = nobody.page(where).css_first(".byline a").attributes["href"]
    assert nobody.text(own, "h1") == "Rivers of Our Own"
    keeper.send(f"{group}/settings", title="Closed Lab", access="private")
    nobody.get(own, 404)
    keeper.get(own, 200)
    curator = Person(site, "cora", role="curator")
    theirs = make_group(curator, "Curated", access="public")
    curator.send(f"{theirs}/papers", text=BIBTEX.replace("Rivers", "Lakes"))
    assert "Lakes of Our Own" in other.text("/papers?q=lakes+of+our+own")


def test_the_api(site, keeper, member, other, group):
    put(keeper, group, 1)
    name = group.removeprefix("/g/")
    found = member.api("/api/v1/groups")
    assert [(one["name"], one["role"], one["access"]) for one in found["groups"]] == [(name, "member", "private")]
    assert found["next"] is None
    assert member.api(f"/api/v1/groups/{name}")["title"] == "The Tuesday Lab"
    assert other.api("/api/v1/groups")["groups"] == []
    for number in range(2, 8):
        site.set_time(site.now + timedelta(seconds=1))
        assert member.api(f"/api/v1/groups/{name}/papers", {"text": paper(number)}, 201)["id"] == paper(number)
    listed = member.api(f"/api/v1/groups/{name}/papers")
    assert [one["paper"]["id"] for one in listed["papers"]] == [paper(n) for n in range(7, 0, -1)]
    assert listed["next"] is None
    member.api(f"/api/v1/groups/{name}/papers", {"text": 7}, 400)
    member.api(f"/api/v1/groups/{name}/papers?cursor=x", None, 400)
    other.api(f"/api/v1/groups/{name}/papers", {"text": paper(1)}, 404)


def test_the_api_goes_on_by_cursor(open_site, plain):
    site = open_site(*(plain(n) for n in range(1, 61)), settings=Settings(writes_per_minute=0))
    keeper = Person(site, "kim")
    group = make_group(keeper, "Long")
    for number in range(1, 61):
        put(keeper, group, number)  # all in one moment: the pk tells them apart
    address = f"/api/v1/groups/{group.removeprefix('/g/')}/papers"
    first = keeper.api(address)
    second = keeper.api(f"{address}?cursor={first['next']}")
    assert (len(first["papers"]), len(second["papers"]), second["next"]) == (50, 10, None)
    ids = [one["paper"]["id"] for one in first["papers"] + second["papers"]]
    assert len(set(ids)) == 60


def statements(site, person, address):
    seen = []
    engine = site.house.database._readers
    listen = lambda *given: seen.append(given[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        person.get(address, 200)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


def test_the_number_of_statements_does_not_grow(site, keeper, member, group):
    name = group.removeprefix("/g/")
    lists = [
        group, f"{group}/week/2025-W45", f"{group}/week/2025-W45.md", f"{group}/trending", f"{group}/library",
        f"{group}/library?q=paper", f"{group}/members", "/groups", "/api/v1/groups", f"/api/v1/groups/{name}/papers",
        f"{group}/papers/{paper(1)}", f"/papers/{paper(1)}",
    ]  # fmt: skip

    def fill(number):
        put(keeper, group, number)
        keeper.send(f"{group}/papers/{paper(number)}", action="vote")
        member.send(f"{group}/papers/{paper(number)}", action="note", text=f"About {number}")

    member.get(f"/papers/{paper(1)}")  # the visit is written down, once an hour
    fill(1)
    before = {address: statements(site, member, address) for address in lists}
    for number in (1, 2, 3, 4, 5):
        fill(number)
        let_in(keeper, make_group(keeper, f"Group {number}", access="public"), member)
        let_in(keeper, group, Person(site, f"more-{number}"))
    assert {address: statements(site, member, address) for address in lists} == before


def test_an_account_that_goes_leaves_its_groups_kept(site, keeper, member, group):
    put(keeper, group, 1)
    keeper.send(f"{group}/papers/{paper(1)}", action="vote")
    keeper.send(f"{group}/papers/{paper(1)}", action="note", text="I was here")
    alone = make_group(keeper, "Alone")
    hidden = keeper.send(f"{alone}/papers", text=BIBTEX).headers["location"].split("/papers/")[1]
    assert "I was here" in keeper.get("/account/export", 200).text
    keeper.send("/account/delete", confirm="kim")
    assert "mo keeper" in member.text(f"{group}/members")
    here = member.text(f"{group}/papers/{paper(1)}")
    assert "0 votes here" in here
    assert "A former member" in here
    with site.house.database.read() as connection:
        assert papers.find_paper(connection, hidden) is None


def test_merged_papers_bring_their_votes_and_notes(site, keeper, member, group):
    from broadsheet.usecases.curate_papers import join_papers

    for number in (1, 2):
        put(keeper, group, number)
        keeper.send(f"{group}/papers/{paper(number)}", action="vote")
        member.send(f"{group}/papers/{paper(number)}", action="note", text=f"Note {number}")
    member.send(f"{group}/papers/{paper(2)}", action="vote")
    join_papers(site.house.database, paper(1), paper(2), Hand("a test"), site.now)
    assert len(keeper.titles(f"{group}/library")) == 1
    here = keeper.text(f"{group}/papers/{paper(1)}")
    assert "2 votes here" in here
    assert "Note 1" in here
    assert "Note 2" in here
