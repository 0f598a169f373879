"""No file makes a reader fail: whatever comes in, records and what was set aside come out."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.domain.paper import Record, content_key, public_id
from broadsheet.sources.files import FORMATS, read_file
from broadsheet.sources.reading import ReadOptions, SetAside

RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
KEYS = """
    _id id title text abstract summary authors author authors_parsed versions categories paper publishedAt
    upvotes type DOI issued year date doi github keywords organization numComments created name family date-parts
    comments
""".split()
PIECES = """Daily Papers

|byAK and the research community
|  • 3 authors
·
|Feb 29
|Nov 7, 2024 3|

|A title|An abstract. |@article{k,|title = {|}|}
|author = "|"|,|#|@string{a = |%|\\'e|$|TY  - JOUR
|TI  - |ER  -
|AU  - |PY  - 99999
|<html>|<article><h3><a href='/papers/2401.00001'>|</a></h3>|<p>|</p></article>
|<div data-props='{"papers":[{}]}'>
|{"_id":|"1"|[|]|{|\x00|\xff|\ufeff|\r""".split("|")

texts = st.text(max_size=20) | st.sampled_from(["2401.00001", "10.1000/x", "2020-02-30"])
keys = st.sampled_from(KEYS) | st.text(max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=9)


def check(data: bytes, options: ReadOptions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        for item in read_file(path, options):
            if isinstance(item, SetAside):
                assert item.reason
                assert item.line >= 0
                assert len(item.excerpt) <= 120
                item.excerpt.encode()
                continue
            assert isinstance(item, Record)
            assert item.title == " ".join(item.title.split()) != ""
            assert item.source_id
            assert len(item.title) <= 2_000
            assert len(item.abstract) <= 50_000
            assert all(link.url.startswith(("http://", "https://")) for link in item.links)
            repr(item).encode()  # nothing in it that could not be stored
            assert content_key(item)
            assert public_id(item)


formats = st.sampled_from([None, *FORMATS])


@RELAXED
@given(st.binary(max_size=2_000), formats, st.booleans())
def test_any_bytes(data: bytes, name: str | None, zipped: bool) -> None:
    check(gzip.compress(data) if zipped else data, ReadOptions(format=name))


@RELAXED
@given(st.binary(max_size=500), st.integers(0, 100), formats)
def test_broken_gzip(data: bytes, keep: int, name: str | None) -> None:
    check(gzip.compress(data)[: 2 + keep], ReadOptions(format=name))


@RELAXED
@given(st.lists(objects | values, max_size=6), formats, st.sampled_from(["lines", "array", "indented"]))
def test_any_json(found: list[object], name: str | None, layout: str) -> None:
    if layout == "lines":
        text = "\n".join(json.dumps(value) for value in found)
    else:
        text = json.dumps(found, indent=2 if layout == "indented" else None)
    check(text.encode(), ReadOptions(format=name))


@RELAXED
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40), formats)
def test_any_text_of_the_formats_own_words(pieces: list[str], name: str | None) -> None:
    check("".join(pieces).encode("utf-8", "replace"), ReadOptions(format=name))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_alone(name: str) -> None:
    check(b"".join(bytes([n]) + b"\n" for n in range(1, 256)), ReadOptions(format=name))
