"""One spelling for what differs in print alone."""

from __future__ import annotations

import pytest

from broadsheet.extraction.readable import readable
from broadsheet.linkage.normalise import Described, fold, letters, name_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lamps of the Harbour", "LAMPS OF THE HARBOUR."),
        ("Pre-training lamps", "Pretraining  lamps"),
        ("Über die Größe", "Uber die Grosse"),
        ("$\\alpha$-lamps in the $\\ell_1$ ball", "α-lamps in the ℓ_1 ball"),
        ("The keeper's lamp", "The keeper’s lamp"),
        ("Schr\\\"{o}dinger's \\emph{lamp}", "Schrödinger's lamp"),
    ],
)
def test_titles_that_are_one(one: str, other: str) -> None:
    assert letters(readable(one)) == letters(readable(other)) != ""


def test_fold_keeps_words_apart() -> None:
    assert fold("Lamps: a survey (Part II), 2.0") == "lamps a survey part ii 2 0"
    assert fold("灯台の研究") == "灯台の研究"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Quill", "A. Quill"),
        ("Ada Quill", "Quill, Ada"),
        ("Ada B. Quill", "Quill A. B."),
        ("Wei Li", "Li Wei"),
        ("José Núñez", "Jose Nunez"),
        ("Lucia Del Corro", "L. D. Corro"),
    ],
)
def test_names_of_one_person(one: str, other: str) -> None:
    assert name_keys(one) & name_keys(other)


@pytest.mark.parametrize(("one", "other"), [("Ada Quill", "Bo Quill"), ("Ada Quill", "Ada Ferry"), ("", "Ada Quill")])
def test_names_of_two_people(one: str, other: str) -> None:
    assert not name_keys(one) & name_keys(other)


def test_a_title_in_parts() -> None:
    assert Described("Lumen: Lamps at sea").title_parts == {"lumenlampsatsea", "lumen", "lampsatsea"}
    assert Described("Lamps at sea").title_parts == {"lampsatsea"}


def test_numbers_of_a_title() -> None:
    assert Described("Lamps, Part II: version 2.5").numbers == {"ii", "2", "5"}


def test_a_list_of_names_given_as_one() -> None:
    assert len(Described("x", ("Ada Quill, Bo Ferry, Cy Tide",)).author_keys) == 3
