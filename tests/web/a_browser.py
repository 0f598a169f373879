"""A site without papers and people with browsers before it: cookies kept, forms sent as the pages have them."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.readers import Reader
from broadsheet.settings import Settings
from broadsheet.store import readers
from broadsheet.usecases.accounts import WantedReader, add_reader
from broadsheet.web.app import make_app
from broadsheet.wiring import open_house

_CLIENT = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "asgi_client.py")))
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


class Place:
    """A site whose clock stands still until it is moved."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.now = NOW
        self.house = open_house(folder, lambda: self.now, Settings(**{"sign_ins_per_hour": 0, **settings}))
        self.app = make_app(self.house)
        self.client = _CLIENT.AsgiClient(self.app)

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def mail(self) -> list:
        """Return the messages of the outbox, the one written last at the end."""
        paths = sorted((self.house.folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def link(self, to: str) -> str:
        """Return the path of the link in the newest message to an address."""
        *_, message = [one for one in self.mail() if one["To"] == to]
        (line,) = [one for one in message.get_body(("plain",)).get_content().splitlines() if one.startswith("http")]
        return urlsplit(line).path

    def add(self, name: str, email: str = "", role: str = "reader") -> tuple[Reader, str]:
        """Make an account; return it and the secret of a link that signs in."""
        return add_reader(self.house.database, None, WantedReader(name, email, role), self.now)

    def count(self) -> int:
        """Return how many accounts there are."""
        with self.house.database.read() as connection:
            return readers.count_readers(connection)

    def close(self) -> None:
        """Give back what was opened."""
        self.client.close()
        self.house.close()


class Browser:
    """Somebody's browser."""

    def __init__(self, place: Place, address: str = "198.51.100.7", **headers: str) -> None:
        self.place = place
        self.address = address
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.cookies: dict[str, str] = {}
        self.answer = httpx.Response(200)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address; redirects are not followed."""
        return self._ask("GET", path, headers)

    def post(self, path: str, fields: dict[str, object] | None = None, **headers: str) -> httpx.Response:
        """Send a form as a page of the site would, with nothing in it but these fields."""
        sent = {"content-type": FORM, "sec-fetch-site": "same-origin", **headers}
        return self._ask("POST", path, sent, urlencode(fields or {}, doseq=True).encode())

    def submit(self, page: str, action: str, **fields: object) -> httpx.Response:
        """Open a page and send its form of this action, filled in."""
        form = next(f for f in self.page(page).css("form") if f.attributes["action"] == action)
        hidden = {n.attributes["name"]: n.attributes["value"] for n in form.css("input[type=hidden]")}
        return self.post(action, {**hidden, **fields})

    def page(self, path: str, status: int = 200) -> LexborHTMLParser:
        """Open an address and read it as HTML."""
        answer = self.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2_000])
        return LexborHTMLParser(answer.text)

    def sign_in(self, email: str, **fields: str) -> httpx.Response:
        """Ask for a link, open it and press its button."""
        asked = self.submit("/sign-in", "/sign-in", email=email, **fields)
        assert asked.status_code == 200
        return self.open_link(self.place.link(email))

    def open_link(self, path: str) -> httpx.Response:
        """Open a link that signs in and press its button."""
        opened = self.get(path)
        return self.submit(path, path) if opened.status_code == 200 else opened

    def name(self) -> str | None:
        """Return the short name of whom the site takes this for."""
        answer = self.get("/account/export")
        return answer.json()["reader"] if answer.status_code == 200 else None

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> httpx.Response:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.answer = self.place.client.request(method, path, sent, body, self.address)
        for line in self.answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return self.answer
