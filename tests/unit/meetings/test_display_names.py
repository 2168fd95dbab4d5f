"""One name a person in each language, whatever texts spell it like and in whatever order they come."""

from __future__ import annotations

import itertools

import pytest

from pipeline.meetings.follow.display_names import Spelling, display_names


@pytest.mark.parametrize(
    ("person", "spellings", "shown"),
    [
        pytest.param(
            "per:tr.ozturkmen",
            [("tr", "Ali Öztürkmen", 1), ("en", "Ali Ozturkmen", 4), ("ru", "Али Озтюркмен", 2)],
            ("Ali Ozturkmen", "Али Озтюркмен", "Ali Öztürkmen"),
            id="each language has its own form",
        ),
        pytest.param(
            "per:tr.ozturkmen",
            [("tr", "Ali Öztürkmen", 1), ("ru", "Озтюркмен", 9)],
            ("Ali Öztürkmen", "Озтюркмен", "Ali Öztürkmen"),
            id="the form in the reader's alphabet where texts of the language have none",
        ),
        pytest.param(
            "per:ru.veresaev",
            [("ru", "Антон Вересаев", 3), ("ru", "Вересаев", 8)],
            ("Anton Veresayev", "Антон Вересаев", "Anton Veresayev"),
            id="a full name before a surname; Latin letters by rule for a country that writes Cyrillic",
        ),
        pytest.param(
            "per:hu.kovacsi",
            [("ru", "Ковачи", 3)],
            ("Ковачи", "Ковачи", "Ковачи"),
            id="no Latin spelling of another country's name is made up",
        ),
        pytest.param(
            "per:de.brandt",
            [("en", "Else Brandt", 2), ("en", "Else Brand", 5)],
            ("Else Brand", "Else Brand", "Else Brand"),
            id="the most frequent form",
        ),
    ],
)  # fmt: skip
def test_the_name_to_show(person: str, spellings: list[tuple[str, str, int]], shown: tuple[str, str, str]) -> None:
    for order in itertools.permutations(spellings):
        assert tuple(display_names(person, itertools.starmap(Spelling, order)).values()) == shown


def test_nothing_is_shown_for_a_person_no_text_names() -> None:
    assert display_names("per:de.brandt", []) == {}
