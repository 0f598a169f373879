"""Signing in at a provider of OpenID Connect: whom it lets in, and every lie that it must not."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest

from broadsheet.usecases.accounts import change_reader

_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_browser.py")))
_PROVIDER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "a_provider.py")))


@pytest.fixture
def provider():
    with _PROVIDER.running(_BROWSER.NOW) as one:
        yield one


@pytest.fixture
def place_settings(provider):
    line, secret = f"Lab {provider.issuer} {_PROVIDER.CLIENT}", f"Lab {_PROVIDER.SECRET}"
    hosts = urlsplit(provider.issuer).netloc
    return {"registration": "open", "allowed_hosts": hosts, "oidc_providers": line, "oidc_secrets": secret}


def there_and_back(browser, provider, query=""):
    """Begin at the site, sign in at the provider, come back."""
    gone = browser.get("/sign-in/with/Lab" + query)
    assert gone.status_code == 303, gone.text
    return browser.get(provider.authorize(gone.headers["location"]), sec_fetch_site="cross-site")


def test_the_page_to_sign_in_has_a_way_that_leads_there_and_back(browser, provider):
    (way,) = browser.page("/sign-in?next=/papers/trending").css("ul.ways a")
    gone = browser.get(way.attributes["href"])
    back = browser.get(provider.authorize(gone.headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/papers/trending")
    assert browser.name() == "ada"
    assert "broadsheet_trip" not in browser.cookies
    there_and_back(browser, provider)
    assert (browser.name(), browser.place.count()) == ("ada", 2)


def test_what_is_asked_holds_fresh_secrets_and_no_address_of_the_request(browser):
    asked = [dict(parse_qsl(urlsplit(browser.get("/sign-in/with/Lab", host="evil.example").headers["location"]).query))
             for _ in range(2)]  # fmt: skip
    assert asked[0]["redirect_uri"] == "http://127.0.0.1:8765/sign-in/back/Lab"
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name]) == 43


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None}, {"aud": []},
        {"iss": "https://evil.example"},
        {"iss": None}, {"azp": "another"}, {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"sub": None}, {"sub": ""},
        {"sub": 7}, {"iat": None}, {"nbf": 4_000_000_000}, {"aud": ["another", "a third"]},
        {"aud": [_PROVIDER.CLIENT, "another"], "azp": "another"},
    ],
)  # fmt: skip
def test_a_wrong_claim_lets_nobody_in(browser, provider, claims):
    provider.claims = claims
    answer = there_and_back(browser, provider)
    assert answer.status_code == 403
    assert "could not be proved" in answer.text
    assert (browser.name(), browser.place.count()) == (None, 1)


@pytest.mark.parametrize(
    "sign", ["sign_with_another_key", "sign_with_the_public_key", "sign_not_at_all", "change_after_signing"]
)
def test_a_wrong_signature_lets_nobody_in(browser, provider, sign):
    provider.sign = getattr(provider, sign)
    assert there_and_back(browser, provider).status_code == 403
    assert (browser.name(), browser.place.count()) == (None, 1)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "\x00", "é.é.é", "e30.e30.e30"])
def test_what_is_no_token_lets_nobody_in(browser, provider, token):
    provider.sign = lambda claims: token
    assert there_and_back(browser, provider).status_code in (403, 502)
    assert browser.name() is None


def test_a_token_of_long_ago_is_too_old_and_clocks_may_differ_a_little(browser, provider):
    browser.place.now = provider.now
    provider.later(minutes=-7)
    assert there_and_back(browser, provider).status_code == 403
    provider.later(minutes=2.5)
    assert there_and_back(browser, provider).status_code == 303


def test_state_of_another_trip_or_browser_is_refused(place, browser, provider):
    gone = browser.get("/sign-in/with/Lab")
    back = provider.authorize(gone.headers["location"])
    state = parse_qsl(urlsplit(back).query)[1][1]
    assert browser.get(back.replace(state, "made-up")).status_code == 403
    assert browser.get(back.partition("&state")[0]).status_code == 403
    victim = _BROWSER.Browser(place)
    assert victim.get(back).status_code == 403
    victim.get("/sign-in/with/Lab")
    assert victim.get(back).status_code == 403
    assert victim.name() is None
    assert provider.asked.count("/token") == 0
    assert browser.get(back).status_code == 303


def test_a_trip_ends_after_ten_minutes_and_its_cookie_cannot_be_made(browser, provider):
    gone = browser.get("/sign-in/with/Lab")
    back, cookie = provider.authorize(gone.headers["location"]), browser.cookies["broadsheet_trip"]
    word, _, mark = cookie.partition(".")
    for forged in (f"{word}x.{mark}", f"{word}.", word, "", f"{word}.{'0' * 32}", "e30.e30"):
        browser.cookies["broadsheet_trip"] = forged
        assert browser.get(back).status_code == 403
    browser.cookies["broadsheet_trip"] = cookie
    browser.place.wait(minutes=10)
    assert browser.get(back).status_code == 403


def test_a_code_is_good_once(browser, provider):
    gone = browser.get("/sign-in/with/Lab")
    back, cookie = provider.authorize(gone.headers["location"]), browser.cookies["broadsheet_trip"]
    assert browser.get(back).status_code == 303
    browser.cookies = {"broadsheet_trip": cookie}
    answer = browser.get(back)
    assert (answer.status_code, browser.name()) == (403, None)


def test_a_refusal_or_the_word_of_another_provider_is_told(browser, provider):
    gone = browser.get("/sign-in/with/Lab")
    state = dict(parse_qsl(urlsplit(gone.headers["location"]).query))["state"]
    answer = browser.get(f"/sign-in/back/Lab?error=access_denied&error_description=<b>x&state={state}")
    assert answer.status_code == 403
    assert "<b>x" not in answer.text
    back = provider.authorize(gone.headers["location"])
    assert browser.get(f"{back}&iss=https://evil.example").status_code == 403
    assert browser.get(f"{back}&iss={provider.issuer}").status_code == 303


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (200, b"<html>"), (200, b"[]"), (302, b""), (404, b"{}"), (200, b"[" * 60_000)],
)
def test_a_provider_that_fails_is_told_in_a_sentence(browser, provider, status, body):
    provider.status, provider.body = status, body
    answer = browser.get("/sign-in/with/Lab")
    assert answer.status_code == 502
    assert "Lab did not answer as it should" in answer.text
    provider.status, provider.body = 200, None
    gone = browser.get("/sign-in/with/Lab")
    provider.status, provider.body = status, body
    assert browser.get(provider.authorize(gone.headers["location"])).status_code == 502
    assert browser.name() is None


def test_a_wrong_secret_of_ours_is_for_the_operator_to_mend(browser, provider):
    gone = browser.get("/sign-in/with/Lab")
    back = provider.authorize(gone.headers["location"])
    provider.knows_us = False
    answer = browser.get(back)
    assert answer.status_code == 502
    assert "whoever runs it must look" in answer.text


def test_a_provider_that_is_down_or_too_large_is_told(open_place, provider):
    place = open_place(oidc_providers=f"Lab http://127.0.0.1:9 {_PROVIDER.CLIENT}", allowed_hosts="127.0.0.1:9")
    assert _BROWSER.Browser(place).get("/sign-in/with/Lab").status_code == 502
    place = open_place()
    provider.body = b" " * ((1 << 20) + 1)
    assert "larger than" in _BROWSER.Browser(place).get("/sign-in/with/Lab").text


def test_a_private_address_or_plain_http_only_where_it_is_allowed(open_place, provider):
    answer = _BROWSER.Browser(open_place(allowed_hosts="")).get("/sign-in/with/Lab")
    assert answer.status_code == 502
    assert "allowed_hosts" in answer.text
    assert provider.asked == []
    provider.settings = {"token_endpoint": "http://127.0.0.1:9/token"}
    browser = _BROWSER.Browser(open_place())
    answer = browser.get(provider.authorize(browser.get("/sign-in/with/Lab").headers["location"]))
    assert (answer.status_code, "allowed_hosts" in answer.text) == (502, True)


@pytest.mark.parametrize(
    "settings",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_whose_settings_are_wrong_is_not_used(browser, provider, settings):
    provider.settings = settings
    assert browser.get("/sign-in/with/Lab").status_code == 502


def test_keys_and_settings_are_asked_for_again(browser, provider):
    there_and_back(browser, provider)
    there_and_back(browser, provider)
    assert (provider.asked.count("/keys"), provider.asked.count("/.well-known/openid-configuration")) == (2, 1)


@pytest.mark.parametrize("verified", [False, None, "true", 1, "yes"])
def test_an_address_that_was_not_verified_takes_nobodys_place(place, browser, provider, verified):
    place.add("ada", "ada@example.org")
    provider.who |= {"email_verified": verified, "preferred_username": "ada"}
    assert there_and_back(browser, provider).status_code == 303
    assert browser.name() == "ada-2"
    assert "ada@example.org" not in browser.get("/account").text


def test_a_verified_address_is_its_readers(place, browser, provider):
    place.add("the-first-ada", "ada@example.org")
    there_and_back(browser, provider)
    assert browser.name() == "the-first-ada"
    provider.who["email"] = "boss@example.org"
    there_and_back(browser, provider)
    assert browser.name() == "the-first-ada"  # known by issuer and subject, whatever address it has today


def test_an_address_kept_out_of_the_token_is_asked_for(browser, provider):
    provider.settings = {"userinfo_endpoint": f"{provider.issuer}/about"}
    provider.who = {"sub": "ada-1"}
    provider.about = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True, "iss": "https://evil.example"}
    there_and_back(browser, provider)
    assert "ada@example.org" in browser.get("/account").text
    assert provider.bearers == ["Bearer x"]


def test_an_address_of_somebody_else_is_not_taken(browser, provider):
    provider.settings = {"userinfo_endpoint": f"{provider.issuer}/about"}
    provider.who = {"sub": "eve-1"}
    provider.about = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
    assert there_and_back(browser, provider).status_code == 303
    assert "ada@example.org" not in browser.get("/account").text


@pytest.mark.parametrize("role", ["curator", "operator"])
def test_a_provider_alone_gives_nobody_rights(place, browser, provider, role):
    place.add("power", "ada@example.org", role)
    answer = there_and_back(browser, provider)
    assert (answer.status_code, browser.name()) == (403, None)


def test_the_first_account_is_never_made_by_a_provider(open_place, provider):
    bare = open_place(with_operator=False)
    browser = _BROWSER.Browser(bare)
    answer = there_and_back(browser, provider)
    assert (answer.status_code, bare.count()) == (403, 0)
    assert "broadsheet reader add" in answer.text


def test_registration_counts_here_too(open_place, provider):
    for registration in ("closed", "invite"):
        browser = _BROWSER.Browser(open_place(registration=registration))
        assert there_and_back(browser, provider).status_code == 403
        assert browser.place.count() == 1
    boss = browser.place.add("second-boss", role="operator")
    operator = _BROWSER.Browser(browser.place)
    operator.open_link(f"/sign-in/{boss[1]}")
    page = operator.submit("/invite", "/invite", note="for ada").text
    invited = urlsplit(page.partition('Invitation">')[2].partition("<")[0]).query
    assert there_and_back(browser, provider, f"?{invited}").status_code == 303
    assert browser.name() == "ada"
    provider.who = {"sub": "eve"}
    assert there_and_back(_BROWSER.Browser(browser.place), provider, f"?{invited}").status_code == 403


def test_a_blocked_reader_stays_out(place, browser, provider):
    there_and_back(browser, provider)
    change_reader(place.house.database, None, "ada", _BROWSER.NOW, is_blocked=True)
    assert there_and_back(browser, provider).status_code == 403
    assert browser.name() is None


def test_an_identity_is_tied_and_untied_on_the_account(place, browser, provider):
    browser.open_link(f"/sign-in/{place.add('bo', 'bo@example.org')[1]}")
    (way,) = browser.page("/account").css("ul.ways a")
    back = browser.get(provider.authorize(browser.get(way.attributes["href"]).headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/account")
    fresh = _BROWSER.Browser(place)
    there_and_back(fresh, provider)
    assert fresh.name() == "bo"
    (button,) = browser.page("/account").css("button[name=identity]")
    assert browser.submit("/account", "/account/identities", identity=button.attributes["value"]).status_code == 303
    there_and_back(fresh, provider)
    assert fresh.name() == "ada"


def test_the_only_way_in_is_not_untied(place, browser, provider):
    provider.who = {"sub": "ada-1"}
    there_and_back(browser, provider)
    sent = browser.submit("/account", "/account/identities", identity=f"{provider.issuer} ada-1")
    assert sent.status_code == 409
    assert "only way" in sent.text


def test_an_identity_of_somebody_else_is_not_tied(place, browser, provider):
    there_and_back(browser, provider)
    other = _BROWSER.Browser(place)
    other.open_link(f"/sign-in/{place.add('bo')[1]}")
    (way,) = other.page("/account").css("ul.ways a")
    answer = other.get(provider.authorize(other.get(way.attributes["href"]).headers["location"]))
    assert (answer.status_code, other.name()) == (409, "bo")


def test_tying_begins_only_on_the_own_page_and_ends_in_the_same_account(place, browser, provider):
    browser.open_link(f"/sign-in/{place.add('bo')[1]}")
    (way,) = browser.page("/account").css("ul.ways a")
    other = _BROWSER.Browser(place)
    other.open_link(f"/sign-in/{place.add('eve')[1]}")
    assert other.get(way.attributes["href"]).status_code == 403
    assert other.get("/sign-in/with/Lab?link=1").status_code == 403
    assert _BROWSER.Browser(place).get(way.attributes["href"]).status_code == 403
    back = provider.authorize(browser.get(way.attributes["href"]).headers["location"])
    browser.cookies["broadsheet_session"] = other.cookies["broadsheet_session"]
    assert browser.get(back).status_code == 403


def test_unknown_providers_are_not_here(browser):
    for path in ("/sign-in/with/Other", "/sign-in/back/Other?code=x&state=y", "/sign-in/with/lab"):
        assert browser.get(path).status_code == 404
