"""`broadsheet add`, from the command to the record, against a real server."""

from __future__ import annotations

import io
import json
import runpy
import sys
from pathlib import Path

import pytest

from broadsheet import cli

_OUTSIDE = runpy.run_path(str(Path(__file__).parents[1] / "sources" / "outside.py"))
world, outside = _OUTSIDE["world"], _OUTSIDE["outside"]
Archive, feed = _OUTSIDE["Archive"], _OUTSIDE["feed"]


@pytest.fixture
def add(monkeypatch, outside, folder, world, call):
    """Run the command against the server, on the simulated clock."""
    for name in ("ARXIV_API", "CROSSREF_ADDRESS", "OPENALEX_ADDRESS", "OPENREVIEW_ADDRESS"):
        monkeypatch.setenv(f"BROADSHEET_{name}", outside.address)
    monkeypatch.setenv("BROADSHEET_ALLOWED_HOSTS", outside.host)
    real = cli.cli.main
    monkeypatch.setattr(cli.cli, "main", lambda *a, **k: real(*a, **k, obj=world.surroundings()))
    return lambda *arguments: call("add", *arguments)


def test_a_paper_comes_in_once(outside, add):
    outside.otherwise = lambda _: (200, {}, feed([Archive.entry(1)], 1))
    found = add("2603.00001", "--json").document
    assert (found["id"], found["added"], found["paper"]["title"]) == ("2603.00001", True, "Lantern study number 1")
    assert add("https://arxiv.org/abs/2603.00001", "--json").document["added"] is False
    assert len(outside.asked) == 1
    assert add("2603.00001").out == "Here already: 2603.00001: Lantern study number 1\n"


def test_standard_input(outside, add, monkeypatch):
    text = io.TextIOWrapper(io.BytesIO(b"@article{k, title={On lamps}, doi={10.1000/lamp.1}}\n"))
    monkeypatch.setattr(sys, "stdin", text)
    done = add("-")
    assert (done.status, done.out) == (0, "Added 10.1000/lamp.1: On lamps\n")
    assert outside.asked == []


@pytest.mark.parametrize(
    ("text", "answer", "status", "words"),
    [
        ("lamps", (200, {}, b""), 2, "names no paper"),
        ("2603.00009", (200, {}, feed([], 0)), 1, "Nobody asked knows 2603.00009"),
        ("10.1000/x", (404, {}, b""), 1, "Nobody asked knows 10.1000/x"),
        ("2603.00009", (403, {}, b""), 1, "arXiv could not be reached"),
    ],
)
def test_a_failure_is_one_line(outside, add, text, answer, status, words):
    outside.otherwise = lambda _: answer
    done = add(text, "--json")
    assert (done.status, done.out, done.err.count("\n")) == (status, "", 1)
    assert words in done.err


def test_the_key_is_told_to_nobody_else(outside, add, monkeypatch):
    monkeypatch.setenv("BROADSHEET_OPENALEX_KEY", "lamp-oil-42")
    outside.otherwise = lambda asked: (403, {}, json.dumps(asked.headers).encode())
    done = add("10.1000/x")
    assert done.status == 1
    assert "lamp-oil-42" not in done.err
    assert outside.asked[-1].headers["Authorization"] == "Bearer lamp-oil-42"
    assert "Authorization" not in outside.asked[0].headers
