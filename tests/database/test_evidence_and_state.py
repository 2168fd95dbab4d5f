"""Evidence of a meeting and its states belong together, whatever order reports arrive in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from newsroom_desk import NOW, Desk, day, mention
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from staging import source, stage_context

from pipeline.meetings.when.periods import one_of
from pipeline.records import MeetingMention, MeetingStatus, Participant, Place
from pipeline.stages.link.kept_apart import kept_apart

ANKARA = Place("Ankara", "TR", True)
ZORIN = Participant("per:ru.zorin", "Pavel Zorin", "RU", "off:RU.DM", "visitor")
ADDRESSES = [f"http://outlet{number}.example/story" for number in range(9)]
# (hours after NOW, outlet, what it says): a visit, its move and its end, a second visit, a bare word about the first.
STORY: list[tuple[float, int, MeetingMention]] = [
    (0, 0, mention("scheduled", day(14))),
    (5, 1, mention("scheduled", day(14), place=None)),
    (6, 2, mention("scheduled", day(20), people=(ZORIN,), place=ANKARA)),
    (24, 3, mention("postponed", moved_from=day(14))),
    (26, 4, replace(mention("postponed", people=(), place=None), countries=("RU", "TR"))),
    (48, 5, mention("rescheduled", day(2, 6))),
    (50, 6, mention("cancelled", day(20), people=(ZORIN,), place=ANKARA)),
    (72, 7, mention("confirmed", day(2, 6))),
    (80, 8, mention("cancelled", day(2, 6))),
]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="") as ctx:
        yield Desk(ctx)


def outcome(desk: Desk) -> list[tuple[object, ...]]:
    """Every meeting with its reports, whatever their ids are."""
    rows = desk.rows("""
        SELECT m.status, m.date, m.previous_dates,
               (SELECT array_agg(DISTINCT a.url ORDER BY a.url) FROM store.meeting_evidence e
                  JOIN store.meeting_mention n ON n.id = e.mention_id
                  JOIN store.article_version v ON v.id = n.version_id
                  JOIN store.article a ON a.id = v.article_id WHERE e.meeting_id = m.meeting_id)
          FROM wirewatch.meetings m ORDER BY 2, 1""")
    return [tuple(row) for row in rows]


def orphans(desk: Desk) -> list[int]:
    rows = desk.rows("""
        SELECT m.id FROM store.meeting m
         WHERE m.merged_into IS NULL
           AND EXISTS (SELECT FROM store.meeting_evidence e WHERE e.meeting_id = m.id)
               <> EXISTS (SELECT FROM store.meeting_version v WHERE v.meeting_id = m.id)""")
    return [row.id for row in rows]


EXPECTED = [
    ("cancelled", "2031-05-20", [], [ADDRESSES[2], ADDRESSES[6]]),
    ("cancelled", "2031-06-02", ["2031-05-14"], [ADDRESSES[n] for n in (0, 1, 3, 4, 5, 7, 8)]),
]


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_any_order_of_arrival_gives_the_same_meetings(desk: Desk, seed: int | None) -> None:
    story, last = list(STORY), NOW + timedelta(hours=100)
    if seed is not None:
        random.Random(seed).shuffle(story)
        story += story[:3]  # the same once more
    for hours, outlet, said in story:
        desk.report(hours, said, url=ADDRESSES[outlet], body=f"text of {outlet}", at=last)
    assert outcome(desk) == EXPECTED
    assert orphans(desk) == []


def test_a_late_report_of_more_sides_is_found_by_those_that_name_one(desk: Desk) -> None:
    """A report of one side asks by person, one of three sides does not: the late one still gathers the others."""
    summit = replace(mention("rescheduled", day(2, 6), moved_from=day(14), place=None), format="summit")
    whole = replace(summit, countries=("IR", "RU", "TR"))
    one_side = replace(summit, status=MeetingStatus.POSTPONED, when=None, countries=("TR",))
    for hours, said in ((6, one_side), (8, one_side), (0, whole)):
        desk.report(hours, said, at=NOW + timedelta(hours=100))
    (meeting,) = desk.rows("SELECT status, date, reports FROM wirewatch.meetings")
    assert tuple(meeting) == ("rescheduled", "2031-06-02", 3)


def test_a_late_second_version_leaves_no_meeting_without_a_state(desk: Desk) -> None:
    url = desk.report(0, mention("scheduled", day(14)))
    desk.report(24, mention("cancelled", day(14)))
    desk.edit(30, url, mention("scheduled", day(25), people=(ZORIN,), place=ANKARA))
    desk.report(-5, mention("scheduled", day(14)), at=NOW + timedelta(hours=40))
    assert orphans(desk) == []


def test_why_names_what_kept_a_report_out(desk: Desk) -> None:
    desk.report(0, mention("scheduled", day(14)))
    desk.report(6, mention("scheduled", day(14), place=ANKARA))
    desk.report(8, mention("scheduled", day(20), people=(ZORIN,)))
    with desk.ctx.engine.connect() as conn:
        mentions = conn.scalars(text("SELECT id FROM store.meeting_mention ORDER BY id")).all()
        reasons = [[row.reason for row in kept_apart(conn, mention_id)] for mention_id in mentions]
    assert reasons == [[], ["another place"], ["other people", "other people"]]


@pytest.mark.parametrize(
    "broken",
    [
        "DELETE FROM store.meeting_evidence",
        "UPDATE store.meeting_evidence SET meeting_id = (SELECT max(id) FROM store.meeting)",
        "UPDATE store.meeting SET merged_into = id, merged_at = now() WHERE id = (SELECT min(id) FROM store.meeting)",
    ],
)
def test_the_database_refuses_one_without_the_other(desk: Desk, broken: str) -> None:
    desk.report(0, mention("scheduled", day(14)))
    with desk.ctx.engine.begin() as conn:
        conn.execute(text("INSERT INTO store.meeting (uid, created_at) VALUES ('empty', now())"))
    with pytest.raises(IntegrityError, match="meeting"), desk.ctx.engine.begin() as conn:
        conn.execute(text(broken))


def test_what_the_public_knew_is_apart_from_when_we_read_it(desk: Desk) -> None:
    """An archive read long afterwards, newest text first, answers for every day in it."""
    told = (
        (0, mention("scheduled", one_of(day(1).earliest, day(31).latest), place=None)),
        (30, mention("scheduled", day(14))),
        (50, mention("cancelled", day(14))),
    )
    for hours, said in reversed(told):
        desk.report(hours, said, at=NOW + timedelta(days=60))
    with desk.ctx.engine.connect() as conn:
        asked = text("SELECT status, date, place, flags FROM wirewatch.meetings_public_by(:ts)")

        def known(hours: int) -> list[tuple[object, ...]]:
            return [tuple(row) for row in conn.execute(asked, {"ts": NOW + timedelta(hours=hours)})]

        assert known(-1) == []
        assert known(1) == [("scheduled", "[2031-05-01..2031-05-31]", None, [])]
        assert known(31) == [("scheduled", "2031-05-14", "Istanbul", [])]
        assert [row[0] for row in known(51)] == ["cancelled"]
        assert conn.execute(text("SELECT 1 FROM wirewatch.meetings_as_of(:ts)"), {"ts": NOW}).all() == []
