"""The vector set: search, filters, merges, large segments, damage, a full disk, and a process that is killed."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from broadsheet.domain.errors import Conflict
from broadsheet.index import vector_files
from broadsheet.index.vector_coarse import FROM_ROWS, best_places
from broadsheet.index.vector_facts import HAS_CODE, HAS_DATA, HAS_PROJECT, Facts, Filter
from broadsheet.index.vector_files import write_durably
from broadsheet.index.vector_scan import BLOCK_ROWS, encode, scan
from broadsheet.index.vector_set import VectorSet

DIMENSION = 16
SMALL = 64  # rows that a commit merges at most
ROOT = Path(__file__).parents[2]


def unit_rows(count, seed=0):
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def filled(folder, count=100, merge_rows=SMALL, step=10, **options):
    vectors = VectorSet(folder, "model", DIMENSION, merge_rows, **options)
    rows = unit_rows(count)
    for start in range(0, count, step):
        pks = np.arange(start, min(start + step, count))
        vectors.put(pks, rows[pks], Facts.unknown(pks.size))
        vectors.commit(int(pks[-1]), 0, False)
    return vectors, rows


def best(rows, vector, limit, allowed=None):
    """Return the exact answer on float16 rows; the row number is the pk."""
    cosines = (rows.astype(np.float16).astype(np.float64) @ vector.astype(np.float64)).astype(np.float32)
    pks = np.arange(len(rows)) if allowed is None else np.asarray(allowed)
    return pks[np.lexsort((-pks, -cosines[pks]))][:limit].tolist()


def test_a_new_set_is_empty(tmp_path):
    vectors = VectorSet(tmp_path, "org/model", DIMENSION)
    assert (vectors.position, vectors.walked_to, vectors.is_complete, vectors.count) == (0, 0, False, 0)
    assert not vectors.was_damaged and vectors.verify()
    assert vectors.search(unit_rows(1)[0], 5)[0].tolist() == []
    assert vectors.folder.name.startswith("org-model-")


def test_models_have_folders_of_their_own(tmp_path):
    first, second = VectorSet(tmp_path, "org/model", DIMENSION), VectorSet(tmp_path, "org-model", DIMENSION)
    first.put(np.array([1]), unit_rows(1), Facts.unknown(1))
    first.commit(1, 0, False)
    assert first.folder != second.folder
    assert VectorSet(tmp_path, "org-model", DIMENSION).count == 0


def test_nothing_is_visible_before_the_commit_and_all_after_it(tmp_path):
    vectors = VectorSet(tmp_path, "model", DIMENSION)
    rows = unit_rows(3)
    vectors.put(np.array([7, 3, 5]), rows, Facts.unknown(3))
    assert vectors.count == 0
    vectors.commit(9, 7, True)
    for each in (vectors, VectorSet(tmp_path, "model", DIMENSION)):
        assert (each.position, each.walked_to, each.is_complete, each.count) == (9, 7, True, 3)
        pks, cosines = each.search(rows[1], 1)
        assert pks.tolist() == [3] and cosines[0] == pytest.approx(1, abs=1e-3)
        assert pks.dtype == np.int64 and cosines.dtype == np.float32


def test_a_later_put_replaces_and_a_removal_removes(tmp_path):
    vectors, rows = filled(tmp_path)
    vectors.put(np.array([5]), rows[50:51], Facts.unknown(1))
    vectors.remove(np.array([50, 1_000_000]))
    vectors.commit(101, 0, False)
    assert vectors.search(rows[50], 1)[0].tolist() == [5]
    assert vectors.count == 99
    vectors.remove(np.array([5]))
    vectors.put(np.array([5]), rows[60:61], Facts.unknown(1))
    vectors.commit(102, 0, False)
    assert vectors.search(rows[60], 2)[0].tolist() == [60, 5] and vectors.count == 99


def test_equal_vectors_come_by_higher_pk_even_when_they_are_many(tmp_path):
    vectors = VectorSet(tmp_path, "model", DIMENSION, SMALL)
    for pks in np.random.default_rng(1).permutation(400).reshape(20, 20):
        vectors.put(pks, np.repeat(unit_rows(1), 20, axis=0), Facts.unknown(20))
        vectors.commit(1, 0, False)
    assert vectors.search(unit_rows(1)[0], 5)[0].tolist() == [399, 398, 397, 396, 395]


def test_search_is_exact_over_many_segments(tmp_path):
    vectors, rows = filled(tmp_path, 1_000, 200)
    for vector in unit_rows(20, seed=5):
        assert vectors.search(vector, 20)[0].tolist() == best(rows, vector, 20)
        assert vectors.search(vector, 2_000)[0].tolist() == best(rows, vector, 2_000)
    assert vectors.search(rows[0], 0)[0].size == 0


def test_discard_and_clear(tmp_path):
    vectors, rows = filled(tmp_path)
    vectors.remove(np.array([1]))
    vectors.discard()
    vectors.commit(5, 0, False)
    assert vectors.count == 100
    vectors.clear()
    vectors.put(np.array([7]), rows[:1], Facts.unknown(1))
    assert vectors.count == 100
    vectors.commit(6, 0, False)
    assert vectors.count == 1 and VectorSet(tmp_path, "model", DIMENSION).search(rows[0], 5)[0].tolist() == [7]
    assert len(list(vectors.folder.glob("*.segment"))) == 1


def test_cosines_and_vectors_of_papers_are_nan_where_there_are_none(tmp_path):
    vectors, rows = filled(tmp_path)
    wanted = np.array([99, 12_345, 0])
    cosines = vectors.cosines(rows[0], wanted)
    assert cosines.dtype == np.float32 and np.isnan(cosines[1])
    assert cosines[[0, 2]] == pytest.approx([rows[99] @ rows[0], 1], abs=1e-3)
    assert np.isnan(vectors.vectors_of(wanted)[1]).all()
    assert np.allclose(vectors.vectors_of(wanted)[[0, 2]], rows[[99, 0]], atol=1e-3)


@pytest.mark.parametrize(
    "rows", [np.ones((1, 3), np.float32), np.full((1, DIMENSION), np.nan, np.float32), unit_rows(2)]
)
def test_vectors_that_cannot_be_are_refused(tmp_path, rows):
    vectors = VectorSet(tmp_path, "model", DIMENSION)
    with pytest.raises(ValueError):
        vectors.put(np.array([1]), rows, Facts.unknown(1))
    with pytest.raises(ValueError):
        vectors.search(rows[0] * np.nan, 3)
    with pytest.raises(ValueError):
        vectors.put(np.array([1]), unit_rows(1), Facts.unknown(2))


def test_a_zero_vector_harms_nothing(tmp_path):
    vectors, rows = filled(tmp_path)
    vectors.put(np.array([500]), np.zeros((1, DIMENSION), np.float32), Facts.unknown(1))
    vectors.commit(1, 0, False)
    assert vectors.search(np.zeros(DIMENSION, np.float32), 2)[0].tolist() == [500, 99]
    assert vectors.search(rows[3], 1)[0].tolist() == [3]


# -- filters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogue(tmp_path):
    """Return 400 papers: pk 0..399, day = pk, three flags by remainder, categories by remainder, some without a day."""
    vectors = VectorSet(tmp_path, "model", DIMENSION, SMALL)
    rows = unit_rows(400)
    days = np.where(np.arange(400) % 10 == 9, -1, np.arange(400)).astype(np.int32)
    flags = (HAS_CODE * (np.arange(400) % 2 == 0) + HAS_DATA * (np.arange(400) % 3 == 0)).astype(np.uint8)
    kinds = [("cs.LG", "stat.ML"), ("math.CO",), ("hep-ph", "cs.CL", "cs.AI", "cs.IR", "cs.DL"), ()]
    categories = [kinds[pk % 4] for pk in range(400)]
    for part in np.split(np.arange(400), 8):
        vectors.put(part, rows[part], Facts(days[part], flags[part], [categories[pk] for pk in part]))
        vectors.commit(1, 0, False)
    return vectors, rows, days, flags, categories


CASES = {
    "days": (Filter(after=100, before=120), lambda day, flag, names: 100 <= day <= 120),
    "before": (Filter(before=50), lambda day, flag, names: 0 <= day <= 50),
    "after nothing known": (Filter(after=-5), lambda day, flag, names: day >= 0),
    "flags": (Filter(flags=HAS_CODE | HAS_DATA), lambda day, flag, names: flag & 5 == 5),
    "without": (Filter(not_flags=HAS_CODE), lambda day, flag, names: not flag & 1),
    "one flag, not the other": (Filter(flags=HAS_CODE, not_flags=HAS_DATA), lambda day, flag, names: flag & 5 == 1),
    "no one has it": (Filter(flags=HAS_PROJECT), lambda day, flag, names: False),
    "category": (Filter(categories=("cs.LG",)), lambda day, flag, names: "cs.LG" in names),
    "the fifth category": (Filter(categories=("CS.dl",)), lambda day, flag, names: "cs.DL" in names),
    "archive": (Filter(categories=("cs",)), lambda day, flag, names: any(n.startswith("cs.") for n in names)),
    "any of": (Filter(categories=("math", "hep-ph")), lambda day, flag, names: {"math.CO", "hep-ph"} & set(names)),
    "unknown": (Filter(categories=("q-bio",)), lambda day, flag, names: False),
    "not": (Filter(not_categories=("cs", "q-bio")), lambda day, flag, names: not any(n[:3] == "cs." for n in names)),
    "archive but not one": (
        Filter(categories=("cs",), not_categories=("stat.ML",)),
        lambda day, flag, names: "cs.CL" in names,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_filter_keeps_exactly_what_it_says(catalogue, name):
    vectors, rows, days, flags, categories = catalogue
    where, law = CASES[name]
    allowed = [pk for pk in range(400) if law(days[pk], int(flags[pk]), categories[pk])]
    for vector in unit_rows(5, seed=9):
        assert vectors.search(vector, 400, where)[0].tolist() == best(rows, vector, 400, np.array(allowed, int))
        assert len(vectors.search(vector, 20, where)[0]) == min(20, len(allowed))


def test_a_filter_by_pks_and_with_everything_at_once(catalogue):
    vectors, rows, *_ = catalogue
    vector = unit_rows(1, seed=9)[0]
    mine = np.array([399, 4, 8, 8, 12, 77_777, -3])
    assert vectors.search(vector, 9, Filter(pks=mine))[0].tolist() == best(rows, vector, 9, [4, 8, 12, 399])
    assert vectors.search(vector, 9, Filter(pks=np.array([], np.int64)))[0].size == 0
    assert 8 not in vectors.search(vector, 400, Filter(not_pks=np.array([8, -1])))[0]
    where = Filter(after=5, before=8, categories=("stat",), flags=HAS_CODE, pks=mine)
    assert vectors.search(vector, 9, where)[0].tolist() == [8]


# -- merging, and large segments --------------------------------------------------------------------------------------


def test_segments_stay_few_and_unnamed_files_go(tmp_path):
    vectors, _ = filled(tmp_path, 300, 1_000, step=3)
    assert len(list(vectors.folder.glob("*.segment"))) <= 8
    (vectors.folder / "0123.segment").write_bytes(b"left by a crash")
    (vectors.folder / "manifest.json.new").write_bytes(b"{")
    assert VectorSet(tmp_path, "model", DIMENSION).count == 300
    assert not (vectors.folder / "0123.segment").exists() and not (vectors.folder / "manifest.json.new").exists()


def test_the_work_of_merging_is_near_linear(tmp_path):
    written = []

    def count_bytes(path, chunks):
        write_durably(path, (written.append(chunk.nbytes) or chunk for chunk in chunks))

    filled(tmp_path, 2_000, 10_000, step=10, write=count_bytes)
    assert sum(written) < 12 * 2_000 * (DIMENSION * 3 + 40)


def test_what_is_dead_leaves_the_disk_though_its_segment_is_never_merged(tmp_path):
    vectors, rows = filled(tmp_path, 640, step=64)
    assert len(list(vectors.folder.glob("*.segment"))) == 10
    vectors.remove(np.arange(0, 512))
    vectors.remove(np.arange(512, 560))
    for turn in range(12):
        vectors.put(np.array([1_000]), rows[:1], Facts.unknown(1))
        vectors.commit(turn, 0, False)
    kept = [layer.segment for layer in vectors._state.layers]
    assert vectors.count == 81 and sum(segment.pks.size for segment in kept) <= 82
    assert VectorSet(tmp_path, "model", DIMENSION).search(rows[600], 1)[0].tolist() == [600]


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Two segments with a first pass and a small one, of 192 coordinates, each paper near to one of 300 others."""
    vectors = VectorSet(tmp_path_factory.mktemp("large"), "model", 192, FROM_ROWS + 1_000)
    chance = np.random.default_rng(3)
    rows = chance.normal(size=(300, 192))[chance.integers(0, 300, 2 * FROM_ROWS + 2_500)]
    rows = (rows + 0.8 * chance.normal(size=rows.shape)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    for start, end in ((0, FROM_ROWS), (FROM_ROWS, 2 * FROM_ROWS + 500), (2 * FROM_ROWS + 500, len(rows))):
        pks = np.arange(start, end)
        days = np.where(pks % 2 == 0, 10, 20).astype(np.int32)
        flags = np.where(pks % 50 == 0, HAS_CODE, 0).astype(np.uint8)
        vectors.put(pks, rows[start:end], Facts(days, flags, [()] * pks.size))
        vectors.commit(end, 0, False)
    assert [layer.segment.coarse is not None for layer in vectors._state.layers] == [True, True, False]
    return vectors, rows


@pytest.mark.parametrize(
    ("where", "step"), [(None, 1), (Filter(before=15), 2), (Filter(flags=HAS_CODE), 50)], ids=["all", "half", "few"]
)
def test_large_segments_are_searched_in_two_passes_that_lose_next_to_nothing(large, where, step):
    vectors, rows = large
    allowed = np.arange(0, len(rows), step)
    queries = rows[:40] + 0.02 * np.random.default_rng(4).normal(size=(40, 192)).astype(np.float32)
    hits = 0
    for vector in queries / np.linalg.norm(queries, axis=1, keepdims=True):
        pks, cosines = vectors.search(vector, 20, where)
        assert np.isin(pks, allowed).all() and len(pks) == 20 and (np.diff(cosines) <= 0).all()
        hits += len(set(pks.tolist()) & set(best(rows, vector, 20, allowed)))
    assert hits >= 0.99 * 20 * 40


@pytest.mark.parametrize("keep", [1, 700, 5_000, 20_000])
def test_the_bar_of_a_first_pass_keeps_enough(keep):
    chance = np.random.default_rng(5)
    for scores in (chance.normal(size=10_000), np.zeros(10_000), np.sort(chance.normal(size=10_000))):
        scores = scores.astype(np.float32)
        places = best_places(scores, keep)
        worst = np.sort(scores)[-min(keep, scores.size)]
        assert set(np.flatnonzero(scores > worst).tolist()) <= set(places.tolist())
        assert places.size >= min(keep, scores.size) and (np.diff(places) > 0).all()


def test_readers_see_one_state_while_another_thread_commits(tmp_path):
    vectors = VectorSet(tmp_path, "model", DIMENSION, 50)
    rows, turns, faults = unit_rows(100), range(1, 25), []
    is_done = threading.Event()

    def write():
        for turn in turns:  # in each state, all papers have the vector of the same turn
            vectors.put(np.arange(100), np.repeat(rows[turn : turn + 1], 100, axis=0), Facts.unknown(100))
            vectors.commit(turn, 0, False)
        is_done.set()

    def read():
        while not is_done.is_set():
            found = vectors.search(rows[0], 100)[1]
            if len({*found.tolist()}) > 1 or len(found) not in (0, 100):
                faults.append(found)

    threads = [threading.Thread(target=read) for _ in range(3)] + [threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults and vectors.position == 24


def test_another_process_sees_a_commit_after_refresh_and_its_commits_are_kept(tmp_path):
    first, rows = filled(tmp_path)
    second = VectorSet(tmp_path, "model", DIMENSION, SMALL)
    assert not second.refresh()
    first.put(np.array([200]), rows[:1], Facts.unknown(1))
    first.commit(200, 0, False)
    assert second.count == 100 and second.refresh() and second.count == 101 and second.position == 200
    second.remove(np.array([0]))
    second.commit(201, 0, False)
    first.put(np.array([201]), rows[:1], Facts.unknown(1))
    first.commit(202, 0, False)  # without a refresh of its own
    assert first.search(rows[0], 3)[0].tolist()[:2] == [201, 200] and first.count == 101
    first.close()
    assert first.count == 0 and first.refresh() and first.count == 101


def test_the_scan_is_the_same_in_blocks_and_behind_a_mask():
    rows = np.random.default_rng(0).normal(size=(BLOCK_ROWS * 2 + 77, 8)).astype(np.float32)
    codes, scales = encode(rows)
    query, _ = encode(rows[5:6])
    scores = (codes.astype(np.int32) @ query[0].astype(np.int32)) * scales
    for mask in (None, np.arange(len(rows)) % 2 == 0, np.arange(len(rows)) % 50 == 0):
        allowed = np.flatnonzero(mask) if mask is not None else np.arange(len(rows))
        found, values = scan(codes, scales, query, mask, 50)
        expected = allowed[np.lexsort((-allowed, -scores[allowed]))][:50]
        assert found.tolist() == sorted(expected.tolist())
        assert np.allclose(values, scores[found], rtol=1e-5)


def test_equal_rows_of_different_blocks_come_from_the_end():
    codes, scales = encode(np.ones((BLOCK_ROWS * 2 + 5, 8), np.float32))
    for mask in (None, np.arange(len(codes)) % 50 == 0):
        allowed = np.arange(len(codes)) if mask is None else np.flatnonzero(mask)
        assert scan(codes, scales, codes[:1], mask, 9)[0].tolist() == allowed[-9:].tolist()


# -- damage -----------------------------------------------------------------------------------------------------------


def damage_manifest(folder):
    (folder / "manifest.json").write_bytes(b"\x00garbage")


def truncate_manifest(folder):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-40])


def change_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"position": 99', '"position": 98'))


def manifest_of_something_else(folder):
    (folder / "manifest.json").write_text("[1, 2]")


def truncate_segment(folder):
    path = max(folder.glob("*.segment"), key=lambda path: path.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def damage_segment(folder):
    path = max(folder.glob("*.segment"), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def lose_segment(folder):
    next(folder.glob("*.segment")).unlink()


def folder_as_manifest(folder):
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    (folder / "manifest.json" / "x").write_text("")


def file_as_folder(folder):
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("not a folder")


def other_dimension(folder):
    edit_state(folder, dimension=8)


def other_model(folder):
    edit_state(folder, model_id="other")


def edit_state(folder, **changes):
    path = folder / "manifest.json"
    state = {**json.loads(path.read_text())["state"], **changes}
    path.write_text(json.dumps({"crc32": vector_files._checksum_of(state), "state": state}))


DAMAGES = [
    damage_manifest,
    truncate_manifest,
    change_manifest,
    manifest_of_something_else,
    truncate_segment,
    damage_segment,
    lose_segment,
    folder_as_manifest,
    file_as_folder,
    other_dimension,
    other_model,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_folder_is_emptied_and_fills_again(tmp_path, damage):
    vectors, rows = filled(tmp_path)
    vectors.close()
    damage(vectors.folder)
    again = VectorSet(tmp_path, "model", DIMENSION)
    assert again.was_damaged and (again.count, again.position) == (0, 0)
    again.put(np.array([1]), rows[:1], Facts.unknown(1))
    again.commit(5, 0, False)
    once_more = VectorSet(tmp_path, "model", DIMENSION)
    assert not once_more.was_damaged and once_more.count == 1


def test_damage_while_another_reads_is_noticed_by_refresh(tmp_path):
    vectors, _ = filled(tmp_path)
    damage_manifest(vectors.folder)
    assert vectors.refresh() and vectors.was_damaged and vectors.count == 0


def test_damage_found_by_a_commit_is_told_and_never_hidden_behind_a_new_position(tmp_path):
    vectors, rows = filled(tmp_path)
    damage_manifest(vectors.folder)
    vectors.put(np.array([200]), rows[:1], Facts.unknown(1))
    with pytest.raises(Conflict, match="emptied"):
        vectors.commit(200, 0, True)
    assert vectors.was_damaged and (vectors.count, vectors.position) == (0, 0)
    vectors.commit(1, 0, False)
    assert vectors.count == 0 and VectorSet(tmp_path, "model", DIMENSION).position == 1


def test_verify_reads_what_opening_a_large_file_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr("broadsheet.index.vector_segment._CHECK_BYTES", 0)
    vectors, _ = filled(tmp_path)
    assert vectors.verify()
    damage_segment(vectors.folder)
    again = VectorSet(tmp_path, "model", DIMENSION)
    assert not again.was_damaged and not again.verify()


# -- a full disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [0, 1, 500, 2_000, 3_500])
def test_a_full_disk_leaves_the_old_state_serving_and_the_next_commit_catches_up(tmp_path, room):
    left = [10_000_000]

    def write(path, chunks):
        with path.open("wb") as file:
            for chunk in chunks:
                left[0] -= chunk.nbytes
                if left[0] < 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                file.write(chunk)

    vectors, rows = filled(tmp_path, write=write)
    files = sorted(vectors.folder.iterdir())
    left[0] = room
    vectors.put(np.arange(100, 150), unit_rows(50, seed=8), Facts.unknown(50))
    with pytest.raises(OSError, match="No space"):
        vectors.commit(500, 0, True)
    assert vectors.count == 100 and vectors.position == 99 and vectors.search(rows[3], 1)[0].tolist() == [3]
    assert sorted(vectors.folder.iterdir()) == files
    assert VectorSet(tmp_path, "model", DIMENSION).count == 100
    left[0] = 10_000_000
    vectors.commit(500, 0, True)
    assert vectors.count == 150 and VectorSet(tmp_path, "model", DIMENSION).position == 500


def test_a_failure_after_the_manifest_was_replaced_deletes_nothing_it_names(tmp_path, monkeypatch):
    vectors, rows = filled(tmp_path)
    calls = itertools.count()

    def fail_at_last(folder):
        if next(calls) == 1:
            raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(vector_files, "sync_folder", fail_at_last)
    vectors.put(np.array([300]), rows[:1], Facts.unknown(1))
    with pytest.raises(OSError, match="the disk is gone"):
        vectors.commit(300, 0, False)
    assert VectorSet(tmp_path, "model", DIMENSION).count == 101
    vectors.commit(300, 0, False)
    assert vectors.count == 101 and vectors.verify()


def test_the_old_manifest_stands_until_the_new_one_takes_its_place(tmp_path, monkeypatch):
    vectors, rows = filled(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda self, target: os.link(self, target / "nowhere"))
        vectors.put(np.array([300]), rows[:1], Facts.unknown(1))
        with pytest.raises(OSError):
            vectors.commit(300, 0, False)
    assert VectorSet(tmp_path, "model", DIMENSION).position == 99
    vectors.commit(300, 0, False)
    assert vectors.count == 101


# -- kill -9 ----------------------------------------------------------------------------------------------------------

WRITER = """
import sys
import numpy as np
from pathlib import Path
from broadsheet.index.vector_facts import Facts
from broadsheet.index.vector_set import VectorSet

vectors = VectorSet(Path(sys.argv[1]), "model", 16, 40)
assert not vectors.was_damaged
turn = vectors.position
while True:
    turn += 1
    pks = np.arange(turn % 7, 60, 1 + turn % 5)
    row = np.random.default_rng(turn).normal(size=(1, 16)).astype(np.float32)
    vectors.put(pks, np.repeat(row / np.linalg.norm(row), pks.size, axis=0), Facts.unknown(pks.size))
    vectors.remove(np.array([turn % 11]))
    vectors.commit(turn, turn, False)
    print(turn, flush=True)
"""


def expected_papers(turns):
    """Return pk -> the turn whose vector it has, after so many turns of WRITER."""
    papers = {}
    for turn in range(1, turns + 1):
        papers.update(dict.fromkeys(range(turn % 7, 60, 1 + turn % 5), turn))
        papers.pop(turn % 11, None)
    return papers


def test_kill_9_at_any_moment_leaves_the_last_commit_or_the_one_in_flight(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    chance, acknowledged = random.Random(7), 0
    for _ in range(15):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
            killer = threading.Timer(chance.uniform(0, 0.08), writer.send_signal, [signal.SIGKILL])
            for line in itertools.islice(writer.stdout, chance.randint(1, 9)):
                acknowledged = int(line)
            killer.start()
            for line in writer.stdout:
                acknowledged = int(line) if line.endswith("\n") else acknowledged
            killer.join()
        vectors = VectorSet(tmp_path, "model", DIMENSION)
        assert not vectors.was_damaged and vectors.position in (acknowledged, acknowledged + 1)
        papers = expected_papers(vectors.position)
        pks = np.arange(-1, 62)
        found = vectors.vectors_of(pks)
        for pk, row in zip(pks.tolist(), found, strict=True):
            if pk in papers:
                vector = np.random.default_rng(papers[pk]).normal(size=DIMENSION).astype(np.float32)
                assert np.allclose(row, vector / np.linalg.norm(vector), atol=1e-3)
            else:
                assert np.isnan(row).all()
        assert vectors.count == len(papers) and vectors.verify()
        named = vector_files.read_manifest(vectors.folder).file_names()
        assert {path.name for path in vectors.folder.iterdir()} - named == {
            "manifest.json",
            "commit.lock",
            "files.lock",
        }
