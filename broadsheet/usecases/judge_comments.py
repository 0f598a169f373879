"""Vote on comments, flag them, settle flags.

Side effects: the comment's counts and score, its flags, and for curators a line in the public log.
"""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.comments import parse_reason
from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Invalid, NotAllowed
from broadsheet.domain.readers import Reader
from broadsheet.store import comment_flags, comment_votes, comments, deeds, papers
from broadsheet.store.database import Database
from broadsheet.usecases.discuss import delete_as_curator, get_living

VOTES = {"up": 1, "down": -1, "none": 0}


def vote_on_comment(database: Database, pk: int, reader: Reader, vote: str) -> None:
    """Let a reader's vote be up, down or none; raises NotFound, Invalid, and NotAllowed for one's own comment."""
    if vote not in VOTES:
        raise Invalid("vote", f"A vote on a comment is one of {', '.join(VOTES)}.")
    with database.write() as connection:
        if get_living(connection, pk).reader_pk == reader.pk:
            raise NotAllowed("Nobody votes on a comment of one's own.")
        comment_votes.set_vote(connection, pk, reader.pk, VOTES[vote])


def flag_comment(database: Database, pk: int, reader: Reader, reason: str, now: datetime) -> None:
    """Ask curators to look at a comment; raises NotFound, Invalid."""
    told = parse_reason(reason)
    with database.write() as connection:
        get_living(connection, pk)
        comment_flags.add_flag(connection, pk, reader.pk, told, now)


def settle_comment(database: Database, pk: int, curator: Reader, action: str, reason: str, now: datetime) -> None:
    """Settle a comment's flags: keep it, or delete it and say why; raises NotFound, Invalid."""
    if action not in ("keep", "delete"):
        raise Invalid("action", "The action of this form is keep or delete.")
    with database.write() as connection:
        comment = comments.get_comment(connection, pk)
        if action == "delete":
            delete_as_curator(connection, get_living(connection, pk), curator, parse_reason(reason), now)
        elif comment_flags.settle_flags(connection, pk, now):
            subject = f"{papers.get_id(connection, comment.paper_pk)}#comment-{pk}"
            deeds.add_deed(connection, Deed(now, curator.pk, "comment kept", subject, reason.strip()[:300]))
