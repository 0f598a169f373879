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
    library_api,
    library_import,
    papers,
    sign_in,
    system,
)
from broadsheet.web.access import ANYONE, OPERATOR, READER, READS, get, guarded, post, post_files
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
    get("/library.{form}", library.show_library_file, READER, limit="search"),
    post("/library/folders", library.submit_folders, scope="library"),
    get("/library/dismissed", library.show_dismissed, READER),
    get("/library/history", library.show_history, READER),
    post("/library/history", library.submit_history, scope="library"),
    get("/library/import", library_import.show_import, READER),
    post_files("/library/import", library_import.submit_import, scope="library"),
    get("/api/v1/library", library_api.show_saved, READER, scope="library"),
    post("/api/v1/library", library_api.submit_saved, scope="library"),
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
    app.router.routes.append(Route(agents.ADDRESS, agents.AgentDoor(house), methods=["POST"]))
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
