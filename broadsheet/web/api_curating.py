"""Operations of `/api/v1` on what readers ask of curators, what curators do, and their log."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import NotAllowed
from broadsheet.domain.listing import Entries, Part
from broadsheet.domain.submissions import Claim, Submission
from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import LIMIT, MOMENT_CURSOR, NUMBER_CURSOR, OF, PAPER_ID, PUT_SINCE, ROW
from broadsheet.render.community_payloads import Payload, claim_payload, deed_payload, submission_payload
from broadsheet.render.payloads import paper_payload
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.usecases.indexing import drain_if_free
from broadsheet.usecases.read_log import read_log
from broadsheet.usecases.submit_papers import approve, decline, read_submissions
from broadsheet.web.access import CURATOR, READER, Handler
from broadsheet.web.api_answers import done, fields_of, give, limit_of, start_of, until
from broadsheet.web.curating import change_links, curate, today_of
from broadsheet.web.cursors import put_until, read_moment, read_put_since, write_moment
from broadsheet.web.parameters import chosen, row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in

Asked = TypeVar("Asked", Submission, Claim)


def show_api_submissions(request: Request) -> Response:
    """Answer with what the reader brought, or, for curators, with all that waits."""
    return _give_asked(request, "submissions", read_submissions, submission_payload)


def submit_api_decision(request: Request) -> Response:
    """Approve or decline a submission."""
    site, pk, by, sent = site_of(request), row_of(request), signed_in(request), fields_of(request, "Decision")
    if sent["action"] == "approve":
        approve(site.house.database, pk, by, today_of(site))
        drain_if_free(site.house.database, site.house.index)
    else:
        decline(site.house.database, pk, by, sent["reason"], site.house.clock())
    return done({"done": True})


def submit_api_claim(request: Request) -> Response:
    """Let the reader say which of a paper's authors they are."""
    house, sent = site_of(request).house, fields_of(request, "Claiming")
    paper_id, reader, note = request.path_params["paper_id"], signed_in(request), sent.get("note", "")
    claim_paper(house.database, paper_id, reader, sent["author"], note, now=house.clock())
    return done({"done": True})


def show_api_claims(request: Request) -> Response:
    """Answer with the reader's claims, or, for curators, with all that wait."""
    return _give_asked(request, "claims", read_claims, claim_payload)


def submit_api_claim_decision(request: Request) -> Response:
    """Confirm or decline a claim."""
    house, pk, by, sent = (
        site_of(request).house,
        row_of(request),
        signed_in(request),
        fields_of(request, "ClaimDecision"),
    )
    is_confirmed = sent["action"] == "confirm"
    settle_claim(house.database, pk, by, sent.get("reason", ""), house.clock(), is_confirmed=is_confirmed)
    return done({"done": True})


def submit_api_deed(request: Request) -> Response:
    """Hide a paper, show it, let it lead a day or no more, join it with another, split a record off."""
    return done(paper_payload(curate(request, fields_of(request, "Curating"))))


def submit_api_links(request: Request) -> Response:
    """Give a paper a link or take one away."""
    return done(paper_payload(change_links(request, fields_of(request, "LinkDeed"))))


def show_api_log(request: Request) -> Response:
    """Answer with what curators did, newest first."""
    limit, before = start_of(request)
    found = read_log(site_of(request).house.database, before, limit, read_put_since(request))
    following, later = str(found.entries[-1].pk) if found.has_more else None, until(request, found.newest_at)
    listed = [deed_payload(one) for one in found.entries]
    return give(request, {"deeds": listed, "next": following, "until": later})


def _give_asked(
    request: Request, key: str, read: Callable[..., Entries[Asked]], payload: Callable[[Asked], Payload]
) -> Response:
    """Answer with a list of what readers ask of curators.

    Its cursor names an entry: what is decided meanwhile moves nothing. What waits stands oldest first, and what comes
    meanwhile at its end, so that every answer says how far it reached.
    """
    is_own = _is_own(request)
    part = Part(limit_of(request), since=read_put_since(request), behind=read_moment(request, MOMENT_CURSOR))
    found = read(site_of(request).house.database, signed_in(request), part, is_own=is_own)
    last = found.entries[-1] if found.entries else None
    following = write_moment(last.made_at, last.pk) if last and found.has_more else None
    later = until(request, found.newest_at) if is_own else put_until(request, last.made_at if last else None)
    listed = [payload(one) for one in found.entries]
    return give(request, {"count": found.count, key: listed, "next": following, "until": later})


def _is_own(request: Request) -> bool:
    is_own = chosen(request, OF.name, ("mine", "all")) == "mine"
    if not is_own and not signed_in(request).is_at_least(CURATOR):
        raise NotAllowed("What others sent is for curators: leave out `of`.")
    return is_own


_STRETCH = (OF, LIMIT, MOMENT_CURSOR, PUT_SINCE)
_PAPER = f"{links.API}/papers/{{paper_id:path}}"
_reads = partial(Operation, tags=("curating",), who=READER)
_writes = partial(Operation, tags=("curating",), who=READER, scope="write", limit="write")
_curates = partial(Operation, tags=("curating",), who=CURATOR, scope="curate", limit="write")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", f"{links.API}/submissions", "listSubmissions", "Submissions",
            "What the reader brought, the newest first; with `of=all`, for curators, what waits, the oldest first.",
            "Submissions", _STRETCH,
        ),
        show_api_submissions,
    ),
    (
        _curates(
            "POST", f"{links.API}/submissions/{{pk}}", "decideSubmission", "Decide about a submission",
            "Approves it, or declines it for a reason; it stands in the public log.", "Done", (ROW,), (200, 404, 409),
            "Decision",
        ),
        submit_api_decision,
    ),
    (
        _writes(
            "POST", f"{_PAPER}/claim", "claimPaper", "Claim a paper",
            "Says which of its authors the reader is; a curator decides.", "Done", (PAPER_ID,), (200, 404, 409),
            "Claiming",
        ),
        submit_api_claim,
    ),
    (
        _reads(
            "GET", f"{links.API}/claims", "listClaims", "Claims",
            "The reader's own; with `of=all`, for curators, all that wait.", "Claims", _STRETCH,
        ),
        show_api_claims,
    ),
    (
        _curates(
            "POST", f"{links.API}/claims/{{pk}}", "decideClaim", "Decide about a claim",
            "Confirms it, or declines it for a reason; it stands in the public log.", "Done", (ROW,), (200, 404, 409),
            "ClaimDecision",
        ),
        submit_api_claim_decision,
    ),
    (
        _curates(
            "POST", f"{_PAPER}/curate", "curatePaper", "Curate a paper",
            "Hides it or shows it again, lets it lead the edition of a day or no more, joins it with another, splits a "
            "record off. All of it stands in the public log.",
            "Paper", (PAPER_ID,), (200, 404, 409), "Curating",
        ),
        submit_api_deed,
    ),
    (
        _writes(
            "POST", f"{_PAPER}/links", "changeLinks", "Give a paper a link, or take one away",
            "For curators, and for authors whom a curator has confirmed.", "Paper", (PAPER_ID,), (200, 404),
            "LinkDeed",
        ),
        submit_api_links,
    ),
    (
        Operation(
            "GET", f"{links.API}/log", "listDeeds", "The public log", "What curators did, newest first.", "Deeds",
            (LIMIT, NUMBER_CURSOR, PUT_SINCE), tags=("curating",),
        ),
        show_api_log,
    ),
)  # fmt: skip
