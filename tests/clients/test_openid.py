"""Signing in at a provider that somebody else wrote: oidc-provider-mock, in a process of its own."""

from __future__ import annotations

import re
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

pytest.importorskip("joserfc")
_BROWSER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "web" / "a_browser.py")))


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of the provider; its clock is the machine's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def place(folder: Path, provider: str) -> Iterator[Any]:
    one = _BROWSER.Place(
        folder,
        registration="open",
        allowed_hosts=urlsplit(provider).netloc,
        oidc_providers=f"Mock {provider} our-client",
        oidc_secrets="Mock s3cret",
    )
    one.now = datetime.now(UTC)
    one.add("boss", role="operator")
    yield one
    one.close()


def sign_in(browser: Any, provider: str, sub: str, claims: dict[str, object]) -> httpx.Response:
    with httpx.Client(trust_env=False) as theirs:
        theirs.put(f"{provider}/users/{sub}", json=claims).raise_for_status()
        way = browser.get("/sign-in/with/Mock").headers["location"]
        assert re.search(r"code_challenge=[\w-]{43}&", way)
        form = theirs.post(way, data={"sub": sub})
    assert form.status_code == 302, form.text
    back = urlsplit(form.headers["location"])
    answer: httpx.Response = browser.get(f"{back.path}?{back.query}")
    return answer


def test_a_reader_signs_in_twice_and_is_the_same(place: Any, provider: str) -> None:
    claims = {"email": "ada@example.org", "email_verified": True, "preferred_username": "ada-quill"}
    browser = _BROWSER.Browser(place)
    assert sign_in(browser, provider, "ada", claims).status_code == 303
    assert browser.name() == "ada-quill"
    assert "ada@example.org" in browser.get("/account").text
    other = _BROWSER.Browser(place)
    sign_in(other, provider, "ada", {**claims, "email": "new@example.org"})
    assert other.name() == "ada-quill"


def test_an_address_that_was_not_verified_is_nobodys(place: Any, provider: str) -> None:
    browser = _BROWSER.Browser(place)
    sign_in(browser, provider, "bo", {"email": "bo@example.org", "email_verified": False})
    assert browser.name() is not None
    assert "bo@example.org" not in browser.get("/account").text
