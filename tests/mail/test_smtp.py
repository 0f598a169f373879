"""Mail through a real SMTP server on the loopback, on its good and its bad days."""

from __future__ import annotations

import runpy
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from broadsheet.domain.errors import MailFailed
from broadsheet.mail import smtp
from broadsheet.mail.smtp import Server, SmtpMailer

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("smtp_server.py"))))
BODY = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\n.a dot\r\n..two\r\nlast\r\n"


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def start() -> Iterator[Callable[..., Any]]:
    """Start servers that stop when the test ends."""
    started: list[Any] = []

    def start_one(*arguments: Any) -> Any:
        started.append(_SERVER.Server(*arguments))
        return started[-1]

    yield start_one
    for one in started:
        one.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(clock: Clock) -> Iterator[Callable[..., SmtpMailer]]:
    """Make mailers that are closed when the test ends."""
    made: list[SmtpMailer] = []

    def connect_to(server: Any, **changes: Any) -> SmtpMailer:
        chosen = {"security": "none", "per_minute": 6_000, "timeout_seconds": 5.0, **changes}
        made.append(SmtpMailer(Server("127.0.0.1", server.port, "papers@example.org", **chosen), clock.sleep, clock))
        return made[-1]

    yield connect_to
    for one in made:
        one.close()


def test_many_messages_go_over_one_connection(start: Any, connect: Any) -> None:
    server = start()
    mailer = connect(server)
    for n in range(3):
        mailer.send(f"reader{n}@example.org", f"<{n}@x>", BODY)
    assert server.handler.taken == [(f"reader{n}@example.org", BODY) for n in range(3)]
    assert server.handler.senders == {"papers@example.org"}
    assert len(server.handler.peers) == 1


def test_a_connection_is_changed_after_so_many_messages(start: Any, connect: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(smtp, "MESSAGES_PER_CONNECTION", 2)
    server = start()
    mailer = connect(server)
    for n in range(5):
        mailer.send(f"reader{n}@example.org", f"<{n}@x>", BODY)
    assert len(server.handler.peers) == 3
    assert len(server.handler.taken) == 5


def test_a_connection_that_died_while_nobody_wrote_is_made_anew(start: Any, connect: Any, clock: Clock) -> None:
    server = start()
    mailer = connect(server)
    mailer.send("reader@example.org", "<1@x>", BODY)
    mailer._open.sock.close()
    clock.now += smtp.IDLE_SECONDS + 1
    mailer.send("reader@example.org", "<2@x>", BODY)
    assert len(server.handler.taken) == 2


def test_so_many_a_minute(start: Any, connect: Any, clock: Clock) -> None:
    server = start()
    mailer = connect(server, per_minute=30)
    for n in range(4):
        mailer.send("reader@example.org", f"<{n}@x>", BODY)
    assert clock.slept == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("word", "code", "may_retry", "is_for_all"),
    [
        ("busy", "450", True, False),
        ("gone", "550", False, False),
        ("full", "552", False, False),
        ("away", "421", True, True),
    ],
)
def test_an_answer_is_told_for_what_it_is(
    start: Any, connect: Any, word: str, code: str, may_retry: bool, is_for_all: bool
) -> None:
    server = start()
    mailer = connect(server)
    with pytest.raises(MailFailed, match=f"answered {code}") as failed:
        mailer.send(f"{word}@example.org", "<1@x>", BODY)
    assert (failed.value.may_retry, failed.value.is_for_all) == (may_retry, is_for_all)
    mailer.send("reader@example.org", "<2@x>", BODY)
    assert [address for address, _ in server.handler.taken] == ["reader@example.org"]


@pytest.mark.parametrize("word", ["cut", "deaf"])
def test_a_connection_that_breaks_after_the_message_may_be_tried_again(start: Any, connect: Any, word: str) -> None:
    server = start()
    mailer = connect(server, timeout_seconds=0.2)
    with pytest.raises(MailFailed, match="broke off") as failed:
        mailer.send(f"{word}-once@example.org", "<1@x>", BODY)
    assert (failed.value.may_retry, failed.value.is_for_all) == (True, False)
    mailer.send(f"{word}-once@example.org", "<1@x>", BODY)
    assert server.handler.taken == [(f"{word}-once@example.org", BODY)] * 2


def test_a_sender_that_is_refused_shuts_the_way_for_all(start: Any, clock: Clock) -> None:
    server = start()
    mailer = SmtpMailer(Server("127.0.0.1", server.port, "nobody@example.org", "none"), clock.sleep, clock)
    with pytest.raises(MailFailed, match=r"550.*nobody@example\.org") as failed:
        mailer.send("reader@example.org", "<1@x>", BODY)
    mailer.close()
    assert failed.value.is_for_all and failed.value.may_retry


def test_a_server_that_is_not_there_shuts_the_way_for_all(start: Any, connect: Any) -> None:
    server = start()
    server.close()
    with pytest.raises(MailFailed, match="cannot be used") as failed:
        connect(server).send("reader@example.org", "<1@x>", BODY)
    assert failed.value.is_for_all and failed.value.may_retry


@pytest.fixture(scope="module")
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server shows, and what trusts it."""
    authority = trustme.CA()
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(shown)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return shown, trust


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_encrypted_and_logged_in(start: Any, connect: Any, certificates: Any, mode: str) -> None:
    shown, trust = certificates
    server = start(shown, mode)
    mailer = connect(server, security=mode, trust=trust, user="ada", password="secret")
    mailer.send("reader@example.org", "<1@x>", BODY)
    assert len(server.handler.taken) == 1
    assert server.handler.logins == [(b"ada", b"secret")]


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_certificate_of_nobody_known_is_not_trusted(start: Any, connect: Any, certificates: Any, mode: str) -> None:
    server = start(certificates[0], mode)
    with pytest.raises(MailFailed, match="cannot be used") as failed:
        connect(server, security=mode, user="ada", password="secret").send("reader@example.org", "<1@x>", BODY)
    assert failed.value.is_for_all
    assert server.handler.logins == []


def test_a_server_without_starttls_gets_no_password(start: Any, connect: Any) -> None:
    server = start()
    with pytest.raises(MailFailed, match="STARTTLS"):
        connect(server, security="starttls", user="ada", password="secret").send("r@example.org", "<1@x>", BODY)
    assert server.handler.logins == []


def test_a_wrong_password_is_named_but_not_shown(start: Any, connect: Any, certificates: Any) -> None:
    shown, trust = certificates
    server = start(shown, "tls")
    mailer = connect(server, security="tls", trust=trust, user="ada", password="wrong-one")
    with pytest.raises(MailFailed, match="smtp_password") as failed:
        mailer.send("reader@example.org", "<1@x>", BODY)
    assert failed.value.is_for_all
    assert "wrong-one" not in str(failed.value) + repr(mailer._server)
