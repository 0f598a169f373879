"""Asking for a link: which message may leave the machine, and what is kept for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.render.sign_in_message import Writer
from broadsheet.store import readers
from broadsheet.usecases import sign_in
from broadsheet.usecases.accounts import WantedReader, add_reader
from broadsheet.usecases.post_letter import Post
from broadsheet.usecases.sign_in import Asked, ask_for_link, send_link

ASKED = Asked("ada@example.org", "a browser", "/")


def test_the_link_to_the_first_account_stays_on_the_machine(house, now, monkeypatch):
    """A mail of it would make whoever comes first to a fresh site its operator."""
    sent: list[bool] = []
    monkeypatch.setattr(sign_in, "post_letter", lambda *given, stays_here: sent.append(stays_here))
    post = Post(Path("nowhere"), Writer("Broadsheet", "https://papers.example.org"))
    with house.database.write() as connection:
        send_link(connection, ASKED, "open", post, now)
    add_reader(house.database, None, WantedReader("boss", "", "operator"), now)
    with house.database.write() as connection:
        send_link(connection, ASKED, "open", post, now)
    assert sent == [True, False]


@pytest.mark.parametrize("registration", ["closed", "invite", "nonsense"])
def test_who_may_not_leaves_a_link_that_nobody_has(house, now, registration):
    add_reader(house.database, None, WantedReader("boss", "", "operator"), now)
    with house.database.write() as connection:
        assert ask_for_link(connection, ASKED, registration, now) == (None, False)
        kept = connection.exec_driver_sql("SELECT reader_pk FROM sign_in_links WHERE email = 'ada@example.org'").all()
        assert kept == [(None,)]
        assert readers.find_by_email(connection, "ada@example.org") is None
