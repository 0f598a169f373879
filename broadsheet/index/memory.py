"""Memory that the engine's threads have freed, given back to the system.

tantivy writes with short-lived threads, and glibc keeps what a thread frees in an arena of its own: measured over an
import of 100,000 papers, resident memory grew from 60 to 220 MB, of which this gives back all but 70.
"""

from __future__ import annotations

import ctypes
import sys


def give_back_memory() -> None:
    """Return freed memory to the system where the C library can (glibc); elsewhere do nothing."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
