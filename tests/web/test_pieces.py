"""Large answers in pieces."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from broadsheet.web.pieces import PIECE, InPieces


@pytest.mark.parametrize("length", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("goes_on", [False, True])
def test_no_message_is_large_and_together_they_are_the_answer(length: int, *, goes_on: bool) -> None:
    body = bytes(n % 251 for n in range(length))
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body, "more_body": goes_on})

    async def keep(message: Any) -> None:
        sent.append(message)

    asyncio.run(InPieces(app)({"type": "http"}, None, keep))  # type: ignore[arg-type]
    assert sent[0]["type"] == "http.response.start"
    assert b"".join(message["body"] for message in sent[1:]) == body
    assert all(len(message["body"]) <= PIECE for message in sent[1:])
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(sent) - 2) + [goes_on]
