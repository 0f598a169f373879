"""One question to a server that the operator named, and its answer: bounded in time and size, redirects not followed.

For what cannot wait in the polite client's lanes because a person waits. Private addresses and plain http are only for
the setting `allowed_hosts`.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urlencode

import httpx

from broadsheet.domain.errors import SourceFailed
from broadsheet.sources.bodies import ENCODINGS, BrokenBody, read_body
from broadsheet.sources.certificates import trusted_certificates
from broadsheet.sources.destinations import Destination, Resolve, Unresolved, check_destination, resolve_name
from broadsheet.sources.faults import reason_of


@dataclass(frozen=True, slots=True)
class Outside:
    """Who is asked, and how far we go: `allowed` holds the `host:port`s that may be private or without https."""

    agent: str
    allowed: frozenset[str] = frozenset()
    seconds: float = 10.0
    most_bytes: int = 1 << 20
    resolve: Resolve = resolve_name
    monotonic: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: GET where there is no form, else POST; by whom: `user` is (name, password), `bearer` a token."""

    url: str
    form: Mapping[str, str] | None = None
    user: tuple[str, str] | None = field(default=None, repr=False)
    bearer: str = field(default="", repr=False)


def ask(outside: Outside, question: Question) -> tuple[int, bytes]:
    """Return status and body; raises SourceFailed, whose message is a clause."""
    try:
        place = check_destination(httpx.URL(question.url), outside.allowed, outside.resolve)
    except (httpx.InvalidURL, Unresolved) as error:
        raise SourceFailed(str(error)) from error
    if place.url.scheme != "https" and place.full_name not in outside.allowed:
        raise SourceFailed(f"{place.name} is not reached by https")
    try:
        with httpx.HTTPTransport(verify=trusted_certificates(), trust_env=False) as transport:
            response = transport.handle_request(_request(place, question, outside))
            try:
                pieces = _in_time(response.iter_raw(), outside, outside.monotonic() + outside.seconds)
                body = read_body(pieces, response.headers.get("content-encoding", ""), outside.most_bytes)
            finally:
                response.close()
    except (httpx.TransportError, BrokenBody) as error:
        raise SourceFailed(f"{place.name}: {reason_of(error)}") from error
    return response.status_code, body


def _request(place: Destination, question: Question, outside: Outside) -> httpx.Request:
    headers = {
        "Host": place.name,
        "User-Agent": outside.agent,
        "Accept": "application/json",
        "Accept-Encoding": ENCODINGS,
        "Connection": "close",
    }
    if question.user:
        headers["Authorization"] = _basic(*question.user)
    elif question.bearer:
        headers["Authorization"] = f"Bearer {question.bearer}"
    content = None
    if question.form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        content = urlencode(question.form).encode()
    timeout = httpx.Timeout(outside.seconds).as_dict()
    return httpx.Request(
        "GET" if question.form is None else "POST",
        place.url.copy_with(host=place.addresses[0]),
        headers=headers,
        content=content,
        extensions={"sni_hostname": place.host, "timeout": timeout},
    )


def _basic(name: str, password: str) -> str:
    """Return the header of a client, each half encoded as a form's (RFC 6749, 2.3.1)."""
    return "Basic " + base64.b64encode(f"{quote_plus(name)}:{quote_plus(password)}".encode()).decode()


def _in_time(pieces: Iterator[bytes], outside: Outside, deadline: float) -> Iterator[bytes]:
    for piece in pieces:
        if outside.monotonic() > deadline:
            raise SourceFailed(f"the answer took longer than {outside.seconds:.0f} s")
        yield piece
