"""The door for agents: MCP's Streamable HTTP at /mcp. Who calls, from where and under which name, is settled here.

A page elsewhere that has a browser call us is refused by Origin, one that has given its own name our address (DNS
rebinding) by Host: other machines are answered under the names in the setting `agent_hosts` alone.
"""

from __future__ import annotations

from collections.abc import Callable

import anyio
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from broadsheet.agents.callers import ANONYMOUS, Caller
from broadsheet.agents.sdk import load_server
from broadsheet.domain.errors import Misconfigured, NotAllowed, NotFound, NotSignedIn
from broadsheet.web.bodies import check_is_json, check_origin, is_local, read_stream
from broadsheet.web.site import site_of
from broadsheet.web.visitors import identify_visitor
from broadsheet.wiring import House

ADDRESS = "/mcp"
CALLS_AT_ONCE = 4

CallerOf = Callable[[Request], Caller]


def caller_of(request: Request) -> Caller:
    """Return who calls: the reader of a token, else nobody. Raises NotAllowed for a token that cannot read."""
    if "authorization" not in request.headers:
        if site_of(request).house.settings.anonymous_reading == "off":
            raise NotSignedIn("Bring a token: this site is for its readers.")
        return ANONYMOUS
    visitor = identify_visitor(request)
    if "read" not in visitor.scopes:
        raise NotAllowed("This token is not good for that: it needs the scope read.")
    return Caller(visitor.pk, may_read_library=True, may_write_library="library" in visitor.scopes)


class AgentDoor:
    """An ASGI application that answers POST; `caller_of` makes a caller of a request's token, in a thread."""

    def __init__(self, house: House, caller_of: CallerOf = caller_of) -> None:
        self._house = house
        self._caller_of = caller_of
        self._threads = anyio.CapacityLimiter(CALLS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        check_host(request, self._house.settings.agent_hosts)
        check_origin(request, must_say=False)
        caller = await anyio.to_thread.run_sync(self._caller_of, request, limiter=self._threads)
        check_is_json(request)
        body = await read_stream(request)
        try:
            server = await anyio.to_thread.run_sync(load_server)
        except Misconfigured as error:
            raise NotFound(f"Agents are not answered here yet. {error}") from error
        made = server.make_server(self._house, caller, self._threads)
        await server.answer_http(made, scope, _again(body, receive), send)


def check_host(request: Request, names: str) -> None:
    """Refuse what another machine sends under a name that is not among `names` (white space between)."""
    named = request.headers.get("host", "").lower()
    if not is_local(request) and not {named, named.rpartition(":")[0]} & set(names.lower().split()) - {""}:
        raise NotAllowed("Agents elsewhere are answered under the names in the setting agent_hosts alone.")


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a way to receive the body that was read already, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
