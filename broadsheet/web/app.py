"""The site map: every address that the program answers, for whom, and nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.web import (
    account,
    adding,
    admin,
    editions,
    group_api,
    group_deeds,
    groups,
    library,
    papers,
    sign_in,
    system,
)
from broadsheet.web.access import ANYONE, OPERATOR, READER, READS, get, guarded, post
from broadsheet.web.counting import RequestCounter
from broadsheet.web.failures import install_failures
from broadsheet.web.headers import SecurityHeaders
from broadsheet.web.site import Site
from broadsheet.wiring import House

ADDRESSES = (
    get("/", editions.show_front_page),
    get("/papers", papers.show_papers, limit="search"),
    get("/papers/date", editions.show_today),
    get("/papers/week", editions.show_this_week),
    get("/papers/month", editions.show_this_month),
    get("/papers/date/{name}", editions.show_day),
    get("/papers/week/{name}", editions.show_week),
    get("/papers/month/{name}", editions.show_month),
    get("/papers/trending", editions.show_trending),
    post("/papers/{paper_id:path}/save", library.submit_save, scope="library"),
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
    post("/api/v1/papers", adding.submit_paper, READS),
    get("/library", library.show_library, READER, scope="library", limit="search"),
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
    post("/sign-in", sign_in.submit_sign_in, ANYONE, limit="sign-in"),
    get("/sign-in/{secret}", sign_in.show_link, ANYONE, limit="sign-in"),
    post("/sign-in/{secret}", sign_in.submit_link, ANYONE, limit="sign-in"),
    post("/sign-out", sign_in.submit_sign_out),
    get("/account", account.show_account, READER),
    post("/account", account.submit_account),
    post("/account/sessions", account.submit_sessions),
    post("/account/tokens", account.submit_tokens),
    get("/account/export", account.show_export, READER),
    post("/account/delete", account.submit_deletion),
)


def make_app(house: House) -> FastAPI:
    """Build the application over an open House."""
    app = FastAPI(title=house.settings.title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(house)
    app.router.redirect_slashes = False
    app.router.routes.extend(Route(a.path, guarded(a), methods=[a.method]) for a in ADDRESSES)
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
