"""Which addresses of the world the program may ask.

A name is resolved once, all its addresses are checked, and the connection goes to an address that was checked:
a name server that answers differently a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from broadsheet.domain.errors import Misconfigured, SourceFailed

Resolve = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_HOST_AND_PORT = re.compile(r"(?:[^\s:\[\]/@]+|\[[0-9a-f:.]+\]):[0-9]{1,5}")
_NAT64 = IPv6Network("64:ff9b::/96")


class Unresolved(Exception):
    """A name has no address just now."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that may be asked: the address of the page, and the numbers, all checked, that its name stands for."""

    url: httpx.URL
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def name(self) -> str:
        """The host, with the port where it is not the usual one."""
        usual = self.port == _PORTS[self.url.scheme]
        return self.full_name.rpartition(":")[0] if usual else self.full_name

    @property
    def full_name(self) -> str:
        """The host and the port, as the setting `allowed_hosts` names them."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{shown}:{self.port}"


def resolve_name(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name, best first; raises Unresolved."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"{host} has no address") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_destination(url: httpx.URL, allowed: frozenset[str], resolve: Resolve) -> Destination:
    """Return where `url` leads; `allowed` holds `host:port`s that may be private.

    Raises SourceFailed where the program must not go, Unresolved where the name has no address.
    """
    if url.scheme not in _PORTS:
        raise SourceFailed(f"{shorten(url)} is neither http nor https")
    host = url.raw_host.decode("ascii").strip("[]").rstrip(".").lower()
    port = _PORTS[url.scheme] if url.port is None else url.port
    if not host or url.userinfo or not 0 < port < 65_536:
        raise SourceFailed(f"{shorten(url)} names no host, a user with it, or no possible port")
    place = Destination(url, host, port, tuple(resolve(host, port)))
    if not place.addresses:
        raise Unresolved(f"{host} has no address")
    if place.full_name not in allowed:
        for address in place.addresses:
            if not is_public(address):
                raise SourceFailed(
                    f"{host} leads to {address}, which is no public address: "
                    f"if that is meant, add {place.full_name} to the setting allowed_hosts"
                )
    return place


def is_public(address: str) -> bool:
    """Say whether an address belongs to the public Internet, IPv4 inside IPv6 looked through."""
    try:
        number = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(number, IPv6Address):
        inner = _inner(number)
        if inner is not None:
            return is_public(str(inner))
        if number.is_site_local:
            return False
    return number.is_global and not (number.is_multicast or number.is_reserved or number.is_unspecified)


def parse_allowed(text: str) -> frozenset[str]:
    """Read the setting `allowed_hosts`: `host:port`s with white space between; raises Misconfigured."""
    words = text.lower().split()
    for word in words:
        if _HOST_AND_PORT.fullmatch(word) is None:
            raise Misconfigured(
                f"allowed_hosts holds {word!r}, which is no host:port: write one like 192.168.1.5:8080 or [::1]:80."
            )
    return frozenset(words)


def shorten(url: httpx.URL | str) -> str:
    """Return an address fit to stand in a message."""
    text = "".join(c if c.isprintable() else "?" for c in str(url))
    return text if len(text) <= 120 else text[:119] + "…"


def _inner(number: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one carries: mapped, 6to4 or NAT64."""
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFF_FFFF)
    return number.ipv4_mapped or number.sixtofour
