"""The way to the server, which needs the extra `mcp`; without it, a sentence that says how to get it."""

from __future__ import annotations

from types import ModuleType

from broadsheet.domain.errors import Misconfigured

HOW = "Answering agents over MCP needs one more package, version 2: pip install 'broadsheet[mcp]'"


def load_server() -> ModuleType:
    """Return the module `server`; raises Misconfigured where the SDK is not installed, or too old."""
    try:
        from broadsheet.agents import server
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("mcp", "mcp_types"):
            raise Misconfigured(HOW) from error
        raise
    return server
