"""Readers with sessions and tokens in front of a site, and what they send; shared by the tests of groups (runpy)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.credentials import derived, hash_of
from broadsheet.domain.readers import SCOPES, ApiToken, Reader
from broadsheet.store import readers, sessions
from broadsheet.usecases.sign_in import begin_session
from broadsheet.usecases.site_secret import site_secret

FORM = "application/x-www-form-urlencoded"


class Person:
    """A reader with a browser, and with a token for programs; without a name, nobody."""

    def __init__(self, site: Any, name: str = "", role: str = "reader") -> None:
        self.site, self.headers, self.csrf, self.reader = site, {}, "", None
        if not name:
            return
        with site.house.database.write() as connection:
            self.reader: Reader = readers.insert_reader(connection, name, f"{name}@example.org", role, site.now)
            cookie = begin_session(connection, self.reader, ("", ""), site.now)
            token = ApiToken(0, "all", tuple(SCOPES), site.now, site.now + timedelta(days=9), None)
            self.token = f"bs_{name}"
            sessions.insert_token(connection, hash_of(self.token), self.reader.pk, token)
            (own,) = sessions.list_sessions(connection, self.reader.pk, site.now)
        self.headers = {"cookie": f"broadsheet_session={cookie}"}
        self.csrf = derived(site_secret(site.house.database), "csrf", self.reader.pk, own.pk)

    def get(self, address: str, status: int | None = None) -> httpx.Response:
        """Open an address."""
        answer = self.site.client.request("GET", address, self.headers)
        assert status is None or answer.status_code == status, (address, answer.status_code)
        return answer

    def page(self, address: str) -> LexborHTMLParser:
        """Open a page that is there."""
        return LexborHTMLParser(self.get(address, 200).text)

    def text(self, address: str, selector: str = "main") -> str:
        """Return the words of a part of a page."""
        return " ".join(self.page(address).css_first(selector).text().split())

    def titles(self, address: str) -> list[str]:
        """Return the titles of the papers listed on a page."""
        return [" ".join(node.text().split()) for node in self.page(address).css("article.card h2, article.card h3")]

    def send(self, address: str, status: int | None = 303, **fields: str) -> httpx.Response:
        """Send a form."""
        sent = {**self.headers, "content-type": FORM, "sec-fetch-site": "same-origin"}
        body = urlencode({"csrf": self.csrf, **fields}).encode()
        answer = self.site.client.request("POST", address, sent, body)
        assert status is None or answer.status_code == status, (address, answer.status_code, answer.text[:2_000])
        return answer

    def api(self, address: str, sent: object = None, status: int = 200) -> Any:
        """Ask with the token; POST where there is something to send."""
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        method, body = ("GET", b"") if sent is None else ("POST", json.dumps(sent).encode())
        answer = self.site.client.request(method, address, headers, body)
        assert answer.status_code == status, (address, answer.status_code, answer.text)
        return answer.json()


def make_group(keeper: Person, title: str, access: str = "private", **fields: str) -> str:
    """Make a group and return its address."""
    return str(keeper.send("/groups", title=title, access=access, **fields).headers["location"])


def let_in(keeper: Person, group: str, *people: Person) -> str:
    """Invite people into a group by one link; return the link's path."""
    page = LexborHTMLParser(keeper.send(f"{group}/invitations", 200, uses=str(len(people) + 1), days="7").text)
    path = page.css_first("[role=status] code").text().split("//", 1)[1]
    path = path[path.index("/") :]
    for person in people:
        person.send(path)
    return path
