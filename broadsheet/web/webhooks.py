"""Handlers of the operators' page of webhooks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from broadsheet.domain.errors import Conflict, Invalid
from broadsheet.render import alert_pages, links
from broadsheet.usecases import webhooks
from broadsheet.usecases.webhooks import WantedWebhook
from broadsheet.web.bodies import read_form_lists
from broadsheet.web.parameters import row_named
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of, show_fresh, visitor_of
from broadsheet.wiring import make_courier


def show_webhooks(request: Request) -> Response:
    """Answer with the webhooks, a form for one more, and the newest deliveries."""
    return _page(request)


def submit_webhooks(request: Request) -> Response:
    """Do what the form's `action` says: add, test, remove or replay."""
    form, house, by = read_form_lists(request), site_of(request).house, visitor_of(request).pk
    now = house.clock()
    match _first(form, "action"):
        case "add":
            return _add(request, form)
        case "test":
            webhooks.try_webhook(house.database, _number(form, "webhook"), now)
        case "remove":
            webhooks.remove_webhook(house.database, _number(form, "webhook"), by, now)
        case "replay":
            webhooks.replay_delivery(house.database, _number(form, "delivery"), now)
        case _:
            raise Invalid("action", "The action of this form is add, test, remove or replay.")
    return RedirectResponse(links.WEBHOOKS, 303)


def _add(request: Request, form: dict[str, list[str]]) -> Response:
    house = site_of(request).house
    wanted = WantedWebhook(_first(form, "target"), _first(form, "name"), form.get("event", []))
    try:
        webhooks.add_webhook(house.database, wanted, make_courier(house).check, visitor_of(request).pk, house.clock())
    except Invalid as error:
        # What was typed as the target may be a secret: it is typed again.
        return _page(request, str(error), {"name": wanted.name[:200]}, 400)
    except Conflict as error:
        return _page(request, str(error), {}, 409)
    return RedirectResponse(links.WEBHOOKS, 303)


def _page(request: Request, complaint: str = "", typed: dict[str, str] | None = None, status: int = 200) -> Response:
    site = site_of(request)
    found, log = webhooks.read_webhooks(site.house.database)
    keys = {one.pk: one.signing_key(site.secret()) for one in found}
    text = alert_pages.show_webhooks(masthead_of(request), found, log, keys, complaint, typed)
    return show_fresh(request, text, status)


def _first(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def _number(form: dict[str, list[str]], name: str) -> int:
    return row_named(_first(form, name), f"There is no such {name}: open the page again.")
