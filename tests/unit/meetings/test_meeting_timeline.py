"""How evidence becomes a state, and a difference of states an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.follow.linker import SURE, Candidate, Fit, link
from pipeline.meetings.follow.timeline import Timeline, as_of, moment_of, standing
from pipeline.meetings.when.periods import day, month, one_of
from pipeline.records import (
    Evidence,
    MeetingMention,
    MeetingState,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Span,
    When,
)


def fold(evidence):
    """The state of a meeting as all its `evidence`, in any order, tells it."""
    return Timeline(evidence).state


START = datetime(2025, 10, 1, 12, tzinfo=UTC)
ORLOV = Participant("per:ru.orlov", "Ivan Orlov", "RU", "off:RU.FM", "visitor")
OFFICE = Participant("off:RU.FM", "foreign minister (RU)", "RU", "off:RU.FM", "visitor")
MEHRABI = Participant("per:ir.mehrabi", "Dariush Mehrabi", "IR", "off:IR.FM", "visitor")
TENTH, ELEVENTH, TWENTY_FOURTH = (day(date(2025, 10, number)) for number in (10, 11, 24))
COMING_WEEKS = one_of(date(2025, 11, 8), date(2025, 12, 5))
BOTH = ("en.cancelled.verb", "en.postponed.verb")
TURKEY, ISTANBUL = Place("Turkey", "TR", is_city=False), Place("Istanbul", "TR", is_city=True)
S = MeetingStatus


def said(
    status: MeetingStatus,
    hours: int,
    when: When | None = None,
    *,
    previous: When | None = None,
    people: tuple[Participant, ...] = (ORLOV,),
    countries: tuple[str, ...] = ("RU", "TR"),
    place: Place | None = TURKEY,
    form: str = "visit",
    witness: int | None = None,
    id: int | None = None,
    url: str = "",
    stands: bool = True,
    by: str = "",
    rules: tuple[str, ...] = ("rule",),
) -> Evidence:
    """One piece of evidence, `hours` after noon of 1 October 2025."""
    number = hours + 1 if id is None else id
    mention = MeetingMention(
        status, people, countries, place, when, previous, form, Quote("q", Span("body", 0, 1)), rules, 0.8, by
    )  # fmt: skip
    where = url or f"https://x.test/{number}"
    return Evidence(number, mention, START + timedelta(hours=hours), where, witness or number, stands)


def alerts(*evidence: Evidence) -> list[str]:
    """The changes that are to be told, oldest first."""
    return [change.kind for change in Timeline(evidence).changes]


def test_a_postponement_and_its_new_date() -> None:
    line = (
        said(S.SCHEDULED, 0, TENTH),
        said(S.CONFIRMED, 5, TENTH, place=ISTANBUL),
        said(S.POSTPONED, 30),
        said(S.CANCELLED, 31),  # another word for the same change
        said(S.SCHEDULED, 32, TENTH),  # a late copy of the old news
        said(S.SCHEDULED, 90, TWENTY_FOURTH),
        said(S.RESCHEDULED, 91, TWENTY_FOURTH, previous=TENTH),
        said(S.HELD, 600, TWENTY_FOURTH),
    )
    assert alerts(*line) == ["postponed", "rescheduled"]
    state = fold(line)
    assert (state.status, state.when, state.previous, state.place) == (S.HELD, TWENTY_FOURTH, (TENTH,), ISTANBUL)
    assert fold(line[:5]).proof == line[2].id


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([said(S.SCHEDULED, 0, TENTH), said(S.CANCELLED, 9, TENTH)], ["cancelled"]),
        ([said(S.CANCELLED, 0, TENTH)], ["cancelled"]),
        ([said(S.POSTPONED, 0, previous=TENTH)], ["postponed"]),
        (
            [said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 2, previous=TENTH)],
            ["postponed"],
        ),  # one change, a better word
        ([said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 96, previous=TENTH)], ["cancelled", "postponed"]),
        ([said(S.RESCHEDULED, 0, TWENTY_FOURTH, previous=TENTH), said(S.POSTPONED, 3)], ["rescheduled"]),
        (
            [said(S.RESCHEDULED, 0, TWENTY_FOURTH, previous=TENTH), said(S.POSTPONED, 99, previous=TENTH)],
            ["rescheduled"],
        ),
        ([said(S.RESCHEDULED, 0, TWENTY_FOURTH, previous=TENTH), said(S.CANCELLED, 99, TENTH)], ["rescheduled"]),
        (
            [said(S.RESCHEDULED, 0, TWENTY_FOURTH, previous=TENTH), said(S.POSTPONED, 99)],
            ["rescheduled", "postponed"],
        ),
        ([said(S.CANCELLED, 0, TENTH), said(S.SCHEDULED, 90, TWENTY_FOURTH)], ["cancelled", "reinstated"]),
        ([said(S.CANCELLED, 0, TENTH), said(S.SCHEDULED, 9, TENTH)], ["cancelled"]),
        (
            [said(S.CANCELLED, 0, TENTH), said(S.CONFIRMED, 9, TENTH, by="the ministry said")],
            ["cancelled", "contested"],
        ),
        ([said(S.CANCELLED, 0, TENTH), said(S.CONFIRMED, 9, TENTH)], ["cancelled"]),
        ([said(S.SCHEDULED, 0, TENTH), said(S.RESCHEDULED, 9, TWENTY_FOURTH)], ["rescheduled"]),
        ([said(S.POSTPONED, 0, previous=TENTH), said(S.CANCELLED, 96)], ["postponed", "cancelled"]),
        ([said(S.SCHEDULED, 0, month(2025, 10)), said(S.SCHEDULED, 9, TENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 9, ELEVENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.UNCERTAIN, 9, TENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.HELD, 240, TENTH), said(S.CANCELLED, 250)], []),
        ([said(S.UNCERTAIN, 0), said(S.SCHEDULED, 9, TENTH), said(S.CONFIRMED, 12, TENTH)], []),
        # another day, and nobody says that it moved: two witnesses, or an office
        ([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 9, TWENTY_FOURTH)], []),
        (
            [
                said(S.SCHEDULED, 0, TENTH),
                said(S.SCHEDULED, 9, TWENTY_FOURTH),
                said(S.SCHEDULED, 10, TWENTY_FOURTH),
            ],
            ["rescheduled"],
        ),
        (
            [
                said(S.SCHEDULED, 0, TENTH),
                said(S.SCHEDULED, 9, TWENTY_FOURTH),
                said(S.SCHEDULED, 10, TWENTY_FOURTH, witness=10),  # a copy
            ],
            [],
        ),
        (
            [
                said(S.SCHEDULED, 0, TENTH),
                said(S.CONFIRMED, 9, TWENTY_FOURTH, by="official: the ministry said"),
                said(S.SCHEDULED, 10, TENTH),  # late news of the old day
                said(S.SCHEDULED, 11, TWENTY_FOURTH),
            ],
            ["rescheduled"],
        ),
        # "in the coming weeks" is no new date, October is one
        ([said(S.POSTPONED, 0, previous=TENTH), said(S.SCHEDULED, 900, COMING_WEEKS)], ["postponed"]),
        (
            [said(S.POSTPONED, 0, previous=month(2025, 10)), said(S.SCHEDULED, 90, month(2025, 11))],
            ["postponed", "rescheduled"],
        ),
        (
            [
                said(S.POSTPONED, 0, previous=TENTH),
                said(S.SCHEDULED, 24 * 34, month(2025, 11)),
            ],  # said in November
            ["postponed", "rescheduled"],
        ),
        (
            [said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9, by="official: the ministry said")],
            ["cancelled"],
        ),
        ([said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9, by="anonymous: a source said")], []),
        # both words in one text say nothing more exact
        ([said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 2, rules=BOTH)], ["cancelled"]),
        ([said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 2, rules=(*BOTH, "en.new_date.later"))], ["postponed"]),
    ],
)
def test_alerts(line: list[Evidence], expected: list[str]) -> None:
    assert alerts(*line) == expected


def test_a_vague_date_is_narrowed() -> None:
    vague = one_of(date(2025, 10, 1), date(2025, 10, 31))
    assert fold([said(S.SCHEDULED, 0, vague), said(S.SCHEDULED, 1, TENTH)]).when == TENTH
    assert fold([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 1, vague)]).when == TENTH


def test_a_meeting_is_not_held_before_its_day() -> None:
    assert fold([said(S.SCHEDULED, 0, TWENTY_FOURTH), said(S.HELD, 24)]).status == S.SCHEDULED


def test_late_news_of_an_old_plan_does_not_undo_a_change() -> None:
    line = [said(S.SCHEDULED, 0, TENTH), said(S.POSTPONED, 30)]
    late = said(S.CONFIRMED, 10, TENTH)  # published before the change, arrives after it
    assert alerts(*line, late) == ["postponed"]
    assert fold([*line, late]).status == S.POSTPONED


def test_a_name_replaces_its_office() -> None:
    state = fold([said(S.SCHEDULED, 0, TENTH, people=(OFFICE,)), said(S.SCHEDULED, 1, TENTH)])
    assert state.participants == (ORLOV,)


def test_without_evidence_there_is_no_state() -> None:
    assert fold([]) is None


# Flags ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([said(S.SCHEDULED, 0, TENTH)], ()),
        ([said(S.SCHEDULED, 0, TENTH), said(S.UNCERTAIN, 9, TENTH)], ("at_risk",)),
        ([said(S.SCHEDULED, 0, TENTH), said(S.UNCERTAIN, 9, TENTH, witness=1)], ()),  # whoever announced it
        ([said(S.SCHEDULED, 0, TENTH), said(S.UNCERTAIN, 9, TENTH), said(S.CONFIRMED, 12, TENTH)], ()),
        ([said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9)], ("contested",)),
        ([said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9), said(S.CANCELLED, 12)], ()),
        ([said(S.CANCELLED, 0, TENTH)], ("first_seen_as_change",)),
        ([said(S.CANCELLED, 0, TENTH), said(S.HELD, 217, TENTH)], ("contested", "first_seen_as_change")),
    ],
)
def test_flags(line: list[Evidence], expected: tuple[str, ...]) -> None:
    assert fold(line).flags == expected


def test_a_day_that_passes_without_a_report_has_lapsed_and_was_not_held() -> None:
    plan = fold([said(S.SCHEDULED, 0, TENTH)])
    assert as_of(plan, date(2025, 10, 12)) == plan
    lapsed = as_of(plan, date(2025, 10, 13))
    assert (lapsed.status, lapsed.flags) == (S.SCHEDULED, ("lapsed",))
    held = fold([said(S.SCHEDULED, 0, TENTH), said(S.HELD, 240, TENTH)])
    assert as_of(held, date(2026, 1, 1)) == held


def test_each_independent_witness_makes_it_surer_and_a_copy_does_not() -> None:
    once = fold([said(S.SCHEDULED, 0, TENTH)]).confidence
    copied = fold([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 1, TENTH, witness=1)]).confidence
    twice = fold([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 1, TENTH)]).confidence
    assert once == copied < twice < 1
    changed = fold([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 1, TENTH), said(S.CANCELLED, 2)])
    assert changed.confidence < once
    assert changed.flags == ("contested",)  # one alone against two
    assert changed.weight == (1, 2)


def test_one_agency_is_one_witness_in_whatever_words_and_two_on_another_day() -> None:
    first, again = (replace(said(S.SCHEDULED, hours, TENTH), agency="volna") for hours in (0, 3))
    next_day = replace(said(S.SCHEDULED, 24, TENTH), agency="volna")
    alone = fold([first]).confidence
    assert fold([first, again]).confidence == fold([again, first]).confidence == alone
    assert fold([first, said(S.SCHEDULED, 3, TENTH)]).confidence > alone
    assert fold([first, next_day]).confidence > alone


def test_one_source_against_several_is_contested_until_another_or_an_office_says_so() -> None:
    plans = [said(S.SCHEDULED, hours, TENTH) for hours in (0, 1, 2)]
    alone = fold([*plans, said(S.CANCELLED, 3)])
    assert (alone.status, alone.flags, alone.weight) == (S.CANCELLED, ("contested",), (1, 3))
    second = fold([*plans, said(S.CANCELLED, 3), said(S.CANCELLED, 4)])
    assert (second.flags, second.weight) == ((), (2, 3))
    office = fold([*plans, said(S.CANCELLED, 3, by="official: the ministry said")])
    assert (office.flags, office.weight) == ((), (1, 3))
    same_outlet = [replace(said(S.CANCELLED, hours), outlet="lone.example") for hours in (3, 4, 5)]
    assert fold([*plans, *same_outlet]).weight == (1, 3)


def test_later_plans_of_two_witnesses_lift_what_one_source_alone_had_called_off() -> None:
    plans = [said(S.SCHEDULED, hours, TENTH) for hours in (0, 1, 2)]
    still_on = [said(S.SCHEDULED, hours, TENTH) for hours in (5, 6)]
    lifted = [*plans, said(S.CANCELLED, 3), *still_on]
    assert alerts(*lifted) == ["cancelled", "reinstated"]
    assert (fold(lifted).status, fold(lifted).when) == (S.SCHEDULED, TENTH)
    two = [*plans, said(S.CANCELLED, 3), said(S.CANCELLED, 4), *still_on]
    assert alerts(*two) == ["cancelled"]


def test_a_report_whose_date_cannot_be_right_is_no_witness() -> None:
    plan, false = said(S.SCHEDULED, 0, TENTH), replace(said(S.CANCELLED, 3), doubted=True)
    state = fold([plan, false])
    assert (state.flags, state.weight) == (("contested",), (0, 1))


def test_who_stays_away_is_told_once_and_the_meeting_goes_on() -> None:
    guest = Participant("per:az.demirov", "Kemal Demirov", "AZ", "off:AZ.FM", "visitor")
    summit = said(S.SCHEDULED, 0, TENTH, people=(ORLOV, guest))
    away = replace(said(S.CANCELLED, 3, people=(ORLOV,)), mention=replace(
        said(S.CANCELLED, 3, people=(ORLOV,)).mention, scope="attendance"))  # fmt: skip
    again = replace(away, id=away.id + 10**6, witness=away.id + 10**6, url="https://x.test/again")
    assert alerts(summit, away, again) == ["will_not_attend"]
    state = fold([summit, away, again])
    assert [person.id for person in state.absent] == [ORLOV.id]
    assert "attendance" in state.flags
    assert state.status == S.SCHEDULED


def test_each_fact_keeps_the_report_that_proves_it() -> None:
    plan = said(S.SCHEDULED, 0, None)
    dated = said(S.SCHEDULED, 1, TENTH)
    confirmed = said(S.CONFIRMED, 2)
    state = fold([plan, dated, confirmed])
    assert state.proof == confirmed.id
    assert dict(state.proofs)["date"] == dated.id


# Corrections ------------------------------------------------------------------------------------------------

PAGE = "https://x.test/page"


def test_a_change_that_its_article_takes_back_never_was() -> None:
    plan, change = said(S.SCHEDULED, 0, TENTH), said(S.CANCELLED, 9, TENTH, url=PAGE, stands=False)
    assert alerts(plan, change) == []
    assert fold([plan, change]) == fold([plan])
    corrected = said(S.SCHEDULED, 12, TENTH, url=PAGE)
    assert alerts(plan, change, corrected) == []


def test_a_change_that_another_source_reports_too_stands() -> None:
    line = [said(S.SCHEDULED, 0, TENTH), said(S.CANCELLED, 9, TENTH, stands=False), said(S.CANCELLED, 10, TENTH)]
    assert alerts(*line) == ["cancelled"]


def test_an_edited_article_that_says_the_same_said_it_first() -> None:
    first = said(S.POSTPONED, 9, previous=TENTH, url=PAGE, stands=False)
    moved = said(S.RESCHEDULED, 12, TWENTY_FOURTH, previous=TENTH)
    edited = said(S.POSTPONED, 30, previous=TENTH, url=PAGE)
    assert alerts(first, moved, edited) == ["postponed", "rescheduled"]
    assert fold([first, moved, edited]).when == TWENTY_FOURTH


def test_what_became_of_the_plan_an_article_announced() -> None:
    announced = said(S.SCHEDULED, 0, TENTH, url=PAGE, stands=False)
    state = fold([announced, said(S.POSTPONED, 30, url=PAGE)])
    assert (state.status, state.previous) == (S.POSTPONED, (TENTH,))


def test_a_corrected_date_is_no_new_date() -> None:
    wrong = said(S.SCHEDULED, 0, TENTH, url=PAGE, stands=False)
    line = [wrong, said(S.SCHEDULED, 2, TWENTY_FOURTH, url=PAGE)]
    assert (fold(line).when, alerts(*line)) == (TWENTY_FOURTH, [])


def test_where_every_report_was_withdrawn_nothing_stands() -> None:
    timeline = Timeline([said(S.CANCELLED, 0, TENTH, stands=False)])
    assert (timeline.state, timeline.changes) == (None, ())


# What must hold for any reports -----------------------------------------------------------------------------

WHENS = st.sampled_from([None, TENTH, ELEVENTH, TWENTY_FOURTH, month(2025, 10)])
EVIDENCE = st.lists(
    st.builds(
        said,
        st.sampled_from(list(S)),
        st.integers(0, 400),
        WHENS,
        previous=WHENS,
        people=st.sampled_from([(ORLOV,), (OFFICE,), ()]),
        place=st.sampled_from([None, TURKEY, ISTANBUL]),
        witness=st.integers(1, 6),
        id=st.integers(1, 10**6),
        by=st.sampled_from(["", "the ministry said"]),
        url=st.sampled_from(["", "", "", PAGE]),
        stands=st.sampled_from([True, True, True, False]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda piece: piece.id,
)


@given(EVIDENCE, st.randoms(use_true_random=False))
def test_one_by_one_in_any_order_is_the_same_as_all_at_once(evidence: list[Evidence], random) -> None:
    at_once, timeline = Timeline(evidence), Timeline()
    shuffled = list(evidence)
    random.shuffle(shuffled)
    for piece in shuffled:
        timeline.add(piece)
        if random.random() < 0.3:
            assert timeline.state == Timeline(timeline.evidence).state
    assert (timeline.state, timeline.changes) == (at_once.state, at_once.changes)
    assert timeline.evidence == at_once.evidence


@given(EVIDENCE)
def test_in_order_is_the_same_as_all_at_once(evidence: list[Evidence]) -> None:
    timeline = Timeline()
    for number, piece in enumerate(sorted(evidence, key=moment_of), start=1):
        timeline.add(piece)
        assert timeline.state == Timeline(sorted(evidence, key=moment_of)[:number]).state


def test_a_cancellation_teaches_the_day_it_was_planned_for_without_a_second_report() -> None:
    known, off = said(S.SCHEDULED, 0), said(S.CANCELLED, 9, previous=TENTH)
    assert fold([known, off]).previous == (TENTH,)


@given(EVIDENCE)
def test_a_copy_of_each_text_changes_nothing(evidence: list[Evidence]) -> None:
    """Forty copies of a dispatch are one witness: they prove nothing and learn nothing that it does not say."""
    unedited = [replace(piece, url=f"https://x.test/{piece.id}", stands=True) for piece in evidence]
    copies = [replace(piece, id=piece.id + 10**6, url=f"{piece.url}/copy") for piece in unedited]
    once, doubled = Timeline(unedited), Timeline([*unedited, *copies])
    assert said_by(doubled.state) == said_by(once.state)
    assert [c.kind for c in doubled.changes] == [c.kind for c in once.changes]


def said_by(state: MeetingState | None) -> MeetingState | None:
    """What is told of a meeting, without the number of its witnesses."""
    return None if state is None else replace(state, weight=(0, 0), proof=0, proofs=(), confidence=0.0)


@given(EVIDENCE)
def test_a_report_taken_out_leaves_no_trace(evidence: list[Evidence]) -> None:
    timeline = Timeline(evidence)
    timeline.remove(evidence[0].id)
    assert (timeline.state, timeline.changes) == (Timeline(evidence[1:]).state, Timeline(evidence[1:]).changes)


@given(EVIDENCE)
def test_what_comes_last_is_known_without_reading_all(evidence: list[Evidence]) -> None:
    timeline = Timeline(evidence)
    for piece in evidence:
        later = [other for other in evidence if moment_of(other) > moment_of(piece)]
        assert timeline.is_newest(piece) == (not later)
    assert timeline.counted == {piece.id for piece in standing(evidence)}


@given(EVIDENCE)
def test_how_it_stood_before_a_moment(evidence: list[Evidence]) -> None:
    unedited = [replace(piece, url=f"https://x.test/{piece.id}", stands=True) for piece in evidence]
    timeline, ordered = Timeline(unedited), sorted(unedited, key=moment_of)
    for number, piece in enumerate(ordered):
        found = timeline.before(moment_of(piece))
        assert (found.state if found else None) == Timeline(ordered[:number]).state


@given(EVIDENCE)
def test_copies_add_evidence_and_nothing_else(evidence: list[Evidence]) -> None:
    evidence = [replace(piece, url=f"https://x.test/{piece.id}", stands=True) for piece in evidence]
    copies = [replace(piece, id=piece.id + 10**7, url=piece.url + "/copy") for piece in evidence]
    alone, doubled = Timeline(evidence), Timeline([*evidence, *copies])
    assert [c.kind for c in doubled.changes] == [c.kind for c in alone.changes]
    assert doubled.state is not None
    assert alone.state is not None
    assert (doubled.state.status, doubled.state.when) == (alone.state.status, alone.state.when)
    assert doubled.state.previous == alone.state.previous
    assert doubled.state.confidence == alone.state.confidence


@given(EVIDENCE)
def test_every_change_is_proven_by_what_supports_it(evidence: list[Evidence]) -> None:
    known = {piece.id for piece in evidence}
    claimed: set[int] = set()
    for change in Timeline(evidence).changes:
        assert change.proof in change.support <= known
        assert not change.support & claimed - {change.proof}
        claimed |= change.support


# Linking ----------------------------------------------------------------------------------------------------


def known(*evidence: Evidence, key: int = 1) -> Candidate:
    return Candidate(key, fold(evidence), evidence[-1].published_at, evidence[-1].url)


@pytest.mark.parametrize(
    "new",
    [
        said(S.SCHEDULED, 5, TENTH),
        said(S.SCHEDULED, 5, TENTH, people=(OFFICE,)),
        said(S.SCHEDULED, 5, TENTH, place=ISTANBUL),
        said(S.SCHEDULED, 5, ELEVENTH),
        said(S.POSTPONED, 5, previous=TENTH, people=()),
        said(S.POSTPONED, 5),
        said(S.RESCHEDULED, 5, TWENTY_FOURTH, previous=TENTH),
        said(S.CANCELLED, 5, TENTH),
        said(S.HELD, 216, TENTH),
        said(S.SCHEDULED, 5, month(2025, 10)),
    ],
)
def test_evidence_of_the_same_meeting(new: Evidence) -> None:
    found = link(new, [known(said(S.SCHEDULED, 0, TENTH))])
    assert found is not None
    assert (found.meeting_id, found.fit) == (1, Fit.SURE)
    assert SURE <= found.score <= 1


@pytest.mark.parametrize(
    "new",
    [
        said(S.SCHEDULED, 5, TENTH, people=(MEHRABI,), countries=("IR", "TR")),
        said(S.SCHEDULED, 5, TENTH, people=(MEHRABI,)),
        said(S.SCHEDULED, 5, TENTH, form="call"),
        said(S.SCHEDULED, 5, TWENTY_FOURTH, place=None),
        said(S.SCHEDULED, 5, TENTH, place=Place("Sochi", "RU", is_city=True)),
        said(S.CANCELLED, 5, TWENTY_FOURTH),
        said(S.HELD, 5),
        said(S.SCHEDULED, 24 * 70),
        said(S.SCHEDULED, 5, TENTH, people=(), countries=("AM", "AZ")),
    ],
)
def test_evidence_of_another_meeting(new: Evidence) -> None:
    found = link(new, [known(said(S.SCHEDULED, 0, TENTH))])
    assert found is None or found.fit != Fit.SURE


def test_the_same_journey_days_later_is_the_meeting_itself() -> None:
    found = link(said(S.SCHEDULED, 5, TWENTY_FOURTH), [known(said(S.SCHEDULED, 0, TENTH))])
    assert found is not None
    assert (found.meeting_id, found.fit) == (1, Fit.SURE)


def test_the_same_people_on_another_day_are_for_a_person_to_judge() -> None:
    known_plan = known(said(S.SCHEDULED, 0, TENTH))
    found = link(said(S.SCHEDULED, 5, TWENTY_FOURTH, place=None), [known_plan])
    assert found is not None
    assert (found.meeting_id, found.fit) == (1, Fit.SILENT_RESCHEDULE)
    assert link(said(S.SCHEDULED, 24 * 12, TWENTY_FOURTH), [known_plan]) is None  # the tenth is over
    assert link(said(S.SCHEDULED, 5, TWENTY_FOURTH, people=()), [known_plan]) is None


def test_a_new_plan_after_a_meeting_was_held_is_a_new_meeting() -> None:
    held = known(said(S.SCHEDULED, 0, TENTH), said(S.HELD, 216, TENTH))
    assert link(said(S.SCHEDULED, 300, TWENTY_FOURTH), [held]) is None
    assert link(said(S.HELD, 220, TENTH), [held]) is not None


def test_a_new_date_finds_the_postponed_meeting() -> None:
    postponed = known(said(S.SCHEDULED, 0, TENTH), said(S.POSTPONED, 30))
    assert link(said(S.SCHEDULED, 90, TWENTY_FOURTH), [postponed]) is not None


def test_another_cancellation_weeks_later_is_of_another_meeting() -> None:
    cancelled = known(said(S.CANCELLED, 0))
    assert link(said(S.CANCELLED, 24 * 5), [cancelled]) is not None
    assert link(said(S.CANCELLED, 24 * 20), [cancelled]) is None


def test_the_same_people_to_the_same_place_are_awaited_longer() -> None:
    postponed = known(said(S.SCHEDULED, 0, TENTH), said(S.POSTPONED, 30))
    later = day(date(2026, 1, 20))
    assert link(said(S.SCHEDULED, 24 * 100, later), [postponed]) is not None
    elsewhere = Place("Sochi", "RU", is_city=True)
    assert link(said(S.SCHEDULED, 24 * 100, later, place=elsewhere), [postponed]) is None


def test_a_postponed_visit_that_begins_is_no_change_of_plan() -> None:
    begun = said(S.SCHEDULED, 24 * 23, TWENTY_FOURTH)
    line = [said(S.SCHEDULED, 0, TENTH), said(S.POSTPONED, 30), begun]
    assert (alerts(*line), fold(line).when) == (["postponed"], TWENTY_FOURTH)


def test_the_best_candidate_wins() -> None:
    right, other = known(said(S.SCHEDULED, 0, TENTH), key=7), known(said(S.SCHEDULED, 0, month(2025, 10)), key=3)
    found = link(said(S.SCHEDULED, 5, TENTH), [other, right])
    assert found is not None
    assert found.meeting_id == 7


def test_a_text_that_uses_both_words_supports_the_change_that_is_known() -> None:
    line = (said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 2, rules=BOTH))
    (change,) = Timeline(line).changes
    assert (change.kind, change.support) == ("cancelled", {1, 3})


def test_one_text_that_tells_a_change_twice_tells_one_change() -> None:
    """The minister "snubs talks of the EU", and "will not meet his Iranian colleague"."""
    first = said(S.CANCELLED, 0, countries=("EU", "RU"), place=None, url="https://x.test/a")
    again = said(
        S.CANCELLED, 0, people=(ORLOV, MEHRABI), countries=("IR", "RU"), place=None, id=2, url="https://x.test/a"
    )
    assert link(again, [known(first)]) is not None
    elsewhere = replace(again, url="https://x.test/b")
    assert link(elsewhere, [known(first)]) is None
    nobody_of_it = replace(again, mention=replace(again.mention, participants=(MEHRABI,)))
    assert link(nobody_of_it, [known(first)]) is None


def test_an_arrival_two_days_before_the_talks_is_that_visit_and_its_day_is_the_arrival() -> None:
    planned = known(said(S.SCHEDULED, 0, TENTH))
    arrived = said(S.HELD, 24 * 7 + 2, day(date(2025, 10, 8)))
    assert link(arrived, [planned]) is not None
    assert link(replace(arrived, published_at=arrived.published_at - timedelta(1)), [planned]) is None
    late = said(S.HELD, 24 * 13, day(date(2025, 10, 14)))
    assert link(late, [planned]) is not None
    assert fold([said(S.SCHEDULED, 0, TENTH), late]).when == day(date(2025, 10, 14))


def test_a_visit_without_a_day_is_the_same_one_for_months() -> None:
    plan = known(said(S.SCHEDULED, 0))
    assert link(said(S.SCHEDULED, 24 * 100, place=None), [plan]) is not None
    assert link(said(S.SCHEDULED, 24 * 130, place=None), [plan]) is None
    assert link(said(S.POSTPONED, 24 * 100, place=None), [plan]) is None


def test_a_stop_in_a_third_country_does_not_move_the_meeting() -> None:
    tour = said(S.SCHEDULED, 5, countries=("IR", "RU", "TR"), place=Place("Tehran", "IR", is_city=True))
    assert fold([said(S.SCHEDULED, 0, TENTH), tour]).place == TURKEY


def test_a_meeting_put_off_within_a_month_is_held_on_a_day_of_it() -> None:
    line = [said(S.SCHEDULED, 0, month(2025, 10)), said(S.POSTPONED, 30), said(S.HELD, 24 * 10, TENTH)]
    assert fold(line).status == S.HELD
    assert fold([said(S.SCHEDULED, 0, TENTH), *line[1:]]).status == S.POSTPONED


def test_a_refusal_nobody_had_asked_about_is_no_change_of_a_plan() -> None:
    def stays_away(piece: Evidence) -> Evidence:
        return replace(piece, mention=replace(piece.mention, scope="attendance"))

    refused = stays_away(said(S.DENIED, 9, place=TURKEY, form="summit"))
    assert alerts(refused) == []
    assert alerts(stays_away(said(S.CANCELLED, 9, form="summit"))) == ["will_not_attend"]
    planned = said(S.SCHEDULED, 0, TENTH, people=(ORLOV, MEHRABI), countries=("IR", "RU", "TR"), form="summit")
    assert alerts(planned, refused) == ["will_not_attend"]
    by_country = stays_away(said(S.CANCELLED, 12, people=(), countries=("RU", "TR"), form="summit"))
    assert alerts(planned, refused, by_country) == ["will_not_attend"]


def test_a_country_in_a_stray_report_is_no_side() -> None:
    plans = [said(S.SCHEDULED, hours, TENTH) for hours in (0, 1, 2)]
    stray = said(S.SCHEDULED, 3, TENTH, countries=("IR", "RU", "TR"))
    assert fold([*plans, stray]).countries == ("RU", "TR")
    assert fold([plans[0], stray]).countries == ("IR", "RU", "TR")  # one of two may be right
    summit = [replace(piece, mention=replace(piece.mention, format="summit")) for piece in (*plans, stray)]
    assert fold(summit).countries == ("IR", "RU", "TR")
    alone = [said(S.SCHEDULED, hours, TENTH, countries=("TR",)) for hours in (0, 1, 2)]
    assert fold([*alone, stray]).countries == ("IR", "RU", "TR")  # a meeting has two sides
