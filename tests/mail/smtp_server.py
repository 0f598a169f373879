"""A real SMTP server on the loopback that also has bad days; shared through runpy.

What the local part of a recipient begins with is what happens: `busy` 450, `gone` 550, `away` 421, `cut` the connection
is cut after the message came, `deaf` it is never answered. Each of these happens once only where `once` follows.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from typing import Any

from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


class Handler:
    """Keeps what came; `taken` are (recipient, body) of messages that were accepted."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.senders: set[str] = set()
        self.seen: Counter[str] = Counter()
        self.peers: set[Any] = set()
        self.logins: list[tuple[bytes, bytes]] = []

    def _fails(self, address: str, fault: str) -> bool:
        word = address.partition("@")[0]
        if not word.startswith(fault):
            return False
        self.seen[address] += 1
        return "once" not in word or self.seen[address] == 1

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.senders.add(address)
        self.peers.add(session.peer)
        if address.startswith("nobody"):
            return "550 5.7.1 not from here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for fault, answer in (
            ("busy", "450 4.2.0 mailbox busy"),
            ("gone", "550 5.1.1 no such user"),
            ("away", "421 4.3.2 closing down"),
        ):
            if self._fails(address, fault):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if self._fails(address, "full"):
            return "552 5.2.2 mailbox full"
        self.taken.append((address, bytes(envelope.original_content or b"")))
        if self._fails(address, "cut"):
            server.transport.abort()
        if self._fails(address, "deaf"):
            await asyncio.sleep(3600)
        return "250 OK"

    def check(self, server: Any, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)


class Server:
    """Runs in a thread, on a free port; give it back with close(). `mode` is none, starttls or tls."""

    def __init__(self, trust: ssl.SSLContext | None = None, mode: str = "none") -> None:
        self.handler = handler = Handler()
        self._loop = loop = asyncio.new_event_loop()

        def make() -> Protocol:
            chosen: dict[str, Any] = {"auth_require_tls": False, "auth_required": False}
            if mode == "starttls":
                chosen = {"tls_context": trust, "require_starttls": True}
            return Protocol(handler, hostname="mail.example", authenticator=handler.check, loop=loop, **chosen)

        async def listen() -> asyncio.Server:
            return await loop.create_server(make, "127.0.0.1", 0, ssl=trust if mode == "tls" else None)

        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(listen(), loop).result(20)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop; once more does nothing."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()
