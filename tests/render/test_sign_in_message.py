"""Messages of accounts: whole for any address that is one, with nothing smuggled into their headers."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.domain.errors import Invalid
from broadsheet.domain.readers import parse_email
from broadsheet.render.sign_in_message import Writer, write_changed, write_confirmation, write_link

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
WRITER = Writer("The Lab's <Papers>", "https://papers.example.org")


@pytest.mark.parametrize(
    ("write", "path"), [(write_link, "/sign-in/s3cret"), (write_confirmation, "/account/email/s3cret")]
)
def test_a_plain_text_and_html_with_the_same_link(write, path):
    message = message_from_bytes(write(WRITER, "ada@example.org", "s3cret", NOW).as_bytes(), policy=policy.default)
    url = f"https://papers.example.org{path}"
    assert message["To"] == "ada@example.org"
    (sender,) = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("The Lab's <Papers>", "broadsheet@papers.example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert url in message.get_body(("plain",)).get_content().splitlines()
    html = message.get_body(("html",)).get_content()
    assert f'href="{url}"' in html
    assert "<Papers>" not in html
    assert "s3cret" not in message["Message-ID"]


def test_the_former_address_gets_no_link_that_signs_in():
    assert "sign-in" not in write_changed(WRITER, "ada@example.org", NOW).as_string()


@pytest.mark.parametrize(
    "title", ["A\r\nBcc: eve@example.org", "A\x00B", "A" * 999, "\u202eA", "Zeitung für Ölfarben", ""]
)
@pytest.mark.parametrize("home", ["http://127.0.0.1:8765", "https://papers.example.org", "http://[::1]:80", "http://x"])
def test_no_title_breaks_out_of_its_header(title, home):
    message = write_link(Writer(title, home), "ada@example.org", "s", NOW)
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert set(read.keys()) == set(message.keys())


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=12), st.sampled_from(["@example.org", "@x.y-z.museum", "@-.org", "@a..b", "", "\r\n@example.org"])
)
def test_every_address_that_is_taken_can_be_written_to(local, domain):
    try:
        email = parse_email(local + domain)
    except Invalid:
        return
    read = message_from_bytes(write_link(WRITER, email, "s", NOW).as_bytes(), policy=policy.default)
    assert [address.addr_spec for address in read["To"].addresses] == [email]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="aZ.!#$%&'*+/=?^_`{|}~-@0", max_size=20))
def test_so_can_the_strange_ones(local):
    test_every_address_that_is_taken_can_be_written_to.hypothesis.inner_test(local, "@example.org")
