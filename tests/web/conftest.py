"""What the tests of the web door share: a site over a real House, and answers read as pages."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.paper import Record
from broadsheet.settings import Settings
from broadsheet.web.app import make_app
from broadsheet.wiring import House

_HERE = Path(__file__).parent
_INVENTED = SimpleNamespace(**runpy.run_path(str(_HERE / "invented_papers.py")))
_CLIENT = SimpleNamespace(**runpy.run_path(str(_HERE / "asgi_client.py")))
_BROWSER = SimpleNamespace(**runpy.run_path(str(_HERE / "a_browser.py")))


class Reader:
    """Somebody with a browser in front of a site; `clock` may be moved."""

    def __init__(self, folder: Path, records: tuple[Record, ...], settings: Settings | None = None) -> None:
        self.now = _INVENTED.NOW
        self.house: House = _INVENTED.open_filled_house(folder, records, lambda: self.now, settings)
        self.app = make_app(self.house)
        self.client = _CLIENT.AsgiClient(self.app)

    def get(self, address: str, method: str = "GET", **headers: str) -> httpx.Response:
        """Open an address, without following redirects."""
        return self.client.request(method, address, {k.replace("_", "-"): v for k, v in headers.items()})

    def page(self, address: str, status: int = 200) -> LexborHTMLParser:
        """Open an address and read the answer as HTML."""
        answer = self.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        return LexborHTMLParser(answer.text)

    def text(self, address: str, selector: str = "main", status: int = 200) -> str:
        """Return the words of a part of a page, in one line."""
        found = self.page(address, status).css_first(selector)
        assert found is not None, (address, selector)
        return " ".join(found.text().split())

    def texts(self, address: str, selector: str) -> list[str]:
        """Return the words of each part of a page that matches."""
        return [" ".join(node.text().split()) for node in self.page(address).css(selector)]

    def hrefs(self, address: str, selector: str = "a[href]") -> list[str]:
        """Return where the links of a page lead."""
        return [node.attributes["href"] or "" for node in self.page(address).css(selector)]

    def take_in(self, *records: Record) -> None:
        """Let more papers arrive."""
        _INVENTED.take_in(self.house, records)

    def set_time(self, now: datetime) -> None:
        """Move the clock."""
        self.now = now


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[Callable[..., Reader]]:
    """Open a site of one's own over the given records."""
    opened: list[Reader] = []

    def open_one(*records: Record, settings: Settings | None = None) -> Reader:
        opened.append(Reader(tmp_path / f"data-{len(opened)}", records, settings))
        return opened[-1]

    yield open_one
    for reader in opened:
        reader.client.close()
        reader.house.close()


def _standing(tmp_path_factory: pytest.TempPathFactory, records: tuple[Record, ...]) -> Iterator[Reader]:
    reader = Reader(tmp_path_factory.mktemp("site"), records)
    yield reader
    reader.client.close()
    reader.house.close()


@pytest.fixture(scope="package")
def calm_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A site over CALM papers; for tests that only read."""
    yield from _standing(tmp_path_factory, _INVENTED.CALM)


@pytest.fixture(scope="package")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A site over calm and HOSTILE papers; for tests that only read."""
    yield from _standing(tmp_path_factory, (*_INVENTED.CALM, *_INVENTED.HOSTILE))


@pytest.fixture(scope="session")
def plain() -> Callable[..., Record]:
    """Make an unremarkable paper."""
    return _INVENTED.plain


@pytest.fixture
def place_settings() -> dict[str, object]:
    """Settings of the sites without papers; a file of tests may have its own."""
    return {}


@pytest.fixture
def open_place(folder: Path, place_settings: dict[str, object]) -> Iterator[Callable[..., Any]]:
    """Open a site without papers, with an operator named boss where nothing else is said."""
    places: list[Any] = []

    def open_one(*, with_operator: bool = True, **others: object) -> Any:
        places.append(_BROWSER.Place(folder / str(len(places)), **{**place_settings, **others}))
        if with_operator:
            places[-1].add("boss", "boss@example.org", "operator")
        return places[-1]

    yield open_one
    for place in places:
        place.close()


@pytest.fixture
def place(open_place: Callable[..., Any]) -> Any:
    """A site without papers, with an operator."""
    return open_place()


@pytest.fixture
def browser(place: Any) -> Any:
    """A browser before it, signed in as nobody."""
    return _BROWSER.Browser(place)
