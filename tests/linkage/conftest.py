"""What tests of linkage share: the code that disturbs papers as other sources do, which lives with the benchmarks."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.domain.paper import Record

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def disturbed() -> Callable[[Record, random.Random], Record]:
    """Return a record of the same paper, spelt as another source would."""
    spec = importlib.util.spec_from_file_location("disturbed", BENCHMARKS / "disturbed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.disturbed
