"""The door for agents: who is let in, from where, under which name, and what is too much."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

import broadsheet.agents
from broadsheet.settings import Settings

LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HERE = "127.0.0.1"


def post(
    site: Any, body: Any = LISTING, host: str = "localhost:8765", client: str = HERE, **headers: str
) -> httpx.Response:
    sent = {"content-type": "application/json", "accept": "application/json, text/event-stream", "host": host}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return site.client.request("POST", "/mcp", sent, raw, client)


def refused(answer: httpx.Response, status: int) -> str:
    """Return why: an object of JSON says it, in one line."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    said = answer.json()
    assert said["status"] == status and "\n" not in said["error"]
    return str(said["error"])


@pytest.fixture
def site(open_site: Callable[..., Any], plain: Callable[..., Any]) -> Any:
    return open_site(plain(1), settings=Settings(timezone="UTC", agent_hosts="papers.example.org 192.0.2.7:8765"))


def test_this_machine_is_answered_by_its_own_names_alone(site: Any) -> None:
    for host in ("localhost", "localhost:8765", "127.0.0.1:8765", "[::1]:8765"):
        answer = post(site, host=host)
        assert answer.status_code == 200 and len(answer.json()["result"]["tools"]) == 6
        assert "mcp-session-id" not in answer.headers
    for host in ("rebound.example", "localhost.rebound.example", "", "127.0.0.1.rebound.example:8765"):
        assert "agent_hosts" in refused(post(site, host=host), 403)


@pytest.mark.parametrize("host", ["papers.example.org", "Papers.Example.org:443", "192.0.2.7:8765"])
def test_other_machines_are_answered_under_the_names_of_the_setting(site: Any, host: str) -> None:
    assert post(site, host=host, client="192.0.2.99").status_code == 200
    assert post(site, host=host, x_forwarded_for="192.0.2.99").status_code == 200


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8765", "192.0.2.7", "example.org", "evil.papers.example.org", ""]
)
def test_other_machines_are_not_answered_under_others(site: Any, host: str) -> None:
    refused(post(site, host=host, client="192.0.2.99"), 403)
    refused(post(site, host=host, x_forwarded_for="192.0.2.99"), 403)


def test_by_default_no_other_machine_is_answered(open_site: Callable[..., Any]) -> None:
    site = open_site()
    refused(post(site, host="papers.example.org", client="192.0.2.99"), 403)
    refused(post(site, host="", client="192.0.2.99"), 403)
    assert post(site).status_code == 200


def test_a_page_of_another_site_is_refused(site: Any) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ):
        refused(post(site, **headers), 403)
    assert post(site, origin="http://localhost:8765").status_code == 200


def test_while_there_are_no_tokens_each_is_wrong(site: Any) -> None:
    for said in ("Bearer x", "Basic eDp5", ""):
        answer = post(site, authorization=said)
        assert "token" in refused(answer, 401) and answer.headers["www-authenticate"] == "Bearer"


def test_what_is_no_message_is_told_so(site: Any) -> None:
    assert "application/json" in refused(post(site, content_type="text/plain"), 400)
    assert "256 KiB" in refused(post(site, b" " * (256 * 1024 + 1)), 413)
    for body in (
        b"",
        b"{nope",
        b"[]",
        b"7",
        b"[" * 50_000,
        {"jsonrpc": "2.0"},
        {"jsonrpc": "1.0", "id": 1, "method": "x"},
    ):
        answer = post(site, body)
        assert answer.status_code == 400 and answer.headers["content-type"] == "application/json", body
        assert "Traceback" not in answer.text
    unknown = post(site, {**LISTING, "method": "tools/destroy"}).json()
    assert unknown["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
def test_other_methods_are_405_as_json(site: Any, method: str) -> None:
    answer = site.client.request(method, "/mcp", {"accept": "text/event-stream"})
    refused(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_without_the_extra_the_answer_says_how_to_get_it(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    monkeypatch.delitem(sys.modules, "broadsheet.agents.server", raising=False)
    monkeypatch.delattr(broadsheet.agents, "server", raising=False)
    assert "pip install 'broadsheet[mcp]'" in refused(post(site), 404)
