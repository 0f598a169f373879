"""The door by which a mail server hands in what came back: bounces, complaints, letters that end mail."""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from broadsheet.domain.errors import NotAllowed
from broadsheet.usecases.count_bounces import take_report
from broadsheet.web.bodies import read_bytes
from broadsheet.web.site import site_of

REFUSAL = "Bounces are taken here only with the setting mail_bounce_secret, shown as Authorization: Bearer SECRET."


def submit_bounces(request: Request) -> Response:
    """Take in one message (RFC 822) that came back."""
    house = site_of(request).house
    secret, shown = house.settings.mail_bounce_secret, request.headers.get("authorization", "")
    if not secret or not hmac.compare_digest(shown.encode(), f"Bearer {secret}".encode()):
        raise NotAllowed(REFUSAL)
    count = take_report(house.post_office(), read_bytes(request), house.clock())
    return JSONResponse(vars(count), headers={"Cache-Control": "no-store"})
