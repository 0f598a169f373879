"""Who calls a tool, and what of a library is open to them. Knows nothing of tokens: the doors make callers of those."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.domain.errors import NotAllowed
from broadsheet.usecases.identify import ensure_local
from broadsheet.wiring import House


@dataclass(frozen=True, slots=True)
class Caller:
    """An agent's rights: `reader` is whose library it acts for, None where it acts for nobody."""

    reader: int | None = None
    may_read_library: bool = False
    may_write_library: bool = False


ANONYMOUS = Caller()


def machine_owner(house: House) -> Caller:
    """Return whoever sits at this machine: its own reader, or the first operator where readers have accounts."""
    reader = ensure_local(house.database, house.clock())
    return Caller(reader.pk, may_read_library=True, may_write_library=True)


def reading_reader(caller: Caller) -> int:
    """Return whose library the caller may read; raises NotAllowed."""
    if caller.reader is None or not caller.may_read_library:
        raise NotAllowed("No library is open to you: call with a token that may read one.")
    return caller.reader


def writing_reader(caller: Caller) -> int:
    """Return whose library the caller may change; raises NotAllowed."""
    if caller.reader is None or not caller.may_write_library:
        raise NotAllowed("You may change no library: call with a token that may write one.")
    return caller.reader
