"""What may stand in a library: notes, tags, folders."""

from __future__ import annotations

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.domain.library import (
    LONGEST_NOTE,
    MOST_TAGS,
    parse_folder_name,
    parse_note,
    parse_state,
    parse_tags,
    usable_tags,
)


def test_tags_are_lower_case_each_once_in_order() -> None:
    assert parse_tags([" To  Read", "harbour", "", "TO READ", "\x00"]) == ("harbour", "to read")
    assert parse_tags(["e\u0301"]) == parse_tags(["é"])


@pytest.mark.parametrize("wrong", [["x" * 51], ["a,b"], [str(n) for n in range(MOST_TAGS + 1)]])
def test_tags_that_are_none(wrong: list[str]) -> None:
    with pytest.raises(Invalid):
        parse_tags(wrong)
    assert len(usable_tags(wrong)) <= MOST_TAGS


def test_a_note_keeps_its_lines() -> None:
    assert parse_note("  one\r\ntwo\rthree\x00\x1b\n") == "one\ntwo\nthree"
    assert len(parse_note("x" * LONGEST_NOTE)) == LONGEST_NOTE
    with pytest.raises(Invalid):
        parse_note("x" * (LONGEST_NOTE + 1))


def test_folders_and_states() -> None:
    assert parse_folder_name("  My \n lamps ") == "My lamps"
    for wrong in ("", "\x00", "x" * 81):
        with pytest.raises(Invalid):
            parse_folder_name(wrong)
    assert parse_state("unread") == "unread"
    with pytest.raises(Invalid):
        parse_state("burnt")
