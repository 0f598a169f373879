"""Damage of every kind: it is counted, the rest is read, memory stays bounded."""

from __future__ import annotations

import gzip
import json
import random
import string
import time
import tracemalloc
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, NotFound, SourceFailed
from broadsheet.domain.paper import Record
from broadsheet.sources import reading
from broadsheet.sources.files import read_file
from broadsheet.sources.reading import ReadOptions, SetAside


def line(number: int, **more: object) -> bytes:
    document = {"_id": str(number), "title": f"Title {number}", "text": "Words.", **more}
    return json.dumps(document).encode() + b"\n"


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_an_empty_file_yields_nothing(read, content):
    assert read(content) == type(read(b""))([], [])


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"{broken\n", "broken JSON"),
        (b"[1, 2]\n", "not a JSON object"),
        (b"5\n", "not a JSON object"),
        (b'"text"\n', "not a JSON object"),
        (b"null\n", "not a JSON object"),
        (b'{"_id": "x", "title": "bad \xff byte", "text": ""}\n', "invalid UTF-8"),
        (b'{"a":' * 100_000 + b"\n", "broken JSON"),
        (b'{"_id": "x", "title": ' + b"9" * 10_000 + b"}\n", "broken JSON"),
        (b'{"_id": "x", "title": "", "text": "no title"}\n', "no title"),
        (b'{"_id": "x", "title": 5, "text": "no title"}\n', "no title"),
        (b'{"title": "no id", "text": ""}\n', "no _id"),
        (b"\x00\x01\x02\n", "broken JSON"),
    ],
)
def test_a_broken_line_spoils_only_itself(read, broken, reason):
    found = read(b"".join([line(1), line(2), broken, line(4)]).replace(b"\x00\x01", b"\x02"))
    assert found.titles == ["Title 1", "Title 2", "Title 4"]
    assert [aside.line for aside in found.asides] == [3]
    assert found.asides[0].reason.startswith(reason)
    assert 0 < len(found.asides[0].excerpt) <= 120
    assert found.asides[0].excerpt.isprintable()


def test_a_broken_first_line_does_not_hide_the_format(read):
    found = read(b'{"_id": "1", "tit\n' + line(2) + b"not even json\n" + line(4))
    assert found.titles == ["Title 2", "Title 4"]
    assert [aside.line for aside in found.asides] == [1, 3]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_without_a_line_end(read):
    assert read(b"\xef\xbb\xbf" + line(1) + b"\r\n" + line(2).rstrip()).titles == ["Title 1", "Title 2"]


def test_half_surrogate_pairs_and_nan_do_not_cost_a_record(read):
    record = read(b'{"_id": "1", "title": "A \\ud800 B\\u0000C", "text": "x", "score": NaN}\n').only
    assert record.title == "A BC"
    record.title.encode()


def test_truncated_gzip_gives_what_was_readable_and_one_reason(read):
    letters = random.Random(1)
    content = b"".join(line(n, noise="".join(letters.choices(string.printable, k=300))) for n in range(400))
    found = read(content, zipped=True, cut=10_000)
    assert 100 < len(found.records) < 400
    assert found.titles == [f"Title {n}" for n in range(len(found.records))]
    assert found.reasons == [(0, "the gzip file is truncated: it ends before its end mark")]


def test_corrupt_gzip_gives_one_reason(tmp_path):
    letters = random.Random(1)
    content = b"".join(line(n, noise="".join(letters.choices(string.printable, k=300))) for n in range(400))
    data = bytearray(gzip.compress(content))
    data[-5_000:-4_900] = bytes(100)
    path = tmp_path / "corrupt"
    path.write_bytes(data)
    items = list(read_file(path))
    asides = [item for item in items if isinstance(item, SetAside)]
    assert len(items) > 100
    assert asides[-1].reason.startswith("the gzip file is corrupt")
    assert asides[-1] == items[-1]


def test_garbage_after_the_gzip_magic_is_one_reason(read):
    found = read(b"\x1f\x8b" + bytes(range(50, 100)))
    assert found.records == []
    assert len(found.asides) == 1


@pytest.mark.parametrize(
    "content",
    [b"\x00" * 100, b"%PDF-1.5\nwords", b"PK\x03\x04 zip", "Bücher".encode("utf-16"), b"\xfe\xff" * 9],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_binary_file_is_set_aside_as_one(read, content, zipped):
    found = read(content, zipped=zipped)
    assert found.records == []
    assert len(found.asides) == 1
    assert found.asides[0].reason.startswith("binary file")


def test_a_line_of_200_megabytes_is_skipped_with_bounded_memory(tmp_path):
    path = tmp_path / "long.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(line(1))
        for _ in range(200):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + line(3))
    started = time.perf_counter()
    tracemalloc.start()
    try:
        items = list(read_file(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [item.title for item in items if isinstance(item, Record)] == ["Title 1", "Title 3"]
    assert [(item.line, item.reason) for item in items if isinstance(item, SetAside)] == [
        (2, "a line of more than 8 MiB")
    ]
    assert peak < 40 << 20
    assert time.perf_counter() - started < 10


def test_a_long_line_at_the_start_or_alone_is_set_aside_once(read, monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 1000)
    monkeypatch.setattr(reading, "_SKIP_BYTES", 100)
    long = b'{"title": "' + b"x" * 5000 + b'"}'
    assert [a.line for a in read(long).asides] == [1]
    found = read(long + b"\n" + line(2))
    assert found.titles == ["Title 2"]
    assert [a.line for a in found.asides] == [1]


@pytest.mark.parametrize(
    "content", [b"[" + b" " * 3000 + b"]", b"<html>" + b"<p></p>\n" * 500, b"[\n" + b"{},\n" * 900]
)
def test_formats_read_whole_are_capped(read, monkeypatch, content):
    monkeypatch.setattr(reading, "WHOLE_FILE_BYTES", 2000)
    found = read(content, ReadOptions(format="hub" if content.startswith(b"[") else None))
    assert found.records == []
    assert any("more than 0 MiB" in reason for _, reason in found.reasons)


def test_bytes_taken_from_the_disk_add_up_to_the_file_size(tmp_path):
    path = tmp_path / "papers"
    path.write_bytes(gzip.compress(b"".join(line(n) for n in range(5000))))
    seen: list[int] = []
    assert len(list(read_file(path, ReadOptions(), seen.append))) == 5000
    assert sum(seen) == path.stat().st_size


def test_what_cannot_be_opened_is_an_error_that_says_so(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        list(read_file(tmp_path / "nowhere"))
    with pytest.raises(SourceFailed):
        list(read_file(tmp_path))
    with pytest.raises(Invalid, match="daily-page"):
        read_file(Path("x"), ReadOptions(format="nonsense"))


def test_memory_for_many_lines_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "many"
    path.write_bytes(b"".join(line(n, text="x" * 10_000) for n in range(2_000)))
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_file(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak < 8 << 20 < path.stat().st_size
