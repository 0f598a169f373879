"""The polite client: the program's only way out.

One request at a time to a source, with its interval kept over all processes (`lanes`); a bounded number of tries in
bounded time, with full jitter between them; Retry-After obeyed; bodies capped (`bodies`); answers remembered where
the caller wishes (`answers`); no private addresses unless the operator allows them (`destinations`). Cookies, proxies
and the environment are never used.
"""

from __future__ import annotations

import random
import re
import ssl
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

import httpx

from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.sources.answers import KeptAnswer, KeptAnswers
from broadsheet.sources.bodies import ENCODINGS, BrokenBody, read_body
from broadsheet.sources.certificates import trusted_certificates
from broadsheet.sources.destinations import (
    Destination,
    Resolve,
    Unresolved,
    check_destination,
    resolve_name,
    shorten,
)
from broadsheet.sources.faults import backoff_seconds, reason_of, retry_after_seconds, status_words
from broadsheet.sources.lanes import Lane, Lanes

_MOVED = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTACT = re.compile(r"[!-'*-~]{0,200}")  # visible ASCII without parentheses


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often a request is tried, and how large its answer may be."""

    tries: int = 4
    total_seconds: float = 300.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    backoff_seconds: float = 3.0
    backoff_most_seconds: float = 60.0
    retry_after_most_seconds: float = 120.0
    redirects: int = 5
    body_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The world as the client meets it: its clock (aware UTC), sleep, chance, name server, trusted certificates."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: random.Random
    resolve: Resolve = resolve_name
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the address that answered, the status, the headers, and the body as it was unpacked."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asking:
    """One call of `get`: its lane (None: each host's own), its end (seconds), the answer it may repeat, its headers.

    The headers are for `origin` alone.
    """

    lane: Lane | None
    deadline: float
    kept: KeptAnswer | None
    origin: tuple[str, bytes, int | None]
    headers: Mapping[str, str]


class _Passing(Exception):
    """A failure that may be over soon."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


def user_agent(version: str, contact: str) -> str:
    """Return an honest name with a way to reach the operator; raises Misconfigured for a contact that is none."""
    contact = contact.strip()
    if _CONTACT.fullmatch(contact) is None:
        raise Misconfigured("The setting contact must be one e-mail address or one web address.")
    if "@" in contact and ":" not in contact:
        contact = f"mailto:{contact}"
    return f"Broadsheet/{version} (+{contact})" if contact else f"Broadsheet/{version}"


class PoliteClient:
    """Asks the world; `folder` keeps the lanes, the folder `answers` beside it the answers that are remembered.

    `allowed` holds the `host:port`s that may be private.
    """

    def __init__(
        self,
        folder: Path,
        agent: str,
        world: Surroundings,
        allowed: frozenset[str] = frozenset(),
        limits: Limits | None = None,
    ) -> None:
        self._agent = agent
        self._world = world
        self._allowed = allowed
        self._limits = limits or Limits()
        self._tls = world.tls or trusted_certificates()
        self._lanes = Lanes(folder, self._time, world.sleep)
        self._answers = KeptAnswers(folder.with_name("answers"))

    def get(
        self,
        url: str,
        lane: Lane | None = None,
        accepted: Container[int] = (200,),
        headers: Mapping[str, str] | None = None,
        *,
        remember: bool = False,
    ) -> Answer:
        """Return the answer of `url`, redirects followed; without a lane each host has its own.

        `headers` may hold keys: they go to the scheme, host and port of `url` alone, wherever it sends us.

        With `remember` the answer is kept on disk where its source gives it an ETag or a date; the next call asks
        whether it has changed, and if not returns the kept body with status 200.

        Raises SourceFailed, whose message is a clause that begins with what was asked, where no accepted answer
        comes within the limits.
        """
        first = _parse(url)
        deadline = self._time() + self._limits.total_seconds
        asking = _Asking(lane, deadline, self._answers.find(url) if remember else None, _origin(first), headers or {})
        tries = 1
        while True:
            try:
                answer = self._follow(first, asking, tries)
            except (_Passing, Unresolved) as error:
                self._wait_for_next(tries, error, deadline)
                tries += 1
                continue
            if answer.status == HTTPStatus.NOT_MODIFIED and asking.kept and asking.kept.conditions(answer.url):
                return Answer(answer.url, 200, answer.headers, asking.kept.body)
            if answer.status not in accepted:
                raise SourceFailed(f"{shorten(answer.url)} answered {status_words(answer.status)}")
            if remember and answer.status == HTTPStatus.OK:
                self._answers.keep(url, _kept(answer))
            return answer

    def forget(self, url: str) -> None:
        """Drop the answer of `url` that is remembered: the caller found it of no use."""
        self._answers.forget(url)

    def back_off(self, tries: int) -> None:
        """Sleep as after the `tries`th failure, for a caller that found an answer of no use."""
        self._world.sleep(self._jitter(tries))

    def _time(self) -> float:
        return self._world.now().timestamp()

    def _jitter(self, tries: int) -> float:
        """Full jitter: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015."""
        most = min(self._limits.backoff_most_seconds, self._limits.backoff_seconds * 2.0 ** min(tries - 1, 30))
        return self._world.random.uniform(0.0, most)

    def _wait_for_next(self, tries: int, error: _Passing | Unresolved, deadline: float) -> None:
        """Sleep before the next try; raises SourceFailed where there is none."""
        asked = error.retry_after_seconds if isinstance(error, _Passing) else None
        wait = max(self._jitter(tries), asked or 0.0)
        is_too_long = (asked or 0.0) > self._limits.retry_after_most_seconds
        if tries >= self._limits.tries or is_too_long or self._time() + wait > deadline:
            times = "1 try" if tries == 1 else f"{tries} tries"
            later = f", and wants to be asked again in {asked:.0f} s" if asked else ""
            raise SourceFailed(f"{error}{later}; {times}", asked) from error
        self._world.sleep(wait)

    def _follow(self, url: httpx.URL, asking: _Asking, tries: int) -> Answer:
        for _ in range(self._limits.redirects + 1):
            place = check_destination(url, self._allowed, self._world.resolve)
            answer = self._ask(place, asking, tries)
            location = answer.headers.get("location")
            if answer.status not in _MOVED or location is None:
                return answer
            moved = _parse(location, base=url)
            if url.scheme == "https" and moved.scheme != "https":
                raise SourceFailed(f"{place.name} sends us from https to {shorten(moved)}: not followed")
            url = moved
        raise SourceFailed(f"{shorten(url)} came after {self._limits.redirects} redirects: not followed")

    def _ask(self, place: Destination, asking: _Asking, tries: int) -> Answer:
        """Ask one place once, in its lane; raises _Passing where another try may help."""
        with self._lanes.turn(asking.lane or Lane(place.name), asking.deadline) as turn:
            try:
                answer = self._exchange(place, asking, tries)
            except (httpx.TransportError, BrokenBody) as error:
                raise _Passing(f"{place.name}: {reason_of(error)}") from error
            except SourceFailed as error:
                raise SourceFailed(f"{place.name}: {error}") from error
            if answer.status in _PASSING:
                asked = retry_after_seconds(answer.headers, self._world.now())
                turn.hold_seconds = asked or 0.0
                raise _Passing(f"{place.name} answered {status_words(answer.status)}", asked)
            turn.hold_seconds = backoff_seconds(answer.headers)
        return answer

    def _exchange(self, place: Destination, asking: _Asking, tries: int) -> Answer:
        # Each exchange has its own connection: one kept open belongs to an address, and would be used again for
        # another name at that address, whose certificate nobody checked. No httpx.Client: it keeps cookies, and
        # looks at redirects on its own.
        limits = self._limits
        left = max(1.0, asking.deadline - self._time())
        timeout = httpx.Timeout(min(limits.connect_seconds, left), read=min(limits.read_seconds, left))
        request = httpx.Request(
            "GET",
            place.url.copy_with(host=place.addresses[(tries - 1) % len(place.addresses)]),
            headers={
                **(asking.headers if _origin(place.url) == asking.origin else {}),
                "Host": place.name,
                "User-Agent": self._agent,
                "Accept": "*/*",
                "Accept-Encoding": ENCODINGS,
                "Connection": "close",
                **(asking.kept.conditions(str(place.url)) if asking.kept else {}),
            },
            extensions={"sni_hostname": place.host, "timeout": timeout.as_dict()},
        )
        with httpx.HTTPTransport(verify=self._tls, trust_env=False) as transport:
            response = transport.handle_request(request)
            try:
                body = b""
                if response.status_code not in _MOVED | _PASSING:
                    pieces = self._in_time(response.iter_raw(), asking.deadline)
                    body = read_body(pieces, response.headers.get("content-encoding", ""), limits.body_bytes)
            finally:
                response.close()
        return Answer(str(place.url), response.status_code, response.headers, body)

    def _in_time(self, pieces: Iterator[bytes], deadline: float) -> Iterator[bytes]:
        for piece in pieces:
            if self._time() > deadline:
                raise SourceFailed(f"the answer took longer than {self._limits.total_seconds:.0f} s")
            yield piece


def _parse(text: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        return base.join(text) if base is not None else httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceFailed(f"{shorten(text)} is no web address") from error


def _origin(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port


def _kept(answer: Answer) -> KeptAnswer:
    headers = answer.headers
    return KeptAnswer(answer.url, headers.get("etag", ""), headers.get("last-modified", ""), answer.body)
