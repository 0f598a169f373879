"""Asking until an answer is whole: a source that sends something broken is asked again, a few times.

What every source has in common when it answers badly; what makes an answer whole is the caller's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from broadsheet.domain.errors import SourceFailed
from broadsheet.sources.http import Answer, PoliteClient

TRIES = 4
LATER = "what is here stays, try again later."

T = TypeVar("T")


class BrokenAnswer(Exception):
    """An answer is not whole, or not what was asked for; another try may give it. Says what came instead."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a source is asked, and spoken of: its title, how often, what to do then; `sent` goes before what came."""

    title: str
    tries: int = TRIES
    later: str = LATER
    sent: str = ""


def ask_until_whole(client: PoliteClient, manner: Manner, get: Callable[[], Answer], read: Callable[[Answer], T]) -> T:
    """Return what `read` makes of the answer that `get` brings; get again where it raises BrokenAnswer.

    Raises SourceFailed, with one sentence, where no answer comes or none is whole.
    """
    reason = ""
    for tries in range(1, manner.tries + 1):
        if tries > 1:
            client.back_off(tries - 1)
        try:
            answer = get()
        except SourceFailed as error:
            message = f"{manner.title} could not be reached ({error}): {manner.later}"
            raise SourceFailed(message, error.retry_after_seconds) from error
        try:
            return read(answer)
        except BrokenAnswer as error:
            reason = str(error)
    sent = manner.sent or f"{manner.title} sent"
    raise SourceFailed(f"{sent} {reason}, {manner.tries} times: {manner.later}")
