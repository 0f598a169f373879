"""What a request brings in its body: bounded in size and time, and from whom it may come.

Browsers say where a request began (Sec-Fetch-Site, Origin); one that began on another site is refused, so that no page
elsewhere can act here in its reader's name.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import anyio
import orjson
from anyio import from_thread
from starlette.requests import ClientDisconnect, Request

from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.readers import LOCAL_READER

MOST_BYTES = 256 << 10
SECONDS = 10.0


def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; raises NotAllowed for one that was not sent from a page of ours, Invalid."""
    check_origin(request, must_say=True)
    return _fields(request)


def _fields(request: Request) -> dict[str, str]:
    if _media_type(request) != "application/x-www-form-urlencoded":
        raise Invalid("body", "A form must come as application/x-www-form-urlencoded.")
    try:
        fields = parse_qs(_read(request).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise Invalid("body", "The form has too many fields.") from error
    return {name: values[0] for name, values in fields.items()}


def read_open_form(request: Request) -> dict[str, str]:
    """Return the fields of a form that moves nothing in its sender's name, so that it need not say where it began.

    Raises NotAllowed where it says that it began on another site, Invalid.
    """
    # Pages with our policy send the origin "null", and old browsers none; what a browser does tell is believed.
    if request.headers.get("sec-fetch-site") is not None or request.headers.get("origin") not in (None, "null"):
        check_origin(request, must_say=False)
    return _fields(request)


def read_bytes(request: Request) -> bytes:
    """Return the body as it came; raises Invalid where it is too long or too slow."""
    return _read(request)


def read_json(request: Request) -> dict[str, object]:
    """Return the object of JSON that a program sent; raises NotAllowed for another site's page, Invalid."""
    check_origin(request, must_say=False)
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


def reader_of(request: Request) -> str | None:
    """Return whose library a request may see: the one reader's on this machine itself, else nobody's."""
    return LOCAL_READER if is_local(request) else None


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
                    raise Invalid("body", f"More than {MOST_BYTES >> 10} KiB were sent: send less.")
    except (TimeoutError, ClientDisconnect) as error:
        raise Invalid("body", "What was sent did not arrive whole: send it again.") from error
    return body
