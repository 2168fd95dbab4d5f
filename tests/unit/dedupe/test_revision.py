"""What an edit changed: a fact, a sentence, the wording, or only what stands around the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dedupe.revision import Edited, revise
from pipeline.records import Revision

BODY = (
    "Istanbul will host Foreign Minister Grigory Sokolov on Friday, 10 October, officials in Ankara said.\n"
    "Talks will cover shipping and insurance. About 300 guests are expected, Mr. Saygin told the Courier.\n"
    "Nobody expects a breakthrough, said Sibel Onar."
)


def edit(
    old: str, new: str, *, language: str = "en", titles: tuple[str, str] = ("Talks in Istanbul",) * 2
) -> Revision:
    made = revise(Edited(titles[0], old, language), Edited(titles[1], new, language))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ("10 October", "14 October", ("date",)),
        ("Friday, 10 October", "Saturday, 11 October", ("date",)),
        ("on Friday, 10 October,", "in the coming weeks,", ("date",)),
        ("300 guests", "500 guests", ("number",)),
        ("About 300 guests", "Hundreds of guests", ("number",)),
        ("Grigory Sokolov", "Anton Veresayev", ("name",)),
        ("will host", "will not host", ("negation",)),
        ("will host", "won't host", ("negation",)),
        ("will host", "cancelled the visit of", ("status",)),
        ("on Friday, 10 October,", "on Friday, 10 October at 14:00,", ("date",)),
    ],
)
def test_another_fact(old: str, new: str, facts: tuple[str, ...]) -> None:
    made = edit(BODY, BODY.replace(old, new))
    assert (made.kind, made.facts) == ("fact", facts)
    (change,) = made.changes
    assert old in change.old
    assert new in change.new


@pytest.mark.parametrize(
    ("language", "old", "new", "facts"),
    [
        ("ru", "Визит Соколова в Стамбул состоится 14 июня.", "Визит Соколова в Стамбул состоится 15 июня.", ("date",)),
        ("ru", "Соколов прибудет в Анкару 14 июня.", "Прибытие Соколова в Анкару ожидается 15 июня.", ("date",)),
        ("ru", "Министр Соколов приедет в Анкару.", "Министр Соколов не приедет в Анкару.", ("negation",)),
        ("tr", "Sokolov 14 Haziran'da Ankara'ya gelecek.", "Sokolov 14 Haziran'da Ankara'ya gelmeyecek.", ("negation",)),
        ("tr", "Görüşme İstanbul'da cuma günü yapılacak.", "Görüşme İstanbul'da salı günü yapılacak.", ("date",)),
    ],
)  # fmt: skip
def test_in_every_language(language: str, old: str, new: str, facts: tuple[str, ...]) -> None:
    made = edit(old, new, language=language)
    assert (made.kind, made.facts) == ("fact", facts)


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "Talks will cover shipping.", "The talks are going to cover shipping."),
        ("en", "Mr Sokolov will meet Onar in Ankara.", "Foreign Minister Sokolov will meet Sibel Onar in Ankara."),
        ("en", "He will stay for two days, his office said.", "His office said his stay will last 2 days."),
        ("ru", "Об этом Соколов сообщил в Анкаре.", "Об этом в Анкаре сообщили помощники Соколова."),
    ],
)
def test_other_words_for_the_same(language: str, old: str, new: str) -> None:
    made = edit(old, new, language=language)
    assert (made.kind, made.facts) == ("wording", ())


def test_a_sentence_that_comes_goes_or_moves() -> None:
    longer = edit(BODY, BODY + "\nInsurers have raised their rates three times since August.")
    assert [(c.change, c.old) for c in longer.changes] == [("added", "")]
    shorter = edit(BODY, BODY.replace("Talks will cover shipping and insurance. ", ""))
    assert [(c.change, c.old) for c in shorter.changes] == [
        ("removed", "Talks will cover shipping and insurance.")
    ]
    assert longer.kind == shorter.kind == "content"
    moved = edit(BODY, "\n".join(reversed(BODY.split("\n"))))
    assert {c.change for c in moved.changes} == {"moved"}
    assert moved.kind == "wording"


def test_a_headline_with_capitals_everywhere_is_not_full_of_names() -> None:
    made = edit(BODY, BODY, titles=("Sokolov To Visit Istanbul", "Sokolov Heading For Istanbul"))
    assert [(c.change, c.field) for c in made.changes] == [("wording", "title")]
    made = edit(BODY, BODY, titles=("Sokolov To Visit Ankara", "Saygin To Visit Ankara"))
    assert made.facts == ("name",)


def test_what_stands_around_is_furniture() -> None:
    made = edit(BODY, BODY + "\nRead more: Ten quiet beaches")
    assert (made.kind, [c.change for c in made.changes]) == ("furniture", ["furniture"])


@pytest.mark.parametrize(
    ("title", "marker"),
    [
        ("UPDATE 2-Talks in Istanbul", "update"),
        ("WRAPUP 1-Talks in Istanbul", "wrapup"),
        ("REFILE-Talks in Istanbul", "refile"),
        ("CORRECTED-UPDATE 1-Talks in Istanbul", "correction"),
        ("RECASTS - Talks in Istanbul", "recast"),
        ("STORY WITHDRAWN - Talks in Istanbul", "withdrawal"),
        ("ИСПРАВЛЕНО: Переговоры в Стамбуле", "correction"),
        ("DÜZELTME - İstanbul'da görüşme", "correction"),
        ("GÜNCELLEME 2 - İstanbul'da görüşme", "update"),
        ("ПОВТОР - Переговоры в Стамбуле", "repeat"),
    ],
)
def test_marks_before_the_headline(title: str, marker: str) -> None:
    made = revise(None, Edited(title, BODY, "en"))
    assert made is not None
    assert (made.kind, made.marker, made.changes) == ("first", marker, ())


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("Correction, 7 October: an earlier version of this article named the wrong hall.", "correction"),
        ("(Corrects day of the talks in paragraph 1)", "correction"),
        ("(Refiles to fix garble)", "refile"),
        ("(Recasts with statement of the ministry)", "recast"),
        ("(Adds quotes, background)", "update"),
        ("This story has been withdrawn.", "withdrawal"),
        ("The Northern Ledger has withdrawn its story about the talks.", "withdrawal"),
        ("Please disregard our earlier report about the visit.", "withdrawal"),
        ("В предыдущей версии этого материала дата была указана неверно.", "correction"),
        ("Исправлено: визит начнётся в пятницу.", "correction"),
        ("Материал о визите отозван редакцией.", "withdrawal"),
        ("Düzeltme: Haberin ilk halinde tarih yanlıştı.", "correction"),
        ("Haberimiz geri çekilmiştir.", "withdrawal"),
    ],
)
def test_marks_in_a_line_of_their_own(line: str, marker: str) -> None:
    for new in (f"{line}\n{BODY}", f"{BODY}\n{line}") if not line.startswith("(") else (f"{line}\n{BODY}",):
        made = edit(BODY, new)
        assert made.marker == marker
        assert made.kind == "furniture"
        assert {c.change for c in made.changes} == {"marker"}


@pytest.mark.parametrize(
    "line",
    [
        "The committee's report was withdrawn by the government on Monday.",
        "The article was removed from the constitution in 1999.",
        "Troops were withdrawn from the border, the ministry said.",
        "The visit is part of a course correction in foreign policy.",
        "The minister corrected his remarks about the talks.",
        "Посол был отозван для консультаций.",
        "Büyükelçi geri çekildi.",
    ],
)
def test_news_about_corrections_and_withdrawals_is_none(line: str) -> None:
    assert edit(BODY, f"{BODY}\n{line}").marker is None


def test_a_mark_counts_when_it_is_new() -> None:
    note = "Correction: an earlier version of this article named the wrong hall."
    assert edit(f"{BODY}\n{note}", f"{BODY.replace('300', '400')}\n{note}").marker is None
    updated = edit(BODY, BODY, titles=("UPDATE 1-Talks in Istanbul", "UPDATE 2-Talks in Istanbul"))
    assert (updated.marker, updated.marker_text, updated.kind) == ("update", "UPDATE 2", "furniture")


WORDS = st.lists(
    st.sampled_from([*BODY.split(), "не", "14", "İstanbul'da", "Ⅻ", "ß", "½", "\n", "can't", "cannot", "…", "ﷺ"])
    | st.text(max_size=6),
    max_size=40,
).map(" ".join)


@given(WORDS, WORDS, WORDS, st.sampled_from(["en", "ru", "tr", "und"]))
def test_any_two_texts_can_be_compared(title: str, old: str, new: str, language: str) -> None:
    made = edit(old, new, language=language, titles=(title, title))
    assert all(change.old or change.new for change in made.changes)
    assert (made.kind == "fact") == bool(made.facts)
    assert edit(new, new, language=language, titles=(title, title)).changes == ()
