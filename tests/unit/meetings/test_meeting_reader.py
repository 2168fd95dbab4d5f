"""Whole articles: one mention per meeting, with what other sentences say of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.meetings.read.reader import MeetingReader
from pipeline.records import Article, MeetingStatus

ANNOUNCED = (
    "Russia's foreign minister will visit Turkey on Friday, the ministry said.\n"
    "Consultations will be held in Istanbul and led by Russian Foreign Minister Ivan Orlov, as agreed by Russian President "
    "Oleg Gromov and Turkish President Kaan Demirel, a spokeswoman said on Saturday.\n"
    "Iranian Foreign Minister Dariush Mehrabi is also expected in Istanbul on Friday."
)
CALLED_OFF = (
    "The visit, which was planned for October 10, did not take place, the ministry said.\n"
    "The sides will agree on a new date.\n"
    "On Monday Orlov spoke by phone with Turkish Foreign Minister Kemal Arda."
)


def test_sentences_of_one_meeting_complete_each_other(read) -> None:
    orlov, mehrabi = read(ANNOUNCED)
    assert [person.name for person in orlov.participants] == ["Ivan Orlov"]
    assert (orlov.place.name, orlov.when.edtf, orlov.status) == ("Istanbul", "2025-10-10", MeetingStatus.SCHEDULED)
    assert [person.name for person in mehrabi.participants] == ["Dariush Mehrabi"]
    assert mehrabi.countries == ("IR", "TR")


def test_a_headline_that_says_failed_and_a_body_that_promises_a_new_date(read) -> None:
    title = "Visit of Russian Foreign Minister Ivan Orlov to Turkey fell through"
    visit, call = read(CALLED_OFF, title=title)
    assert (visit.status, visit.when, visit.previous_when.edtf) == (MeetingStatus.POSTPONED, None, "2025-10-10")
    assert visit.quote.text == "The sides will agree on a new date."
    assert (call.status, call.format, call.countries) == (MeetingStatus.HELD, "call", ("RU", "TR"))


def test_two_meetings_of_one_pair_in_two_cities(read) -> None:
    moscow, ankara = read(
        "Turkish President Kaan Demirel will meet Russian President Oleg Gromov in Moscow on Wednesday.\n"
        "Demirel is set to host Gromov and his Iranian counterpart, Farhad Rahimi, for a summit about grain in Ankara on "
        "16 October."
    )
    assert (moscow.place.name, moscow.when.edtf) == ("Moscow", "2025-10-08")
    assert (ankara.place.name, ankara.when.edtf, ankara.countries) == ("Ankara", "2025-10-16", ("IR", "RU", "TR"))
    assert "off:IR.HS" in {person.office for person in ankara.participants}


def test_an_old_cancellation_in_the_news_of_a_new_plan(read) -> None:
    (visit,) = read(
        "Turkish Trade Minister Selim Aksoy will visit Moscow on Friday, the ministry said.\n"
        "It will be his first visit since March. Officials have prepared it for weeks. The agenda is long.\n"
        "Aksoy cancelled a trip to Moscow in June."
    )
    assert (visit.status, visit.when.edtf) == (MeetingStatus.SCHEDULED, "2025-10-10")


def test_the_speaker_is_not_a_party_but_can_be_the_visitor(read) -> None:
    (visit,) = read("Turkish Trade Minister Selim Aksoy said he will visit Moscow on Friday.")
    assert [(person.name, person.role) for person in visit.participants] == [("Selim Aksoy", "visitor")]
    (other,) = read(
        "Turkish Foreign Minister Kemal Arda said on Sunday that Russian President Oleg Gromov will visit Turkey."
    )
    assert [person.name for person in other.participants] == ["Oleg Gromov"]


POSTPONED = (
    "The visit of Russian Foreign Minister Ivan Orlov to Istanbul planned for October 10 has been postponed, a new date "
    "will be agreed, spokeswoman Vera Lind said.\n"
    '"The ministers will meet when the texts are ready," she said.\n'
    "The trip of Iranian Foreign Minister Dariush Mehrabi is not affected: he will visit Istanbul on October 10 as "
    "planned, the embassy in Ankara said."
)


@pytest.mark.parametrize(
    "title", ["No hotline yet", "Bosphorus talks off as capitals haggle", "Orlov's visit to Istanbul postponed"]
)
def test_a_postponement_wins_over_a_plan_that_waits(read, title: str) -> None:
    orlov, mehrabi = read(POSTPONED, title=title)
    assert (orlov.status, orlov.when, orlov.previous_when.edtf) == (MeetingStatus.POSTPONED, None, "2025-10-10")
    assert (mehrabi.status, mehrabi.when.edtf) == (MeetingStatus.CONFIRMED, "2025-10-10")


def test_the_proof_is_the_sentence_that_says_most(read) -> None:
    orlov = read(POSTPONED, title="Orlov's visit to Istanbul postponed")[0]
    assert orlov.quote.text.startswith("The visit of Russian Foreign Minister Ivan Orlov")
    later = read(
        "Shippers will have to wait.\nThe mood was calm.\nNobody knew why.\n"
        "Turkish Trade Minister Selim Aksoy cancelled his visit to Moscow on October 10.",
        title="Turkish trade minister cancels visit to Moscow",
    )[0]
    assert (later.status, later.quote.span.field) == (MeetingStatus.CANCELLED, "body")
    alone = read("Shippers will have to wait.", title="Turkish trade minister cancels visit to Moscow")[0]
    assert alone.quote.span.field == "title"


def test_hosts_are_named_alike(read) -> None:
    (visit,) = read(
        "Russian Foreign Minister Ivan Orlov and Defence Minister Oleg Belov will visit Istanbul on October 10 for talks with "
        "their Turkish counterparts.\nTurkish Foreign Minister Kemal Arda spoke of a new start."
    )
    assert [(p.name, p.role) for p in visit.participants] == [
        ("Ivan Orlov", "visitor"),
        ("Oleg Belov", "visitor"),
        ("Kemal Arda", "counterpart"),
        ("Turkish defence minister", "counterpart"),
    ]


WORDS = st.sampled_from(
    ["Russia", "Turkey's", "Putin", "Erdogan", "will visit", "postponed", "the visit", "talks", "on Friday", "in Sochi",
     "foreign minister", "Ivan Orlov", "said", "cancelled", "June 14", ",", ".", "\n", "after", "which was planned for",
     "Putin'in", "ziyareti", "ertelendi", "визит", "Лаврова", "в Турцию", "отложен", "«", "”", "İ", "met"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=30).map(" ".join), st.text(max_size=40), st.sampled_from(["en", "ru", "tr"]))
@settings(max_examples=200, deadline=None)
def test_any_article_can_be_read(reader: MeetingReader, body: str, title: str, language: str) -> None:
    article = Article(title, body, datetime(2020, 6, 13, tzinfo=UTC), "page", "UTC", language, 1.0)
    for mention in reader.read(article):
        span = mention.quote.span
        assert getattr(article, span.field)[span.start : span.end] == mention.quote.text
        assert len(mention.countries) >= 2
        assert mention.rules
        assert 0 < mention.confidence <= 1
        if mention.status == MeetingStatus.POSTPONED:
            assert mention.when is None


@pytest.mark.parametrize(
    ("language", "plan", "below"),
    [
        ("en", "Turkish Trade Minister Selim Aksoy will visit Moscow on Friday.",
         "Comments (2)\nThe visit of Turkish Trade Minister Selim Aksoy to Moscow was cancelled."),
        ("en", "Turkish Trade Minister Selim Aksoy will visit Moscow on Friday.",
         "Read more: Turkish Trade Minister Selim Aksoy cancels Moscow visit"),
        ("en", "Turkish Trade Minister Selim Aksoy will visit Moscow on Friday.",
         "wise_owl (Marta) 6 October 2025 19: 41\nTurkish Trade Minister Selim Aksoy cancelled his visit to Moscow."),
        ("ru", "Министр торговли Турции Селим Аксой посетит Москву в пятницу.",
         "Комментарии\nВизит министра торговли Турции Селима Аксоя в Москву отменен."),
        ("ru", "Министр торговли Турции Селим Аксой посетит Москву в пятницу.",
         "Читайте также: Министр торговли Турции Селим Аксой отменил визит в Москву"),
        ("tr", "Ticaret Bakanı Selim Aksoy cuma günü Moskova'ya gidecek.",
         "Yorumlar\nTicaret Bakanı Selim Aksoy Moskova ziyaretini iptal etti."),
    ],
)  # fmt: skip
def test_what_stands_below_the_article_says_nothing(read, language: str, plan: str, below: str) -> None:
    (mention,) = read(f"{plan}\n{below}", language=language)
    assert (mention.status, mention.when.edtf) == (MeetingStatus.SCHEDULED, "2025-10-10")


@pytest.mark.parametrize(
    ("language", "sentence", "attribution"),
    [
        ("en", "Turkish Trade Minister Selim Aksoy will visit Moscow, the ministry said on Sunday.",
         "official: the ministry said on Sunday"),
        ("en", "Turkish Trade Minister Selim Aksoy will visit Moscow, a source close to the talks said.",
         "anonymous: a source close to the talks said"),
        ("ru", "Министр торговли Турции Селим Аксой посетит Москву, сообщил источник в министерстве.",
         "anonymous: сообщил источник в министерстве"),
        ("ru", "Министр торговли Турции Селим Аксой посетит Москву, сообщает ТАСС.", "media: сообщает ТАСС"),
        ("tr", "Bakanlıktan yapılan açıklamaya göre, Ticaret Bakanı Selim Aksoy Moskova'ya gidecek.",
         "official: Bakanlıktan yapılan açıklamaya göre"),
    ],
)  # fmt: skip
def test_who_says_so(read, language: str, sentence: str, attribution: str) -> None:
    assert [mention.attribution for mention in read(sentence, language=language)] == [attribution]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Turkish Deputy Prime Minister and Foreign Minister Kemal Arda will visit Moscow on Friday."),
        ("tr", "Türkiye Başbakan Yardımcısı ve Dışişleri Bakanı Kemal Arda cuma günü Moskova'ya gidecek."),
    ],
)
def test_who_holds_two_offices_is_one_person(read, language: str, sentence: str) -> None:
    (mention,) = read(sentence, language=language)
    assert [person.id for person in mention.participants] == ["per:tr.arda"]


def test_a_former_holder_does_not_stand_for_the_present_one(read) -> None:
    for mention in read(
        "Henry Marlow, a former U.S. secretary of state, met Chinese President Xi Jinping on Friday."
    ):
        assert not any(person.office == "off:US.FM" for person in mention.participants)
