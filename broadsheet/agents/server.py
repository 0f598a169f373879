"""The tools as the MCP SDK serves them. The only module that knows the SDK; the extra `mcp` brings it.

Tools are synchronous: each call runs in a thread, of which agents get a few, so that pages go on meanwhile.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from typing import Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from broadsheet import __version__
from broadsheet.agents.arguments import input_schema
from broadsheet.agents.callers import Caller, machine_owner
from broadsheet.agents.tools import INSTRUCTIONS, SHAPES, Tool, call_tool, tools_for
from broadsheet.domain.errors import BroadsheetError
from broadsheet.wiring import House

CALLS_AT_ONCE = 4
_BROKEN = "Something broke here and has been noted: try again, or ask for something else."
_log = logging.getLogger(__name__)


def make_server(house: House, caller: Caller, limiter: anyio.CapacityLimiter | None = None) -> Any:
    """Make the SDK's server over a House for one caller; calls run in the threads that `limiter` grants."""
    threads = limiter or anyio.CapacityLimiter(CALLS_AT_ONCE)

    async def list_tools(context: Any, parameters: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in tools_for(caller)])

    async def call(context: Any, parameters: types.CallToolRequestParams) -> types.CallToolResult:
        return await anyio.to_thread.run_sync(
            functools.partial(_answer, house, caller, parameters.name, parameters.arguments or {}), limiter=threads
        )

    return Server(
        "broadsheet",
        title=house.settings.title,
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call,
    )


async def serve_stdio(house: House) -> None:
    """Answer the one client on standard input and output, as this machine's own reader, until it hangs up."""
    server = make_server(house, machine_owner(house))
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def answer_http(server: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one POST of Streamable HTTP. Nothing is remembered between two, so no session can be stolen or pile up."""
    manager = StreamableHTTPSessionManager(server, stateless=True, json_response=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _schema(tool: Tool) -> dict[str, Any]:
    return input_schema(tool.takes, tool.needs)


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=_schema(tool),
        output_schema=SHAPES[tool.answers],
        annotations=types.ToolAnnotations(
            read_only_hint=not tool.changes,
            destructive_hint=tool.destroys,
            idempotent_hint=True,
            open_world_hint=False,
        ),
    )


def _answer(house: House, caller: Caller, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    try:
        answer = call_tool(house, caller, name, arguments)
    except BroadsheetError as error:
        return _failure(str(error))
    except Exception as error:  # noqa: BLE001 - at a door: what broke is ours to know, not the agent's
        _log.error("the tool %.40r failed: %s", name, type(error).__name__)
        return _failure(_BROKEN)
    text = types.TextContent(text=answer.text, _meta={"broadsheet/untrusted": "warning" in answer.data})
    return types.CallToolResult(content=[text], structured_content=answer.data)


def _failure(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=sentence)], is_error=True)
