"""The messages of accounts: a link to sign in, a link that confirms an address, word that an address was changed.

Each is a plain text and short HTML of equal worth. Addresses come from the settings, never from a request.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

from broadsheet.render import links


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the site's name, where it is reached (no slash at the end), the sender's address or ""."""

    title: str
    home: str
    sender: str = ""

    @property
    def host(self) -> str:
        """The name behind the @ of what we write."""
        host = self.sender.rpartition("@")[2] or urlsplit(self.home).hostname or ""
        return host if "." in host and not host.replace(".", "").isdigit() else "localhost.invalid"


def write_link(writer: Writer, to: str, secret: str, now: datetime) -> EmailMessage:
    """Return the message with a link that signs in."""
    told = (
        f"With this link you sign in at {writer.title}:",
        "It is good for 15 minutes, once, and only in the browser that asked for it.",
        "If it was not you who asked, do nothing: without this link nobody gets in.",
    )
    return _message(writer, to, f"Sign in at {writer.title}", (told, links.sign_in_link(secret)), now)


def write_confirmation(writer: Writer, to: str, token: str, now: datetime) -> EmailMessage:
    """Return the message with a link by which a reader confirms a new address."""
    told = (
        f"Somebody wants to use this address for an account at {writer.title}. If it was you, open:",
        "It is good for an hour, and only in a browser in which you are signed in.",
        "If it was not you, do nothing: the account keeps its former address.",
    )
    return _message(writer, to, f"Your new address at {writer.title}", (told, links.new_email(token)), now)


def write_changed(writer: Writer, to: str, now: datetime) -> EmailMessage:
    """Return the message that tells a reader's former address that another one took its place."""
    told = (
        f"Your account at {writer.title} has a new e-mail address; this one can no longer sign in:",
        "If it was not you, tell whoever runs the site at once.",
    )
    return _message(writer, to, f"Your address at {writer.title} was changed", (told, links.FRONT), now)


def _message(writer: Writer, to: str, subject: str, body: tuple[tuple[str, ...], str], now: datetime) -> EmailMessage:
    (first, *rest), address = body
    url = writer.home + address
    mark = hashlib.sha256(f"{to} {url} {now.isoformat()}".encode()).hexdigest()[:32]
    message = EmailMessage(SMTP)
    message["From"] = Address(_line(writer.title), addr_spec=writer.sender or f"broadsheet@{writer.host}")
    message["To"] = Address(addr_spec=to)
    message["Subject"] = _line(subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<account-{mark}@{writer.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join([_line(first), url, *rest]) + "\n")
    shown = escape(url)
    html = "".join(f"<p>{part}</p>" for part in (escape(first), f'<a href="{shown}">{shown}</a>', *map(escape, rest)))
    message.add_alternative(f'<!doctype html><html lang="en"><body>{html}</body></html>\n', subtype="html")
    return message


def _line(text: str) -> str:
    """Return a text in one line, so that nothing in it begins another header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
