"""Readers, links, sessions, tokens and invitations in the record: hashes alone, each reader's own, no number twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.readers import ApiToken
from broadsheet.store import readers, sessions

HOUR = timedelta(hours=1)


@pytest.fixture
def ada(house, now):
    with house.database.write() as connection:
        return readers.insert_reader(connection, "ada", "ada@example.org", "reader", now)


def test_readers_are_found_by_name_address_and_identity(house, ada, now):
    with house.database.write() as connection:
        readers.insert_identity(connection, "https://id.example", "a1", ada.pk)
    with house.database.read() as connection:
        assert readers.find_by_name(connection, "ada") == readers.find_by_email(connection, "ada@example.org") == ada
        assert readers.find_by_identity(connection, "https://id.example", "a1") == ada
        assert readers.find_by_identity(connection, "https://other.example", "a1") is None
        assert readers.find_by_email(connection, "") is None


def test_a_taken_name_gets_a_number_and_a_taken_address_is_refused(house, ada, now):
    with house.database.write() as connection:
        names = [readers.insert_reader(connection, "ada", "", "reader", now).name for _ in range(3)]
        longest = [readers.insert_reader(connection, "x" * 39, "", "reader", now).name for _ in range(2)]
    assert names == ["ada-2", "ada-3", "ada-4"]
    assert [len(name) for name in longest] == [39, 36]
    with pytest.raises(IntegrityError), house.database.write() as connection:
        readers.insert_reader(connection, "other", "ada@example.org", "reader", now)


def test_the_number_of_a_reader_who_left_is_nobody_elses(house, ada, now):
    """The log of deeds keeps numbers for ever: another reader must not get them."""
    with house.database.write() as connection:
        readers.delete_reader(connection, ada.pk)
        assert readers.insert_reader(connection, "bo", "", "reader", now).pk > ada.pk


def test_list_readers_goes_on_after_a_name_without_the_machines_own(house, now):
    with house.database.write() as connection:
        readers.insert_local(connection, now)
        for name in ("cy", "ada", "bo"):
            readers.insert_reader(connection, name, "", "reader", now)
        assert [one.name for one in readers.list_readers(connection, "", 2)] == ["ada", "bo"]
        assert [one.name for one in readers.list_readers(connection, "bo", 2)] == ["cy"]


def test_sessions_are_seen_lengthened_and_ended_by_their_reader_alone(house, ada, now):
    with house.database.write() as connection:
        bo = readers.insert_reader(connection, "bo", "", "reader", now)
        pks = [
            sessions.insert_session(connection, f"h{n}", ada.pk, ("UA" * 500, "::1"), (now, now + HOUR))
            for n in range(3)
        ]
        assert not sessions.delete_session(connection, bo.pk, pks[0])
        sessions.touch_session(connection, pks[1], now + HOUR / 2, HOUR)
        listed = sessions.list_sessions(connection, ada.pk, now)
        assert (listed[0].pk, len(listed), len(listed[0].agent)) == (pks[1], 3, 200)
        assert sessions.find_session(connection, "h0", now + HOUR) is None
        assert sessions.find_session(connection, "h1", now + HOUR) is not None
        assert sessions.delete_sessions(connection, ada.pk, keep_pk=pks[1]) == 2
        assert [one.pk for one in sessions.list_sessions(connection, ada.pk, now)] == [pks[1]]


def test_tokens_end_and_are_taken_back_by_their_reader_alone(house, ada, now):
    token = ApiToken(0, "script", ("read", "write"), now, now + HOUR, None)
    with house.database.write() as connection:
        sessions.insert_token(connection, "t", ada.pk, token)
        found = sessions.find_token(connection, "t", now)
        assert found is not None
        assert (found[0], found[1].scopes) == (ada.pk, ("read", "write"))
        assert sessions.find_token(connection, "t", now + HOUR) is None
        assert not sessions.delete_token(connection, ada.pk + 1, found[1].pk)
        assert sessions.delete_token(connection, ada.pk, found[1].pk)
        assert sessions.find_token(connection, "t", now) is None


def test_an_invitation_is_used_once(house, ada, now):
    with house.database.write() as connection:
        sessions.insert_invitation(connection, hash_of("i"), ada.pk, "for bo", (now, now + HOUR))
        assert sessions.is_invitation_good(connection, hash_of("i"), now)
        assert not sessions.is_invitation_good(connection, hash_of("i"), now + HOUR)
        assert not sessions.use_invitation(connection, hash_of("i"), now + HOUR)
        assert sessions.use_invitation(connection, hash_of("i"), now)
        assert not sessions.use_invitation(connection, hash_of("i"), now)
        (listed,) = sessions.list_invitations(connection, 0, 10)
        assert (listed.made_by, listed.note, listed.used_at) == ("ada", "for bo", now)
        readers.delete_reader(connection, ada.pk)
        assert sessions.list_invitations(connection, 0, 10)[0].made_by == ""


def test_links_of_a_reader_or_to_an_address_are_forgotten_together(house, ada, now):
    def link(email, pk):
        return sessions.SignInLink(email, pk, "", "/", "", now + HOUR)

    with house.database.write() as connection:
        sessions.insert_link(connection, "by-reader", link("", ada.pk), now)
        sessions.insert_link(connection, "by-address", link("ada@example.org", None), now)
        sessions.insert_link(connection, "other", link("", None), now)
        sessions.delete_links_of(connection, ada.pk, "")
        kept = [name for name in ("by-reader", "by-address", "other") if sessions.find_link(connection, name, now)]
        assert kept == ["by-address", "other"]
        sessions.delete_links_of(connection, ada.pk, "ada@example.org")
        assert sessions.find_link(connection, "by-address", now) is None
