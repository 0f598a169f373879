"""schemathesis asks our own API what its OpenAPI document says may be asked, and judges every answer by it."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet.domain.credentials import hash_of
from broadsheet.domain.groups import GroupText
from broadsheet.domain.readers import SCOPES, ApiToken
from broadsheet.render.api_document import Operation
from broadsheet.settings import Settings
from broadsheet.store import papers, readers, sessions, submissions
from broadsheet.usecases import claim_papers, discuss, group_papers, groups, save_papers
from broadsheet.usecases.discuss import Written
from broadsheet.usecases.group_papers import Act
from broadsheet.usecases.saved_searches import save_search
from broadsheet.web.api_operations import OPERATIONS
from broadsheet.web.app import make_app
from broadsheet.wiring import House

SECONDS = 300
PAPER = "2511.00101"
TOKEN = "bs_of_the_operator"
# What is sent to these may be right in its form and still name what is not there, or what cannot be shown.
CONFIG = """
[[operations]]
include-operation-id = [
  "makeGroup", "changeGroup", "endGroup", "addToGroup", "changeGroupPaper", "claimPaper", "curatePaper", "changeLinks",
  "addComment", "changeGroupFolders",
]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409]
"""
_HERE = Path(__file__).parent
INVENTED = SimpleNamespace(**runpy.run_path(str(_HERE.parent / "web" / "invented_papers.py")))
LOOPBACK = SimpleNamespace(**runpy.run_path(str(_HERE / "loopback.py")))


class Ear:
    """Hears in front of an application what was asked and with which status it was answered."""

    def __init__(self, app: Any) -> None:
        self.app, self.heard = app, set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def tell(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.heard.add((scope["method"], scope["path"], message["status"]))
            await send(message)

        await self.app(scope, receive, tell)

    def has_done(self, operation: Operation) -> bool:
        """Say whether an operation was done at least once."""
        path = re.sub(r"\{[^}]*:path\}", ".+", operation.path)
        pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))
        return any(
            method == operation.method and status in (200, 201) and pattern.fullmatch(asked)
            for method, asked, status in self.heard
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Ear]]:
    """A site over calm and hostile papers, and what was answered there; TOKEN is its operator's, good for everything.

    What the document's examples name is there. No papers can be added: nothing outside is asked.
    """
    settings = Settings(timezone="UTC", adding="nobody", writes_per_minute=0, searches_per_minute=0)
    house = INVENTED.open_filled_house(
        tmp_path_factory.mktemp("schema"), (*INVENTED.CALM, *INVENTED.HOSTILE), lambda: INVENTED.NOW, settings
    )
    fill(house)
    ear = Ear(make_app(house))
    with LOOPBACK.served(ear) as address:
        yield address, ear
    house.close()


def fill(house: House) -> None:
    """Let there be what the examples name: the first comment, notice, folder, search, submission, claim, a group."""
    now, today = house.clock(), house.today()
    with house.database.write() as connection:
        grace = readers.insert_reader(connection, "grace", "grace@example.org", "operator", now)
        ada = readers.insert_reader(connection, "ada", "ada@example.org", "reader", now)
        sessions.insert_token(connection, hash_of(TOKEN), grace.pk, ApiToken(0, "all", tuple(SCOPES), now, None, None))
        paper = papers.get_paper(connection, PAPER)
        submissions.insert_submission(connection, paper.pk, ada.pk, "", now, state="waiting")
    database = house.database
    own = discuss.add_comment(database, PAPER, grace, Written("Which data is this?"), now)
    for text in ("This one.", "No, that one."):
        discuss.add_comment(database, PAPER, ada, Written(text, own.pk), now)
    save_papers.add_folder(database, grace.pk, "For the seminar")
    save_search(database, house.index, grace, "patient learners", now)
    claim_papers.claim_paper(database, PAPER, ada, paper.content.authors[0], "", now=now)
    groups.make_group(database, grace, "finished-lab", GroupText("The Finished Lab", "", is_public=True), now)
    group = groups.make_group(database, grace, "tuesday-lab", GroupText("The Tuesday Lab", "", is_public=True), now)
    group_papers.add_to_group(database, Act(group.name, grace, now, today), PAPER)
    secret = groups.invite(database, group.name, grace, ("5", "7"), now)
    groups.join_group(database, secret, ada, now)


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is not installed")
def test_every_answer_is_as_the_document_says(site: tuple[str, Ear], tmp_path: Path) -> None:
    address, ear = site
    (tmp_path / "schemathesis.toml").write_text(CONFIG, "utf-8")
    command = [
        sys.executable, "-c", "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())",
        "run", f"{address}/api/v1/openapi.json", "--seed", "20251107", "--generation-deterministic",
        "--max-examples", "8", "--workers", "1", "--no-color", "--header", f"Authorization: Bearer {TOKEN}",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    never = {operation.name for operation, _ in OPERATIONS if not ear.has_done(operation)}
    # Nothing outside is asked, nobody guesses the secret of an invitation, and what was deleted is gone for the others.
    assert len(never) <= len(OPERATIONS) // 10, never
