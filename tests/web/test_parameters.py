"""Numbers from addresses and forms: what is one, and what is answered where none is."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broadsheet.web.parameters import whole

_PEOPLE = runpy.run_path(str(Path(__file__).parent / "people.py"))


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 15, 10**15 - 1)])
def test_a_whole_number(text: str, number: int) -> None:
    assert whole(text) == number


NUMBERLESS = ("", " 1", "+1", "-1", "1.0", "1_0", "²", "١", "9" * 16, "x")


@pytest.mark.parametrize("text", NUMBERLESS)
def test_no_whole_number(text: str) -> None:
    assert whole(text) is None


@pytest.fixture
def operator(open_site: Callable[..., Any], plain: Callable[..., Any]) -> Any:
    return _PEOPLE["Person"](open_site(plain(1)), "ada", "operator")


@pytest.mark.parametrize("text", ["x", "-1", "9" * 16, "9" * 15])
def test_a_row_that_is_not_there_is_told_of_in_the_words_of_its_page(operator: Any, text: str) -> None:
    said = {
        f"/submissions/{text}": ({"action": "approve"}, 404, ""),
        "/flags": ({"comment": text, "action": "keep"}, 404, "There is no such comment here"),
        "/feeds/mine": ({"action": "delete", "feed": text}, 404, "There is no such feed of yours"),
        f"/searches/{text}": ({"action": "delete"}, 404, "There is no such saved search of yours"),
        "/webhooks": ({"action": "test", "webhook": text}, 404, "There is no such webhook"),
    }
    for address, (fields, status, sentence) in said.items():
        answer = operator.send(address, **fields)
        assert answer.status_code == status, (address, answer.text)
        assert sentence in answer.text, address
    refused = operator.send("/library/folders", action="delete", folder=text)
    assert refused.status_code == (404 if text == "9" * 15 else 400)
