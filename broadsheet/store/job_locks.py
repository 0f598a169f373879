"""Who does a job: one process at a time over all that use a data folder.

A job is held by a locked file, so that it is free again the moment its process dies.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.domain.errors import Misconfigured


@contextmanager
def hold_job(folder: Path, job: str) -> Iterator[bool]:
    """Hold a job for the block where it is free; gives False, without waiting, where another has it."""
    path = folder / (re.sub(r"[^a-z0-9.-]", "_", job.lower())[:100] + ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("a", encoding="ascii")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written ({error.strerror}): check the folder's owner and rights.") from (
            error
        )
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError as error:
            raise Misconfigured(
                f"{path} cannot be locked ({error.strerror}): keep the data folder on a disk of this machine."
            ) from error
        yield True


def is_held(folder: Path, job: str) -> bool:
    """Say whether some process is doing a job now."""
    with hold_job(folder, job) as is_free:
        return not is_free
