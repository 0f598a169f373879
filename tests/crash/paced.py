"""`broadsheet` with a clock that is set and with less time between two requests; all else is the program as it is.

Run as `paced.py SHIFT INTERVAL ARGUMENT...`: the clock is SHIFT seconds before (negative) or after the system's, and
requests to arXiv are INTERVAL seconds apart.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from broadsheet import wiring
from broadsheet.cli import main
from broadsheet.sources import arxiv_line
from broadsheet.sources.lanes import Lane

shift, seconds = timedelta(seconds=float(sys.argv[1])), float(sys.argv[2])
wiring.open_house.__defaults__ = (lambda: datetime.now(UTC) + shift, None)
arxiv_line.LANE = Lane("arxiv.org", seconds)
sys.argv[1:3] = []
main()
