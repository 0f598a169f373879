"""Play a year of arXiv's announcements through the program, with faults, outages, crashes and a machine that is off.

python benchmarks/simulated_year.py [--first DAY] [--last DAY] [--seed N] [--per-day N] [--sources "..."]

The laws are those of tests/usecases/test_simulated_month.py; exit status 1 where one is broken.
"""

from __future__ import annotations

import argparse
import os
import platform
import runpy
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

_PATH = Path(__file__).parents[1] / "tests" / "usecases" / "simulated_arxiv.py"
SIMULATED = SimpleNamespace(**runpy.run_path(str(_PATH)))
RULE_SECONDS = 3.0
Row = tuple[str, str, str]


def main() -> int:
    """Run the story and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 1, 2))
    parser.add_argument("--last", type=date.fromisoformat, default=date(2026, 12, 31))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-day", type=int, default=20)
    parser.add_argument("--sources", default=SIMULATED.SOURCES)
    given = parser.parse_args()
    story = SIMULATED.Story(given.first, given.last, given.seed, given.per_day, sources=given.sources)
    begun = time.perf_counter()
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as scratch,
        SIMULATED.open_simulation(Path(scratch) / "data", story) as simulation,
    ):
        simulation.run()
        found = simulation.judge()
        rows = [*rows_of_story(simulation), *rows_of_requests(simulation), *rows_of_record(simulation, found)]
        broken = SIMULATED.broken_laws(simulation, found)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, seed {given.seed}")
    for name, value, wanted in (*rows, ("real seconds", f"{time.perf_counter() - begun:.0f}", "")):
        print(f"| {name:<66} | {value:>32} | {wanted:>12} |")
    for law in broken:
        print(law, file=sys.stderr)
    return 1 if broken else 0


def rows_of_story(simulation) -> list[Row]:
    """Say what happened."""
    story, noted = simulation.story, simulation.noted
    spells = Counter(spell.kind for spell in simulation.spells)
    return [
        ("days simulated", f"{(story.last - story.first).days}", ""),
        ("simulated seconds", f"{(simulation.now - SIMULATED.at(story.first, 12)).total_seconds():,.0f}", ""),
        ("sources", str(len(story.sources.split())), ""),
        ("spells: source down, feed stale, machine off", f"{spells['down']}, {spells['stale']}, {spells['off']}", ""),
        ("requests that went wrong", f"{len(simulation.server.faulty):,}", ""),
        ("breaks of the program in the middle of a fetch", f"{noted.crashes:,}", ""),
        ("looks at the schedule", f"{noted.rounds:,}", ""),
    ]


def rows_of_requests(simulation) -> list[Row]:
    """Say how often arXiv was asked, and at which intervals."""
    return [
        (f"requests at {name}; smallest interval, s", f"{count:,}; {smallest:.3f}", f"{RULE_SECONDS} or more")
        for name, (count, smallest) in sorted(simulation.intervals().items())
    ]


def rows_of_record(simulation, found) -> list[Row]:
    """Say what became of the papers."""
    noted = simulation.noted
    raised = Counter(name.split()[0] for name in noted.raised.elements())
    outcomes: Counter[str] = Counter()
    for name, count in found.outcomes.items():
        outcomes[name.split()[1]] += count
    return [
        ("papers announced; in the record, older ones too", f"{found.papers:,}; {found.stored:,}", ""),
        (
            "papers missing; twice; without abstract",
            counts(found.missing, found.twice, found.without_abstract),
            "0; 0; 0",
        ),
        ("papers not in the index", f"{found.unindexed}", "0"),
        ("days announced; pressed", f"{found.days}; {found.days - len(found.unpressed)}", "all"),
        ("days complete; with exactly the papers announced", f"{found.complete}; {found.exact}", "all"),
        ("papers marked late", f"{found.late}", ""),
        ("days whose list differs when pressed again", f"{found.repressed_differently}", "0"),
        ("alarms of feeds raised; of sources", f"{raised['feed']}; {raised['source']}", ""),
        ("alarms cleared; still standing", f"{noted.cleared.total()}; {len(found.standing)}", "all; 0"),
        (
            "runs done; failed; interrupted",
            "; ".join(f"{outcomes[o]:,}" for o in ("done", "failed", "interrupted")),
            "",
        ),
    ]


def counts(*sets: set[str]) -> str:
    """Return the sizes of sets."""
    return "; ".join(str(len(one)) for one in sets)


if __name__ == "__main__":
    sys.exit(main())
