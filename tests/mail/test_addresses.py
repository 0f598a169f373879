"""Mail addresses as people type them, and as those type them who mean harm."""

from __future__ import annotations

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.mail.addresses import mailbox_of, parse_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.Quill+papers@Example.ORG ", "Ada.Quill+papers@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ('"ada quill"@example.org', '"ada quill"@example.org'),
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_an_address_has_one_form(typed: str, address: str) -> None:
    assert parse_address(typed) == address
    assert parse_address(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@example.org.",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada example@example.org",
        "Ada <ada@example.org>",
        "ada@example.org, bob@example.org",
        "ada@example.org\r\nBcc: everyone@example.org",
        "ada@example.org\nBcc:x",
        '"ada\r\nBcc: x"@example.org',
        "ada\x00@example.org",
        "ada@exa mple.org",
        "ada@-example.org",
        "ada@example..org",
        "ada..b@example.org",
        "ädä@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org",
        "a@" + ".".join(["b" * 60] * 5) + ".org",
        "a" * 100_000,
        "ada@example.org\u2028x",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(typed)
    assert refused.value.field == "email"


def test_one_mailbox_has_many_addresses() -> None:
    many = ["Ada@example.org", "ada+1@example.org", "ada+2@example.org", '"ada"@example.org']
    assert {mailbox_of(parse_address(one)) for one in many} == {"ada@example.org"}
    assert mailbox_of("+only@example.org") == "+only@example.org"
