"""The world outside, invented: a clock that only sleeping moves, and a real server on loopback that obeys a script.

Shared (through runpy) by the tests of the polite client, of the sources, and of `broadsheet fetch`.
"""

from __future__ import annotations

import random
import re
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from broadsheet.sources.destinations import resolve_name
from broadsheet.sources.http import Limits, PoliteClient, Surroundings

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
STALL = (0, {}, b"")
LONGEST_STALL_SECONDS = 20
TRUSTING_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # and made at once, unlike one that trusts


class World:
    """A clock that sleeping moves, and every reading too by `tick` seconds; chance is seeded."""

    def __init__(self) -> None:
        self.time = NOW
        self.tick = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        self.time += timedelta(seconds=self.tick)
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)

    def surroundings(self, resolve: Any = resolve_name, tls: Any = None) -> Surroundings:
        return Surroundings(self.now, self.sleep, random.Random(7), resolve, tls or TRUSTING_NOBODY)


class Asked:
    """A request that arrived, and when."""

    def __init__(self, path: str, headers: dict[str, str], at: datetime) -> None:
        self.path, self.headers, self.at = path, headers, at
        self.query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


class Outside:
    """A server that gives what its script says, in order, and then what `otherwise` says of the request."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Asked] = []
        self.script: deque[tuple[int, dict[str, str], bytes]] = deque()
        self.otherwise: Callable[[Asked], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"good")
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.address = f"http://{self.host}"

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler_for(outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Asked(self.path, dict(self.headers), outside.world.time)
            outside.asked.append(asked)
            status, headers, body = outside.script.popleft() if outside.script else outside.otherwise(asked)
            if status == 0:
                outside.released.wait(LONGEST_STALL_SECONDS)
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


@pytest.fixture
def world() -> World:
    """A clock that stands still between sleeps."""
    return World()


@pytest.fixture
def outside(world: World) -> Iterator[Outside]:
    """A running server."""
    server = Outside(world)
    yield server
    server.close()


@pytest.fixture
def client_for(tmp_path: Path, world: World, outside: Outside) -> Callable[..., PoliteClient]:
    """Make clients that share a data folder and may ask the server."""

    def make(limits: Limits | None = None, allowed: Sequence[str] | None = None, **changes: Any) -> PoliteClient:
        hosts = frozenset([outside.host] if allowed is None else allowed)
        agent = "Broadsheet/9.9 (+mailto:ops@example.org)"
        return PoliteClient(tmp_path / "lanes", agent, world.surroundings(**changes), hosts, limits)

    return make


# What follows speaks arXiv's Atom.

ENTRY = """<entry>
  <id>http://arxiv.org/abs/{id}v2</id>
  <updated>2026-03-04T09:00:00Z</updated><published>{day}T18:00:01Z</published>
  <title>Lantern study
    number {n}</title>
  <summary>  We light lantern {n} &amp; watch
the harbour. </summary>
  <author><name>Ada Quill</name></author><author><name>Bo  Ferry</name></author>
  <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL"/>
  <category term="cs.CL"/>
</entry>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{total}</opensearch:totalResults>
  {entries}
</feed>"""
ERROR_ENTRY = """<entry><id>http://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title>
  <summary>lanterns are not a field</summary></entry>"""


def feed(entries: Sequence[str], total: int) -> bytes:
    """Write an answer of arXiv."""
    return FEED.format(total=total, entries="\n".join(entries)).encode()


class Archive:
    """Invented papers, `per_day` a day, newest first, searched and sliced as arXiv does; fits `Outside.otherwise`."""

    def __init__(self, count: int, per_day: int = 10, most_in_a_slice: int = 2_000) -> None:
        self.entries = [self.entry(n, NOW - timedelta(days=n // per_day)) for n in range(count)]
        self.most_in_a_slice = most_in_a_slice

    @staticmethod
    def entry(n: int, moment: datetime = NOW) -> str:
        return ENTRY.format(id=f"2603.{n:05d}", n=n, day=moment.date().isoformat())

    def give(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        start, size = int(asked.query["start"]), int(asked.query["max_results"])
        assert asked.query["sortBy"] == "submittedDate"
        asked_for = re.search(r"submittedDate:\[([0-9]{12}) TO ([0-9]{12})\]", asked.query["search_query"])
        first, last = asked_for.groups() if asked_for else ("0", "9")
        found = [entry for entry in self.entries if first <= _minute(entry) <= last]
        if asked.query["sortOrder"] == "ascending":
            found.sort(key=_minute)
        shown = found[start : start + min(size, self.most_in_a_slice)]
        return 200, {"Content-Type": "application/atom+xml"}, feed(shown, len(found))


def _minute(entry: str) -> str:
    published = entry.split("<published>")[1] if "<published>" in entry else ""
    return "".join(c for c in published[:16] if c.isdigit())
