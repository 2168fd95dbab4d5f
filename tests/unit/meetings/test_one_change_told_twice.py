"""Reports that tell one change in other words are one meeting; what only looks alike stays two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from pipeline.meetings.follow.comparison import Candidate
from pipeline.meetings.follow.linker import SURE, Judgement, judge, link
from pipeline.meetings.follow.timeline import Timeline
from pipeline.records import Evidence, MeetingMention, MeetingStatus, Participant, Place, Quote, Span, When

AT = datetime(2031, 5, 1, 12, tzinfo=UTC)
ORLOV = Participant("per:ru.orlov", "Anton Orlov", "RU", None, "visitor")
ARDA = Participant("per:tr.arda", "Kemal Arda", "TR", "off:TR.FM", "host")
MICHEL = Participant("per:eu.brandt", "Else Brandt", "EU", "off:EU.HS")
ANKARA, ISTANBUL = (Place(name, "TR", True) for name in ("Ankara", "Istanbul"))


def day(number: int) -> When:
    return When(f"2031-05-{number:02}", date(2031, 5, number), date(2031, 5, number))


def says(
    status: str,
    *people: Participant,
    countries: tuple[str, ...] = ("RU", "TR"),
    place: Place | None = None,
    when: When | None = None,
    old: When | None = None,
    kind: str = "visit",
) -> MeetingMention:
    return MeetingMention(
        MeetingStatus(status),
        people,
        countries,
        place,
        when,
        old,
        kind,
        Quote("q", Span("body", 0, 1)),
        ("en.x",),
        0.8,
    )


def report(number: int, said: MeetingMention, *, hours: float = 0, url: str = "") -> Evidence:
    at = AT + timedelta(hours=hours)
    return Evidence(number, said, at, url or f"https://o{number}.example/", number, outlet=f"o{number}.example")


def second(known: Evidence, new: Evidence) -> Judgement:
    """How the second report compares with the meeting the first one made."""
    state = Timeline([known]).state
    assert state is not None
    return judge(new, Candidate(1, state, known.published_at, known.url))


def test_one_person_called_off_on_one_day_is_one_whatever_place_is_named() -> None:
    first = report(1, says("cancelled", ORLOV, place=ANKARA, old=day(14)))
    again = report(2, says("cancelled", ORLOV, place=ISTANBUL, old=day(14)), hours=3)
    other_day = report(3, says("cancelled", ORLOV, place=ISTANBUL, old=day(25)), hours=3)
    assert second(first, again).veto is None
    assert second(first, again).score >= SURE
    assert second(first, other_day).veto == "another place"


def test_moved_to_the_same_day_is_one_and_told_once() -> None:
    first = report(1, says("rescheduled", MICHEL, countries=("EU",), when=day(20), kind="summit"))
    again = report(
        2, says("rescheduled", MICHEL, countries=("DE", "EU"), when=day(20), old=day(10), kind="summit"), hours=40
    )
    assert second(first, again).veto is None
    timeline = Timeline([first, again])
    assert [change.kind for change in timeline.changes] == ["rescheduled"]
    assert timeline.state is not None
    assert timeline.state.previous == (day(10),), "the old day is learnt"


def test_talks_of_which_nobody_is_named_are_found_by_sides_and_city() -> None:
    first = report(1, says("scheduled", countries=("RU", "TR", "US"), place=ANKARA, when=day(10), kind="talks"))
    moved = report(
        2, says("postponed", countries=("RU", "TR", "US"), place=ANKARA, old=day(13), kind="talks"), hours=30
    )
    elsewhere = replace(moved, mention=replace(moved.mention, place=ISTANBUL))
    assert second(first, moved).veto is None
    assert second(first, moved).score >= SURE
    assert second(first, elsewhere).veto == "another place"


def test_one_text_that_names_two_others_for_one_absence_tells_one_change() -> None:
    first = report(1, says("cancelled", countries=("CN", "UA"), kind="talks"), url="https://a.example/")
    again = report(2, says("cancelled", countries=("CN", "MT")), url="https://a.example/")
    elsewhere = report(3, says("cancelled", countries=("CN", "MT")), hours=1)
    assert (second(first, again).veto, second(first, again).score) == (None, 1.0)
    assert second(first, elsewhere).veto == "other parties"


def test_who_has_arrived_still_has_meetings_ahead() -> None:
    first = report(1, says("held", ORLOV, place=ANKARA))
    ahead = report(2, says("scheduled", ORLOV, place=ANKARA, when=day(3)), hours=20)
    later = replace(ahead, published_at=AT + timedelta(days=9))
    assert second(first, ahead).veto is None
    assert second(first, later).veto == "it was held already"


def test_a_call_and_talks_of_the_same_people_at_once_are_one() -> None:
    call = report(1, says("held", ORLOV, ARDA, kind="call"))
    talks = report(2, says("held", ORLOV, ARDA, kind="talks"), hours=2)
    there = replace(talks, mention=replace(talks.mention, place=ANKARA))
    assert second(call, talks).veto is None
    assert second(call, there).veto == "a phone call is not a meeting in person"


def test_a_summit_without_a_day_is_moved_again_though_the_report_names_nobody() -> None:
    first = report(1, says("postponed", ORLOV, countries=("IQ", "RU"), old=day(14), kind="summit"))
    again = report(2, says("postponed", countries=("RU",), old=day(30), kind="summit"), hours=24 * 20)
    bilateral = replace(again, mention=replace(again.mention, format="visit"))
    assert second(first, again).veto is None
    assert second(first, bilateral).veto == "the report names none of the people, nor the place or the day"


def test_the_old_day_is_learnt_from_a_later_report_of_the_same_end() -> None:
    first = report(1, says("cancelled", ORLOV, place=ANKARA))
    again = report(2, says("cancelled", ORLOV, place=ANKARA, old=day(14)), hours=5)
    timeline = Timeline([first, again])
    assert timeline.state is not None
    assert timeline.state.previous == (day(14),)
    assert dict(timeline.state.proofs)["date"] == 2
    assert [change.kind for change in timeline.changes] == ["cancelled"]


def test_one_person_who_does_not_come_to_one_city_is_one_whoever_passes_for_the_host() -> None:
    granada = Place("Granada", "ES", True)
    first = report(1, says("cancelled", ORLOV, ARDA, place=granada))
    visit = report(2, says("cancelled", ORLOV, countries=("ES", "RU"), place=granada), hours=7)
    other_city = report(
        3, says("cancelled", ORLOV, countries=("ES", "RU"), place=Place("Madrid", "ES", True)), hours=7
    )
    later = report(4, says("cancelled", ORLOV, countries=("ES", "RU"), place=granada), hours=80)
    assert second(first, visit).veto is None
    assert second(first, visit).score >= SURE
    assert second(first, other_city).veto == "other parties"
    assert second(first, later).veto == "other parties"


def test_an_unlisted_person_who_does_not_come_is_one_whatever_country_texts_give() -> None:
    mori = Participant("per:jp.morinaga", "Morinaga", "JP")
    home, reversed_name = (
        replace(mori, id="per:ru.morinaga", country="RU"),
        replace(mori, id="per:jp.morinaga_taro"),
    )
    first = report(1, says("cancelled", mori, countries=("JP", "MN", "UZ"), place=ANKARA, kind="summit"))
    for person, sides, place in (
        (home, ("RU", "TR"), Place("Turkey", "TR", False)),
        (reversed_name, ("JP", "TR"), ANKARA),
    ):
        again = second(first, report(2, says("cancelled", person, countries=sides, place=place), hours=1))
        assert (again.veto, again.score) == (None, 1.0)
        days_later = report(3, says("cancelled", person, countries=sides, place=place), hours=30)
        assert second(first, days_later).veto is not None
    dated = report(1, says("cancelled", mori, countries=("JP", "TR"), place=ANKARA, old=day(9)))
    other_day = says("cancelled", reversed_name, countries=("JP", "RU"), place=ANKARA, old=day(20))
    assert second(dated, report(2, other_day)).veto is not None
    host_of_two = says("cancelled", ORLOV, ARDA, place=ANKARA), says("cancelled", mori, ARDA, place=ANKARA)
    assert second(report(1, host_of_two[0]), report(2, replace(host_of_two[1], countries=("JP", "TR")))).score < 1
    another = replace(mori, id="per:jp.morita")
    assert (
        second(first, report(2, says("cancelled", another, countries=("JP", "TR"), place=ANKARA))).veto is not None
    )


def test_one_text_that_names_offices_once_and_nobody_once_tells_one_change() -> None:
    """ "China stays away from the talks on Ukraine", "its envoy will not come to Valletta"."""
    first = report(1, says("cancelled", countries=("CN", "UA"), kind="talks"), url="https://o.example/a")
    envoys = (
        Participant("off:CN.SC", "secretary", "CN", "off:CN.SC"),
        Participant("off:MT.SC", "s", "MT", "off:MT.SC"),
    )
    again = says("cancelled", *envoys, countries=("CN", "MT"))
    assert second(first, report(1, again, url="https://o.example/a")).veto is None
    assert second(first, report(2, again, hours=1)).veto == "other parties"


def test_what_is_put_off_without_a_day_was_planned_and_not_only_possible() -> None:
    plan = Timeline([report(1, says("scheduled", ORLOV, ARDA, place=ANKARA, when=day(9)))]).state
    maybe = Timeline(
        [report(2, says("uncertain", ORLOV, ARDA, place=Place("Turkey", "TR", False), when=day(30)))]
    ).state
    assert plan is not None
    assert maybe is not None
    off = report(3, says("postponed", ORLOV, place=Place("Turkey", "TR", False)), hours=20)
    found = link(off, [Candidate(1, plan, AT), Candidate(2, maybe, AT)])
    assert found is not None
    assert found.meeting_id == 1
    dated = report(4, says("postponed", ORLOV, place=ANKARA, old=day(30)), hours=20)
    found = link(dated, [Candidate(1, plan, AT), Candidate(2, maybe, AT)])
    assert found is not None
    assert found.meeting_id == 2
