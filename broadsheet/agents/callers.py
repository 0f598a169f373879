"""Who calls a tool, and what of a library is open to them. Knows nothing of tokens: the doors make callers of those."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.domain.errors import NotAllowed
from broadsheet.domain.readers import LOCAL_READER


@dataclass(frozen=True, slots=True)
class Caller:
    """An agent's rights: `reader` is whose library it acts for, None where it acts for nobody."""

    reader: str | None = None
    may_read_library: bool = False
    may_write_library: bool = False


ANONYMOUS = Caller()
MACHINE_OWNER = Caller(LOCAL_READER, may_read_library=True, may_write_library=True)


def reading_reader(caller: Caller) -> str:
    """Return whose library the caller may read; raises NotAllowed."""
    if caller.reader is None or not caller.may_read_library:
        raise NotAllowed("No library is open to you: call with a token that may read one.")
    return caller.reader


def writing_reader(caller: Caller) -> str:
    """Return whose library the caller may change; raises NotAllowed."""
    if caller.reader is None or not caller.may_write_library:
        raise NotAllowed("You may change no library: call with a token that may write one.")
    return caller.reader
