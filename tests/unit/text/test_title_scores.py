"""How titles are scored: a lenient judge would hide losses, so the limits of its leniency are held here."""

from __future__ import annotations

import pytest

from tests.evaluation.extract_pages import LabelledPage, agreed_headline, same_headline


@pytest.mark.parametrize(
    ("label", "got", "same"),
    [
        ("Sokolov stays at home", "Sokolov stays at home", True),
        ("Sokolov &amp; Kaya meet", "Sokolov & Kaya meet", True),
        ("Sokolov stays at home - Harbour Gazette", "Sokolov stays at home", True),
        ("Straits: Sokolov stays at home", "Sokolov stays at home", True),
        ("Sokolov stays at home", "Sokolov stays at home today", False),  # nothing sets the last word off
        ("Sokolov stays | The whole week in pictures and words", "Sokolov stays", False),  # the lesser part
        ("Sokolov stays at home", "Kaya stays at home", False),
        ("Sokolov stays at home", "", False),
    ],
)
def test_only_what_is_set_off_may_differ(label: str, got: str, same: bool) -> None:
    assert same_headline(label, got) is same
    assert same_headline(got, label) is same


def page(html: str, title: str) -> LabelledPage:
    return LabelledPage("a", "own", "http://harbour.example/a", "en", html.encode(), None, (), (), title, None,
                        False, (), None)  # fmt: skip


TWO_WORDINGS = (
    "<title>Sokolov says no to Samsun - Harbour Gazette</title><h1>Sokolov says no to Samsun</h1>"
    "<meta property='og:title' content='Sokolov stays at home'><h1>World news</h1>"
)


def test_another_wording_counts_where_two_voices_of_the_page_agree_on_it() -> None:
    assert agreed_headline(page(TWO_WORDINGS, "Sokolov stays at home"), "Sokolov says no to Samsun")
    assert not agreed_headline(page(TWO_WORDINGS, "Sokolov stays at home"), "World news")
    assert not agreed_headline(page(TWO_WORDINGS, "A label the page lacks"), "Sokolov says no to Samsun")
