"""Large answers are handed on in pieces: a client that does not read makes us hold one piece, not the whole."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE = 128 << 10  # bytes


class InPieces:
    """Wrap an application so that no message to the server carries more than PIECE bytes.

    The server waits between messages while a client does not read; what one message carries, it has to keep.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_pieces(message: Message) -> None:
            body = message.get("body", b"")
            if message["type"] != "http.response.body" or len(body) <= PIECE:
                await send(message)
                return
            goes_on = message.get("more_body", False)
            for start in range(0, len(body), PIECE):
                is_more = goes_on or start + PIECE < len(body)
                await send({**message, "body": body[start : start + PIECE], "more_body": is_more})

        await self.app(scope, receive, send_pieces)
