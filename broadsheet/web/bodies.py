"""What a request brings in its body: bounded in size and time, and from whom it may come.

Browsers say where a request began (Sec-Fetch-Site, Origin); one that began on another site is refused, so that no page
elsewhere can act here in its reader's name.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import cast
from urllib.parse import parse_qs, urlsplit

import anyio
import orjson
from anyio import from_thread
from starlette.requests import ClientDisconnect, Request

from broadsheet.domain.errors import Invalid, NotAllowed, TooLarge

MOST_BYTES = 256 << 10
SECONDS = 10.0


def read_form(request: Request) -> dict[str, str]:
    """Return the first value of each field of a form; raises Invalid."""
    return {name: values[0] for name, values in read_form_lists(request).items()}


def read_form_lists(request: Request) -> dict[str, list[str]]:
    """Return all values of each field of a form, read once for a request; raises Invalid."""
    read = getattr(request.state, "form", None)
    if read is None:
        read = request.state.form = _parse_form(request)
    return cast(dict[str, list[str]], read)


def is_form(request: Request) -> bool:
    """Say whether a request brings a form, as a page of ours sends it."""
    return _media_type(request) == "application/x-www-form-urlencoded"


def _parse_form(request: Request) -> dict[str, list[str]]:
    if not is_form(request):
        raise Invalid("body", "A form must come as application/x-www-form-urlencoded.")
    try:
        return parse_qs(_read(request).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise Invalid("body", "The form has too many fields.") from error


def read_bytes(request: Request) -> bytes:
    """Return the body as it came; raises Invalid where it is too long or too slow."""
    return _read(request)


def read_json(request: Request) -> dict[str, object]:
    """Return the object of JSON that a program sent; raises Invalid."""
    if _media_type(request) != "application/json":
        raise Invalid("body", "Send JSON, with Content-Type: application/json.")
    try:
        found = orjson.loads(_read(request))
    except orjson.JSONDecodeError as error:
        raise Invalid("body", 'The body is no JSON: send an object such as {"text": "2401.00001"}.') from error
    if not isinstance(found, dict):
        raise Invalid("body", 'The body must be an object such as {"text": "2401.00001"}.')
    return found


def check_origin(request: Request, *, must_say: bool) -> None:
    """Refuse what another site's page began; `must_say` refuses what does not say where it began, too."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_ours = site == "same-origin"
    elif origin is not None:
        is_ours = urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""
    else:
        is_ours = not must_say
    if not is_ours:
        raise NotAllowed("This was not sent from a page of this site: open the page here and send it again.")


def is_local(request: Request) -> bool:
    """Say whether a request comes from this machine, to a name of this machine, with nothing in between.

    A proxy on this machine is told by what it adds, or by the old HTTP that it speaks; one that hides itself cannot be
    told (docs/settings.md says what such a one must be made to add).
    """
    added = ("forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip")
    names = [name.lower() for name in request.headers]
    if any(name in added or name.startswith("x-forwarded") for name in names):
        return False
    if request.scope.get("http_version") == "1.0":
        return False
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        return _is_loopback(host) and request.client is not None and _is_loopback(request.client.host)
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _read(request: Request) -> bytes:
    return from_thread.run(_read_stream, request)


async def _read_stream(request: Request) -> bytes:
    body = b""
    try:
        with anyio.fail_after(SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BYTES:
                    raise TooLarge("body", f"More than {MOST_BYTES >> 10} KiB were sent: send less.")
    except (TimeoutError, ClientDisconnect) as error:
        raise Invalid("body", "What was sent did not arrive whole: send it again.") from error
    return body
