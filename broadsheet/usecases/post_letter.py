"""Hand a message on. For now into the folder `outbox`, a file a message, readable by whoever has the machine alone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Connection

from broadsheet.domain.errors import MailFailed
from broadsheet.render.sign_in_message import Writer


@dataclass(frozen=True, slots=True)
class Post:
    """Where messages go, and in whose name."""

    outbox: Path
    writer: Writer


def post_letter(
    connection: Connection, post: Post, message: EmailMessage, now: datetime, *, stays_here: bool = False
) -> None:
    """Hand a message on; with `stays_here` only into the outbox, whatever way mail goes. Raises MailFailed.

    `connection` and `now` are for a queue of outgoing mail, which is part of the caller's transaction.
    """
    _ = connection, now, stays_here
    keep_in_outbox(post.outbox, message)


def keep_in_outbox(outbox: Path, message: EmailMessage) -> None:
    """Write a message as a file, whole or not at all; raises MailFailed."""
    name = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
    unfinished = outbox / f"{name}.unfinished"
    try:
        outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        unfinished.replace(outbox / f"{name}.eml")
    except OSError as error:
        raise MailFailed(
            f"The folder {outbox.name} cannot be written ({error.strerror}): whoever runs this site must look."
        ) from error
