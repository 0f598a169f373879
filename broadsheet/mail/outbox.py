"""The built-in way: each message becomes a file in the outbox folder, to be read or passed on."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from broadsheet.domain.errors import MailFailed

_LONGEST_NAME = 80


class Outbox:
    """A folder of .eml files, one a message; the same message again takes the place of its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, address: str, message_id: str, body: bytes) -> None:
        """Write the message; raises MailFailed where the folder cannot be written."""
        path = self._folder / file_name(message_id)
        unfinished = path.with_suffix(".unfinished")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(body)
            unfinished.replace(path)
        except OSError as error:
            raise MailFailed(
                f"{self._folder} cannot be written ({error.strerror}): check the folder's owner, rights and disk.",
                is_for_all=True,
            ) from error

    def close(self) -> None:
        """Nothing is held open."""


def file_name(message_id: str) -> str:
    """Return a name that is safe, readable, and of this Message-ID alone."""
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", message_id).strip("-")[:_LONGEST_NAME]
    return f"{readable}-{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()[:12]}.eml"
