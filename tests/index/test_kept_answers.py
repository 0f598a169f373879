"""Answers that are kept: worked out once, the last ones asked for, no failures."""

from __future__ import annotations

import pytest

from broadsheet.index.kept_answers import KeptAnswers


def test_an_answer_is_worked_out_once_while_it_is_asked_for() -> None:
    kept: KeptAnswers[str] = KeptAnswers(2)
    done: list[str] = []

    def ask(question: str) -> str:
        return kept.find(question, lambda: done.append(question) or question.upper())

    assert [ask(question) for question in "aabacb"] == ["A", "A", "B", "A", "C", "B"]
    assert done == ["a", "b", "c", "b"]  # c took the place of b, which was asked for longest ago


def test_a_failure_is_not_kept() -> None:
    kept: KeptAnswers[int] = KeptAnswers(2)
    with pytest.raises(ZeroDivisionError):
        kept.find("a", lambda: 1 // 0)
    assert kept.find("a", lambda: 1) == 1
