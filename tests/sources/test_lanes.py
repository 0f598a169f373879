"""Turns at a source, over clients and processes, on a simulated clock."""

from __future__ import annotations

import itertools
import json
import runpy
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from broadsheet.domain.errors import Misconfigured, SourceFailed
from broadsheet.sources.lanes import Lane, Lanes

_OUTSIDE = runpy.run_path(str(Path(__file__).with_name("outside.py")))
world, outside, client_for = (_OUTSIDE[name] for name in ("world", "outside", "client_for"))


def gaps(outside):
    """The seconds between requests."""
    times = [asked.at for asked in outside.asked]
    return [(b - a).total_seconds() for a, b in itertools.pairwise(times)]


def test_the_interval_is_kept(outside, client_for):
    client = client_for()
    for _ in range(3):
        client.get(outside.address, Lane("arxiv.org", 3.0))
    assert gaps(outside) == pytest.approx([3.0, 3.0])


def test_a_host_without_a_lane_has_its_own(outside, client_for):
    client = client_for()
    client.get(outside.address, Lane("arxiv.org", 3.0))
    client.get(outside.address)
    client.get(outside.address)
    assert gaps(outside) == pytest.approx([0.0, 1.0])


def test_the_interval_holds_for_another_client_on_the_same_folder(outside, client_for):
    for _ in range(3):
        client_for().get(outside.address, Lane("arxiv.org", 3.0))
    assert gaps(outside) == pytest.approx([3.0, 3.0])


def test_the_interval_holds_across_processes(tmp_path, environment):
    program = (
        "import sys, json, pathlib; from broadsheet.sources.lanes import Lane, Lanes\n"
        "time = [float(sys.argv[2])]; slept = []\n"
        "def sleep(s): slept.append(s); time[0] += s\n"
        "lanes = Lanes(pathlib.Path(sys.argv[1]), lambda: time[0], sleep)\n"
        "with lanes.turn(Lane('arxiv.org', 3.0), time[0] + 60): pass\n"
        "print(json.dumps(slept))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path), moment], env=environment, capture_output=True, check=True
        )
        for moment in ("1000", "1001", "2000")
    ]
    assert [json.loads(run.stdout) for run in runs] == [[], [2.0], []]


def test_one_at_a_time(tmp_path, world):
    lanes = Lanes(tmp_path, lambda: world.now().timestamp(), world.sleep)
    lane = Lane("arxiv.org", 3.0)
    with (
        lanes.turn(lane, world.time.timestamp() + 60),
        pytest.raises(SourceFailed, match="left alone"),
        lanes.turn(lane, world.time.timestamp() + 10),
    ):
        raise AssertionError("two at once")
    assert sum(world.slept) <= 10


def test_a_turn_comes_when_the_other_is_done(tmp_path, world):
    lanes = Lanes(tmp_path, lambda: world.now().timestamp(), world.sleep)
    first = lanes.turn(Lane("a", 3.0), world.time.timestamp() + 60)
    first.__enter__()
    done = threading.Event()

    def sleep(seconds):
        world.sleep(seconds)
        if len(world.slept) == 4 and not done.is_set():
            done.set()
            first.__exit__(None, None, None)

    others = Lanes(tmp_path, lambda: world.now().timestamp(), sleep)
    with others.turn(Lane("a", 3.0), world.time.timestamp() + 60):
        assert done.is_set()
    assert sum(world.slept) == pytest.approx(4 * 0.25 + 3.0)


@pytest.mark.parametrize("stamp", ["", "nonsense", "nan", "9e99", "99999999999"])
def test_a_stamp_that_makes_no_sense_stops_nobody(tmp_path, world, stamp):
    (tmp_path / "a").write_text(stamp)
    lanes = Lanes(tmp_path, lambda: world.now().timestamp(), world.sleep)
    with lanes.turn(Lane("a"), world.time.timestamp() + 5):
        pass
    assert world.slept == []


def test_lanes_that_cannot_be_written(tmp_path, world):
    (tmp_path / "file").touch()
    lanes = Lanes(tmp_path / "file", lambda: 0.0, world.sleep)
    with pytest.raises(Misconfigured, match="cannot be written"), lanes.turn(Lane("a"), 9.0):
        pass
