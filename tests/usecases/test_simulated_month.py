"""Weeks of announcements through a local arXiv, the program as it is: nothing missing, nothing twice, no haste."""

from __future__ import annotations

import runpy
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

_SIMULATED = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("simulated_arxiv.py"))))
Spell, Story, at = _SIMULATED.Spell, _SIMULATED.Story, _SIMULATED.at

# The clocks change on 8 March; on 8 April is a holiday that no calendar knows.
SPRING = Story(
    date(2026, 3, 5),
    date(2026, 4, 12),
    seed=4,
    spells=(
        Spell("down", at(date(2026, 3, 9), 12), at(date(2026, 3, 11), 15), "/list"),
        Spell("stale", at(date(2026, 3, 12), 9), at(date(2026, 3, 13), 23), "/list/cs.CL"),
        Spell("down", at(date(2026, 3, 16), 19), at(date(2026, 3, 18), 21), "/"),
        Spell("off", at(date(2026, 3, 20), 8), at(date(2026, 3, 27), 8)),
        Spell("stale", at(date(2026, 3, 30), 18), at(date(2026, 3, 31), 22), "cs.LG"),
        Spell("down", at(date(2026, 4, 1), 3), at(date(2026, 4, 3), 3), "/oai"),
    ),
)
# The clocks change on 1 November; Thanksgiving is on the 26th.
AUTUMN = Story(date(2026, 10, 29), date(2026, 12, 3), seed=5, sources="arxiv-listing arxiv-rss arxiv")


@pytest.mark.parametrize("story", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_every_paper_once_in_the_edition_of_its_day(folder, story):
    with _SIMULATED.open_simulation(folder, story) as simulation:
        simulation.run()
        found = simulation.judge()
        assert _SIMULATED.broken_laws(simulation, found) == []
        assert found.days > 20
        assert simulation.noted.crashes > 0
        asked = len(simulation.server.asked)
        assert len(simulation.server.faulty) > asked / 20
        assert simulation.noted.raised == simulation.noted.cleared
        kinds = Counter(name.split()[0] for name in simulation.noted.raised.elements())
        if story is SPRING:
            assert kinds["feed"] and kinds["source"]
            assert found.late > 0


def test_a_calm_fortnight_asks_for_each_thing_once_a_day(folder):
    story = Story(date(2026, 3, 5), date(2026, 3, 19), fault_share=0.0, crash_share=0.0, spells=())
    with _SIMULATED.open_simulation(folder, story) as simulation:
        simulation.run()
        found = simulation.judge()
        assert _SIMULATED.broken_laws(simulation, found) == []
        assert (found.late, simulation.noted.raised) == (0, Counter())
        listings = [path for path in simulation.server.asked if path.startswith("/list")]
        assert len(listings) == 2 * (found.days)  # two categories
        assert not [path for path in simulation.server.asked if path.startswith("/rss")]


def test_who_was_away_too_long_has_all_papers_but_no_announcements_of_the_first_days(folder):
    away = Spell("off", at(date(2026, 3, 10), 12), at(date(2026, 3, 24), 12))
    story = Story(date(2026, 3, 5), date(2026, 3, 29), spells=(away,))
    with _SIMULATED.open_simulation(folder, story) as simulation:
        simulation.run()
        found = simulation.judge()
    unknown = {date(2026, 3, day) for day in range(11, 18)}
    assert not found.missing
    assert not found.twice
    assert {day for day, (lacking, _) in found.wrong.items() if lacking} <= unknown
    assert found.complete == found.days - 5
