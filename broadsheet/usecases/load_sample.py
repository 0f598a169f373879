"""Put the built-in sample into an empty record, so that the first start shows a full paper.

Side effects, in order: the sample's papers into the record, then into the index.
"""

from __future__ import annotations

from datetime import date, datetime

from broadsheet.index.protocol import SearchIndex
from broadsheet.sources.sample import read_sample
from broadsheet.store import papers
from broadsheet.store.database import Database
from broadsheet.usecases.import_papers import import_records
from broadsheet.usecases.indexing import drain_if_free


def load_sample_if_empty(database: Database, index: SearchIndex, today: date, now: datetime) -> int:
    """Return how many sample papers were put in; 0 where the record holds any paper already."""
    with database.read() as connection:
        if papers.count_papers(connection):
            return 0
    counts = import_records(database, read_sample(today), now)
    drain_if_free(database, index)
    return counts.added
