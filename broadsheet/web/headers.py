"""Headers that every answer carries: nothing from elsewhere is loaded, nothing inline runs, nobody frames us.

Programs are told besides what is left of the limit that they used (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.web.limits import Standing

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Wrap an application so that its answers carry HEADERS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                standing: Standing | None = scope.get("state", {}).get("standing")
                if standing is not None and scope["path"].startswith("/api/"):
                    headers["RateLimit-Policy"], headers["RateLimit"] = _told(standing)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _told(standing: Standing) -> tuple[str, str]:
    limit = standing.limit
    policy = f'"{limit.name}";q={limit.many};w={limit.seconds:.0f}'
    return policy, f'"{limit.name}";r={standing.left};t={standing.full_in_seconds}'
