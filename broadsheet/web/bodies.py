"""What a request brings in its body: bounded in size and time, and from whom it may come.

Browsers say where a request began (Sec-Fetch-Site, Origin); one that began on another site is refused, so that no page
elsewhere can act here in its reader's name.
"""

from __future__ import annotations

from io import BytesIO
from ipaddress import ip_address
from typing import cast
from urllib.parse import parse_qs, urlsplit

import anyio
import orjson
from anyio import from_thread
from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File
from starlette.requests import ClientDisconnect, Request

from broadsheet.domain.errors import Invalid, NotAllowed, TooLarge
from broadsheet.web.parameters import JSON

MOST_BYTES = 256 << 10
SECONDS = 10.0
MOST_FILE_BYTES = 8 << 20
FILE_SECONDS = 60.0
MOST_FIELDS = 50
_FORM, _FORM_WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"


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
    """Say whether a request brings a form, as a page of ours sends it; one with files only where files are taken."""
    return _media_type(request) == _FORM or _brings_files(request)


def read_file_field(request: Request, name: str) -> bytes:
    """Return the file that a form brings in a field, empty where there is none; raises Invalid."""
    read_form_lists(request)
    files: dict[str, bytes] = getattr(request.state, "files", {})
    return files.get(name, b"")


def _brings_files(request: Request) -> bool:
    return _media_type(request) == _FORM_WITH_FILES and getattr(request.state, "takes_files", False)


def _parse_form(request: Request) -> dict[str, list[str]]:
    if not is_form(request):
        raise Invalid("body", f"A form must come as {_FORM}.")
    if _brings_files(request):
        return _parse_form_with_files(request)
    try:
        return parse_qs(_read(request).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Invalid("body", "The form has too many fields.") from error


def read_bytes(request: Request) -> bytes:
    """Return the body as it came; raises Invalid where it is too long or too slow."""
    return _read(request)


def _parse_form_with_files(request: Request) -> dict[str, list[str]]:
    """Read a form of several parts (RFC 7578); its files are kept with the request, the first of each name."""
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    seen = 0

    def on_part() -> None:
        nonlocal seen
        seen += 1
        if seen > MOST_FIELDS:
            raise Invalid("body", "The form has too many fields.")

    def on_field(part: Field) -> None:
        on_part()
        fields.setdefault(_text(part.field_name), []).append(_text(part.value))

    def on_file(part: File) -> None:
        on_part()
        part.file_object.seek(0)
        files.setdefault(_text(part.field_name), part.file_object.read())
        part.close()

    body = _read(request, MOST_FILE_BYTES, FILE_SECONDS)
    given = {"Content-Type": request.headers.get("content-type", "").encode("latin-1", "replace")}
    try:
        parse_form(given, BytesIO(body), on_field, on_file)
    except FormParserError as error:
        raise Invalid("body", "The form did not arrive whole: send it again.") from error
    request.state.files = files
    return fields


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def read_json(request: Request) -> dict[str, object]:
    """Return the object of JSON that a program sent; raises Invalid."""
    check_is_json(request)
    try:
        found = orjson.loads(_read(request))
    except orjson.JSONDecodeError as error:
        raise Invalid("body", 'The body is no JSON: send an object such as {"text": "2401.00001"}.') from error
    if not isinstance(found, dict):
        raise Invalid("body", 'The body must be an object such as {"text": "2401.00001"}.')
    return found


def check_is_json(request: Request) -> None:
    """Refuse a body that does not say that it is JSON."""
    if _media_type(request) != JSON:
        raise Invalid("body", "Send JSON, with Content-Type: application/json.")


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


def _read(request: Request, most: int = MOST_BYTES, seconds: float = SECONDS) -> bytes:
    return from_thread.run(read_stream, request, most, seconds)


async def read_stream(request: Request, most: int = MOST_BYTES, seconds: float = SECONDS) -> bytes:
    """Return the body, in the loop that serves the request; raises TooLarge and Invalid."""
    body = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for piece in request.stream():
                body += piece
                if len(body) > most:
                    raise TooLarge("body", f"More than {most >> 10:,} KiB were sent: send less.")
    except (TimeoutError, ClientDisconnect) as error:
        raise Invalid("body", "What was sent did not arrive whole: send it again.") from error
    return bytes(body)
