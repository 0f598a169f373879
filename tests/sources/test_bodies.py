"""Bodies that are packed, damaged or too large, from a real server."""

from __future__ import annotations

import gzip
import runpy
import zlib
from pathlib import Path

import pytest

from broadsheet.domain.errors import SourceFailed
from broadsheet.sources.http import Limits

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))


def test_a_packed_answer(outside, client_for):
    text = b"word " * 100_000
    whole = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    outside.script += [
        (200, {"Content-Encoding": "gzip"}, gzip.compress(text)),
        (200, {"Content-Encoding": "x-gzip"}, whole),
    ]
    client = client_for()
    assert client.get(outside.address).body == text
    assert client.get(outside.address).body == text


def test_what_follows_a_packed_answer_is_left_out(outside, client_for):
    outside.script.append((200, {"Content-Encoding": "gzip"}, gzip.compress(b"good") + b"noise"))
    assert client_for().get(outside.address).body == b"good"


def test_an_answer_that_is_too_large(outside, client_for):
    outside.script.append((200, {}, b"x" * 10_001))
    with pytest.raises(SourceFailed, match=rf"^{outside.host}: the answer is larger than 10,000 bytes$"):
        client_for(Limits(body_bytes=10_000)).get(outside.address)
    assert len(outside.asked) == 1


def test_a_gzip_bomb(outside, client_for):
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 60_000
    outside.script.append((200, {"Content-Encoding": "gzip"}, bomb))
    with pytest.raises(SourceFailed, match="larger than 100,000 bytes"):
        client_for(Limits(body_bytes=100_000)).get(outside.address)


def test_a_gzip_bomb_in_a_gzip_bomb_is_not_unpacked(outside, client_for):
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    outside.script.append((200, {"Content-Encoding": "gzip, gzip"}, bomb))
    with pytest.raises(SourceFailed, match="not asked for"):
        client_for().get(outside.address)


@pytest.mark.parametrize("body", [gzip.compress(b"good" * 1000)[:-9], b"no gzip at all", zlib.compress(b"x")])
def test_damaged_packing_is_tried_again(outside, client_for, body):
    outside.script.append((200, {"Content-Encoding": "gzip"}, body))
    assert client_for().get(outside.address).body == b"good"
    assert len(outside.asked) == 2
