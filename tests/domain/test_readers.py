"""Names, addresses and roles of readers; what is sealed comes back as it was or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.domain.credentials import are_equal, derived, hash_of, new_secret
from broadsheet.domain.deeds import find_reader_pk, reader_subject
from broadsheet.domain.errors import Invalid
from broadsheet.domain.readers import (
    NOBODY,
    Reader,
    Visitor,
    parse_email,
    parse_full_name,
    parse_name,
    parse_role,
    parse_scopes,
    suggested_name,
)  # fmt: skip
from broadsheet.domain.tokens import find_claims, sign_token

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_roles_contain_those_below():
    def may(role):
        reader = Reader(1, "ada", "", "", role, NOW)
        return [reader.is_at_least(one) for one in ("reader", "curator", "operator")]

    assert may("reader") == [True, False, False]
    assert may("curator") == [True, True, False]
    assert may("operator") == [True, True, True]
    assert not NOBODY.is_at_least("reader")
    assert Visitor(Reader(1, "ada", "", "", "curator", NOW)).is_at_least("curator")


@pytest.mark.parametrize("text", ["ada@example.org", " Ada@EXAMPLE.org ", "a.b+c@x.museum", "o'neil@x-y.co"])
def test_addresses(text):
    assert parse_email(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text", ["", "a@b", "a@b..c", "a@b.c1-", "a@.b.c", "a@b.c\n", "a\n@b.co", "k@\u212a.org", "a@b.c,d@e.f"]
)
def test_what_is_no_address(text):
    if text.strip() == text:
        with pytest.raises(Invalid):
            parse_email(text)


@pytest.mark.parametrize("text", ["", "-a", "a-", "a b", "a/b", "..", "local", "LOCAL", "é", "a" * 40, "a\nb", "<b>"])
def test_what_is_no_name(text):
    with pytest.raises(Invalid):
        parse_name(text)


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("ada.quill@x.org", "ada-quill"),
        ("local@x.org", "reader"),
        ("+++@x.org", "reader"),
        ("A_B@x", "a-b"),
        ("x" * 60, "x" * 32),
    ],
)
def test_a_name_made_from_an_address_is_one(email, name):
    assert suggested_name(email) == name == parse_name(name)


def test_a_full_name_is_one_line():
    assert parse_full_name("  Ada \n Quill ") == "Ada Quill"
    for text in ("a" * 81, "a\u202eb", "a\x00b"):
        with pytest.raises(Invalid):
            parse_full_name(text)


def test_roles_and_scopes_are_those_that_there_are():
    assert parse_role("curator") == "curator"
    assert parse_scopes(["write", "read", "read"]) == ("read", "write")
    for wrong in ([], ["read", "root"], [""]):
        with pytest.raises(Invalid):
            parse_scopes(wrong)
    with pytest.raises(Invalid):
        parse_role("root")


def test_secrets():
    assert new_secret() != new_secret()
    assert len(new_secret()) == 43
    assert hash_of("a") != hash_of("b")
    assert derived("k", "a", "bc") != derived("k", "ab", "c")
    assert derived("k", 1) != derived("l", 1)
    assert are_equal("é", "é")
    assert not are_equal("a", "")


def test_a_seal_opens_with_its_key_for_its_purpose_in_time():
    word = sign_token(b"key", "trip", ("a", "é\n", ""), NOW + timedelta(minutes=1))
    assert find_claims(b"key", "trip", word, NOW) == ("a", "é\n", "")
    assert find_claims(b"key", "trip", word, NOW + timedelta(minutes=1)) is None
    assert find_claims(b"other", "trip", word, NOW) is None
    assert find_claims(b"key", "e-mail", word, NOW) is None
    for broken in ("", ".", "x", word[:-1], word + "0", "x" + word, word.upper(), "é.é", word * 50):
        assert find_claims(b"key", "trip", broken, NOW) is None


def test_a_deed_names_readers_by_number():
    assert find_reader_pk(reader_subject(12)) == 12
    for other in ("", "reader", "reader x", "reader ²", "paper 12", "reader 1 2", f"reader {'9' * 30}"):
        assert find_reader_pk(other) is None
