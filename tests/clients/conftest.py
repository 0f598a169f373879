"""What the tests with real clients share: a site served by uvicorn on loopback."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.web.app import make_app
from broadsheet.wiring import House

LOOPBACK = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "loopback.py")))
INVENTED = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "web" / "invented_papers.py")))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A House with papers of several days."""
    papers = [
        *INVENTED.CALM,
        *(
            INVENTED.plain(
                n,
                INVENTED.date(2025, 11, 3 + n % 4),
                upvotes=n,
                comments=n % 3,
                summary=f"In short: gardens, {n} of them.",
                keywords=("gardens", f"plot {n}"),
                organization="Institute of Gardens",
                links=(
                    INVENTED.Link("code", f"https://github.com/gardens/{n}"),
                    INVENTED.Link("project", f"https://gardens.example/{n}"),
                ),
            )
            for n in range(1, 31)
        ),
    ]
    house = INVENTED.open_filled_house(tmp_path_factory.mktemp("clients"), papers)
    yield house
    house.close()


@pytest.fixture(scope="module")
def address(house: House) -> Iterator[str]:
    """Where it is served."""
    with LOOPBACK.served(make_app(house)) as address:
        yield address
