"""Whole letters, compared with those that were last looked at; BROADSHEET_REWRITE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.subscriptions import ACTIVE, Hours, Subscriber, Subscription, Wish
from broadsheet.settings import Settings
from broadsheet.usecases.post_office import PostOffice
from broadsheet.usecases.send_digests import preview_digest
from broadsheet.wiring import House

_HERE = Path(__file__).parent
_INVENTED = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "web" / "invented_papers.py")))
NOW = _INVENTED.NOW
LISTS = {"digest": (Wish("front"), Wish("category", "cs.CL")), "search": (Wish("search", "rivers & <lanterns>"),)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A House over calm and hostile papers."""
    settings = Settings(timezone="UTC", address="https://papers.example.org", mail_from="papers@example.org")
    records = (*_INVENTED.CALM, *_INVENTED.HOSTILE)
    made = _INVENTED.open_filled_house(tmp_path_factory.mktemp("letters"), records, settings=settings)
    yield made
    made.close()


@pytest.mark.parametrize("form", ["eml", "txt", "html"])
@pytest.mark.parametrize("name", LISTS)
def test_a_letter_is_as_it_was_last_looked_at(house: House, name: str, form: str) -> None:
    made = house.post_office()
    office = PostOffice(made.desk, made.imprint, b"s" * 32)
    kept = tuple(Subscription(n, wish, NOW) for n, wish in enumerate(LISTS[name], 1))
    reader = Subscriber(1, "key", "ada+papers@xn--bcher-kva.example", ACTIVE, Hours(), 0, 0, kept)
    letter = preview_digest(office, house.shelf(), reader, NOW, _INVENTED.TODAY)
    assert letter is not None
    found = {"eml": letter.body, "txt": letter.text.encode(), "html": letter.html.encode()}[form]
    path = _HERE / "letters" / f"{name}.{form}"
    if os.environ.get("BROADSHEET_REWRITE_GOLDEN") == "1":
        path.write_bytes(found)
    assert path.exists(), f"write {path} with BROADSHEET_REWRITE_GOLDEN=1 and look at it"
    assert found == path.read_bytes()


def test_no_letter_is_kept_that_nothing_asks_for() -> None:
    assert {path.stem for path in (_HERE / "letters").iterdir()} == set(LISTS)
