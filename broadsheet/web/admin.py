"""Handlers for the operator: the page of sources, runs and alarms, and the numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from broadsheet.domain.operations import Numbers, Run
from broadsheet.render import pages
from broadsheet.render.metrics import MEDIA_TYPE, Metric, write_metrics
from broadsheet.store.alarms import list_alarms
from broadsheet.usecases.read_admin import list_states, read_numbers, read_overview
from broadsheet.web.counting import counted_requests
from broadsheet.web.site import site_of
from broadsheet.web.visitors import masthead_of

_KEPT_NOWHERE = {"Cache-Control": "no-store"}


def show_admin(request: Request) -> Response:
    """Answer with the operator's page."""
    site = site_of(request)
    house = site.house
    overview = read_overview(house.wanted(), house.index, house.models)
    text = pages.show_admin(masthead_of(request), overview, house.clock(), is_on=house.settings.fetch == "on")
    return HTMLResponse(text, headers=_KEPT_NOWHERE)


def show_metrics(request: Request) -> Response:
    """Answer with numbers in Prometheus's text format."""
    house = site_of(request).house
    numbers = read_numbers(house.wanted(), house.index, house.models)
    with house.database.read() as connection:
        standing = list_alarms(connection)
    alarms = Metric("broadsheet_alarm", "gauge", "Alarms that stand.", [({"name": a.name}, 1) for a in standing])
    requests = Metric(
        "broadsheet_requests_total", "counter", "Requests answered since the start, by class of status.",
        [({"status": name}, value) for name, value in sorted(counted_requests(request).items())],
    )  # fmt: skip
    text = write_metrics(
        [
            *_of_numbers(numbers),
            *_of_runs([state.last for state in list_states(house.wanted()) if state.last]),
            alarms,
            requests,
        ]
    )
    return Response(text, media_type=MEDIA_TYPE, headers=_KEPT_NOWHERE)


def _of_numbers(numbers: Numbers) -> Iterator[Metric]:
    for name, told, value in (
        ("papers", "Papers in the record.", numbers.papers),
        ("indexed_papers", "Papers in the text index.", numbers.indexed),
        ("index_queue", "Changes that the text index has not taken in yet.", numbers.index_waiting),
        ("vectors_waiting", "Papers without their vectors.", numbers.vectors_waiting),
        ("set_aside", "Things that could not be read.", numbers.set_aside),
    ):
        yield Metric(f"broadsheet_{name}", "gauge", told, [] if value is None else [({}, value)])


def _of_runs(last: Collection[Run]) -> Iterator[Metric]:
    begun = [({"job": run.job, "outcome": run.outcome}, run.started_at.timestamp()) for run in last]
    read = [({"job": run.job}, float(run.counts.read)) for run in last]
    yield Metric("broadsheet_last_run_timestamp_seconds", "gauge", "When each job was last begun, by outcome.", begun)
    yield Metric("broadsheet_last_run_read", "gauge", "How many papers the last run of each job read.", read)
