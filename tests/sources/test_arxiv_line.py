"""What arXiv's sources share."""

from __future__ import annotations

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.sources.arxiv_line import categories_of, check_categories, names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Quill, Bo Ferry", ("Ada Quill", "Bo Ferry")),
        ("Ada Quill, Bo Ferry, and Cy Reed", ("Ada Quill", "Bo Ferry", "Cy Reed")),
        ("Ada Quill and Bo Ferry", ("Ada Quill", "Bo Ferry")),
        ("Ada Quill (1), Bo Ferry (1 and 2) ((1) Harbour School, (2) Lamp House)", ("Ada Quill", "Bo Ferry")),
        ("Ada Quill, Jr., Bo Ferry, III", ("Ada Quill, Jr.", "Bo Ferry, III")),
        ("Sandy Anderson; Irving Ivory", ("Sandy Anderson", "Irving Ivory")),
        (" ", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def test_categories() -> None:
    assert categories_of(["cs.CL", "57M25", None, "hep-th", "cs.CL", "I.2.7; H.3"]) == ("cs.CL", "hep-th")
    assert check_categories(["cs.CL", "hep-th", "cs.CL"]) == ("cs.CL", "hep-th")
    for wrong in ([], ["cs CL"], ["cs.CL", ""]):
        with pytest.raises(Invalid, match="categor"):
            check_categories(wrong)
