"""Readers with browsers in front of a site, for tests of what readers do (through runpy)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import httpx
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.credentials import derived
from broadsheet.store import readers, sessions
from broadsheet.usecases.sign_in import begin_session
from broadsheet.usecases.site_secret import site_secret

_FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


class Person:
    """Somebody with an account, signed in at a site with `client` and `house`."""

    def __init__(self, site: Any, name: str, role: str = "reader") -> None:
        self.site = site
        with site.house.database.write() as connection:
            self.reader = readers.insert_reader(connection, name, "", role, site.house.clock())
            secret = begin_session(connection, self.reader, ("", ""), site.house.clock())
        with site.house.database.read() as connection:
            (own,) = sessions.list_sessions(connection, self.reader.pk, site.house.clock())
        self.cookie = {"cookie": f"broadsheet_session={secret}"}
        self.csrf = derived(site_secret(site.house.database), "csrf", self.reader.pk, own.pk)

    def get(self, address: str) -> httpx.Response:
        """Open an address."""
        return self.site.client.request("GET", address, self.cookie)

    def page(self, address: str) -> LexborHTMLParser:
        """Open an address and read the answer as HTML."""
        answer = self.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return LexborHTMLParser(answer.text)

    def text(self, address: str) -> str:
        """Return the words of a page, in one line."""
        return " ".join(self.page(address).css_first("main").text().split())

    def send(self, address: str, **fields: str) -> httpx.Response:
        """Send a form."""
        body = urlencode({"csrf": self.csrf, **fields}).encode()
        return self.site.client.request("POST", address, {**_FORM, **self.cookie}, body)

    def press(self, address: str, button: str, **fields: str) -> httpx.Response:
        """Open a page, find the first form that has this button, fill it in and press the button."""
        for form in self.page(address).css("form"):
            for found in form.css("button"):
                if " ".join(found.text().split()).startswith(button):
                    hidden = {n.attributes["name"]: n.attributes["value"] for n in form.css("input[type=hidden]")}
                    named = {found.attributes["name"]: found.attributes["value"]} if "name" in found.attributes else {}
                    body = urlencode({**hidden, **named, **fields}).encode()
                    where = form.attributes["action"]
                    return self.site.client.request("POST", where, {**_FORM, **self.cookie}, body)
        raise AssertionError(f"{address} has no button {button!r}")

    def post_json(self, address: str, value: object) -> httpx.Response:
        """Send JSON, as a script of a page of ours would."""
        headers = {"content-type": "application/json", "sec-fetch-site": "same-origin", "x-csrf-token": self.csrf}
        return self.site.client.request("POST", address, {**headers, **self.cookie}, json.dumps(value).encode())
