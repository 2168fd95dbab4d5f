"""The pure parts of the pages: words, days, differences, claims, pictures and their colours."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.settings import CHECKOUT
from pipeline.site import meeting_model as model
from pipeline.site.days import Days
from pipeline.site.desk import source_link
from pipeline.site.differences import paragraphs_changed, words_changed
from pipeline.site.login import Logins, TooManyTriesError
from pipeline.site.names import Names
from pipeline.site.pages.login import _back
from pipeline.site.pictures.marks import MARKS
from pipeline.site.pictures.pen import CARD, COLOURS, INK, SOFT
from pipeline.site.pictures.timeline import Known, Lane, PictureStory, Said, timeline
from pipeline.site.wording import LANGUAGES, accepted, phrases_of, wording

NOW = datetime(2025, 10, 13, 13, tzinfo=UTC)
TEXTS = st.text(alphabet=st.sampled_from("ab я \n.,1"), max_size=60)


def placeholders(phrase: Any) -> set[str]:
    texts = phrase.values() if isinstance(phrase, dict) else [phrase]
    return set(re.findall(r"\{(\w+)\}", " ".join(map(str, texts))))


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_phrase_is_said_in_every_language_of_the_same_things(language: str) -> None:
    english, other = phrases_of("en"), phrases_of(language)
    assert other.keys() == english.keys()
    assert [k for k in english if placeholders(english[k]) != placeholders(other[k])] == []


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 издание"), (3, "3 издания"), (11, "11 изданий"), (21, "21 издание")]
)
def test_russian_counts(n: int, words: str) -> None:
    assert wording("ru")("outlets_n", n=n) == words


def test_bold_is_ours_and_values_are_escaped() -> None:
    assert wording("en").rich("feeds_ill", n=1, all="<b>") == "<b>1 of &lt;b&gt;</b> needs a look."


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("de, tr;q=0.5, ru;q=0.8", "ru"), ("tr-TR,tr;q=0.9", "tr"), ("x;q=y, *", "en")],
)
def test_the_language_a_browser_likes_best(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2025-10-24", "Fri 24 Oct 2025"), ("[2025-10-13..2025-10-19]", "some day from 13 to 19 Oct 2025"),
        ("2025-10-30/2025-11-02", "30 Oct to 2 Nov 2025"), ("2025-11", "November 2025, day open"), (None, "no date"),
        ("2025-13-40", "2025-13-40"), ("sometime", "sometime"),
    ],
)  # fmt: skip
def test_days_in_words(edtf: str | None, words: str) -> None:
    assert Days(wording("en"), ZoneInfo("Europe/Istanbul"), NOW).edtf(edtf) == words


def test_moments_move_with_the_reader_and_days_do_not() -> None:
    at, day = datetime(2025, 10, 12, 22, 30, tzinfo=UTC), date(2025, 10, 24)
    told = [Days(wording("en"), ZoneInfo(zone), NOW) for zone in ("America/Lima", "Asia/Tokyo")]
    assert [d.moment(at) for d in told] == ["12 Oct 17:30", "13 Oct 07:30"]
    assert {d.day(day) for d in told} == {"Fri 24 Oct 2025"}
    assert [told[0].relative(NOW.date() + timedelta(days=n)) for n in (-3, 0, 1, 11, 90)] == [
        "3 days ago", "today", "tomorrow", "in 11 days", "",
    ]  # fmt: skip


@given(TEXTS, TEXTS)
def test_a_difference_holds_both_texts_but_for_blanks(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    for text, leave_out in ((old, "ins"), (new, "del")):
        kept = "".join(words for kind, words in pieces if kind != leave_out)
        assert "".join(kept.split()) == "".join(text.split())


@given(TEXTS, TEXTS)
def test_no_paragraph_is_lost_between_two_texts(old: str, new: str) -> None:
    lines = paragraphs_changed(old, new)
    shown = "".join(words for _, pieces in lines for kind, words in pieces if kind != "ins")
    assert "".join(shown.split()) == "".join(old.split())


def report(number: int, status: str, day: str | None, hour: int, **more: Any) -> dict[str, Any]:
    when = date.fromisoformat(day) if day else None
    return {
        "mention_id": number, "article_id": number, "version": 1, "dispatch_id": number, "witness": number,
        "status": status, "date": day, "earliest": when, "latest": when, "stands": True, "language": "en",
        "published_at": NOW + timedelta(hours=hour), **more,
    }  # fmt: skip


def test_copies_fold_and_an_older_text_of_one_article_counts_once() -> None:
    reports = [
        report(1, "scheduled", "2025-10-24", 0), report(2, "scheduled", "2025-10-24", 1, dispatch_id=1, witness=1),
        report(3, "scheduled", "2025-10-24", 2), report(4, "scheduled", "2025-10-24", 3, article_id=3, version=2, dispatch_id=3, witness=3),
    ]  # fmt: skip
    (claim,) = model.claims(reports, reports[0])
    assert (claim.independent, claim.reports, [len(t.copies) for t in claim.told]) == (2, 3, [1, 0])


@pytest.mark.parametrize(
    ("said", "state", "against"),
    [
        (("scheduled", "2025-10-24"), ("rescheduled", "2025-10-24"), 0),
        (("scheduled", "2025-10-10"), ("rescheduled", "2025-10-24"), 1),
        (("scheduled", None), ("rescheduled", "2025-10-24"), 0),  # it names no day
        (("cancelled", None), ("rescheduled", "2025-10-24"), 1),
        (("scheduled", "2025-10-24"), ("cancelled", "2025-10-24"), 1),
        (("held", "2025-10-24"), ("held", "2025-10-24"), 0),
        (("scheduled", "2025-10-24"), ("postponed", None), 1),
    ],
)  # fmt: skip
def test_what_speaks_against_a_state(said: Any, state: Any, against: int) -> None:
    now = report(1, *state, 0)
    found = model.against(
        [now, report(2, *said, 1), report(3, "cancelled", None, -9), report(4, *said, 2, stands=False)], now
    )
    assert (found.independent, found.checked) == (against, 2)


def test_the_dates_old_to_new_and_what_is_off_is_one_crossed_leaf() -> None:
    def step(n: int, status: str, day: str | None) -> dict[str, Any]:
        return {"status": status, "date": day, "recorded_at": NOW + timedelta(hours=n)}

    moved = model.dates_of(
        [step(0, "scheduled", "2025-10-10"), step(1, "postponed", None), step(2, "rescheduled", "2025-10-24")]
    )
    assert [entry.date for entry in moved] == ["2025-10-10", None, "2025-10-24"]
    off = model.dates_of([step(0, "scheduled", "2025-10-15"), step(1, "cancelled", "2025-10-15")])
    assert [(entry.date, entry.status) for entry in off] == [("2025-10-15", "cancelled")]


@pytest.mark.parametrize("count", [1, 7, 300])
@pytest.mark.parametrize("literal", [True, False])
def test_a_time_line_is_xml_with_finite_numbers(count: int, literal: bool) -> None:
    said = [
        Said(NOW + timedelta(hours=i * (i % 5)), "a" if i % 3 else "b", "scheduled", i % 2 == 0)
        for i in range(count)
    ]
    story = PictureStory([Lane("a", "<A>"), Lane("b", "B&", "sub")], said, [Known(NOW, "a", "scheduled", "alert: moved")],
                  lambda at: f"{at:%d}", lambda days: f"+{days}")  # fmt: skip
    drawn = timeline(story, title='"<t>"', desc="d\u202e", literal=literal, width=360 if count == 7 else 760)
    root = etree.fromstring(drawn.encode())
    assert root.find("{*}title").text == '"<t>"'
    assert not re.search(r"nan|inf|\u202e", drawn)
    assert ("class=" in drawn) is not literal


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_colours_of_pictures_can_be_read() -> None:
    assert {colour for colour, _ in MARKS.values()} == COLOURS.keys()
    for colour, tint in COLOURS.values():
        assert min(contrast(colour, CARD), contrast(colour, tint)) >= 4.5
    assert min(contrast(INK, CARD), contrast(SOFT, CARD)) >= 4.5


def test_names_in_the_readers_language() -> None:
    names = Names(CHECKOUT / "config")
    assert [names.country("TR", language) for language in LANGUAGES] == ["Turkey", "Турция", "Türkiye"]
    assert names.office("off:TR.FM", "tr") == "dışişleri bakanı"
    assert names.person("per:xx.nobody", "As Printed", "ru") == "As Printed"
    assert names.codes("Россия, türkiye; IR") == ["RU", "TR", "IR"]
    with pytest.raises(KeyError):
        names.codes("Atlantis")


def test_a_token_is_not_guessed() -> None:
    logins = Logins("a-token-of-some-length")
    assert logins.enter("a-token-of-some-length", "Deniz")
    for _ in range(5):
        assert logins.enter("guess", "Eve") is None
    with pytest.raises(TooManyTriesError):
        logins.enter("a-token-of-some-length", "Deniz")
    assert not Logins().possible


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil", "http://", "http://[", "ftp://a/b"]
)
def test_only_web_addresses_are_linked(address: str) -> None:
    assert source_link(address) == ""


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "/a\nb", ""])
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert _back(path) == ""
