"""The site map: every address that the program answers, and nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from broadsheet import __version__
from broadsheet.web import adding, admin, editions, library, mail_reports, papers, subscribing, system
from broadsheet.web.counting import RequestCounter
from broadsheet.web.failures import install_failures
from broadsheet.web.headers import SecurityHeaders
from broadsheet.web.site import Site
from broadsheet.wiring import House

CHANGES = (
    ("/add", adding.submit_add),
    ("/api/v1/papers", adding.submit_paper),
    ("/papers/{paper_id:path}/save", library.submit_save),
    ("/subscribe", subscribing.submit_subscribe),
    ("/subscribe/confirm/{token}", subscribing.submit_confirmation),
    ("/subscriptions/{token}", subscribing.submit_subscriptions),
    ("/unsubscribe/{token}", subscribing.submit_unsubscribe),
    ("/mail/bounces", mail_reports.submit_bounces),
)


def make_app(house: House) -> FastAPI:
    """Build the application over an open House."""
    app = FastAPI(title=house.settings.title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(house)
    app.router.redirect_slashes = False
    app.router.routes.extend(
        Route(path, handler, methods=["GET"])
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
            ("/subscribe", subscribing.show_subscribe),
            ("/subscribe/confirm/{token}", subscribing.show_confirmation),
            ("/subscriptions/{token}", subscribing.show_subscriptions),
            ("/unsubscribe/{token}", subscribing.show_unsubscribe),
        )
    )
    app.router.routes.extend(Route(path, handler, methods=["POST"]) for path, handler in CHANGES)
    install_failures(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestCounter)
    return app
