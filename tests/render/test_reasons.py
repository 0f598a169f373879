"""Why a paper stands where it stands, in words."""

from __future__ import annotations

import pytest

from broadsheet.domain.paper import Paper, PaperContent
from broadsheet.render.reasons import edition_words, trending_words

BARE = Paper(1, "one", PaperContent("A title"))
TALKED_OF = Paper(1, "one", PaperContent("A title", upvotes=1_200, comments=1), own_upvotes=2, own_comments=1)


def test_a_paper_that_nobody_voted_for() -> None:
    assert trending_words(BARE, {"interest": 0.0, "weight": 0.0, "recency": 800.5}) == (
        "Nobody has voted for it yet. Score 800.50: interest 0.00, 800.50 for the day on which it was last shown."
    )


def test_what_people_did_with_it() -> None:
    words = edition_words(TALKED_OF, {"interest": 3.789})
    assert words.startswith("2 votes here, 1 comment here, 1,200 upvotes elsewhere, 1 comment elsewhere. Interest 3.79")


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (0.01, "interest 3.00, 800.00 for"),
        (0.5, "interest 3.00, +0.50 because votes are rare here or in its field, 800.00 for"),
        (-0.5, "interest 3.00, -0.50 because votes are frequent here or in its field, 800.00 for"),
    ],
)
def test_what_the_weight_of_a_vote_did(weight: float, told: str) -> None:
    assert told in trending_words(TALKED_OF, {"interest": 3.0, "weight": weight, "recency": 800.0})
