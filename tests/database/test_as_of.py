"""What we knew at T: the history up to T, replayed, and the as-of functions asked later, say the same."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, insert, text
from stored import store_article

from pipeline.records import MeetingMention, MeetingState, MeetingStatus, Participant, Quote, Span, When
from pipeline.store import clusters, meetings, rulings, withdrawals
from pipeline.store.tables import topic_tag

START = datetime(2031, 5, 8, 9, tzinfo=UTC)
SIDES = (
    Participant("off:RU.FM", "the Russian minister", "RU"),
    Participant("off:TR.FM", "the Turkish minister", "TR"),
)
QUOTE = Quote("The ministers will meet.", Span("body", 0, 24))

# What stands now, and the same asked of a moment: columns that both have.
NOW = {
    "articles": "SELECT article_id, version_id, title, body, dispatch_id, topics, withdrawn_at FROM wirewatch.articles",
    "topics": "SELECT t.topic, t.score, t.version_id FROM wirewatch.topics t JOIN wirewatch.articles USING (version_id)",
    "dispatches": "SELECT dispatch_id, origin, articles, outlets, outlet_names, spread FROM wirewatch.dispatches",
    "meetings": "SELECT meeting_id, status, participants, place, date, earliest, latest, flags, sequence, quote "
    "FROM wirewatch.meetings",
}
AS_OF = {
    "articles": "SELECT article_id, version_id, title, body, dispatch_id, topics, withdrawn_at "
    "FROM wirewatch.articles_as_of(:ts)",
    "topics": "SELECT topic, score, version_id FROM wirewatch.topics_as_of(:ts)",
    "dispatches": "SELECT dispatch_id, origin, articles, outlets, outlet_names, spread "
    "FROM wirewatch.dispatches_as_of(:ts)",
    "meetings": "SELECT meeting_id, status, participants, place, date, earliest, latest, flags, sequence, quote "
    "FROM wirewatch.meetings_as_of(:ts)",
}  # fmt: skip


def known(conn: Connection, queries: dict[str, str], **ts: object) -> dict[str, list[str]]:
    return {
        name: sorted(str(tuple(row)) for row in conn.execute(text(query), ts)) for name, query in queries.items()
    }


class History:
    """Things that happen to the records, one after the other, through the store's own functions."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self.engine, self.random, self.at = engine, random.Random(seed), START
        self.urls: list[str] = []
        self.meetings: dict[int, bool] = {}  # standing ones, and whether they are dismissed
        with engine.begin() as conn:  # states are what this is about: they need no evidence here
            for table in ("meeting", "meeting_version"):
                conn.execute(text(f"ALTER TABLE store.{table} DISABLE TRIGGER evidence_and_state"))

    def step(self) -> None:
        """One more event, sometimes at the very moment of the one before."""
        self.at += timedelta(minutes=self.random.choice([0, 0, 7, 60]))
        do = self.random.choice(
            [
                *(self.publish, self.publish, self.edit, self.tag, self.join, self.fold, self.fold),
                *(self.withdraw, self.restore, self.plan, self.replan, self.replan, self.merge, self.dismiss),
            ]
        )
        do()

    def publish(self) -> None:
        self.urls.append(f"http://f.example/{len(self.urls)}")
        self._write(self.urls[-1])
        if self.random.random() < 0.8:
            self.join()

    def edit(self) -> None:
        if self.urls:
            self._write(self.random.choice(self.urls))

    def tag(self) -> None:
        with self.engine.begin() as conn:
            row = {"topic": self.random.choice("abc"), "score": 1.5, "spans": [], "recorded_at": self.at}
            version = self._any(conn, "SELECT id FROM store.article_version")
            if version:
                row |= {"version_id": version, "rules_version": str(self.random.random())}
                conn.execute(insert(topic_tag).values(row))

    def join(self) -> None:
        with self.engine.begin() as conn:
            versions = conn.scalars(text("SELECT id FROM store.article_version WHERE number = 1")).all()
            clusters.found_clusters(conn, versions, now=self.at)

    def fold(self) -> None:
        with self.engine.begin() as conn:
            standing = conn.scalars(
                text("SELECT id FROM store.wire_cluster WHERE merged_into IS NULL ORDER BY id")
            ).all()
            if len(standing) > 1:
                kept, folded = self.random.sample(list(standing), 2)
                clusters.fold(conn, [(kept, folded)], now=self.at)

    def withdraw(self) -> None:
        with self.engine.begin() as conn:
            if article := self._any(conn, "SELECT id FROM store.article"):
                withdrawals.withdraw(conn, article, "http_410", now=self.at)

    def restore(self) -> None:
        with self.engine.begin() as conn:
            if article := self._any(conn, "SELECT article_id FROM store.withdrawal WHERE restored_at IS NULL"):
                withdrawals.restore(conn, article, now=self.at)

    def plan(self) -> None:
        with self.engine.begin() as conn:
            if self._any(conn, "SELECT id FROM store.meeting_mention"):
                meeting_id = meetings.create_meeting(conn, f"{len(self.meetings)}@test", now=self.at)
                self.meetings[meeting_id] = False
                self._record(conn, meeting_id)

    def replan(self) -> None:
        if self.meetings:
            with self.engine.begin() as conn:
                self._record(conn, self.random.choice(list(self.meetings)))

    def merge(self) -> None:
        if len(self.meetings) > 1:
            gone, kept = self.random.sample(list(self.meetings), 2)
            with self.engine.begin() as conn:
                self._record(conn, gone)
                meetings.merge_into(conn, gone, kept, now=self.at)
            del self.meetings[gone]

    def dismiss(self) -> None:
        if self.meetings:
            one = self.random.choice(list(self.meetings))
            self.meetings[one] = not self.meetings[one]
            with self.engine.begin() as conn:
                verb = "dismiss" if self.meetings[one] else "restore"
                rulings.record_ruling(conn, verb, one, who="a", why="b", now=self.at)
                rulings.set_dismissed(conn, one, self.meetings[one])

    def _write(self, url: str) -> None:
        mention = MeetingMention(
            MeetingStatus.SCHEDULED, SIDES, ("RU", "TR"), None, None, None, "talks", QUOTE, ("r",), 1.0
        )
        body = f"{QUOTE.text} MOSCOW, May 8. /TASS/. {self.random.random()}"
        published = START + timedelta(minutes=self.random.randrange(600))
        store_article(self.engine, url, body, published=published, seen=self.at, mentions=(mention,))

    def _record(self, conn: Connection, meeting_id: int) -> None:
        last = meetings.latest_state(conn, meeting_id)
        day = date(2031, 6, self.random.randrange(1, 28))
        state = MeetingState(
            self.random.choice(list(MeetingStatus)), SIDES, ("RU", "TR"), None, When(str(day), day, day), (), "talks",
            self._any(conn, "SELECT id FROM store.meeting_mention"),
        )  # fmt: skip
        number = last.number + 1 if last else 1
        meetings.record_state(conn, meeting_id, state, number=number, sequence=number, change=None, now=self.at)

    def _any(self, conn: Connection, query: str) -> int:
        found = conn.scalars(text(f"{query} ORDER BY 1")).all()
        return self.random.choice(list(found)) if found else 0


@pytest.mark.parametrize("seed", range(4))
def test_the_history_replayed_to_a_moment_is_what_was_known_then(engine: Engine, seed: int) -> None:
    history = History(engine, seed)
    then: dict[datetime, dict[str, list[str]]] = {}
    for _ in range(80):
        history.step()
        with engine.connect() as conn:
            then[history.at] = known(conn, NOW)  # of the last event of each moment
    assert all(then[history.at].values())
    with engine.connect() as conn:
        assert not any(known(conn, AS_OF, ts=START - timedelta(seconds=1)).values())
        for moment, snapshot in then.items():
            assert known(conn, AS_OF, ts=moment) == snapshot
            assert known(conn, AS_OF, ts=moment + timedelta(seconds=1)) == snapshot
        assert known(conn, AS_OF, ts="infinity") == known(conn, NOW)


def test_clocks_of_two_workers_that_disagree_make_one_text_at_a_time(engine: Engine) -> None:
    for minutes in (0, 9, 3, 6):
        at = START + timedelta(minutes=minutes)
        store_article(engine, "http://f.example/1", f"Text {minutes}.", published=START, seen=at)
    with engine.connect() as conn:
        query = text("SELECT version FROM wirewatch.articles_as_of(:ts)")
        found = [conn.scalars(query, {"ts": START + timedelta(minutes=m)}).all() for m in range(10)]
    assert found == [[1]] * 3 + [[3]] * 3 + [[4]] * 4


def test_when_we_knew_is_apart_from_when_it_is_to_be(engine: Engine) -> None:
    history = History(engine, 0)
    history.publish()
    history.plan()
    with engine.connect() as conn:
        asked = text("SELECT earliest FROM wirewatch.meetings_as_of(:ts)")
        planned = conn.scalars(asked, {"ts": START + timedelta(days=1)}).one()
        assert planned > (START + timedelta(days=1)).date()
        assert conn.scalars(asked, {"ts": START - timedelta(days=1)}).all() == []


def test_a_condition_on_an_article_reaches_the_index(engine: Engine) -> None:
    with engine.connect() as conn:
        conn.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            conn.scalars(text("EXPLAIN SELECT title FROM wirewatch.articles_as_of(now()) WHERE article_id = 7"))
        )
    assert "Function Scan" not in plan
    assert "uq_article_version_article_id_number" in plan
