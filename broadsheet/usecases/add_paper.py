"""Add one paper by hand, from a name or an entry that somebody pasted.

Side effects, in order: one question to the world outside, unless the paper is here or was pasted whole; its record
into the record; the built-in sample taken out; the index drained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broadsheet.domain.errors import Conflict, Corrupt, Invalid
from broadsheet.domain.paper import BY_CURATOR, Paper, Record, all_keys
from broadsheet.domain.pasted import Pasted, read_pasted
from broadsheet.index.protocol import SearchIndex
from broadsheet.store import papers, records
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
    database: Database, index: SearchIndex, text: str, finder: Finder, clock: Callable[[], datetime], hidden: str = ""
) -> Added:
    """Take in the paper that `text` names; one that is here for everyone is returned as it is, and nobody is asked.

    With `hidden` (WAITING) a new one waits for a curator; without, one that waited is shown, and that is new as well.
    Raises Invalid where the text names no paper, NotFound where nobody knows it, SourceFailed where nobody answers,
    Conflict where a curator hid it.
    One that groups keep to themselves is answered, and asked for, as one that is not here.
    """
    pasted = read_pasted(text)
    if pasted is None:
        raise Invalid(
            "text",
            "That names no paper: give an arXiv id or address, a DOI, the address of an OpenReview forum, "
            "or one BibTeX entry.",
        )
    known = None if pasted.kind == "bibtex" else _find(database, [f"{pasted.kind}:{pasted.name}"])
    if known is not None and (not known.hidden or known.hidden == hidden):
        return Added(known, is_new=False)
    _check_may_show(known)
    record = finder.find(pasted)
    before = known or _find(database, all_keys(record))
    import_records(database, [record], clock(), hidden=hidden)
    remove_sample(database)
    drain_if_free(database, index)
    paper = _find(database, all_keys(record))
    if paper is None:
        raise Corrupt(f"The paper {record.source_id} was taken in but is not here: run broadsheet doctor.")
    _check_may_show(paper)
    return Added(paper, is_new=before is None or bool(before.hidden and before.hidden != hidden))


def _check_may_show(paper: Paper | None) -> None:
    if paper is not None and paper.hidden == BY_CURATOR:
        raise Conflict("A curator has taken this paper out: ask one, or whoever runs this site.")


def _find(database: Database, keys: list[str]) -> Paper | None:
    """Return the paper to which the first of these keys that leads anywhere leads."""
    with database.read() as connection:
        leads = records.find_pks_by_keys(connection, keys)
        pk = next((leads[key] for key in keys if key in leads), None)
        return None if pk is None else next(iter(papers.list_papers(connection, [pk], with_hidden=True)), None)
