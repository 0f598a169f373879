"""A client that calls the application in the process, with the address byte for byte as it was written.

It reads the address as uvicorn does: the path decoded once, the query left alone. (Starlette's own client decodes
twice, and httpx mends broken percent-encodings before it sends them.)
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

import httpx


class AsgiClient:
    """Give it back with close(). An error that the application lets out is raised here, unless told otherwise."""

    def __init__(self, app: Any, *, raise_errors: bool = True) -> None:
        self.app = app
        self.raise_errors = raise_errors
        self.caller = "testclient"
        self.host = "testserver"
        self.http_version = "1.1"
        self._runner = asyncio.Runner()

    def request(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"",
        client: str = "",
    ) -> httpx.Response:  # fmt: skip
        """Send a request and return the whole answer; redirects are not followed."""
        return self._runner.run(self._request(method, target, headers or {}, body, client))

    def close(self) -> None:
        """Give the loop and its threads back."""
        self._runner.close()

    async def _request(
        self, method: str, target: str, headers: dict[str, str], sent_body: bytes, client: str
    ) -> httpx.Response:
        raw = target.encode("utf-8", "surrogatepass")
        path, _, query = raw.partition(b"?")
        sent = {"host": self.host, **{name.lower(): value for name, value in headers.items()}}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": self.http_version,
            "method": method, "scheme": "http",
            "path": unquote(path.decode("utf-8", "replace")), "raw_path": path, "query_string": query, "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
            "client": (client or self.caller, 50_000), "server": ("testserver", 80),
        }  # fmt: skip
        start: dict[str, Any] = {}
        body: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent_body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.append(message.get("body", b""))

        try:
            await self.app(scope, receive, send)
        except Exception:
            if self.raise_errors or not start:
                raise
        content = b"" if method == "HEAD" else b"".join(body)
        return httpx.Response(start["status"], headers=start["headers"], content=content)
