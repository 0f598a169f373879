"""Clients that ask and never read hold no worker: others are served as if they were not there."""

from __future__ import annotations

import runpy
import socket
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import httpx

from broadsheet.web.app import make_app
from broadsheet.wiring import House

LOOPBACK = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "loopback.py")))
STALLED = 50  # more than there are workers (40)
SMALL = 4_096
ADDRESS = "/api/daily_papers?limit=100"


def stall(host: str, port: int) -> socket.socket:
    """Ask, and read nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    client.connect((host, port))
    client.sendall(f"GET {ADDRESS} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n\r\n".encode())
    return client


def test_readers_that_never_read_hold_no_worker(house: House) -> None:
    with LOOPBACK.served(make_app(house), send_buffer=SMALL) as address, ExitStack() as opened:
        url = httpx.URL(address)
        for _ in range(STALLED):
            opened.enter_context(stall(url.host, url.port or 0))
        with httpx.Client(base_url=address, timeout=20) as client:
            whole = client.get(ADDRESS)
            assert len(whole.content) > 10 * SMALL  # far more than lies between a server and who does not read
            assert [client.get("/healthz").status_code for _ in range(5)] == [200] * 5
            assert len(client.get("/api/papers/search?q=gardens").json()) == 20
