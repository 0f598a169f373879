"""Damage to the engine's files: recognised, and turned into one error of ours.

tantivy keeps checksums but its binding does not check them; damage shows as ValueError, OSError, or a Rust panic, which
is no `Exception` and has no importable class.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

_SMALL = 1_000
_USUAL_BEGINNING = "mod"
_TERMS = 50


class IndexDamaged(Exception):
    """The engine could not read its own files."""


@contextmanager
def noticing_damage() -> Iterator[None]:
    """Raise IndexDamaged in place of what the engine raises over broken files."""
    try:
        yield
    except (ValueError, OSError, RuntimeError) as error:
        raise IndexDamaged(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged("the engine stopped over its files") from None


@contextmanager
def noticing_failure(folder: Path) -> Iterator[None]:
    """Raise OSError, with a sentence for the operator, in place of what the engine raises while it writes."""
    try:
        with noticing_damage():
            yield
    except IndexDamaged as failure:
        free = shutil.disk_usage(folder).free if folder.is_dir() else 0
        raise OSError(
            f"The index in {folder} could not be written: see that its disk has room ({free:,} bytes are free) "
            "and that its files may be changed."
        ) from failure


def probe(index: tantivy.Index, text_fields: tuple[str, ...]) -> None:
    """Read a little of every kind of file of an index; raises IndexDamaged where one cannot be read."""
    with noticing_damage():
        searcher = index.searcher()
        some = searcher.search(tantivy.Query.exists_query("pk"), 50).hits
        addresses = [address for _, address in some]
        for name in ("pk", "day", "upvotes") if addresses else ():
            searcher.fast_field_values(name, addresses)
        for address in addresses:
            searcher.doc(address)
        beginning = "" if searcher.num_docs < _SMALL else _USUAL_BEGINNING
        for name in text_fields:
            found = [str(term) for term, _ in searcher.terms_with_prefix(name, beginning, limit=_TERMS)]
            for first, second in itertools.pairwise(found):
                phrase = tantivy.Query.phrase_query(index.schema, name, [first, second])
                searcher.search(phrase, 1)
                searcher.search(tantivy.Query.term_query(index.schema, name, first), 1)
