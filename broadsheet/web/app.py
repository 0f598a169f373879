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
    discovery,
    editions,
    hub_api,
    library,
    lists,
    mail_reports,
    papers,
    searches,
    sign_in,
    subscribing,
    system,
    webhooks,
)
from broadsheet.web.access import ANYONE, BEARER, OPERATOR, READER, READS, get, make_routes, post
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
    get("/library", library.show_library, READER, limit="search"),
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
    get("/searches", searches.show_searches, READER, limit="search"),
    post("/searches", searches.submit_searches, scope="library"),
    get("/searches/{pk}", searches.show_saved_search, READER, limit="search"),
    post("/searches/{pk}", searches.submit_saved_search, scope="library"),
    get("/feeds/mine.opml", searches.show_my_opml, READER),
    get("/feeds/private/{name}", searches.show_private_feed, BEARER),
    get("/webhooks", webhooks.show_webhooks, OPERATOR, scope="operate"),
    post("/webhooks", webhooks.submit_webhooks, OPERATOR, scope="operate"),
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
