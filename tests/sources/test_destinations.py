"""Where the polite client goes and where it does not; redirects, name servers, certificates."""

from __future__ import annotations

import itertools
import runpy
import ssl
import subprocess
from pathlib import Path

import pytest

from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.sources.destinations import is_public, parse_allowed
from broadsheet.sources.http import Limits
from broadsheet.sources.lanes import Lane

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))


def gaps(outside):
    """The seconds between requests."""
    times = [asked.at for asked in outside.asked]
    return [(b - a).total_seconds() for a, b in itertools.pairwise(times)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_at_the_same_pace(outside, client_for, status):
    outside.script.append((status, {"Location": "/there?x=1"}, b""))
    answer = client_for().get(f"{outside.address}/here", Lane("a", 3.0))
    assert (answer.body, answer.url) == (b"good", f"{outside.address}/there?x=1")
    assert gaps(outside) == pytest.approx([3.0])


def test_redirects_without_end(outside, client_for):
    outside.otherwise = lambda _: (302, {"Location": "/again"}, b"")
    with pytest.raises(SourceFailed, match="after 5 redirects"):
        client_for().get(outside.address)
    assert len(outside.asked) == 6


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://10.1.2.3/secret", "10.1.2.3, which is no public address"),
        ("http://169.254.169.254/latest", "no public address"),
        ("http://127.0.0.1:1/", "no public address"),
        ("http://2130706433/", "no public address"),
        ("http://[::1]/", "no public address"),
        ("http://[::ffff:10.0.0.1]/", "no public address"),
        ("file:///etc/passwd", "neither http nor https"),
        ("ftp://example.org/", "neither http nor https"),
        ("http://user:word@127.0.0.1/", "a user with it"),
        ("http://[broken]/", "no web address"),
    ],
)
def test_redirects_to_where_nobody_should_go(outside, client_for, location, why):
    outside.script.append((302, {"Location": location}, b""))
    with pytest.raises(SourceFailed, match=why):
        client_for().get(outside.address)
    assert len(outside.asked) == 1


@pytest.mark.parametrize(
    "url", ["http:///nowhere", "", "papers.example", "http://a:99999999999999999999/", "http://a:0/", "http://a\tb/"]
)
def test_what_is_no_address(client_for, url):
    with pytest.raises(SourceFailed, match=r"names no host|neither http nor https|no web address"):
        client_for().get(url)


def test_loopback_is_refused_unless_it_is_allowed(outside, client_for):
    with pytest.raises(SourceFailed, match=rf"add {outside.host} to the setting allowed_hosts"):
        client_for(allowed=()).get(outside.address)
    assert outside.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(outside, client_for):
    with pytest.raises(SourceFailed, match=r"papers\.example leads to 10\.0\.0\.1"):
        client_for(resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"]).get("http://papers.example/")


def test_the_connection_goes_to_the_address_that_was_checked(outside, client_for):
    answers = [["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]]
    host = f"papers.example:{outside.port}"
    client = client_for(allowed=[host], resolve=lambda name, port: answers.pop(0))
    assert client.get(f"http://{host}/").body == b"good"
    assert len(answers) == 2
    assert outside.asked[0].headers["Host"] == host


def test_another_address_is_tried_after_one_that_fails(outside, client_for):
    host = f"papers.example:{outside.port}"
    client = client_for(allowed=[host], resolve=lambda name, port: ["::1", "127.0.0.1"])
    assert client.get(f"http://{host}/").body == b"good"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
        "ff02::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::1", "::10.0.0.1", "2001:db8::1", "nonsense",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_addresses_that_are(address):
    assert is_public(address)


def test_the_hosts_an_operator_allows():
    assert parse_allowed(" Box.lan:80\n[::1]:8080 ") == {"box.lan:80", "[::1]:8080"}
    assert parse_allowed("") == frozenset()


@pytest.mark.parametrize("text", ["box.lan", "::1:80", "http://box.lan:80", "box.lan:x"])
def test_hosts_that_are_written_wrongly(text):
    with pytest.raises(Misconfigured, match="no host:port"):
        parse_allowed(text)


@pytest.fixture
def certificate(tmp_path):
    """A certificate of papers.example that nobody has signed."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=papers.example"]
    names = ["-addext", "subjectAltName=DNS:papers.example", "-keyout", str(key), "-out", str(certificate)]
    try:
        subprocess.run([*command, *names], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return key, certificate


@pytest.mark.parametrize(("name", "succeeds"), [("papers.example", True), ("other.example", False)])
def test_the_certificate_is_checked_against_the_name(outside, client_for, certificate, name, succeeds):
    key, chain = certificate
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(chain, key)
    outside.wrap(ours)
    host = f"{name}:{outside.port}"
    trusting = ssl.create_default_context(cafile=str(chain))
    client = client_for(Limits(tries=1), [host], resolve=lambda *_: ["127.0.0.1"], tls=trusting)
    if succeeds:
        assert client.get(f"https://{host}/").body == b"good"
        outside.script.append((302, {"Location": f"http://{host}/"}, b""))
        with pytest.raises(SourceFailed, match="from https to http"):
            client.get(f"https://{host}/")
    else:
        with pytest.raises(SourceFailed, match="certificate"):
            client.get(f"https://{host}/")
        assert outside.asked == []
