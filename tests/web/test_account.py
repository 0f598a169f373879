"""A reader's own account: sessions, tokens, another address, everything to take along, the end."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import MetaData

from broadsheet.store import community_tables, library_tables  # noqa: F401 (they add their tables)
from broadsheet.store.tables import metadata

_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_browser.py")))


@pytest.fixture
def place_settings():
    return {"registration": "open"}


@pytest.fixture
def ada(place):
    return signed_in(place, "ada", "ada@example.org")


def signed_in(place, name, email="", role="reader", **headers):
    browser = _BROWSER.Browser(place, **headers)
    assert browser.open_link(f"/sign-in/{place.add(name, email, role)[1]}").status_code == 303
    return browser


def bearer(place, token):
    return _BROWSER.Browser(place, authorization=f"Bearer {token}")


def make_token(browser, **fields):
    given = {"token_name": "script", "scope": ["read"], "days": "90", **fields}
    return browser.submit("/account", "/account/tokens", **given)


def secret_in(text):
    return re.findall(r"\bbs_[A-Za-z0-9_-]{43}\b", text)


def test_sessions_are_listed_with_browser_and_address_and_ended(place, ada):
    other = _BROWSER.Browser(place, "203.0.113.9", user_agent="<b>Lynx</b>")
    other.sign_in("ada@example.org")
    page = ada.page("/account")
    text = page.css_first("section[aria-labelledby=sessions]").text()
    assert "<b>Lynx</b>, from 203.0.113.9" in " ".join(text.split())
    assert page.css("section[aria-labelledby=sessions] b") == []
    (button,) = [b for b in page.css("button[name=session]") if b.attributes["value"] != "others"]
    assert ada.submit("/account", "/account/sessions", session=button.attributes["value"]).status_code == 303
    assert (other.name(), ada.name()) == (None, "ada")
    other.sign_in("ada@example.org")
    ada.submit("/account", "/account/sessions", session="others")
    assert (other.name(), ada.name()) == (None, "ada")


def test_nobody_ends_the_session_of_another(place, ada):
    eve = signed_in(place, "eve")
    eve.submit("/account", "/account/sessions", session=1)
    eve.submit("/account", "/account/sessions", session="others")
    assert ada.name() == "ada"


def test_a_token_is_shown_once_works_and_is_taken_back(place, ada):
    (token,) = secret_in(make_token(ada).text)
    assert secret_in(ada.get("/account").text) == []
    assert bearer(place, token).name() == "ada"
    (button,) = ada.page("/account").css("button[name=revoke]")
    eve = signed_in(place, "eve")
    eve.submit("/account", "/account/tokens", revoke=button.attributes["value"])
    assert bearer(place, token).name() == "ada"
    ada.submit("/account", "/account/tokens", revoke=button.attributes["value"])
    assert bearer(place, token).get("/account/export").status_code == 401


def test_a_token_ends_on_its_day(place, ada):
    (token,) = secret_in(make_token(ada, days="2").text)
    (endless,) = secret_in(make_token(ada, days="0").text)
    place.wait(days=1, hours=23)
    assert bearer(place, token).name() == "ada"
    place.wait(hours=1)
    assert bearer(place, token).get("/papers").status_code == 401
    assert bearer(place, endless).name() == "ada"


@pytest.mark.parametrize(
    "fields",
    [
        {"token_name": ""},
        {"token_name": "a\x00"},
        {"scope": []},
        {"scope": ["root"]},
        {"days": "-1"},
        {"days": "x"},
        {"days": "9999"},
    ],
)
def test_a_token_is_asked_for_rightly(ada, fields):
    assert make_token(ada, **fields).status_code == 400


def test_a_token_makes_no_tokens_and_no_sessions(place, ada):
    (token,) = secret_in(make_token(ada, scope=["read", "write", "library", "curate", "operate"]).text)
    script = bearer(place, token)
    for path in ("/account/tokens", "/account/delete", "/account/email", "/account/identities", "/account/email/x"):
        assert script.post(path, {"confirm": "ada", "token_name": "x", "scope": "read"}).status_code == 403
    assert script.get("/readers").status_code == 403  # a scope gives no more than the reader's role
    assert ada.name() == "ada"


def test_what_was_made_is_kept_as_hashes_alone(place, ada):
    (token,) = secret_in(make_token(ada).text)
    ada.submit("/sign-in", "/sign-in", email="ada@example.org")
    link = place.link("ada@example.org").rpartition("/")[2]
    boss = _BROWSER.Browser(place)
    boss.sign_in("boss@example.org")
    invitation = re.search(r"invitation=([\w-]{43})", boss.submit("/invite", "/invite", note="").text)[1]
    kept = b"".join(path.read_bytes() for path in place.house.folder.glob("broadsheet.sqlite*"))
    assert b"ada@example.org" in kept
    for secret in (token, ada.cookies["broadsheet_session"], ada.cookies["broadsheet_browser"], link, invitation):
        assert len(secret) >= 43
        assert secret.encode() not in kept


def test_names_are_changed_and_taken_ones_are_not(place, ada):
    assert ada.submit("/account", "/account", name="Ada-Q", full_name="Ada <b>Quill</b>").status_code == 303
    assert ada.name() == "ada-q"
    assert "Ada &lt;b&gt;Quill" in ada.get("/account").text
    assert ada.submit("/account", "/account", name="boss", full_name="").status_code == 400
    assert ada.name() == "ada-q"


def test_a_new_address_is_confirmed_by_a_link_to_it(place, ada):
    assert ada.submit("/account", "/account/email", email="quill@example.org").status_code == 200
    path = place.link("quill@example.org")
    assert "quill@example.org" in ada.get(path).text
    before = _BROWSER.Browser(place)
    before.submit("/sign-in", "/sign-in", email="ada@example.org")
    old_link = place.link("ada@example.org")
    assert ada.submit(path, path).status_code == 303
    assert "quill@example.org: reader" in " ".join(ada.page("/account").text().split())
    assert before.open_link(old_link).status_code == 403  # what was sent to the former address is void
    assert place.mail()[-1]["To"] == "ada@example.org"  # who is told
    assert ada.post(path).status_code == 403
    assert ada.get(path).status_code == 400  # once


def test_a_new_address_is_confirmed_only_in_its_account_and_in_time(place, ada):
    ada.submit("/account", "/account/email", email="quill@example.org")
    path, eve = place.link("quill@example.org"), signed_in(place, "eve")
    assert _BROWSER.Browser(place).get(path).status_code == 401
    assert eve.get(path).status_code == 400
    form = eve.page("/account").css_first("input[name=csrf]").attributes["value"]
    assert eve.post(path, {"csrf": form}).status_code == 400
    place.wait(hours=1)
    assert ada.get(path).status_code == 400
    assert ada.get("/account/email/forged.e30").status_code == 400


def test_an_address_of_another_account_is_told_to_its_owner_alone(place, ada):
    taken = ada.submit("/account", "/account/email", email="boss@example.org").text
    free = ada.submit("/account", "/account/email", email="free@example.org").text
    assert taken.replace("boss@", "free@") == free
    path = place.link("boss@example.org")
    assert ada.submit(path, path).status_code == 409
    assert "ada@example.org: reader" in " ".join(ada.page("/account").text().split())
    assert ada.submit("/account", "/account/email", email="x\r\ny@example.org").status_code == 400


def fill_every_table(place, reader_pk):
    """Put a row that names a reader into every table that can; return the tables."""
    filled = []
    with place.house.database.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        found = MetaData()
        found.reflect(connection)
        for table in found.sorted_tables:
            keys = [key.parent for key in table.foreign_keys if key.column.table.name == "readers"]
            if not keys:
                continue
            values = {}
            for column in table.columns:
                if column in keys:
                    values[column.name] = reader_pk
                elif column.primary_key and str(column.type) == "INTEGER" and len(table.primary_key.columns) == 1:
                    continue
                elif not column.nullable and column.server_default is None:
                    values[column.name] = something(column, place)
            for key in table.foreign_keys:
                if key.column.table.name != "readers" and key.parent.name in values:
                    values[key.parent.name] = parent(connection, key.column.table, place)
            if "email" in values:
                values["email"] = "ada@example.org"
            connection.execute(table.insert().values(**values))
            filled.append((table.name, [column.name for column in keys]))
    return filled


def something(column, place):
    """Return a value that a column takes."""
    kinds = {"VARCHAR": "[]", "TIMESTAMP": place.now, "DATE": place.now.date(), "BOOLEAN": True, "BLOB": b""}
    return kinds.get(str(column.type), 1)


def parent(connection, table, place):
    """Return the pk of a row of a table, made where there is none."""
    (key,) = table.primary_key.columns
    found = connection.execute(table.select().limit(1)).mappings().first()
    if found is not None:
        return found[key.name]
    values = {}
    for column in table.columns:
        if not column.nullable and column.server_default is None and not column.primary_key:
            values[column.name] = something(column, place)
        for foreign in column.foreign_keys:
            if not column.nullable:
                values[column.name] = parent(connection, foreign.column.table, place)
    return connection.execute(table.insert().values(**values)).inserted_primary_key[0]


def test_deleting_the_account_leaves_nothing_of_it_in_any_table(place, ada):
    with place.house.database.read() as connection:
        pk = connection.exec_driver_sql("SELECT pk FROM readers WHERE name = 'ada'").scalar_one()
    filled = fill_every_table(place, pk)
    assert len(filled) > 20
    exported = ada.get("/account/export").json()
    assert {name for name, _ in filled} <= set(exported)
    assert [name for name, _ in filled if not exported[name]] == []
    wrong = ada.submit("/account", "/account/delete", confirm="boss")
    assert (wrong.status_code, ada.name()) == (400, "ada")
    assert ada.submit("/account", "/account/delete", confirm="ada").status_code == 303
    assert ada.name() is None
    with place.house.database.read() as connection:
        for table, columns in filled:
            for column in columns:
                left = connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {column} = {pk}").scalar_one()
                assert left == 0, (table, column)
        for name, table in metadata.tables.items():
            rows = repr(connection.execute(table.select()).all())
            assert "ada@example.org" not in rows, name
            assert "'ada'" not in rows, name
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_an_export_holds_no_secret_and_nothing_of_others(place, ada):
    make_token(ada)
    signed_in(place, "bo", "bo@example.org")
    text = ada.get("/account/export").text
    assert "ada@example.org" in text
    for word in ("bo@example.org", "boss", "token_hash", "browser_hash", ada.cookies["broadsheet_session"]):
        assert word not in text
    assert ada.answer.headers["cache-control"] == "no-store"


def test_the_last_operator_cannot_go(place):
    boss = _BROWSER.Browser(place)
    boss.sign_in("boss@example.org")
    assert boss.submit("/account", "/account/delete", confirm="boss").status_code == 409
    place.add("second", role="operator")
    assert boss.submit("/account", "/account/delete", confirm="boss").status_code == 303


def test_forms_are_void_without_their_secret_or_with_anothers(place, ada):
    eve = signed_in(place, "eve")
    hers = eve.page("/account").css_first("input[name=csrf]").attributes["value"]
    for csrf in (None, "", hers, "0" * 32):
        fields = {"name": "pwned", "full_name": ""} | ({"csrf": csrf} if csrf is not None else {})
        assert ada.post("/account", fields).status_code == 403
    own = ada.page("/account").css_first("input[name=csrf]").attributes["value"]
    for headers in ({"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"sec_fetch_site": "none"}):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        assert ada.post("/account", {"csrf": own, "name": "pwned", "full_name": ""}, **headers).status_code == 403
    assert ada.name() == "ada"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example", "//testserver:81", ""]
)
def test_a_form_from_another_origin_is_refused(place, ada, origin):
    csrf = ada.page("/account").css_first("input[name=csrf]").attributes["value"]
    body = f"csrf={csrf}&name=pwned&full_name=".encode()
    headers = {"content-type": _BROWSER.FORM, "cookie": f"broadsheet_session={ada.cookies['broadsheet_session']}"}
    answer = place.client.request("POST", "/account", {**headers, "origin": origin}, body)
    assert (answer.status_code, ada.name()) == (403, "ada")
    assert place.client.request("POST", "/account", headers, body).status_code == 403  # says nothing of where it began
    good = place.client.request("POST", "/account", {**headers, "origin": "http://testserver"}, body)
    assert (good.status_code, ada.name()) == (303, "pwned")


def test_the_form_secret_of_one_session_is_void_in_the_next(place, ada):
    first = ada.page("/account").css_first("input[name=csrf]").attributes["value"]
    ada.submit("/account", "/sign-out")
    ada.sign_in("ada@example.org")
    assert ada.post("/account", {"csrf": first, "name": "pwned", "full_name": ""}).status_code == 403


def test_pages_of_one_reader_are_never_anothers(place, ada):
    eve, nobody = signed_in(place, "eve"), _BROWSER.Browser(place)
    csrf = {browser: browser.page("/papers").css("input[name=csrf]") for browser in (ada, eve, nobody)}
    for browser, name in ((ada, "ada"), (eve, "eve"), (nobody, None)):
        text = browser.get("/").text
        assert ("ada" in text, "eve" in text) == (name == "ada", name == "eve")
        assert browser.answer.headers["cache-control"].startswith("private" if name else "no-cache")
    assert csrf[nobody] == []


def test_a_page_that_is_not_there_knows_who_asks_and_is_kept_by_nobody_else(place, ada):
    answer = ada.get("/papers/none")
    assert answer.status_code == 404 and answer.headers["cache-control"] == "no-store"
    assert ">ada</a>" in answer.text and "ada" not in _BROWSER.Browser(place).get("/papers/none").text
