"""The site map: every address that the program answers, and nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.render import links
from broadsheet.web import adding, admin, api_operations, editions, hub_api, library, papers, system
from broadsheet.web.counting import RequestCounter
from broadsheet.web.failures import install_failures
from broadsheet.web.headers import SecurityHeaders
from broadsheet.web.markdown import or_markdown
from broadsheet.web.site import Site
from broadsheet.wiring import House

CHANGES = (
    ("/add", adding.submit_add),
    ("/papers/{paper_id:path}/save", library.submit_save),
)

# What programs read; the rest of our own API is declared in api_operations.py.
FOR_PROGRAMS = (
    ("/api/daily_papers", hub_api.show_hub_daily),
    ("/api/papers/search", hub_api.show_hub_search),
    ("/api/papers/{paper_id:path}", hub_api.show_hub_paper),
    ("/api/papers", hub_api.show_hub_papers),
    (links.API_DOCUMENT, api_operations.show_api_document),
    (links.API_DOCS, api_operations.show_api_docs),
)


def make_app(house: House) -> FastAPI:
    """Build the application over an open House."""
    app = FastAPI(title=house.settings.title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(house)
    app.router.redirect_slashes = False
    app.router.routes.extend(
        Route(path, or_markdown(handler), methods=["GET"])
        for path, handler in (
            ("/", editions.show_front_page),
            ("/papers", papers.show_papers),
            ("/papers/date", editions.show_today),
            ("/papers/week", editions.show_this_week),
            ("/papers/month", editions.show_this_month),
            ("/papers/date/{name}", editions.show_day),
            ("/papers/week/{name}", editions.show_week),
            ("/papers/month/{name}", editions.show_month),
            ("/papers/trending", editions.show_trending),
            ("/papers/{paper_id:path}/similar", papers.show_similar),
            ("/papers/{paper_id:path}", papers.show_paper),
            ("/search-help", papers.show_search_help),
            ("/opensearch.xml", system.show_opensearch),
            ("/static/{name}", system.show_static),
            ("/healthz", system.show_health),
            ("/metrics", admin.show_metrics),
            ("/admin", admin.show_admin),
            ("/add", adding.show_add),
            ("/library", library.show_library),
        )
    )
    app.router.routes.extend(Route(path, handler, methods=["GET"]) for path, handler in FOR_PROGRAMS)
    app.router.routes.extend(api_operations.api_routes())
    app.router.routes.extend(Route(path, handler, methods=["POST"]) for path, handler in CHANGES)
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
