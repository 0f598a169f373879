"""Answers on disk: bounded, and never trusted further than they can be checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from broadsheet.sources.answers import KeptAnswer, KeptAnswers

URL = "https://papers.example/feed"


def answer(body: bytes = b"words", etag: str = '"one"', last_modified: str = "") -> KeptAnswer:
    return KeptAnswer(URL, etag, last_modified, body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "answers"


def test_what_is_kept_is_found_also_by_another_process(folder: Path) -> None:
    kept = answer(b"two\nlines\n", '"e"', "Wed, 04 Mar 2026 17:00:00 GMT")
    KeptAnswers(folder).keep(URL, kept)
    assert KeptAnswers(folder).find(URL) == kept
    assert KeptAnswers(folder).find(f"{URL}?more") is None


def test_the_newest_state_replaces_the_one_before(folder: Path) -> None:
    answers = KeptAnswers(folder)
    for number in range(3):
        answers.keep(URL, answer(f"{number}".encode()))
    assert answers.find(URL) == answer(b"2")
    assert len(list(folder.iterdir())) == 1


def test_what_is_forgotten_is_gone(folder: Path) -> None:
    answers = KeptAnswers(folder)
    answers.forget(URL)
    answers.keep(URL, answer())
    answers.forget(URL)
    assert answers.find(URL) is None


def test_conditions_are_for_the_address_that_answered() -> None:
    assert answer(last_modified="today").conditions(URL) == {"If-None-Match": '"one"', "If-Modified-Since": "today"}
    assert answer().conditions(URL) == {"If-None-Match": '"one"'}
    assert answer().conditions("https://elsewhere.example/") == {}


@pytest.mark.parametrize("etag", ["", '"é"', '"a\r\nX-Evil: 1"', '"' + "x" * 300 + '"'])
def test_what_cannot_be_asked_for_is_not_kept(folder: Path, etag: str) -> None:
    KeptAnswers(folder).keep(URL, answer(etag=etag))
    assert not folder.exists()


@pytest.mark.parametrize("data", [b"", b"{}\nwords", b"[]", b"null\n", b"\xff\xfe", b"{" * 99_999, b"[" * 99_999, None])
def test_what_is_damaged_is_not_there(folder: Path, data: bytes | None) -> None:
    answers = KeptAnswers(folder)
    answers.keep(URL, answer())
    [path] = folder.iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"z" if data is None else data)
    assert answers.find(URL) is None
    answers.keep(URL, answer())
    assert answers.find(URL) == answer()


def test_one_files_words_do_not_pass_for_anothers(folder: Path) -> None:
    answers = KeptAnswers(folder)
    answers.keep(URL, answer())
    [path] = folder.iterdir()
    answers.keep(f"{URL}2", answer(b"other"))
    [other] = [one for one in folder.iterdir() if one != path]
    other.replace(path)
    assert answers.find(URL) is None


def test_bounded_in_files_the_longest_unused_goes_first(folder: Path) -> None:
    answers = KeptAnswers(folder, most_files=3)
    for number in range(3):
        answers.keep(f"{URL}{number}", answer())
        for path in folder.iterdir():  # each a second older than the next
            os.utime(path, (path.stat().st_mtime - 1,) * 2)
    assert answers.find(f"{URL}0") is not None  # used just now
    answers.keep(f"{URL}3", answer())
    assert [answers.find(f"{URL}{number}") is not None for number in range(4)] == [True, False, True, True]


def test_bounded_in_bytes(folder: Path) -> None:
    answers = KeptAnswers(folder, most_bytes=10_000)
    answers.keep(URL, answer(b"x" * 2_501))
    assert not folder.exists()
    for number in range(20):
        answers.keep(f"{URL}{number}", answer(b"x" * 2_000))
    assert 4_000 < sum(path.stat().st_size for path in folder.iterdir()) <= 10_000
    assert answers.find(f"{URL}19") is not None


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file")
    answers = KeptAnswers(tmp_path / "answers")
    answers.keep(URL, answer())
    answers.forget(URL)
    assert answers.find(URL) is None
