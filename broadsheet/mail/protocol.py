"""How a message leaves the house, whichever way it goes."""

from __future__ import annotations

from typing import Protocol


class Mailer(Protocol):
    """Hands on messages that are rendered already."""

    def send(self, address: str, message_id: str, body: bytes) -> None:
        """Hand on one message to one address; raises MailFailed, which says whether to try again.

        Handing on the same message twice must do no more harm than two copies with one Message-ID.
        """

    def close(self) -> None:
        """Give back what is held open."""
