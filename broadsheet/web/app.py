"""The site map: every address that the program answers, for whom, and nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.render import links
from broadsheet.web import (
    account,
    adding,
    admin,
    agents,
    api_operations,
    claiming,
    curating,
    discovery,
    discussion,
    editions,
    group_api,
    group_deeds,
    groups,
    hub_api,
    judging,
    library,
    lists,
    mail_reports,
    notices,
    papers,
    sign_in,
    subscribing,
    system,
    voting,
)
from broadsheet.web.access import ANYONE, BEARER, CURATOR, OPERATOR, READER, READS, get, make_routes, post
from broadsheet.web.counting import RequestCounter
from broadsheet.web.failures import install_failures
from broadsheet.web.headers import SecurityHeaders
from broadsheet.web.site import Site
from broadsheet.wiring import House

ADDRESSES = (
    # Lists in other dresses, and what leads to them; before the papers, whose names may hold anything.
    get("/papers.{form}", papers.show_papers, limit="search"),
    get("/papers/trending.{form}", editions.show_trending),
    get("/papers/category/{name:path}", lists.show_category),
    get("/papers/author/{name:path}", lists.show_author),
    get("/papers/{paper_id:path}/similar.{form}", papers.show_similar),
    get("/feeds", discovery.show_feeds),
    get("/feeds.opml", discovery.show_opml),
    get("/sitemap.xml", discovery.show_sitemap),
    get("/sitemap-{part}.xml", discovery.show_sitemap_part),
    get("/robots.txt", discovery.show_robots, ANYONE),
    get("/llms.txt", discovery.show_llms),
    get("/", editions.show_front_page),
    get("/papers", papers.show_papers, limit="search"),
    get("/papers/date", editions.show_today),
    get("/papers/week", editions.show_this_week),
    get("/papers/month", editions.show_this_month),
    get("/papers/date/{name}", editions.show_day),
    get("/papers/week/{name}", editions.show_week),
    get("/papers/month/{name}", editions.show_month),
    get("/papers/trending", editions.show_trending),
    post("/papers/{paper_id:path}/comments", discussion.submit_comment),
    get("/comments/{pk}", discussion.show_comment),
    post("/comments/{pk}", discussion.submit_edit),
    post("/comments/{pk}/delete", discussion.submit_deletion),
    post("/comments/{pk}/vote", judging.submit_vote),
    post("/comments/{pk}/flag", judging.submit_flag),
    get("/flags", judging.show_flags, CURATOR, scope="curate"),
    post("/flags", judging.submit_flags, CURATOR, scope="curate"),
    get("/notices", notices.show_notices, READER),
    post("/notices", notices.submit_notices),
    get("/api/v1/papers/{paper_id:path}/comments", discussion.show_comments),
    post("/api/v1/papers/{paper_id:path}/comments", discussion.submit_api_comment),
    post("/papers/{paper_id:path}/save", library.submit_save, scope="library"),
    post("/papers/{paper_id:path}/vote", voting.submit_vote),
    post("/papers/{paper_id:path}/claim", claiming.submit_claim),
    post("/papers/{paper_id:path}/links", curating.submit_links),
    post("/papers/{paper_id:path}/curate", curating.submit_deed, CURATOR, scope="curate"),
    post("/papers/{paper_id:path}/groups", group_deeds.submit_paper_to_group),
    get("/papers/{paper_id:path}/similar", papers.show_similar),
    get("/papers/{paper_id:path}", papers.show_paper),
    get("/search-help", papers.show_search_help),
    get("/opensearch.xml", system.show_opensearch, ANYONE),
    get("/static/{name}", system.show_static, ANYONE),
    get("/healthz", system.show_health, ANYONE),
    get("/metrics", admin.show_metrics, OPERATOR, scope="operate"),
    get("/admin", admin.show_admin, OPERATOR, scope="operate"),
    get("/add", adding.show_add),
    post("/add", adding.submit_add, READS),
    get("/library", library.show_library, READER, limit="search"),
    get("/submit", adding.show_submit),
    post("/api/v1/papers/{paper_id:path}/vote", voting.submit_vote_json),
    get("/votes", voting.show_votes, READER),
    get("/submissions", curating.show_submissions, READER),
    post("/submissions/{pk}", curating.submit_decision, CURATOR, scope="curate"),
    get("/claims", claiming.show_claims, READER),
    post("/claims/{pk}", claiming.submit_decision, CURATOR, scope="curate"),
    get("/log", curating.show_log),
    get("/groups", groups.show_groups),
    post("/groups", group_deeds.submit_group),
    get("/groups/join/{secret}", groups.show_group_invitation, READER),
    post("/groups/join/{secret}", group_deeds.submit_group_invitation),
    get("/g/{name}", groups.show_group),
    get("/g/{name}/week", groups.show_group_this_week),
    get("/g/{name}/week.md", groups.show_group_week_markdown),
    get("/g/{name}/week/{week}", groups.show_group_week),
    get("/g/{name}/trending", groups.show_group_trending),
    get("/g/{name}/library", groups.show_group_library, limit="search"),
    get("/g/{name}/members", groups.show_group_members),
    post("/g/{name}/members", group_deeds.submit_group_members),
    post("/g/{name}/invitations", group_deeds.submit_group_invitations),
    post("/g/{name}/folders", group_deeds.submit_group_folders),
    get("/g/{name}/settings", groups.show_group_settings, READER),
    post("/g/{name}/settings", group_deeds.submit_group_settings),
    post("/g/{name}/delete", group_deeds.submit_group_deletion),
    post("/g/{name}/papers", group_deeds.submit_group_papers),
    get("/g/{name}/papers/{paper_id:path}", groups.show_group_paper),
    post("/g/{name}/papers/{paper_id:path}", group_deeds.submit_group_paper),
    get("/api/v1/groups", group_api.show_groups_json),
    get("/api/v1/groups/{name}", group_api.show_group_json),
    get("/api/v1/groups/{name}/papers", group_api.show_group_papers_json, limit="search"),
    post("/api/v1/groups/{name}/papers", group_api.submit_group_paper_json),
    get("/sign-in", sign_in.show_sign_in, ANYONE),
    post("/sign-in", sign_in.submit_sign_in, ANYONE, limit="sign-in", is_ours_alone=False),
    get("/sign-in/{secret}", sign_in.show_link, ANYONE, limit="sign-in"),
    post("/sign-in/{secret}", sign_in.submit_link, ANYONE, limit="sign-in", is_ours_alone=False),
    post("/sign-out", sign_in.submit_sign_out),
    get("/account", account.show_account, READER),
    post("/account", account.submit_account),
    post("/account/sessions", account.submit_sessions),
    post("/account/tokens", account.submit_tokens),
    get("/account/export", account.show_export, READER),
    post("/account/delete", account.submit_deletion),
    get("/subscribe", subscribing.show_subscribe),
    post("/subscribe", subscribing.submit_subscribe, READS, limit="", is_ours_alone=False),
    get("/subscribe/confirm/{token}", subscribing.show_confirmation, BEARER),
    post("/subscribe/confirm/{token}", subscribing.submit_confirmation, BEARER),
    get("/subscriptions/{token}", subscribing.show_subscriptions, BEARER),
    post("/subscriptions/{token}", subscribing.submit_subscriptions, BEARER),
    get("/unsubscribe/{token}", subscribing.show_unsubscribe, BEARER),
    post("/unsubscribe/{token}", subscribing.submit_unsubscribe, BEARER),
    post("/mail/bounces", mail_reports.submit_bounces, BEARER),
    get("/api/daily_papers", hub_api.show_hub_daily, limit="search"),
    get("/api/papers/search", hub_api.show_hub_search, limit="search"),
    get("/api/papers/{paper_id:path}", hub_api.show_hub_paper),
    get("/api/papers", hub_api.show_hub_papers, limit="search"),
    get(links.API_DOCUMENT, api_operations.show_api_document),
    get(links.API_DOCS, api_operations.show_api_docs),
    *api_operations.addresses(),
)


def make_app(house: House) -> FastAPI:
    """Build the application over an open House."""
    app = FastAPI(title=house.settings.title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(house)
    app.router.redirect_slashes = False
    app.router.routes.extend(make_routes(ADDRESSES))
    app.router.routes.append(Route(agents.ADDRESS, agents.AgentDoor(house), methods=["POST"]))
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
