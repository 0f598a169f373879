"""The site map: every address that the program answers, for whom, and nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.web import (
    account,
    adding,
    admin,
    agents,
    editions,
    library,
    openid,
    operating,
    own_ways,
    papers,
    sign_in,
    system,
)
from broadsheet.web.access import ANYONE, BROWSER, OPERATOR, READER, READS, get, guarded, post
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
    get("/library", library.show_library, READER, limit="search"),
    get("/sign-in", sign_in.show_sign_in, ANYONE),
    post("/sign-in", sign_in.submit_sign_in, ANYONE, limit="sign-in"),
    get("/sign-in/with/{provider}", openid.show_way, ANYONE, limit="sign-in"),
    get("/sign-in/back/{provider}", openid.show_return, ANYONE, limit="sign-in"),
    get("/sign-in/{secret}", sign_in.show_link, ANYONE, limit="sign-in"),
    post("/sign-in/{secret}", sign_in.submit_link, ANYONE, limit="sign-in"),
    post("/sign-out", sign_in.submit_sign_out),
    get("/account", account.show_account, READER),
    post("/account", account.submit_account),
    post("/account/sessions", account.submit_sessions),
    post("/account/tokens", account.submit_tokens, scope=BROWSER),
    post("/account/identities", own_ways.submit_identities, scope=BROWSER),
    post("/account/email", own_ways.submit_email, scope=BROWSER, limit="sign-in"),
    get("/account/email/{token}", own_ways.show_new_email, READER, scope=BROWSER),
    post("/account/email/{token}", own_ways.submit_new_email, scope=BROWSER),
    get("/account/export", account.show_export, READER),
    post("/account/delete", account.submit_deletion, scope=BROWSER),
    get("/readers", operating.show_readers, OPERATOR, scope="operate"),
    post("/readers", operating.submit_readers, OPERATOR, scope=BROWSER),
    post("/readers/{name}", operating.submit_reader, OPERATOR, scope=BROWSER),
    get("/invite", operating.show_invite, OPERATOR, scope="operate"),
    post("/invite", operating.submit_invite, OPERATOR, scope=BROWSER),
    get("/audit", operating.show_audit, OPERATOR, scope="operate"),
)


def make_app(house: House) -> FastAPI:
    """Build the application over an open House."""
    app = FastAPI(title=house.settings.title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(house)
    app.router.redirect_slashes = False
    app.router.routes.extend(Route(a.path, guarded(a), methods=[a.method]) for a in ADDRESSES)
    app.router.routes.append(Route(agents.ADDRESS, agents.AgentDoor(house), methods=["POST"]))
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
