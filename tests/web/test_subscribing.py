"""Subscribing in a browser: the banner, the links of letters, and what nobody learns from the answers."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from broadsheet.settings import Settings
from broadsheet.store import messages, subscribers
from broadsheet.usecases.deliver_mail import deliver_mail
from broadsheet.wiring import make_mailer

FORM = {"content-type": "application/x-www-form-urlencoded"}
SECRET = "s3cret"
BOUNCE = """\
Message-ID: <1@mail.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=seam

--seam
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; ada@example.org
Action: failed
Status: 5.1.1

--seam--
"""


@pytest.fixture
def site(open_site, plain):
    return open_site(plain(1), plain(2), settings=Settings(timezone="UTC", mail_bounce_secret=SECRET))


def post(site, address, fields=None, client="", **headers):
    body = urlencode(fields or {}).encode()
    sent = {**FORM, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return site.client.request("POST", address, sent, body, client)


def letters(site) -> list[str]:
    """Deliver what waits and return the plain texts of all letters so far."""
    deliver_mail(site.house.desk(), make_mailer(site.house))
    found = sorted((site.house.folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    parsed = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found]
    return [message.get_body(("plain",)).get_content() for message in parsed]


def link(text: str, before: str) -> str:
    return before + text.partition(before)[2].split()[0]


def join(site) -> str:
    """Subscribe and confirm; return the address of the preferences."""
    assert post(site, "/subscribe", {"email": "ada@example.org"}).status_code == 200
    answer = post(site, link(letters(site)[-1], "/subscribe/confirm/"))
    assert answer.status_code == 303
    return answer.headers["location"]


def leaving(site) -> str:
    with site.house.database.read() as connection:
        one = subscribers.find_by_address(connection, "ada@example.org")
    return "/unsubscribe/" + site.house.post_office().door(one.key).token


def test_the_banner_stands_on_lists_and_asks_for_an_address_alone(site):
    for address in ("/", "/papers/trending", "/papers?q=gardens"):
        form = site.page(address).css_first("form[action='/subscribe']")
        assert form.css_first("input[name=email]").attributes["type"] == "email"
        label = form.css_first("label[for=banner-email]")
        assert label is not None and "by mail" in label.text()
    assert site.page("/papers?q=in:library").css_first("form[action='/subscribe']") is None


def test_from_the_banner_to_the_preferences(site):
    answer = post(site, "/subscribe", {"email": "ada@example.org", "kind": "search", "value": "rivers"})
    assert answer.status_code == 200 and "is on its way" in answer.text
    confirmation = link(letters(site)[-1], "/subscribe/confirm/")
    assert "rivers" in site.text(confirmation)
    assert site.get(confirmation).headers["cache-control"] == "no-store"
    with site.house.database.read() as connection:
        assert subscribers.count_by_state(connection) == {"pending": 1}  # opening it changed nothing
    answer = post(site, confirmation)
    assert answer.status_code == 303
    assert "New for “rivers”" in site.text(answer.headers["location"])
    assert post(site, confirmation).status_code == 400


def test_preferences_are_changed(site):
    preferences = join(site)
    for fields in (
        {"action": "add", "kind": "category", "value": "cs.CL", "cadence": "weekly"},
        {"action": "save", "hour": "18", "zone": "Europe/Berlin", "cadence-1": "never", "cadence-2": "monthly"},
    ):
        assert post(site, preferences, fields).status_code == 303
    page = site.page(preferences)
    assert [node.text() for node in page.css("label[for^=cadence-]")] == ["New in cs.CL"]
    assert page.css_first("#cadence-2 [selected]").attributes["value"] == "monthly"
    assert page.css_first("#zone").attributes["value"] == "Europe/Berlin"
    for wrong in (
        {"action": "save", "hour": "25", "zone": "UTC"},
        {"action": "save", "hour": "1", "zone": "Nowhere/Land"},
        {"action": "add", "kind": "category", "value": ""},
        {"action": "else"},
        {},
    ):
        assert post(site, preferences, wrong).status_code == 400
    assert "New in cs.CL" in site.text(preferences)
    assert post(site, preferences, {"action": "forget"}).status_code == 200
    assert site.get(preferences).status_code == 404


def test_one_click_ends_it_and_opening_the_link_does_not(site):
    join(site)
    address = leaving(site)
    assert "Nothing has been changed" in site.text(address)
    with site.house.database.read() as connection:
        assert subscribers.count_by_state(connection) == {"active": 1}
    # As mail services send it (RFC 8058): from anywhere, without signing in, in either form.
    kind = "multipart/form-data; boundary=x"
    body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    assert site.client.request("POST", address, {"content-type": kind}, body).status_code == 200
    with site.house.database.read() as connection:
        assert subscribers.count_by_state(connection) == {"unsubscribed": 1}
    assert post(site, address, {"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize("path", ["/subscribe/confirm/", "/subscriptions/", "/unsubscribe/"])
@pytest.mark.parametrize("token", ["x", "a.b", "%00", "ü", "x" * 5_000, "..%2f..", "W10.AAAA"])
def test_forged_links_get_one_clear_sentence(site, path, token):
    for method in ("GET", "POST"):
        answer = site.client.request(method, path + quote(token, safe="%"), FORM)
        assert answer.status_code in (400, 404)
        assert "Traceback" not in answer.text


def test_links_are_good_for_what_they_were_made_for_alone(site):
    token = join(site).rpartition("/")[2]
    assert site.get(f"/unsubscribe/{token}").status_code == 400
    assert post(site, f"/unsubscribe/{token}").status_code == 400
    assert site.get("/subscriptions/" + leaving(site).rpartition("/")[2]).status_code == 400


def test_the_answer_tells_nothing(site):
    join(site)
    known = post(site, "/subscribe", {"email": "ada@example.org"})
    unknown = post(site, "/subscribe", {"email": "bob@example.org"})
    again = post(site, "/subscribe", {"email": "bob@example.org"})
    assert known.status_code == unknown.status_code == again.status_code == 200
    assert known.text == unknown.text == again.text


def test_many_requests_are_no_mail_bomb(site):
    for n in range(300):
        assert post(site, "/subscribe", {"email": f"victim+{n}@example.org"}, "198.51.100.1").status_code == 200
    assert len(letters(site)) == 1
    for n in range(100):
        assert post(site, "/subscribe", {"email": f"other-{n}@example.org"}, "198.51.100.2").status_code == 200
    assert len(letters(site)) == 21
    site.set_time(site.now + timedelta(hours=1))
    post(site, "/subscribe", {"email": "third@example.org"}, "198.51.100.2")
    assert len(letters(site)) == 22


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@example.org\r\nBcc: all@example.org", "<script>@x", "a" * 300 + "@example.org", "\x00@x.org"],
)
def test_what_is_no_address_is_asked_for_again(site, typed):
    answer = post(site, "/subscribe", {"email": typed})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and "<script>@" not in answer.text
    assert letters(site) == [] if (site.house.folder / "outbox").exists() else True
    with site.house.database.read() as connection:
        assert messages.count_by_state(connection) == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "cross-site", "origin": "null"}, 403),
        ({"origin": "https://evil.example"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused(site, headers, status):
    assert post(site, "/subscribe", {"email": "ada@example.org"}, **headers).status_code == status


def test_subscribing_may_be_closed(open_site, plain):
    site = open_site(plain(1), settings=Settings(timezone="UTC", subscribing="nobody"))
    assert site.page("/").css_first("form[action='/subscribe']") is None
    assert site.get("/subscribe").status_code == post(site, "/subscribe", {"email": "a@b.org"}).status_code == 403


def test_bounces_are_handed_in_with_the_secret(site):
    join(site)
    for shown, status in (("", 403), ("Bearer wrong", 403), (f"Bearer {SECRET}", 200)):
        answer = site.client.request("POST", "/mail/bounces", {"authorization": shown}, BOUNCE.encode())
        assert answer.status_code == status
    assert answer.json() == {"read": 1, "bounced": 1, "paused": 0, "ended": 0}
    wrong = site.client.request("POST", "/mail/bounces", {"authorization": f"Bearer {SECRET}"}, b"\xff\x00")
    assert wrong.status_code == 400


def test_nobody_hands_in_bounces_where_no_secret_is_set(open_site, plain):
    site = open_site(plain(1))
    for shown in ("", "Bearer ", "Bearer"):
        assert site.client.request("POST", "/mail/bounces", {"authorization": shown}, b"").status_code == 403


def test_the_operator_sees_the_outgoing_post(site):
    join(site)
    site.client.caller, site.client.host = "127.0.0.1", "127.0.0.1:8765"
    shown = site.text("/admin", "section[aria-labelledby=post]")
    assert "1 sent" in shown and "1 active" in shown and "ada@example.org" in shown
