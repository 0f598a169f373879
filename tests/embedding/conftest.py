"""What the embedders' tests share: texts that no one would write."""

from __future__ import annotations

import pytest

HOSTILE = [
    "",
    "   \n\t ",
    "\x00\x01\x1b[31m\x7f\u0085",
    "\ud800 lone \udfff surrogates",
    "a" * 1_000_000,
    "word " * 200_000,
    "深度学习" * 2_000,
    "<s> </s> <unk> [PAD] <0x00>",
    "\u202e\u200b\ufeff",
    "🧪" * 500,
]


@pytest.fixture(params=range(len(HOSTILE)))
def hostile(request: pytest.FixtureRequest) -> str:
    """Give each hostile text in turn."""
    return HOSTILE[request.param]
