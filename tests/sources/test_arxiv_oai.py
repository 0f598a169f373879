"""arXiv's OAI-PMH, spoken by a real server with its faults; the clock is simulated."""

from __future__ import annotations

import itertools
import json
import runpy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broadsheet.domain.errors import Invalid, SourceFailed
from broadsheet.domain.paper import Link, Record
from broadsheet.sources.arxiv_oai import ArxivOai, OaiQuery, set_of
from broadsheet.sources.reading import SetAside

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for, NOW = (_OUTSIDE[name] for name in ("world", "outside", "client_for", "NOW"))
_SERVER = runpy.run_path(str(Path(__file__).with_name("arxiv_server.py")))
Archive, ArxivServer, Shape = (_SERVER[name] for name in ("Archive", "ArxivServer", "Shape"))

TODAY = date(2026, 3, 4)
FIRST = date(2026, 2, 2)
ARXIV = """<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>math/0309136</id><created>2003-09-08</created>
<updated>2004-01-01</updated><authors><author><keyname>Quill</keyname><forenames>Ada B.</forenames><suffix>Jr</suffix>
<affiliation>Harbour School</affiliation></author><author><keyname>Ferry</keyname></author><author/></authors>
<title>On lamps
  and bread</title><categories>math.GT cs.CL 57M25</categories>
<comments>Code at https://github.com/harbour/lamps.</comments>
<journal-ref>J. Lamps 3</journal-ref><doi>10.1000/LAMP.1 10.1000/lamp.2</doi><abstract>  We bake. </abstract></arXiv>"""
RAW = """<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>math/0309136</id>
<version version="v2"><date>Thu, 1 Jan 2004 00:00:00 GMT</date></version>
<version version="v1"><date>Mon, 8 Sep 2003 01:02:03 GMT</date></version>
<title>On lamps and bread</title>
<authors>Ada B. Quill, Jr (Harbour School (old), \u00c5), Bo Ferry and Cy Reed</authors>
<categories>math.GT</categories><abstract>We bake.</abstract></arXivRaw>"""


def record(metadata, name="oai:arXiv.org:math/0309136", status=""):
    header = f"<header{status}><identifier>{name}</identifier><datestamp>2026-03-01</datestamp></header>"
    return f"<record>{header}<metadata>{metadata}</metadata></record>"


def page(inner, token="", day="2026-03-04"):
    mark = f"<resumptionToken>{token}</resumptionToken>"
    body = inner if inner.startswith("<error") else f"<ListRecords>{inner}{mark}</ListRecords>"
    stamp = f"<responseDate>{day}T22:00:00Z</responseDate>"
    return 200, {}, f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{stamp}{body}</OAI-PMH>'.encode()


@pytest.fixture
def archive():
    """A month of papers."""
    made = Archive()
    made.invent(FIRST, TODAY, per_day=12)
    return made


@pytest.fixture
def server(archive, world):
    """The archive, with small pages."""
    running = ArxivServer(archive, lambda: world.time, shape=Shape(oai_page=20))
    yield running
    running.close()


@pytest.fixture
def harvest(server, client_for):
    """Start a harvest of the archive."""

    def start(cursor="2026-02-01", categories=("cs.CL", "hep-th"), form="arXiv"):
        client = client_for(allowed=[server.host])
        return ArxivOai(client, server.oai, OaiQuery(categories, TODAY, format=form)).fetch_since(cursor)

    return start


@pytest.fixture
def scripted(outside, client_for):
    """Start a harvest of the scripted server."""

    def start(cursor="2026-03-01", categories=("cs.CL",), form="arXiv"):
        return ArxivOai(client_for(), f"{outside.address}/oai", OaiQuery(categories, TODAY, format=form)).fetch_since(
            cursor
        )

    return start


def ids(parts):
    return [item.source_id for part in parts for item in part.items]


def expected(archive, now, categories=("cs.CL", "hep-th")):
    papers = [paper for paper in archive.public(now) if not paper.is_deleted(now)]
    return {paper.arxiv_id for paper in papers if set(categories) & set(paper.categories_at(now))}


@pytest.mark.parametrize(
    ("category", "name"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.CO", "physics:astro-ph:CO"),
        ("physics.optics", "physics:physics:optics"),
        ("nlin.CD", "physics:nlin:CD"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("math", "math:math"),
    ],
)
def test_the_set_of_a_category(category, name):
    assert set_of(category) == name


def test_a_record(outside, scripted):
    outside.script.append(page(record(ARXIV)))
    [part] = scripted()
    [found] = part.items
    assert found == Record(
        source="arxiv-oai",
        source_id="math/0309136",
        title="On lamps and bread",
        abstract="We bake.",
        authors=("Ada B. Quill Jr", "Ferry"),
        published_on=date(2003, 9, 8),
        categories=("math.GT", "cs.CL"),
        links=(
            Link("abs", "https://arxiv.org/abs/math/0309136"),
            Link("pdf", "https://arxiv.org/pdf/math/0309136"),
            Link("code", "https://github.com/harbour/lamps"),
        ),
        arxiv_id="math/0309136",
        doi="10.1000/lamp.1",
        venue="J. Lamps 3",
    )
    assert outside.asked[0].query == {
        "verb": "ListRecords",
        "metadataPrefix": "arXiv",
        "set": "cs:cs:CL",
        "from": "2026-03-01",
    }


def test_the_raw_form_has_the_first_versions_day(outside, scripted):
    outside.script.append(page(record(RAW)))
    [part] = scripted(form="arXivRaw")
    [found] = part.items
    assert found.published_on == date(2003, 9, 8)
    assert found.authors == ("Ada B. Quill, Jr", "Bo Ferry", "Cy Reed")
    assert outside.asked[0].query["metadataPrefix"] == "arXivRaw"


@pytest.mark.parametrize("date_of_v1", ["", "soon", "Mon, 99 Foo 2003", "9" * 999])
def test_a_first_version_without_a_day(outside, scripted, date_of_v1):
    outside.script.append(page(record(RAW.replace("Mon, 8 Sep 2003 01:02:03 GMT", date_of_v1))))
    [part] = scripted()
    assert part.items[0].published_on is None


@pytest.mark.parametrize("form", ["arXiv", "arXivRaw"])
def test_all_comes_set_by_set_page_by_page(server, archive, harvest, world, form):
    parts = list(harvest(form=form))
    assert set(ids(parts)) == expected(archive, world.time)
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert all(len(part.items) + part.skipped <= 20 for part in parts)
    days = {name: paper.versions[0].submitted_at.date() for name, paper in archive.papers.items()}
    assert all(item.published_on == days[item.source_id] for part in parts for item in part.items)


def test_wherever_it_breaks_off_it_goes_on(archive, harvest, world):
    whole = list(harvest())
    for taken in range(1, len(whole), 3):
        first = list(itertools.islice(harvest(), taken))
        rest = list(harvest(first[-1].cursor))
        assert set(ids(first)) | set(ids(rest)) == expected(archive, world.time)
        assert len(rest) == len(whole) - taken


def test_a_token_that_expired_begins_its_set_again(server, archive, harvest, world):
    whole = list(harvest())
    first = list(itertools.islice(harvest(), 2))
    world.time += timedelta(days=2)
    rest = list(harvest(first[-1].cursor))
    assert set(ids(first)) | set(ids(rest)) >= expected(archive, world.time)
    assert len(rest) >= len(whole)
    # What changed while it was broken off is asked for by the next one.
    assert json.loads(rest[-1].cursor)["since"] == "2026-03-03"


def test_a_token_that_expires_during_the_harvest(server, archive, harvest, world):
    parts = []
    for number, part in enumerate(harvest()):
        parts.append(part)
        if number in (0, 3):
            server.forget_tokens()
    assert set(ids(parts)) == expected(archive, world.time)


def test_tokens_that_always_expire(outside, scripted):
    outside.otherwise = lambda asked: (
        page('<error code="badResumptionToken"/>') if "resumptionToken" in asked.query else page(record(ARXIV), "t")
    )
    with pytest.raises(SourceFailed, match=r"refused the harvest of cs:cs:CL \(badResumptionToken\)"):
        list(scripted())
    assert len(outside.asked) == 8


def test_the_next_harvest_begins_the_day_before_this_one_began(outside, scripted):
    outside.script += [page(record(ARXIV), "t", "2026-03-03"), page(record(RAW), "", "2026-03-04")]
    *_, last = scripted()
    outside.script.append(page('<error code="noRecordsMatch"/>', day="2026-03-09"))
    [nothing] = scripted(last.cursor)
    assert outside.asked[-1].query["from"] == "2026-03-02"
    assert (nothing.items, nothing.is_last) == ((), True)
    assert json.loads(nothing.cursor)["since"] == "2026-03-08"


def test_day_by_day_nothing_is_lost(server, archive, harvest, world):
    cursor, seen = "2026-02-01", {}
    world.time = datetime(2026, 2, 4, 3, tzinfo=UTC)
    while world.time < NOW:
        for part in harvest(cursor):
            cursor = part.cursor
            seen.update((item.source_id, item) for item in part.items)
        for name in expected(archive, world.time):
            versions = len(archive.papers[name].versions_at(world.time))
            assert (f"(version {versions})" in seen[name].title) == (versions > 1)
        world.time += timedelta(days=1, hours=5)


def test_without_a_cursor_some_days_back(outside, scripted):
    for cursor in ("", "{", '{"since":7,"sets":[1],"token":[]}', '{"since":"2026-99-01"}', '{"sets":"cs:cs:CL"}'):
        outside.script.append(page(record(ARXIV)))
        list(scripted(cursor))
        assert outside.asked[-1].query["from"] == "2026-03-01", cursor
        assert outside.asked[-1].query["set"] == "cs:cs:CL"


def test_a_new_category_has_its_days_too(outside, scripted):
    outside.otherwise = lambda _: page(record(ARXIV))
    *_, last = scripted("2026-03-04")
    list(scripted(last.cursor, categories=("cs.CL", "cs.LG")))
    assert [asked.query["from"] for asked in outside.asked[1:]] == ["2026-03-01"] * 2


def test_deleted_records_are_passed_over_and_counted(outside, scripted):
    gone = record("", "oai:arXiv.org:2601.00001", ' status="deleted"')
    outside.script.append(page(gone + record(ARXIV)))
    [part] = scripted()
    assert (len(part.items), part.skipped) == (1, 1)


def test_a_bad_record_is_set_aside(outside, scripted):
    bad = [
        record(ARXIV.replace("<title>On lamps\n  and bread</title>", "")),
        record(ARXIV.replace("math/0309136", "x"), "oai:elsewhere:1"),
        record("<dc/>"),
        record(""),
        "<record/>",
    ]
    outside.script.append(page("".join(bad) + record(ARXIV)))
    [part] = scripted()
    assert [item.reason for item in part.items if isinstance(item, SetAside)] == [
        "math/0309136: no title",
        "no arXiv id in 'oai:elsewhere:1'",
        "no metadata of arXiv in 'oai:arXiv.org:math/0309136'",
        "no metadata of arXiv in 'oai:arXiv.org:math/0309136'",
        "no metadata of arXiv in ''",
    ]
    assert isinstance(part.items[-1], Record)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (page(record(ARXIV))[2][:-9], "broken XML"),
        (b"<html><body>Back soon.</body></html>", "something that is no answer of OAI-PMH"),
        (b"<!doctype html><p>Back<br>soon", "broken XML"),
        (page("").__getitem__(2).replace(b"2026-03-04", b"today"), "an answer without its date"),
        (page("")[2].replace(b"ListRecords", b"ListSets"), "an answer without a list"),
    ],
)
def test_a_broken_answer_is_asked_for_again(outside, scripted, body, words):
    outside.script += [(200, {}, body), page(record(ARXIV))]
    assert ids(scripted()) == ["math/0309136"]
    outside.script += [(200, {}, body)] * 4
    with pytest.raises(SourceFailed, match=f"arXiv sent {words}, 4 times: what is here stays"):
        list(scripted())


def test_entities_are_refused(outside, scripted):
    body = page(record(ARXIV))[2].replace(b"<OAI-PMH", b'<!DOCTYPE x [<!ENTITY a "ha">]><OAI-PMH', 1)
    outside.script.append((200, {}, body))
    with pytest.raises(SourceFailed, match="not safe to read"):
        list(scripted())


@pytest.mark.parametrize(("code", "words"), [("badArgument", "badArgument"), ("<script>", "for no reason it gives")])
def test_a_refusal(outside, scripted, code, words):
    outside.script.append(page(f'<error code="{code.replace("<", "&lt;")}">no</error>'))
    with pytest.raises(SourceFailed, match=words):
        list(scripted())


def test_a_page_that_leads_to_itself(outside, scripted):
    outside.otherwise = lambda _: page(record(ARXIV), "t")
    with pytest.raises(SourceFailed, match="the same page of cs:cs:CL again and again"):
        list(scripted())
    assert len(outside.asked) == 2


def test_an_arxiv_that_is_busy(outside, scripted):
    outside.script += [(503, {"Retry-After": "20"}, b""), page(record(ARXIV))]
    assert ids(scripted()) == ["math/0309136"]
    assert (outside.asked[1].at - outside.asked[0].at).total_seconds() >= 20


def test_what_is_no_category_or_form(client_for):
    with pytest.raises(Invalid, match="no category of arXiv"):
        ArxivOai(client_for(), "http://x/", OaiQuery(("cs CL",), TODAY))
    with pytest.raises(ValueError, match="oai_dc"):
        ArxivOai(client_for(), "http://x/", OaiQuery(("cs.CL",), TODAY, format="oai_dc"))
