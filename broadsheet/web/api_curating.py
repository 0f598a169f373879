"""Operations of `/api/v1` on what readers ask of curators, what curators do, and their log."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from broadsheet.domain.errors import NotAllowed
from broadsheet.domain.listing import Part, Put
from broadsheet.render import links
from broadsheet.render.api_document import Operation
from broadsheet.render.api_parameters import LIMIT, NUMBER_CURSOR, OF, OWN_PAPERS, PAPER_ID, PUT_SINCE, ROW
from broadsheet.render.community_payloads import Payload, claim_payload, deed_payload, submission_payload
from broadsheet.render.payloads import paper_payload
from broadsheet.usecases.claim_papers import claim_paper, read_claims, settle_claim
from broadsheet.usecases.indexing import drain_if_free
from broadsheet.usecases.read_log import read_log
from broadsheet.usecases.submit_papers import approve, decline, read_submissions
from broadsheet.web.access import CURATOR, READER, Handler
from broadsheet.web.api_answers import done, fields_of, give, next_start, start_of, until
from broadsheet.web.curating import change_links, curate, today_of
from broadsheet.web.cursors import read_put_since
from broadsheet.web.parameters import chosen, row_of
from broadsheet.web.site import site_of
from broadsheet.web.visitors import signed_in


def show_api_submissions(request: Request) -> Response:
    """Answer with what the reader brought, or, for curators, with all that waits."""
    part, is_own = _part(request), _is_own(request)
    found = read_submissions(site_of(request).house.database, signed_in(request), part, is_own=is_own)
    return give(request, _listed(request, "submissions", found, [submission_payload(one) for one in found.entries]))


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
    part, is_own = _part(request), _is_own(request)
    found = read_claims(site_of(request).house.database, signed_in(request), part, is_own=is_own)
    return give(request, _listed(request, "claims", found, [claim_payload(one) for one in found.entries]))


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
    found, following = read_log(site_of(request).house.database, before, limit, read_put_since(request))
    following_text, later = str(following) if following else None, until(request, found[0].done_at if found else None)
    return give(request, {"deeds": [deed_payload(one) for one in found], "next": following_text, "until": later})


def _part(request: Request) -> Part:
    return Part(*start_of(request), read_put_since(request))


def _listed(request: Request, key: str, found: Put[Any], payloads: Sequence[Payload]) -> Payload:
    following = next_start(start_of(request), found.count)
    return {"count": found.count, key: payloads, "next": following, "until": until(request, found.newest_at)}


def _is_own(request: Request) -> bool:
    is_own = chosen(request, OF.name, ("mine", "all")) == "mine"
    if not is_own and not signed_in(request).is_at_least(CURATOR):
        raise NotAllowed("What others sent is for curators: leave out `of`.")
    return is_own


_PAPER = f"{links.API}/papers/{{paper_id:path}}"
_reads = partial(Operation, tags=("curating",), who=READER)
_writes = partial(Operation, tags=("curating",), who=READER, scope="write", limit="write")
_curates = partial(Operation, tags=("curating",), who=CURATOR, scope="curate", limit="write")

OPERATIONS: tuple[tuple[Operation, Handler], ...] = (
    (
        _reads(
            "GET", f"{links.API}/submissions", "listSubmissions", "Submissions",
            "What the reader brought, the newest first; with `of=all`, for curators, what waits, the oldest first.",
            "Submissions", (OF, *OWN_PAPERS),
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
            "The reader's own; with `of=all`, for curators, all that wait.", "Claims", (OF, *OWN_PAPERS),
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
