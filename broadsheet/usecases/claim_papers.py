"""Claim to be an author of a paper, and decide about it.

Side effects of a claim: the claim. Of a decision, in one transaction: the claim settled; the deed in the public log;
the reader's vote for the paper no longer counted, and comments there marked as an author's, where it is confirmed.
"""

from __future__ import annotations

from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.paper import Paper
from broadsheet.domain.readers import Reader
from broadsheet.domain.submissions import APPROVED, DECLINED, OPEN, Claim, parse_reason, parse_words
from broadsheet.store import claims, deeds, votes
from broadsheet.store.database import Database
from broadsheet.usecases.seeing import get_seen
from broadsheet.usecases.voting import note_votes

LONGEST_NAME = 200


def claim_paper(database: Database, paper_id: str, reader: Reader, author: str, note: str, *, now: datetime) -> Paper:
    """Let a reader say which of a paper's authors they are; raises NotFound, Invalid and Conflict."""
    words, name = parse_words(note, "note"), " ".join(author.split())
    with database.write() as connection:
        paper = get_seen(connection, paper_id, reader)
        known = [" ".join(one.split()) for one in paper.content.authors]
        if not name or len(name) > LONGEST_NAME or not name.isprintable() or (known and name not in known):
            raise Invalid("author", "Say which of the paper's authors you are.")
        before = claims.find_claim(connection, reader.pk, paper.pk)
        if before is not None and before.state == APPROVED:
            raise Conflict("You are known as an author of this paper already.")
        claims.upsert_claim(connection, paper.pk, reader.pk, name, words, now=now)
        return paper


def settle_claim(database: Database, pk: int, by: Reader, reason: str, now: datetime, *, is_confirmed: bool) -> Claim:
    """Confirm a claim or decline it, for a reason; raises NotFound, Conflict and Invalid."""
    why = parse_words(reason, "reason") if is_confirmed else parse_reason(reason)
    with database.write() as connection:
        claim = claims.get_claim(connection, pk)
        if claim.state != OPEN:
            raise Conflict("Somebody has decided about this claim already: look at the log.")
        claims.settle_claim(connection, pk, APPROVED if is_confirmed else DECLINED, why, by.pk, now=now)
        if is_confirmed:
            claims.mark_comments(connection, claim.reader_pk, claim.paper_pk, is_author=True)
            if votes.discount_vote(connection, claim.paper_pk, claim.reader_pk):
                note_votes(connection, claim.paper_pk)
        verb = "author confirmed" if is_confirmed else "author declined"
        detail = claim.author + (f": {why}" if why else "")
        deeds.add_deed(connection, Deed(now, by.pk, verb, claim.paper_id, detail))
        return claim


def read_claims(database: Database, reader: Reader, part: Part, *, is_own: bool) -> Entries[Claim]:
    """Return a part of the claims that wait for curators, oldest first, or of a reader's own, newest first."""
    with database.read() as connection:
        return claims.list_of_reader(connection, reader.pk, part) if is_own else claims.list_open(connection, part)
