"""Hand a message to a reader on: into the queue of outgoing mail, or straight into the folder `outbox`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Connection

from broadsheet.mail.outbox import Outbox
from broadsheet.render.sign_in_message import Writer
from broadsheet.store.messages import Outgoing, enqueue


@dataclass(frozen=True, slots=True)
class Post:
    """Where messages go, and in whose name; `is_queued` where a mail server takes them."""

    outbox: Path
    writer: Writer
    is_queued: bool = False


def post_letter(
    connection: Connection, post: Post, message: EmailMessage, now: datetime, *, stays_here: bool = False
) -> None:
    """Hand a message on, in the caller's transaction; with `stays_here` only into the outbox. Raises MailFailed.

    What stays here is read by whoever has the machine alone: so no stranger becomes a new site's operator by mail.
    """
    to, message_id = str(message["To"]), str(message["Message-ID"])
    if post.is_queued and not stays_here:
        enqueue(connection, Outgoing("account", to, message_id, message_id, message.as_bytes()), now)
    else:
        Outbox(post.outbox).send(to, message_id, message.as_bytes())
