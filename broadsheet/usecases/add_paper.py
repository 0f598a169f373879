"""Add one paper by hand, from a name or an entry that somebody pasted.

Side effects, in order: one question to the world outside, unless the paper is here or was pasted whole; its record
into the record; the built-in sample taken out; the index drained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broadsheet.domain.errors import Corrupt, Invalid
from broadsheet.domain.paper import Paper, Record, all_keys
from broadsheet.domain.pasted import Pasted, read_pasted
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import papers, records, visibility
from broadsheet.store.database import Database
from broadsheet.usecases.import_papers import import_records, remove_sample
from broadsheet.usecases.indexing import drain_if_free


class Finder(Protocol):
    """Whoever can find one paper by what was pasted."""

    def find(self, pasted: Pasted) -> Record:
        """Return its record; raises NotFound, SourceFailed or Invalid."""


@dataclass(frozen=True, slots=True)
class Added:
    """The paper, and whether it is new here."""

    paper: Paper
    is_new: bool


def add_paper(
    database: Database, index: SearchIndex, text: str, finder: Finder, clock: Callable[[], datetime]
) -> Added:
    """Take in the paper that `text` names; one that is here for everyone is returned as it is, and nobody is asked.

    One that is hidden is answered, and asked for, as one that is not here.
    Raises Invalid where the text names no paper, NotFound where nobody knows it, SourceFailed where nobody answers.
    """
    pasted = read_pasted(text)
    if pasted is None:
        raise Invalid(
            "text",
            "That names no paper: give an arXiv id or address, a DOI, the address of an OpenReview forum, "
            "or one BibTeX entry.",
        )
    known = None if pasted.kind == "bibtex" else _find(database, [f"{pasted.kind}:{pasted.name}"])
    if known is not None and not _is_hidden(database, known):
        return Added(known, is_new=False)
    record = finder.find(pasted)
    before = _find(database, all_keys(record))
    was_hidden = before is not None and _is_hidden(database, before)
    counts = import_records(database, [record], clock())
    remove_sample(database)
    drain_if_free(database, index)
    paper = _find(database, all_keys(record))
    if paper is None:
        raise Corrupt(f"The paper {record.source_id} was taken in but is not here: run broadsheet doctor.")
    return Added(paper, is_new=counts.added > 0 or was_hidden)


def _find(database: Database, keys: list[str]) -> Paper | None:
    """Return the paper to which the first of these keys that leads anywhere leads."""
    with database.read() as connection:
        leads = records.find_pks_by_keys(connection, keys)
        pk = next((leads[key] for key in keys if key in leads), None)
        return None if pk is None else next(iter(papers.list_papers(connection, [pk])), None)


def _is_hidden(database: Database, paper: Paper) -> bool:
    with database.read() as connection:
        return visibility.find_hidden(connection, paper.pk) != ""
