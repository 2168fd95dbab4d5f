"""What a message says: every kind of change, in every language, with dates as people write them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from alert_texts import NOTICE, SITE, hostile, style
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alerts.dates import bounds, in_words, moment
from pipeline.alerts.formats import plain
from pipeline.alerts.message import Sending, compose
from pipeline.alerts.outside import cut, link, outside
from pipeline.alerts.words import ChangeKind
from pipeline.records import MeetingStanding

ENGLISH = """\
POSTPONED: Sergei Lavrov, Hakan Fidan · Istanbul · Fri 4 Dec 2026 → no new date [#12]

Was: Fri 4 Dec 2026
Now: no new date
Who: Sergei Lavrov (foreign minister, RU); Hakan Fidan (foreign minister, TR)
Where: Istanbul (TR)
Said by: “сообщили в МИД Турции” (Turkey, host, official source)
Reason given: “в связи с графиком министра”

“Визит министра иностранных дел России Сергея Лаврова в Стамбул, намеченный на 4 декабря, переносится на более поздний срок в связи с графиком министра, сообщили в МИД Турции.”
— Велен-Информ (velen-inform.example), 1 Dec 14:05 UTC+3
https://velen-inform.example/2026/12/01/1187

Reports: 3 · independent sources: 2
Against: Kastra Haber, 30 Nov 19:40 UTC+3: said it was on (before this report)
Stands now: postponed, no new date

Check: https://ww.example.org/meetings/12
  wirewatch meetings show 12
"""


def test_the_whole_message_in_english() -> None:
    assert plain.text(compose(NOTICE, style(), SITE)) == ENGLISH


@pytest.mark.parametrize(
    ("language", "subject", "where"),
    [
        ("ru", "ОТЛОЖЕНО: Сергей Лавров, Хакан Фидан · Стамбул · пт, 4 декабря 2026 → новой даты нет [#12]", "Где: Стамбул (TR)"),
        ("tr", "ERTELENDİ: Sergey Lavrov, Hakan Fidan · İstanbul · 4 Aralık 2026 Cum → yeni tarih yok [#12]", "Nerede: İstanbul (TR)"),
    ],
)  # fmt: skip
def test_names_and_dates_are_in_the_language_of_the_reader(language: str, subject: str, where: str) -> None:
    text = plain.text(compose(NOTICE, style(language), SITE))
    assert text.splitlines()[0] == subject
    assert where in text.splitlines()


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("rescheduled", {"new_date": "2026-12-14"}, "Fri 4 Dec 2026 → Mon 14 Dec 2026"),
        ("rescheduled", {"new_date": "[2026-12-21..2026-12-30]"}, "Fri 4 Dec 2026 → between 21 and 30 Dec 2026"),
        ("rescheduled", {"new_date": "2026-12-14", "clock": "13:30"}, "Fri 4 Dec 2026 → Mon 14 Dec 2026, 13:30 local time"),
        ("rescheduled", {"new_date": None}, "Fri 4 Dec 2026 → new date not stated"),
        ("reinstated", {"new_date": "2026-12-04"}, "Fri 4 Dec 2026 → Fri 4 Dec 2026"),
        ("date_set", {"old_date": None, "new_date": "2026-12-14"}, "Mon 14 Dec 2026"),
        ("postponed", {"old_date": None}, "date unknown → no new date"),
        ("cancelled", {}, "Fri 4 Dec 2026 → off"),
        ("contested", {}, "Fri 4 Dec 2026 → another source says it is on"),
        ("retracted", {"retracts": "postponed"}, "Fri 4 Dec 2026 → the report was corrected or withdrawn"),
        ("will_not_attend", {}, "one side will not attend, Fri 4 Dec 2026"),
        ("announced", {"old_date": None, "new_date": "2026-12-04"}, "planned, Fri 4 Dec 2026"),
        ("held", {}, "took place, Fri 4 Dec 2026"),
        ("place_changed", {"old_place": "Ankara"}, "Ankara → Istanbul"),
        ("participants_changed", {"old_participants": ("Ivan Orlov",)}, "Ivan Orlov → Sergei Lavrov, Hakan Fidan"),
    ],
)  # fmt: skip
def test_what_changed_is_said_in_words(kind: str, changes: dict[str, object], expected: str) -> None:
    assert compose(replace(NOTICE, kind=kind, **changes), style(), SITE).change == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ru", "tr"])
@pytest.mark.parametrize("kind", get_args(ChangeKind))
def test_every_kind_has_words_in_every_language(kind: str, language: str) -> None:
    message = compose(replace(NOTICE, kind=kind), style(language), SITE)
    assert message.word not in get_args(ChangeKind)
    assert message.word == message.word.strip()
    assert "_" not in plain.text(message).replace("https://", "")


def test_a_correction_a_repeat_and_a_delay_stand_at_the_top() -> None:
    sending = Sending(repeated=True, first_tried=datetime(2026, 12, 1, 11, 7, tzinfo=UTC))
    message = compose(replace(NOTICE, amends="k@w/1/cancelled"), style(), sending)
    assert message.subject.startswith("CORRECTION: POSTPONED: ")
    lines = plain.body(message)
    assert lines[0].startswith("Possibly sent before")
    assert lines[1] == "Delayed, first tried 1 Dec 14:07 UTC+3"
    assert lines[2] == "CORRECTION: this replaces message k@w/1/cancelled"


@pytest.mark.parametrize(
    ("flags", "status", "edtf", "expected"),
    [
        ((), "scheduled", "2026-12-04", "planned, Fri 4 Dec 2026"),
        (("contested",), "cancelled", None, "cancelled, contested, no date"),
        (("withdrawn",), "cancelled", None, "no report is left, no date"),
    ],
)
def test_how_it_stands(flags: tuple[str, ...], status: str, edtf: str | None, expected: str) -> None:
    now = MeetingStanding(status, edtf, None, flags, NOTICE.now.as_of)
    assert compose(replace(NOTICE, now=now), style(), SITE).stands == expected


@pytest.mark.parametrize(
    ("edtf", "english", "russian"),
    [
        ("2026-12-04", "Fri 4 Dec 2026", "пт, 4 декабря 2026"),
        ("2026-12-04/2026-12-06", "4 – 6 Dec 2026", "4 – 6 декабря 2026"),
        ("2026-11-30/2026-12-02", "30 Nov – 2 Dec 2026", "30 ноября – 2 декабря 2026"),
        ("2026-12-30/2027-01-02", "30 Dec 2026 – 2 Jan 2027", "30 декабря 2026 – 2 января 2027"),
        ("[2026-09-21..2026-09-30]", "between 21 and 30 Sep 2026", "в один из дней: 21 – 30 сентября 2026"),
        ("[2026-12-01..]", "Tue 1 Dec 2026 or later", "вт, 1 декабря 2026 или позже"),
        ("[..2026-12-01]", "Tue 1 Dec 2026 or earlier", "вт, 1 декабря 2026 или раньше"),
        ("[2026-10-14,2026-10-16]", "Wed 14 Oct 2026 or Fri 16 Oct 2026", "ср, 14 октября 2026 или пт, 16 октября 2026"),
        ("2026-12", "December 2026", "декабрь 2026"),
        ("2026-22", "summer 2026", "лето 2026"),
        ("2027-33", "first quarter of 2027", "первый квартал 2027"),
        ("2027", "2027", "2027"),
        ("2026-02-31", "2026-02-31", "2026-02-31"),
        (None, "date unknown", "дата неизвестна"),
    ],
)  # fmt: skip
def test_dates_in_words(edtf: str | None, english: str, russian: str) -> None:
    assert in_words(edtf, style("en").words) == english
    assert in_words(edtf, style("ru").words) == russian


@given(st.dates(), st.dates())
def test_the_bounds_of_a_range_are_its_days(first: date, last: date) -> None:
    said = bounds(f"[{first.isoformat()}..{last.isoformat()}]")
    assert (said.first, said.last) == (first, last)
    assert bounds(first.isoformat()).precision == "day"


@given(st.text(max_size=60))
def test_any_date_is_said_somehow(edtf: str) -> None:
    assert isinstance(in_words(edtf, style().words), str)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "1 Dec 11:05 UTC"),
        ("Asia/Kolkata", "1 Dec 16:35 UTC+5:30"),
        ("America/New_York", "1 Dec 06:05 UTC−5"),
    ],
)
def test_a_moment_names_its_offset(zone: str, expected: str) -> None:
    assert moment(NOTICE.proof.published_at, style().words, ZoneInfo(zone)) == expected


@given(st.text())
def test_outside_text_is_one_line_and_stays_so(text: str) -> None:
    safe = outside(text)
    assert len(safe.splitlines()) <= 1
    assert safe.isprintable()
    assert outside(safe) == safe


@given(st.text(), st.integers(0, 50))
def test_a_cut_text_is_never_longer_than_it_may_be(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most
    assert cut(text, len(text)) == text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://aa.example/новости?q=1", "https://aa.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?q=1"),
        ("https://аa.example/", "https://xn--a-7sb.example/"),
        ("https://user:secret@aa.example:8443/x", "https://aa.example:8443/x"),
        ("https://aa.example/a b>c(d)[e]*`", "https://aa.example/ab%3Ec%28d%29%5Be%5D%2A%60"),
        ("https://aa.example/\u202egnp", "https://aa.example/%E2%80%AEgnp"),
        ("javascript:alert(1)", ""),
        ("http://", ""),
        ("http://[::1", ""),
    ],
)
def test_an_address_shows_where_it_leads(url: str, expected: str) -> None:
    assert link(url) == expected


def test_a_sentence_of_seven_thousand_characters_is_cut_at_a_clause() -> None:
    clause = "the ministers of both countries had agreed on the date of the talks"
    whole = ", ".join([clause] * 110)
    shown = compose(hostile(whole), style(), SITE).quote
    assert len(whole) > 7_000
    assert len(shown) <= 600
    assert shown.removesuffix(" …").endswith(clause)


def test_a_long_quote_is_cut_and_says_so() -> None:
    message = compose(hostile("word " * 3000), style(), SITE)
    assert len(message.quote) <= 600
    assert message.quote.endswith(" …")


def test_a_contested_change_counts_who_says_otherwise() -> None:
    assert "independent sources: 2, against: 3" in plain.text(
        compose(replace(NOTICE, independent_against=3), style())
    )


@pytest.mark.parametrize(
    ("language", "listed"), [("en", "as listed by"), ("ru", "в ленте"), ("tr", "listeleyen:")]
)
def test_a_page_on_the_site_of_another_outlet_is_not_put_down_to_the_feed(language: str, listed: str) -> None:
    foreign = replace(NOTICE.proof, listed_in="https://collected.test/feed.rss")
    own = replace(NOTICE.proof, listed_in="https://rss.velen-inform.example/all.xml")
    shown = compose(replace(NOTICE, proof=foreign), style(language)).outlet
    assert shown == f"velen-inform[.]example, {listed} Велен-Информ"
    assert compose(replace(NOTICE, proof=own), style(language)).outlet == "Велен-Информ"


def test_a_date_far_from_the_first_sight_is_shown_with_it() -> None:
    late = replace(NOTICE.proof, first_seen=datetime(2026, 12, 9, 8, 0, tzinfo=UTC))
    assert "14:05 UTC+3, first seen 9 Dec 11:00 UTC+3" in plain.text(compose(replace(NOTICE, proof=late), style()))


@pytest.mark.parametrize(
    ("initiator", "row"),
    [
        ("per:tr.fidan", "On the initiative of: Hakan Fidan\n"),
        ("cty:TR", "On the initiative of: Turkey\n"),
        ("", ""),
    ],
)
def test_who_made_the_change_is_named(initiator: str, row: str) -> None:
    said = plain.text(compose(replace(NOTICE, proof=replace(NOTICE.proof, initiator=initiator)), style()))
    assert ("On the initiative of" in said) == bool(row)
    assert row in said


def test_a_meeting_that_goes_on_without_one_says_so() -> None:
    now = MeetingStanding("scheduled", "2026-12-04", None, ("attendance",), NOTICE.now.as_of)
    assert compose(replace(NOTICE, now=now), style()).stands == "planned, one side will not attend, Fri 4 Dec 2026"
