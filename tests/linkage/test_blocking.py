"""Papers that are alike share a block; blocks that everything shares are not used."""

from __future__ import annotations

from broadsheet.linkage.blocking import LARGEST_BLOCK, block_keys, candidate_pairs
from broadsheet.linkage.normalise import Described

TITLE = "How far a harbour lamp is seen through rain"
TEXT = " ".join(f"word{n} of the keeper" for n in range(40))


def shared(one: Described, other: Described) -> int:
    left, right = block_keys([one, other])
    return len(set(left) & set(right))


def test_the_same_keys_alone_and_among_others_for_ever() -> None:
    one, other = Described(TITLE, abstract=TEXT), Described("Whale songs at night and by day")
    together = block_keys([one, other, Described("x")])
    assert together[:2] == [block_keys([one])[0], block_keys([other])[0]]
    # Blocks are kept in the record: other numbers would need every paper's to be made anew.
    assert block_keys([Described("Introduction")])[0][0] == 102_220_495_372_013


def test_alike_in_title() -> None:
    assert shared(Described(TITLE), Described(TITLE.upper() + ".")) > 5
    assert shared(Described(TITLE), Described("How far a harbour lamp is sen through rain"))
    assert shared(Described(f"Lumen: {TITLE}"), Described("Lumen"))
    assert shared(Described(f"Lumen: {TITLE}"), Described(TITLE))


def test_alike_in_the_beginning_of_the_abstract_alone() -> None:
    cut = " ".join(TEXT.split()[:80])
    assert shared(Described("A", abstract=TEXT), Described("B", abstract=cut))


def test_unlike() -> None:
    assert not shared(Described(TITLE, abstract=TEXT), Described("Whale songs", abstract="They sing. " * 60))


def test_keys_fit_six_bytes() -> None:
    assert all(0 <= key < 2**47 for key in block_keys([Described(TITLE, abstract=TEXT)])[0])


def test_nothing_to_go_by() -> None:
    assert block_keys([]) == []
    assert block_keys([Described("?!")]) == [[]]


def test_stub_titles_make_no_candidates() -> None:
    stubs = [Described("Editorial", (f"Author {n}",)) for n in range(LARGEST_BLOCK + 1)]
    assert candidate_pairs(block_keys(stubs)) == set()
    assert len(candidate_pairs(block_keys(stubs[:10]))) == 45
