"""A letter as bytes: headers that nothing can be smuggled into, a plain text, and beside it HTML of equal worth."""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_POLICY = SMTP.clone(max_line_length=998 - 2)
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to one address; `headers` are beside those that every letter has."""

    to: str
    sender_name: str
    sender: str
    subject: str
    message_id: str
    sent_at: datetime
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


def letter_bytes(letter: Letter) -> bytes:
    """Return the letter as it goes over the wire: CRLF, lines of ASCII, always the same for the same letter."""
    message = EmailMessage(_POLICY)
    message["From"] = Address(single_line(letter.sender_name), addr_spec=letter.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = single_line(letter.subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(letter.sent_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = single_line(value)
    message["MIME-Version"] = "1.0"
    # Made of the Message-ID, so that the bytes of a letter hang on nothing but the letter.
    seam = "=_" + letter.message_id.strip("<>").partition("@")[0]
    message.add_header("Content-Type", "multipart/alternative", boundary=seam)
    message.set_payload([_part(letter.text, "plain"), _part(letter.html, "html")])
    return message.as_bytes()


def _part(text: str, kind: str) -> EmailMessage:
    """Return a part in quoted-printable, packed by binascii: the standard library's own packing is slow."""
    part = EmailMessage(_POLICY)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = text.replace("\r\n", "\n").encode("utf-8", "replace")
    part.set_payload(binascii.b2a_qp(lines, istext=True).decode("ascii"))
    return part


def single_line(text: str) -> str:
    """Return a text as one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
