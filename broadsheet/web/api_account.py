"""Operations of `/api/v1` on who asks: name, role and scopes, and the votes of one's own."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import OWN_PAPERS, PAPER_ID
from broadsheet.render.community_payloads import visitor_payload
from broadsheet.render.payloads import paper_payload
from broadsheet.usecases.voting import read_votes, vote
from broadsheet.web.access import READER, Handler
from broadsheet.web.api_answers import done, fields_of, give, next_start, start_of, until
from broadsheet.web.cursors import read_put_since
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in, visitor_of


def show_me(request: Request) -> Response:
    """Answer with who asks."""
    return give(request, visitor_payload(visitor_of(request)))


def show_api_votes(request: Request) -> Response:
    """Answer with the papers that the reader voted for, the newest vote first."""
    start = start_of(request)
    database, since = site_of(request).house.database, read_put_since(request)
    found = read_votes(database, signed_in(request).pk, *start, since)
    papers = [paper_payload(entry.paper) for entry in found.entries]
    later = until(request, found.newest_at)
    return give(
        request, {"count": found.count, "papers": papers, "next": next_start(start, found.count), "until": later}
    )


def submit_api_vote(request: Request) -> Response:
    """Give a vote or take it back, and answer with how many the paper has now."""
    house, wanted = site_of(request).house, fields_of(request, "Vote")["vote"]
    paper = vote(house.database, request.path_params["paper_id"], signed_in(request), house.clock(), is_for=wanted)
    return done({"id": paper.id, "voted": wanted, "upvotes": paper.upvotes})


_reads = partial(Operation, tags=("account",), who=READER)

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", f"{links.API}/me", "getMe", "Who asks",
            "The reader's name and role, and what the token is good for.", "Me", (), (200, 304),
        ),
        show_me,
    ),
    (
        _reads(
            "GET", f"{links.API}/votes", "listVotes", "The papers that the reader voted for",
            "The newest vote first; a vote that is given meanwhile moves the list by one.", "Listed", OWN_PAPERS,
        ),
        show_api_votes,
    ),
    (
        Operation(
            "POST", f"{links.API}/papers/{{paper_id:path}}/vote", "voteForPaper", "Vote for a paper",
            "Gives a vote, or takes it back; a vote twice is one vote. Whoever wrote or brought a paper may vote for "
            "it, but that does not count.",
            "Voted", (PAPER_ID,), (200, 404), "Vote", tags=("papers",), who=READER, scope="write", limit="write",
        ),
        submit_api_vote,
    ),
)  # fmt: skip
