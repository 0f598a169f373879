"""Our own export: `papers.jsonl`, a paper a line with every record it was made from, and `editions.jsonl`.

Editions are derived from the records, so their lines give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from broadsheet.domain.paper import record_from
from broadsheet.sources.fields import Fields
from broadsheet.sources.json_items import Located
from broadsheet.sources.reading import Item, SetAside


def is_export(fields: Fields) -> bool:
    """Say whether an object is a line of an export."""
    return isinstance(fields.get("records"), list) or fields.keys() == {"date", "papers"}


def read_export(objects: Iterable[Located | SetAside]) -> Iterator[Item]:
    """Yield each record of each paper; a damaged one is set aside."""
    for item in objects:
        if isinstance(item, SetAside):
            yield item
            continue
        line, fields = item
        stored = fields.get("records", [])
        for values in stored if isinstance(stored, list) else []:
            try:
                yield record_from(values)
            except (TypeError, ValueError, KeyError, AttributeError):
                yield SetAside(line, "a record of the export is damaged", str(values)[:120])
