"""Mail through an SMTP server: one connection for many messages, not too many a minute."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from broadsheet.domain.errors import MailFailed

SECURITIES = ("starttls", "tls", "none")
MESSAGES_PER_CONNECTION = 100
IDLE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where the SMTP server is and how to speak with it; `security` is one of SECURITIES."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    per_minute: int = 60
    timeout_seconds: float = 30.0
    trust: ssl.SSLContext | None = None


class SmtpMailer:
    """A mailer that speaks SMTP; `sleep` and `clock` (seconds, monotonic) keep the pace."""

    def __init__(
        self, server: Server, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._server, self._sleep, self._clock = server, sleep, clock
        self._open: smtplib.SMTP | None = None
        self._count = 0
        self._used_at = self._next_at = clock()

    def send(self, address: str, message_id: str, body: bytes) -> None:
        """Hand a message to the server; raises MailFailed."""
        self._keep_pace()
        connection = self._connected()
        try:
            connection.sendmail(self._server.sender, [address], body)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = error.recipients[address]
            raise self._refused(connection, code, words) from error
        except smtplib.SMTPSenderRefused as error:
            failure = self._refused(connection, error.smtp_code, error.smtp_error)
            # What is wrong with the sender is wrong for every message, and for the operator to mend.
            raise MailFailed(f"{failure} (sender {self._server.sender})", is_for_all=True) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(connection, error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # Perhaps the server took the message: the next try carries the same Message-ID.
            self.close()
            raise MailFailed(f"{self._where()} broke off: {_told(error)}.") from error
        self._count += 1
        self._used_at = self._clock()

    def close(self) -> None:
        """Say goodbye to the server."""
        connection, self._open, self._count = self._open, None, 0
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _keep_pace(self) -> None:
        wait = self._next_at - self._clock()
        if wait > 0:
            self._sleep(wait)
        self._next_at = max(self._next_at, self._clock()) + 60.0 / self._server.per_minute

    def _connected(self) -> smtplib.SMTP:
        """Return a connection that answers, the one from before if it still does."""
        if self._count >= MESSAGES_PER_CONNECTION:
            self.close()
        if self._open is not None and self._clock() - self._used_at > IDLE_SECONDS:
            try:
                if self._open.noop()[0] != 250:
                    self.close()
            except (smtplib.SMTPException, OSError):
                self.close()
        if self._open is None:
            try:
                self._open = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                raise MailFailed(
                    f"{self._where()} refused smtp_user and smtp_password: correct them.", is_for_all=True
                ) from error
            except (smtplib.SMTPException, OSError) as error:
                raise MailFailed(f"{self._where()} cannot be used: {_told(error)}.", is_for_all=True) from error
        return self._open

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        trust = server.trust or ssl.create_default_context()
        if server.security == "tls":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_seconds, context=trust
            )
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        try:
            if server.security == "starttls":
                made.starttls(context=trust)
            if server.user:
                made.login(server.user, server.password)
        except (smtplib.SMTPException, OSError):
            made.close()
            raise
        return made

    def _refused(self, connection: smtplib.SMTP, code: int, words: bytes | str) -> MailFailed:
        """Return the failure for an answer; leaves the connection ready for the next message."""
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        told = f"{self._where()} answered {code} {' '.join(text.split())[:200]}"
        if code == 421 or connection.sock is None:
            self.close()
        return MailFailed(told, may_retry=code < 500, is_for_all=code == 421)

    def _where(self) -> str:
        return f"The mail server {self._server.host}:{self._server.port}"


def _told(error: Exception) -> str:
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(words).split())[:200]
