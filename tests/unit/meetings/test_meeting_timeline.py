"""How evidence becomes a state, and a difference of states an alert."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meetings.dates import day, month, one_of
from pipeline.meetings.linker import Candidate, link
from pipeline.meetings.timeline import Change, change, fold
from pipeline.records import (
    Evidence,
    MeetingMention,
    MeetingStatus,
    Participant,
    Place,
    Quote,
    Span,
    When,
)

START = datetime(2025, 10, 1, 12, tzinfo=UTC)
ORLOV = Participant("per:ru.orlov", "Ivan Orlov", "RU", "off:RU.FM", "visitor")
OFFICE = Participant("off:RU.FM", "foreign minister (RU)", "RU", "off:RU.FM", "visitor")
MEHRABI = Participant("per:ir.mehrabi", "Dariush Mehrabi", "IR", "off:IR.FM", "visitor")
TENTH, ELEVENTH, TWENTY_FOURTH = (day(date(2025, 10, number)) for number in (10, 11, 24))
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
) -> Evidence:
    """One piece of evidence, `hours` after noon of 1 October 2025."""
    number = hours + 1 if id is None else id
    mention = MeetingMention(
        status, people, countries, place, when, previous, form, Quote("q", Span("body", 0, 1)), ("rule",), 0.8
    )
    return Evidence(number, mention, START + timedelta(hours=hours), f"https://x.test/{number}", witness or number)


def alerts(*evidence: Evidence) -> list[Change]:
    """What is alerted when the evidence comes in this order."""
    found, old = [], None
    for number in range(len(evidence)):
        new = fold(evidence[: number + 1])
        found += [changed] if (changed := change(old, new)) else []
        old = new
    return found


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
    assert alerts(*line) == [Change.POSTPONED, Change.RESCHEDULED]
    state = fold(line)
    assert (state.status, state.when, state.previous, state.place) == (S.HELD, TWENTY_FOURTH, (TENTH,), ISTANBUL)
    assert fold(line[:5]).proof == line[2].id


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ([said(S.SCHEDULED, 0, TENTH), said(S.CANCELLED, 9, TENTH)], [Change.CANCELLED]),
        ([said(S.CANCELLED, 0, TENTH)], [Change.CANCELLED]),
        ([said(S.POSTPONED, 0, previous=TENTH)], [Change.POSTPONED]),
        ([said(S.CANCELLED, 0, TENTH), said(S.POSTPONED, 2, previous=TENTH)], [Change.CANCELLED]),
        ([said(S.SCHEDULED, 0, TENTH), said(S.RESCHEDULED, 9, TWENTY_FOURTH)], [Change.RESCHEDULED]),
        ([said(S.POSTPONED, 0, previous=TENTH), said(S.CANCELLED, 96)], [Change.POSTPONED, Change.CANCELLED]),
        ([said(S.SCHEDULED, 0, month(2025, 10)), said(S.SCHEDULED, 9, TENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.SCHEDULED, 9, ELEVENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.UNCERTAIN, 9, TENTH)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.DENIED, 9)], []),
        ([said(S.SCHEDULED, 0, TENTH), said(S.HELD, 240, TENTH), said(S.CANCELLED, 250)], []),
        ([said(S.UNCERTAIN, 0), said(S.SCHEDULED, 9, TENTH), said(S.CONFIRMED, 12, TENTH)], []),
    ],
)
def test_alerts(line: list[Evidence], expected: list[Change]) -> None:
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
    assert change(fold(line), fold([*line, late])) is None
    assert fold([*line, late]).status == S.POSTPONED


def test_a_name_replaces_its_office() -> None:
    state = fold([said(S.SCHEDULED, 0, TENTH, people=(OFFICE,)), said(S.SCHEDULED, 1, TENTH)])
    assert state.participants == (ORLOV,)


def test_no_evidence_is_an_error() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        fold([])


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
        id=st.integers(1, 10**6),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda piece: piece.id,
)


@given(EVIDENCE, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(evidence: list[Evidence], random) -> None:
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(evidence)


@given(EVIDENCE)
def test_doubled_evidence_changes_nothing(evidence: list[Evidence]) -> None:
    assert fold([*evidence, *evidence]) == fold(evidence)
    copies = [replace(piece, id=piece.id + 10**7, url=piece.url + "/copy") for piece in evidence]
    assert change(fold(evidence), replace(fold([*evidence, *copies]), status=fold(evidence).status)) is None


@given(EVIDENCE)
def test_a_state_is_no_change_of_itself(evidence: list[Evidence]) -> None:
    assert change(fold(evidence), fold(evidence)) is None


# Linking ----------------------------------------------------------------------------------------------------


def known(*evidence: Evidence, key: int = 1) -> Candidate:
    return Candidate(key, fold(evidence), tuple(e.published_at for e in evidence))


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
    assert found.meeting_id == 1
    assert 0.6 <= found.score <= 1


@pytest.mark.parametrize(
    "new",
    [
        said(S.SCHEDULED, 5, TENTH, people=(MEHRABI,), countries=("IR", "TR")),
        said(S.SCHEDULED, 5, TENTH, people=(MEHRABI,)),
        said(S.SCHEDULED, 5, TENTH, form="call"),
        said(S.SCHEDULED, 5, TWENTY_FOURTH),
        said(S.SCHEDULED, 5, TENTH, place=Place("Sochi", "RU", is_city=True)),
        said(S.CANCELLED, 5, TWENTY_FOURTH),
        said(S.HELD, 5),
        said(S.SCHEDULED, 24 * 70),
        said(S.SCHEDULED, 5, TENTH, people=(), countries=("AM", "AZ")),
    ],
)
def test_evidence_of_another_meeting(new: Evidence) -> None:
    assert link(new, [known(said(S.SCHEDULED, 0, TENTH))]) is None


def test_a_new_plan_after_a_meeting_was_held_is_a_new_meeting() -> None:
    held = known(said(S.SCHEDULED, 0, TENTH), said(S.HELD, 216, TENTH))
    assert link(said(S.SCHEDULED, 300, TWENTY_FOURTH), [held]) is None
    assert link(said(S.HELD, 220, TENTH), [held]) is not None


def test_a_new_date_finds_the_postponed_meeting() -> None:
    postponed = known(said(S.SCHEDULED, 0, TENTH), said(S.POSTPONED, 30))
    assert link(said(S.SCHEDULED, 90, TWENTY_FOURTH), [postponed]) is not None


def test_the_best_candidate_wins() -> None:
    right, other = known(said(S.SCHEDULED, 0, TENTH), key=7), known(said(S.SCHEDULED, 0, month(2025, 10)), key=3)
    found = link(said(S.SCHEDULED, 5, TENTH), [other, right])
    assert found is not None
    assert found.meeting_id == 7
