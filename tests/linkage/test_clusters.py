"""The law of clusters: names outweigh likeness."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.linkage.clusters import Pair, accepted, contradict, names_of


def pair(one: int, other: int, score: float) -> Pair:
    return Pair(one, other, score, "")


def test_names() -> None:
    found = names_of(["arxiv:2401.00001", "doi:10.1000/x", "content:abc", "id:p-abc", "bibtex:quill", "hub:9"])
    assert found == {"arxiv": {"2401.00001"}, "doi": {"10.1000/x"}, "hub": {"9"}}


def test_arxivs_own_doi_is_the_arxiv_id() -> None:
    assert names_of(["doi:10.48550/arxiv.2401.00001"]) == names_of(["arxiv:2401.00001"])
    assert not contradict(names_of(["doi:10.48550/arxiv.2401.00001"]), names_of(["doi:10.1000/x"]))


def test_what_contradicts() -> None:
    one = names_of(["arxiv:1", "doi:10.1000/x"])
    assert contradict(one, names_of(["arxiv:2"]))
    assert contradict(one, names_of(["doi:10.1000/y"]))
    assert not contradict(one, names_of(["doi:10.1000/x"]))
    assert not contradict(one, names_of(["openreview:f"]))
    assert not contradict(names_of(["bibtex:a"]), names_of(["bibtex:b"]))
    assert contradict(names_of(["hub:a"]), names_of(["hub:b"]))


def test_the_most_alike_first_and_no_chain_past_a_contradiction() -> None:
    names = {1: names_of(["arxiv:1"]), 2: {}, 3: names_of(["arxiv:3"])}
    pairs = [pair(1, 2, 0.9), pair(2, 3, 0.99)]
    assert accepted(pairs, names) == [pair(2, 3, 0.99)]
    assert accepted(pairs[::-1], names) == [pair(2, 3, 0.99)]


def test_the_order_of_pairs_does_not_matter() -> None:
    names = {n: names_of([f"arxiv:{n}"]) if n % 2 else {} for n in range(6)}
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.9), pair(2, 3, 0.9), pair(4, 5, 0.8)]
    assert len({tuple(accepted(order, names)) for order in permutations(pairs)}) == 1


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0.5, 1.0)), max_size=30),
    st.lists(st.tuples(st.sampled_from([None, "a", "b"]), st.sampled_from([None, "x", "y"])), min_size=10, max_size=10),
)
def test_no_cluster_ever_holds_two_names_of_a_kind(
    found: list[tuple[int, int, float]], given_names: list[tuple[str | None, str | None]]
) -> None:
    names = {
        n: names_of([f"{kind}:{name}" for kind, name in (("arxiv", a), ("doi", d)) if name])
        for n, (a, d) in enumerate(given_names)
    }
    taken = accepted([pair(one, other, score) for one, other, score in found if one != other], names)
    clusters = {n: {n} for n in range(10)}
    for union in taken:
        joined = clusters[union.one] | clusters[union.other]
        clusters.update(dict.fromkeys(joined, joined))
    for cluster in clusters.values():
        for kind in (0, 1):
            assert len({given_names[n][kind] for n in cluster} - {None}) <= 1
