"""What comes back: bounces (RFC 3464), complaints (RFC 5965), and letters that ask to be let off the list."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from broadsheet.domain.errors import Invalid
from broadsheet.mail.addresses import parse_address

BOUNCE, COMPLAINT, UNSUBSCRIBE = "bounce", "complaint", "unsubscribe"
_MOST_ADDRESSES = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What a message reports: `address` is whom it is about; of a letter that asks to stop, `token` says who asks.

    `is_hard`: the address will not work later either.
    """

    kind: str
    report_id: str
    address: str = ""
    is_hard: bool = False
    token: str = ""


def read_reports(body: bytes) -> tuple[Report, ...]:
    """Read a message that came back; raises Invalid where it reports nothing that we know."""
    message = email.message_from_bytes(body, _class=EmailMessage, policy=email.policy.default)
    report_id = _header(message, "Message-ID")[:300]
    found = tuple(_read(message, report_id))[:_MOST_ADDRESSES]
    if found:
        return found
    word, _, token = _header(message, "Subject").strip().partition(" ")
    if word.lower() == UNSUBSCRIBE and token.strip():
        return (Report(UNSUBSCRIBE, report_id, token="".join(token.split())),)
    raise Invalid(
        "message", "This message reports no bounce (RFC 3464), no complaint (RFC 5965) and asks for no end of mail."
    )


def _read(message: Message, report_id: str) -> Iterator[Report]:
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            yield from _bounces(part, report_id)
        elif kind == "message/feedback-report":
            yield from _complaints(part, report_id)


def _bounces(part: Message, report_id: str) -> Iterator[Report]:
    for block in _blocks(part):
        if _header(block, "Action").strip().lower() != "failed":
            continue
        status = _header(block, "Status").strip()
        for name in ("Original-Recipient", "Final-Recipient"):
            if address := _address(_header(block, name)):
                yield Report(BOUNCE, report_id, address, is_hard=status.startswith("5"))
                break


def _complaints(part: Message, report_id: str) -> Iterator[Report]:
    for block in _blocks(part):
        if address := _address(_header(block, "Original-Rcpt-To")):
            yield Report(COMPLAINT, report_id, address, is_hard=True)


def _blocks(part: Message) -> list[Message]:
    """Return a report's groups of fields; the parser splits those of one kind of report alone."""
    payload = part.get_payload()
    if isinstance(payload, list):
        # Fields of a feedback report come as the text of one inner message where the parser took them for a message.
        return [block for block in payload if isinstance(block, Message)]
    return [email.message_from_string(str(payload))]


def _address(text: str) -> str:
    address = text.rpartition(";")[2].strip().strip("<>")
    try:
        return parse_address(address)
    except Invalid:
        return ""


def _header(message: Message, name: str) -> str:
    """Return a header as text; what the parser cannot make sense of is as good as absent."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, TypeError, AttributeError):  # its reading of hostile headers fails in many ways
        return ""
