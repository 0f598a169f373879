"""Mail addresses: what people type, as servers understand it."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

import idna

from broadsheet.domain.errors import Invalid

LONGEST = 254
_LONGEST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])*"')
_EXAMPLE = "Write it like ada@example.org."


def parse_address(text: str) -> str:
    """Return an address in its one form, the domain in ASCII (punycode) and small letters; raises Invalid.

    Plus signs and quoted names stay; an address with a name before it, a list, or a line break is refused.
    """
    text = text.strip(" \t")
    if len(text) > 4 * LONGEST or not text.isprintable():
        raise Invalid("email", f"That is no mail address. {_EXAMPLE}")
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise Invalid("email", f"That is no mail address that we can write to. {_EXAMPLE}")
    address = f"{local}@{_ascii_domain(domain)}"
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise Invalid("email", f"That is no mail address that we can write to. {_EXAMPLE}") from error
    if len(address) > LONGEST:
        raise Invalid("email", f"That address is too long. {_EXAMPLE}")
    return address


def mailbox_of(address: str) -> str:
    """Return the mailbox behind an address, by which letters that nobody proved to want are limited.

    Capitals and what follows a plus sign lead to the same mailbox with nearly every provider.
    """
    local, _, domain = address.rpartition("@")
    local = local.strip('"').replace("\\", "").lower()
    return f"{local.partition('+')[0] or local}@{domain}"


def _ascii_domain(domain: str) -> str:
    try:
        found = idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise Invalid("email", f"There is no such mail domain. {_EXAMPLE}") from error
    if "." not in found or found.endswith(".") or found.rpartition(".")[2].isdigit():
        raise Invalid("email", f"The part after the @ is no mail domain. {_EXAMPLE}")
    return found
