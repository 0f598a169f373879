"""Tell a messenger (Slack, Matrix, ...) something by Apprise: the program that runs, alone, in a process of its own.

Apprise asks the world in its own way, and reads answers to their end. Here it can reach no private address, since each
name or number that is connected to passes `resolve`; it can read no more than MOST_READ_BYTES; and whoever started
this ends it when its time is over. Reads {"target", "title", "text", "allowed", "is_check"} as JSON from standard
input, writes {"is_done", "detail"} to standard output.
"""

from __future__ import annotations

import io
import json
import logging
import resource
import socket
import sys
from contextlib import suppress
from typing import Any

from broadsheet.domain.webhooks import scrubbed
from broadsheet.sources.destinations import is_public

MOST_READ_BYTES = 1 << 20
MOST_MEMORY_BYTES = 2 << 30
_find = socket.getaddrinfo
_read_into = socket.SocketIO.readinto


class _Guard:
    """What stands between Apprise and the world; `complaint` says what it refused last."""

    def __init__(self, allowed: list[str]) -> None:
        self._allowed = frozenset(allowed)
        self._read = 0
        self.complaint = ""

    def resolve(self, host: Any, port: Any, *more: Any, **named: Any) -> Any:
        found = _find(host, port, *more, **named)
        name = host.decode() if isinstance(host, bytes) else str(host)
        shown = f"[{name}]" if ":" in name else name
        if f"{shown.lower()}:{port}" not in self._allowed:
            for entry in found:
                if not is_public(str(entry[4][0])):
                    self.complaint = f"the address leads to {entry[4][0]}, which is not public"
                    raise OSError(self.complaint)
        return found

    def read_into(self, stream: socket.SocketIO, buffer: Any) -> int | None:
        read = _read_into(stream, buffer)
        self._read += read or 0
        if self._read > MOST_READ_BYTES:
            self.complaint = f"the answer is larger than {MOST_READ_BYTES:,} bytes"
            raise OSError(self.complaint)
        return read


def tell(asked: dict[str, Any], guard: _Guard) -> tuple[bool, str]:
    """Send what is asked for, or only look at the address; return whether that went well, and else why not."""
    try:
        import apprise
    except ImportError:
        return False, "Apprise is not installed: pip install 'broadsheet[notify]'"
    said = io.StringIO()
    logging.getLogger("apprise").addHandler(logging.StreamHandler(said))
    # Neither its name nor its pictures, which would be loaded from elsewhere.
    asset = apprise.AppriseAsset(app_id="Broadsheet", app_desc="", app_url="", image_url_mask="", image_url_logo="")
    service = apprise.Apprise.instantiate(asked["target"], asset=asset)
    if service is None:
        return False, "Apprise does not understand this address"
    if asked["is_check"]:
        return True, ""
    is_done = bool(service.notify(body=asked["text"], title=asked["title"], body_format=apprise.NotifyFormat.TEXT))
    last = (said.getvalue().strip().splitlines() or ["the service did not take it"])[-1]
    return is_done, "" if is_done else guard.complaint or last


def main() -> None:
    """Do what standard input asks for."""
    asked = json.load(sys.stdin)
    with suppress(ValueError, OSError):  # not every system knows this bound
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    guard = _Guard(asked["allowed"])
    setattr(socket, "getaddrinfo", guard.resolve)  # noqa: B010 (in a process that does nothing else)
    setattr(socket.SocketIO, "readinto", lambda stream, buffer: guard.read_into(stream, buffer))  # noqa: B010
    is_done, detail = tell(asked, guard)
    detail = scrubbed(" ".join(detail.split()), asked["target"])[:300]
    json.dump({"is_done": is_done, "detail": detail}, sys.stdout)


if __name__ == "__main__":
    main()
