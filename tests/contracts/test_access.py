"""docs/security.md says who may open what: its table is the program's, and each line holds for everybody."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.credentials import derived, hash_of
from broadsheet.domain.readers import ROLES, SCOPES, ApiToken
from broadsheet.settings import Settings
from broadsheet.store import readers, sessions
from broadsheet.usecases.sign_in import begin_session
from broadsheet.usecases.site_secret import site_secret
from broadsheet.web.access import ANYONE, BEARER, READS, Address
from broadsheet.web.app import ADDRESSES, make_app
from broadsheet.wiring import House, open_house

_CLIENT = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "web" / "asgi_client.py")))
DOCS = Path(__file__).parents[2] / "docs"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FOR_ALL = (ANYONE, BEARER)
LINES = [(a.method, a.path) for a in ADDRESSES]


def rows() -> list[tuple[str, ...]]:
    text = (DOCS / "security.md").read_text("utf-8")
    found = [
        line.split("|")[1:-1] for line in text.splitlines() if re.match(r"\| (GET|POST|PUT|DELETE|PATCH) \|", line)
    ]
    return [tuple(cell.strip().strip("`") for cell in row) for row in found]


def test_the_table_is_the_site_map() -> None:
    expected = [(a.method, a.path, a.who, a.scope if a.who not in FOR_ALL else "", a.limit) for a in ADDRESSES]
    assert rows() == expected


def test_every_route_is_a_line_of_it(site: Site) -> None:
    routes = {(method, route.path) for route in site.app.routes for method in route.methods - {"HEAD"}}
    assert routes == {*LINES, ("POST", "/mcp")}


class Site:
    """A site with a reader of each role, each with a session and a token."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.house: House = open_house(folder, lambda: NOW, settings)
        self.app = make_app(self.house)
        self.client = _CLIENT.AsgiClient(self.app)
        self.cookies, self.tokens, self.pks = {}, {}, {}
        with self.house.database.write() as connection:
            for role in ("operator", "curator", "reader"):
                reader = readers.insert_reader(connection, f"the-{role}", "", role, NOW)
                self.pks[role] = reader.pk
                self.cookies[role] = begin_session(connection, reader, ("", ""), NOW)
                for scope in SCOPES:
                    secret = f"bs_{role}_{scope}"
                    token = ApiToken(0, scope, (scope,), NOW, NOW + timedelta(days=1), None)
                    sessions.insert_token(connection, hash_of(secret), reader.pk, token)
                    self.tokens[role, scope] = secret

    def status(self, address: Address, role: str, *, csrf: bool = True, **headers: str) -> int:
        """Ask for an address as somebody with this role, "" for nobody, and return the status."""
        sent, body = dict(headers), b""
        if role:
            sent["cookie"] = f"broadsheet_session={self.cookies[role]}"
        if address.method == "POST":
            sent |= {"content-type": "application/x-www-form-urlencoded"} | {"sec-fetch-site": "same-origin"} | headers
            body = b"csrf=" + (self.csrf(role).encode() if csrf and role else b"")
        path = re.sub(r"\{[a-z_]+(:[a-z]+)?\}", "x-1", address.path)
        return int(self.client.request(address.method, path, sent, body).status_code)

    def csrf(self, role: str) -> str:
        with self.house.database.read() as connection:
            (own,) = sessions.list_sessions(connection, self.pks[role], NOW)
        return derived(site_secret(self.house.database), "csrf", self.pks[role], own.pk)

    def close(self) -> None:
        self.client.close()
        self.house.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    opened = Site(tmp_path / "data", Settings(writes_per_minute=0, sign_ins_per_hour=0))
    yield opened
    opened.close()


@pytest.fixture
def closed_site(tmp_path: Path) -> Iterator[Site]:
    opened = Site(tmp_path / "data", Settings(anonymous_reading="off", writes_per_minute=0, sign_ins_per_hour=0))
    yield opened
    opened.close()


def may(address: Address, role: str, *, anonymous: bool = True) -> bool:
    if address.who in FOR_ALL or (address.who == READS and (anonymous or role)):
        return True
    return address.who in ROLES and bool(role) and ROLES.index(role) >= ROLES.index(address.who)


def is_refused(status: int, role: str) -> bool:
    """Say whether an answer is a refusal: 403 for who is known, 401 for others."""
    return status == (403 if role else 401)


@pytest.mark.parametrize("role", ["", *ROLES])
def test_each_line_holds(site: Site, role: str) -> None:
    for address in ADDRESSES:
        if address.path in ("/account/delete", "/sign-out"):
            continue  # they end what the others need
        status = site.status(address, role)
        if may(address, role):
            # Refusals of their own: papers that nobody but readers adds, links that are no longer good.
            assert status != 401, (address.method, address.path, status)
            own = ("/add", "/api/v1/papers", "/sign-in/{secret}", "/mail/bounces")
            assert status != 403 or address.path in own, (address.method, address.path, status)
        else:
            assert is_refused(status, role), (address.method, address.path, status)


def test_with_anonymous_reading_off_nobody_reads(closed_site: Site) -> None:
    for address in ADDRESSES:
        if address.who not in FOR_ALL:
            assert is_refused(closed_site.status(address, ""), ""), address.path
    for address in ADDRESSES:
        if address.who == READS and address.method == "GET":
            assert closed_site.status(address, "reader") not in (401, 403), address.path


def test_a_token_needs_its_scope(site: Site) -> None:
    for address in ADDRESSES:
        for scope in SCOPES:
            if address.who in FOR_ALL or address.path == "/sign-out":
                continue
            bearer = f"Bearer {site.tokens['operator', scope]}"
            status = site.status(address, "", authorization=bearer)
            assert (status == 403) == (scope != address.scope), (address.method, address.path, scope, status)


def test_a_wrong_token_is_told_apart_from_none(site: Site) -> None:
    for address in ADDRESSES:
        if address.who != BEARER:
            assert site.status(address, "", authorization="Bearer bs_wrong") == 401, address.path


@pytest.mark.parametrize("role", ROLES)
def test_nothing_changes_without_the_forms_secret_or_from_elsewhere(site: Site, role: str) -> None:
    for address in ADDRESSES:
        if address.method == "POST" and may(address, role) and address.who != BEARER:
            assert site.status(address, role, csrf=False) == 403 or not address.is_ours_alone, address.path
            assert site.status(address, role, **{"sec-fetch-site": "cross-site"}) == 403, address.path
