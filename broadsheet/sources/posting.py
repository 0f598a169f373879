"""Post a body to an address of somebody else's choice, once: bounded in time and size, and nowhere private.

The name is resolved once and all its addresses are checked; the connection goes to one of those. Redirects are not
followed. Of the answer no more is read than shows that it came; whatever it says counts for nothing.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from broadsheet.domain.errors import SourceFailed
from broadsheet.sources.certificates import trusted_certificates
from broadsheet.sources.destinations import Destination, Resolve, Unresolved, check_destination, resolve_name
from broadsheet.sources.faults import reason_of, retry_after_seconds, status_words

SECONDS = 10.0
MOST_READ_BYTES = 64 << 10
_GONE = 410
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is made at once


class NotDelivered(SourceFailed):
    """What was to be delivered did not arrive.

    `status` is what was answered, None for nothing; `may_retry` says whether another try may help, `is_for_all` whether
    others to the same address would fail now, too.
    """

    def __init__(
        self, message: str, status: int | None = None, retry_after_seconds: float | None = None, *,
        may_retry: bool = True, is_for_all: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(message, retry_after_seconds)
        self.status = status
        self.may_retry = may_retry
        self.is_for_all = is_for_all


@dataclass(frozen=True, slots=True)
class Way:
    """How posts leave: our name, which `host:port`s may be private, how long one may take in all."""

    agent: str
    allowed: frozenset[str] = frozenset()
    seconds: float = SECONDS
    resolve: Resolve = resolve_name
    tls: ssl.SSLContext | None = None


def post(way: Way, url: str, body: bytes, headers: Mapping[str, str], now: datetime) -> int:
    """Post a body and return the status, which is one of success; raises NotDelivered, which names the host alone."""
    place = _place(way, httpx.URL(url))
    status, answered = _exchange(way, place, body, headers)
    if 200 <= status < 300:
        return status
    told = f"{place.name} answered {status_words(status)}"
    if 300 <= status < 400:
        raise NotDelivered(f"{told}: redirects are not followed", status)
    is_passing = status >= 500 or status in (408, 425, 429)
    raise NotDelivered(
        told, status, retry_after_seconds(answered, now), may_retry=status != _GONE, is_for_all=is_passing
    )


def _place(way: Way, url: httpx.URL) -> Destination:
    """Return where an address leads; checked without its path, which may be secret and must stand in no message."""
    try:
        checked = check_destination(url.copy_with(raw_path=b"/"), way.allowed, way.resolve)
    except (SourceFailed, Unresolved) as error:
        raise NotDelivered(str(error)) from error
    return Destination(url, checked.host, checked.port, checked.addresses)


def _exchange(way: Way, place: Destination, body: bytes, headers: Mapping[str, str]) -> tuple[int, httpx.Headers]:
    watch = _Watch(way.seconds)
    request = httpx.Request(
        "POST",
        place.url.copy_with(host=place.addresses[0]),
        content=body,
        headers={**headers, "Host": place.name, "User-Agent": way.agent, "Accept": "*/*", "Connection": "close"},
        extensions={
            "sni_hostname": place.host, "timeout": httpx.Timeout(way.seconds).as_dict(), "trace": watch.on_event,
        },
    )  # fmt: skip
    tls = way.tls or (trusted_certificates() if place.url.scheme == "https" else _NO_TLS)
    try:
        with watch, httpx.HTTPTransport(verify=tls, trust_env=False) as transport:
            response = transport.handle_request(request)
            try:
                _read_some(response)
            finally:
                response.close()
    except (httpx.TransportError, OSError) as error:
        reason = f"no answer within {way.seconds:g} s" if watch.is_over else reason_of(error)
        raise NotDelivered(f"{place.name}: {reason}") from error
    return response.status_code, response.headers


def _read_some(response: httpx.Response) -> None:
    """Read what fits into the bound, so that a server that writes first is not cut off; a cut answer is as good."""
    read = 0
    with suppress(httpx.TransportError, OSError):
        for piece in response.iter_raw():
            read += len(piece)
            if read > MOST_READ_BYTES:
                return


class _Watch:
    """Shuts the connection of an exchange when its time is over, wherever it hangs: timeouts of single reads begin
    anew with every byte."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._socket: socket.socket | None = None

    def on_event(self, name: str, info: Mapping[str, Any]) -> None:
        """Notice the connection as soon as there is one, and again when it is wrapped in TLS."""
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_over:
                self._end()

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with suppress(OSError):
                # Past TLS, which another thread is in the middle of.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
