"""A real server on loopback to which webhooks are sent, and which has bad days; shared through runpy.

The last word of the path is what happens: a number is that status; `silent` never answers, `trickle` sends its headers
a byte at a time without end, `huge` answers 200 MB, `moved` redirects to `/hidden` here, `busy` is 429 with
Retry-After.
"""

from __future__ import annotations

import json
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HUGE_BYTES = 200 << 20
PIECE = b"x" * (1 << 16)


class HookServer:
    """`asked` are (path, headers, body) in the order of their arrival; give it back with close()."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.arrived = threading.Semaphore(0)
        self.released = threading.Event()
        self.sent_bytes = 0
        self.hung_up = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                owner.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                owner.arrived.release()
                with suppress(OSError):
                    owner.answer(self, self.path.rpartition("/")[2].partition("?")[0])

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http{'s' if tls else ''}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def bodies(self) -> list[Any]:
        """What was posted, read as JSON."""
        return [json.loads(body) for _, _, body in self.asked]

    def answer(self, to: BaseHTTPRequestHandler, word: str) -> None:
        if word == "silent":
            self.released.wait(20)
        elif word == "trickle":
            self._trickle(to)
        elif word == "huge":
            self._pour(to)
        elif word == "moved":
            self._plain(to, 302, Location=f"{self.url}/hidden")
        elif word == "busy":
            self._plain(to, 429, **{"Retry-After": "7200"})
        else:
            self._plain(to, int(word) if word.isdigit() and len(word) == 3 else 200)

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _plain(self, to: BaseHTTPRequestHandler, status: int, **headers: str) -> None:
        to.send_response(status)
        for name, value in {**headers, "Content-Length": "2"}.items():
            to.send_header(name, value)
        to.end_headers()
        to.wfile.write(b"ok")

    def _trickle(self, to: BaseHTTPRequestHandler) -> None:
        try:
            to.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.released.wait(0.01):
                to.wfile.write(b"x")
        except OSError:
            self.hung_up.set()

    def _pour(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(200)
        to.send_header("Content-Length", str(HUGE_BYTES))
        to.end_headers()
        try:
            for _ in range(HUGE_BYTES // len(PIECE)):
                to.wfile.write(PIECE)
                self.sent_bytes += len(PIECE)
        except OSError:
            self.hung_up.set()
