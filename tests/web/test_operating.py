"""What operators do with readers: only they, each deed in a log that nobody edits, the last one cannot go."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from broadsheet.store import readers
from broadsheet.usecases.sign_in import invite

_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_browser.py")))


@pytest.fixture
def place_settings():
    return {"registration": "invite"}


@pytest.fixture
def boss(place):
    browser = _BROWSER.Browser(place)
    browser.sign_in("boss@example.org")
    return browser


def link_in(text):
    return urlsplit(text.partition('aria-label="Link">')[2].partition("<")[0]).path


def log(boss):
    return [[cell.text() for cell in row.css("td")][1:] for row in boss.page("/audit").css("tbody tr")]


def find(place, name):
    with place.house.database.read() as connection:
        return readers.find_by_name(connection, name)


def test_an_account_is_made_with_a_link_that_signs_in(place, boss):
    made = boss.submit("/readers", "/readers", name="Ada", email="ada@example.org", role="curator")
    assert made.status_code == 200
    ada = _BROWSER.Browser(place)
    assert ada.open_link(link_in(made.text)).status_code == 303
    assert (ada.name(), find(place, "ada").role) == ("ada", "curator")
    assert log(boss)[0] == ["boss", "reader added", "ada", "curator"]


@pytest.mark.parametrize(
    "fields",
    [{"name": "boss"}, {"name": "a b"}, {"name": ""}, {"email": "boss@example.org"}, {"email": "x"}, {"role": "god"}],
)
def test_an_account_that_cannot_be_is_told(place, boss, fields):
    answer = boss.submit("/readers", "/readers", **{"name": "new", "email": "", "role": "reader", **fields})
    assert answer.status_code == 400
    assert find(place, "new") is None


def test_a_role_is_changed_and_the_last_operator_stays(place, boss):
    place.add("ada")
    assert boss.submit("/readers", "/readers/ada", role="operator").status_code == 303
    assert find(place, "ada").role == "operator"
    assert log(boss)[0] == ["boss", "reader changed", "ada", "operator"]
    assert boss.submit("/readers", "/readers/ada", role="god").status_code == 400
    assert boss.submit("/readers", "/readers/boss", role="reader").status_code == 303
    assert boss.get("/readers").status_code == 403  # at once
    ada = _BROWSER.Browser(place)
    ada.open_link(f"/sign-in/{make_link(place, 'ada')}")
    assert ada.submit("/readers", "/readers/ada", role="reader").status_code == 409
    assert find(place, "ada").role == "operator"


def make_link(place, name):
    from broadsheet.usecases.accounts import link_for

    return link_for(place.house.database, None, name, place.now)


def test_who_is_closed_is_out_at_once_and_may_come_back(place, boss):
    ada = _BROWSER.Browser(place)
    ada.open_link(f"/sign-in/{place.add('ada', 'ada@example.org')[1]}")
    ada.submit("/sign-in", "/sign-in", email="ada@example.org")
    link = place.link("ada@example.org")
    boss.submit("/readers", "/readers/ada", deed="block")
    assert ada.name() is None
    assert ada.open_link(link).status_code == 403
    boss.submit("/readers", "/readers/ada", deed="unblock")
    ada.sign_in("ada@example.org")
    assert ada.name() == "ada"
    assert [row[1:] for row in log(boss)[:2]] == [
        ["reader changed", "ada", "open again"], ["reader changed", "ada", "blocked"],
    ]  # fmt: skip


def test_a_link_for_a_reader_is_written_down(place, boss):
    place.add("ada")
    answer = boss.submit("/readers", "/readers/ada", deed="link")
    ada = _BROWSER.Browser(place)
    assert ada.open_link(link_in(answer.text)).status_code == 303
    assert log(boss)[0][:3] == ["boss", "link to sign in made", "ada"]
    csrf = boss.page("/readers").css_first("input[name=csrf]").attributes["value"]
    assert boss.post("/readers/nobody", {"csrf": csrf, "deed": "link"}).status_code == 404


def test_invitations_are_shown_with_maker_and_use(place, boss):
    text = boss.submit("/invite", "/invite", note="for <b>ada</b>").text
    address = text.partition('aria-label="Invitation">')[2].partition("<")[0]
    ada = _BROWSER.Browser(place)
    ada.submit(urlsplit(address).path + "?" + urlsplit(address).query, "/sign-in", email="ada@example.org")
    assert ada.open_link(place.link("ada@example.org")).status_code == 303
    (row,) = boss.page("/invite").css("tbody tr")
    cells = [cell.text() for cell in row.css("td")]
    assert cells[1:3] == ["boss", "for <b>ada</b>"]
    assert cells[4] != "no"
    assert boss.submit("/invite", "/invite", note="a\x00b").status_code == 400


def test_names_of_who_left_stand_in_no_log(place, boss):
    ada = _BROWSER.Browser(place)
    made = boss.submit("/readers", "/readers", name="ada", email="", role="operator")
    ada.open_link(link_in(made.text))
    ada.submit("/invite", "/invite", note="")
    ada.submit("/account", "/account/delete", confirm="ada")
    rows = log(boss)
    assert "ada" not in str(rows)
    assert [row[1] for row in rows[:3]] == ["account deleted", "invitation made", "reader added"]
    assert rows[1][0].endswith("gone")
    assert rows[2][2].endswith("gone")


def test_the_log_is_never_edited(place, boss):
    for statement in ("UPDATE deeds SET verb = 'nothing'", "DELETE FROM deeds"):
        with pytest.raises(IntegrityError, match="never edited"), place.house.database.write() as connection:
            connection.exec_driver_sql(statement)


def pages_of(browser, path):
    """Return the first cells of all rows of a paginated list, and how many pages it has."""
    rows, pages = [], 0
    while path:
        page = browser.page(path)
        pages += 1
        rows += [row.css_first("th, td").text() for row in page.css("tbody tr")]
        more = page.css_first(".pager a[rel=next]")
        path = more.attributes["href"] if more else None
    return rows, pages


def test_lists_are_paginated_and_take_as_many_statements_whatever_their_length(place, boss):
    def statements(path):
        seen = []
        event.listen(place.house.database._readers, "before_cursor_execute", lambda *given: seen.append(given[2]))
        boss.page(path)
        return len(seen)

    paths = ("/readers", "/invite", "/audit")
    _, few = [[statements(path) for path in paths] for _ in range(2)]
    with place.house.database.write() as connection:
        for n in range(120):
            readers.insert_reader(connection, f"reader-{n:03}", "", "reader", place.now)
    for n in range(60):
        invite(place.house.database, None, str(n), place.now)
        make_link(place, f"reader-{n:03}")
    boss.page("/readers")  # the state of the record is read anew once
    assert [statements(path) for path in paths] == few
    names, pages = pages_of(boss, "/readers")
    assert (len(names), len(set(names)), pages) == (121, 121, 3)
    assert (len(pages_of(boss, "/invite")[0]), len(pages_of(boss, "/audit")[0])) == (60, 121)
    for path in ("/readers?after=%00%ff", "/invite?p=-1", "/invite?p=999999", "/audit?before=x", "/audit?before=9" * 9):
        assert boss.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/readers", "/invite", "/audit"])
@pytest.mark.parametrize("role", ["reader", "curator"])
def test_nobody_below_sees_them(place, path, role):
    browser = _BROWSER.Browser(place)
    browser.open_link(f"/sign-in/{place.add('ada', role=role)[1]}")
    assert browser.get(path).status_code == 403
    assert _BROWSER.Browser(place).get(path).status_code == 401
