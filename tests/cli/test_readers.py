"""`broadsheet reader ...` for whoever has the machine: accounts, links, roles, without a mail server."""

from __future__ import annotations

from urllib.parse import urlsplit


def test_the_first_one_is_the_operator_and_gets_a_link(call):
    made = call("reader", "add", "ada", "--email", "Ada@Example.org", "--json").document
    assert (made["name"], made["email"], made["role"], made["blocked"]) == ("ada", "ada@example.org", "operator", False)
    assert urlsplit(made["sign_in"]).path.startswith("/sign-in/")
    assert call("reader", "add", "bo", "--json").document["role"] == "reader"
    told = call("reader", "link", "bo")
    assert (told.status, "http://127.0.0.1:8765/sign-in/" in told.out) == (0, True)
    assert call("reader", "link", "bo", "--json").document["sign_in"] not in told.out
    assert [one["name"] for one in call("reader", "list", "--json").document] == ["ada", "bo"]
    assert call("reader", "list").out.splitlines() == ["ada  operator  ada@example.org", "bo  reader"]


def test_roles_blocks_and_the_last_operator(call):
    call("reader", "add", "ada")
    call("reader", "add", "bo")
    assert call("reader", "role", "bo", "curator").out == "bo: curator\n"
    assert call("reader", "block", "bo").out == "bo: curator, blocked\n"
    assert call("reader", "unblock", "bo").out == "bo: curator\n"
    for arguments in (("role", "ada", "reader"), ("block", "ada"), ("remove", "ada")):
        refused = call("reader", *arguments)
        assert (refused.status, "There must be an operator" in refused.err) == (1, True)
    call("reader", "role", "bo", "operator")
    assert call("reader", "remove", "ada").out == "ada is gone.\n"


def test_what_cannot_be_is_one_line(call):
    call("reader", "add", "ada", "--email", "ada@example.org")
    for arguments, status in (
        (("add", "ada"), 2), (("add", "bo", "--email", "ada@example.org"), 2), (("add", "a b"), 2),
        (("add", "bo", "--email", "x"), 2), (("add", "bo", "--role", "god"), 2), (("role", "ada", "god"), 2),
        (("link", "nobody"), 1), (("block", "nobody"), 1), (("remove", "nobody"), 1),
    ):  # fmt: skip
        refused = call("reader", *arguments)
        assert (refused.status, refused.out, len(refused.err.splitlines())) == (status, "", 1), arguments


def test_an_invitation(call):
    url = call("reader", "invite", "--note", "for bo", "--json").document["url"]
    assert urlsplit(url).query.startswith("invitation=")
    assert "14 days" in call("reader", "invite").out


def test_wrong_providers_stop_the_program_without_telling_a_secret(call, monkeypatch):
    monkeypatch.setenv("BROADSHEET_OIDC_SECRETS", "Lab hush")
    told = call("up", "--port", "0", "--no-fetch")
    assert (told.status, "oidc_secrets" in told.err, "hush" in told.err) == (1, True, False)
    for line in ("Lab", "Lab https://x", "a/b https://x id", "Lab ftp://x id", "Lab https://x id\nLab https://y id"):
        monkeypatch.setenv("BROADSHEET_OIDC_PROVIDERS", line)
        told = call("up", "--port", "0", "--no-fetch")
        assert (told.status, "oidc_" in told.err, "hush" in told.err) == (1, True, False), line
