"""Whatever address is given to come back to, nobody is led to another site."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import RedirectResponse

from broadsheet.web.sign_in import local_address

PIECES = [
    "/", "//", "\\", "\t", "\n", "\r", "\x00", " ", ".", "..", "@", ":", "?", "#", "%2f", "%5c", "%09",
    "evil.example", "http:", "https:", "javascript:", "data:", "；", "。", "／", "＼", "\u2028", "\u202e",
    "\u00a0", "papers", "next=",
]  # fmt: skip
ADDRESSES = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


def host_after(location: str) -> str:
    """Return the host that a browser goes to from https://here.example/x, by the URL standard's steps."""
    text = re.sub(r"[\t\n\r]", "", location.strip("".join(chr(n) for n in range(33)))).replace("\\", "/")
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return text[scheme.end() :].lstrip("/") or scheme.group()
    if text.startswith("//"):
        return re.split(r"[/?#]", text.lstrip("/"))[0] or "?"
    return "here.example"


def test_the_judge_sees_what_it_must() -> None:
    for address in (
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https:evil.example",
        " //e",
        "\\/e",
        "x:y",
    ):
        assert host_after(address) != "here.example", address
    for address in ("/", "/papers?next=//evil.example", "/.//x", "papers"):
        assert host_after(address) == "here.example", address


@settings(max_examples=1_000, deadline=None)
@given(ADDRESSES | ADDRESSES.map(lambda text: "/" + text))
def test_nobody_is_led_elsewhere(address: str) -> None:
    ours = local_address(address)
    location = RedirectResponse(ours, 303).headers["location"]
    assert host_after(ours) == host_after(location) == "here.example"
    assert location.startswith("/")
