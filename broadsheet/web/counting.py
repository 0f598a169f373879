"""How many requests were answered, by class of status, since the program started."""

from __future__ import annotations

import threading
from collections import Counter
from typing import cast

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class RequestCounter:
    """Wrap an application so that its answers are counted: `2xx`, `3xx`, `4xx`, `5xx`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["request_counts"] = self._counts

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                with self._lock:
                    self._counts[f"{message['status'] // 100}xx"] += 1
            await send(message)

        await self.app(scope, receive, send_counted)


def counted_requests(request: Request) -> dict[str, int]:
    """Return the counts so far."""
    return dict(cast("Counter[str]", request.scope["request_counts"]))
