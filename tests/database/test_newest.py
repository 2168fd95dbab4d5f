"""The newest text of an article and the newest state of a meeting: those with the highest number, however they came."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from tests.bench.bulk import Rows, copy
from tests.bench.store_news import _COLUMNS as COLUMNS

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
_STATUSES = ("scheduled", "uncertain", "postponed", "rescheduled", "cancelled", "held")
_FEED = text("""
    INSERT INTO store.feed (id, key, url, outlet, title, language, zone, country, kind, enabled, created_at)
    OVERRIDING SYSTEM VALUE
    VALUES (1, 'quay', 'http://quay.example/rss', 'Quay', '', 'en', 'UTC', 'GB', 'newspaper', true, now())
""")


def fill(conn: Connection, seed: int) -> None:
    """Sixty articles and meetings with one to five texts and states each, stored in any order."""
    chance, rows = random.Random(seed), Rows(COLUMNS)
    numbered = [(thing, number) for thing in range(1, 61) for number in range(1, chance.randint(2, 6))]
    chance.shuffle(numbered)
    for key, (thing, number) in enumerate(numbered, start=1):
        at = NOW - timedelta(minutes=chance.randrange(10_000))
        day = chance.choice([None, date(2031, 5, chance.randint(1, 31))])
        people = tuple(chance.sample(["per:ru.sokolov", "per:tr.aydinoglu", "per:ir.mehrabi"], 2))
        who = (
            '[{"id": "per:ru.sokolov", "name": "Grigory Sokolov"}]',
            people,
            ("RU", "TR"),
            "Kazan",
            "RU",
            True,
            "visit",
        )
        rows.put("article_version", key, thing, number, key, f"Text {number}", "Body.", "", at, "meta", "UTC",
                 chance.choice(["en", "ru", "tr"]), 0.9, "test", key.to_bytes(4), at, at)  # fmt: skip
        rows.put("meeting_version", key, thing, number, 0, chance.choice(_STATUSES), *who, day, day, day, "[]", None,
                 key, at, chance.choice([(), ("at_risk",), ("lapsed",)]))  # fmt: skip
    for thing in range(1, 61):
        rows.put("article", thing, f"http://quay.example/{thing}", 1, NOW)
        rows.put("meeting", thing, f"{thing}@test", NOW, NOW)
    conn.execute(_FEED)
    copy(conn, rows.streams())


def test_views_have_the_rows_of_the_highest_number(engine: Engine) -> None:
    with engine.begin() as conn:
        fill(conn, 20310508)
    with engine.connect() as conn:
        texts = conn.execute(
            text("SELECT article_id, version_id, versions, published_at FROM wirewatch.articles")
        ).all()
        plain = text("""SELECT DISTINCT ON (article_id) article_id, id, number, published_at
                          FROM store.article_version ORDER BY article_id, number DESC""")
        assert sorted(map(tuple, texts)) == sorted(map(tuple, conn.execute(plain)))
        states = conn.execute(text("SELECT meeting_id, status, latest, flags FROM wirewatch.meetings")).all()
        plain = text("""SELECT DISTINCT ON (meeting_id) meeting_id, status, latest, flags
                          FROM store.meeting_version ORDER BY meeting_id, number DESC""")
        assert sorted(map(str, states)) == sorted(map(str, conn.execute(plain)))
        assert len(texts) == len(states) == 60


def test_what_the_pages_ask_for_is_found_by_index_as_without_one(engine: Engine) -> None:
    """The indexes of the states change how rows are found, never which."""
    asked = (
        "latest >= date '2031-05-08' AND earliest <= date '2031-05-21'",
        "flags && ARRAY['at_risk', 'contested'] OR status = 'uncertain'",
        "participant_ids && ARRAY['per:ir.mehrabi']",
        "coalesce(latest, date '9999-01-01') < date '2031-05-10'",
    )  # fmt: skip
    with engine.begin() as conn:
        fill(conn, 7)
        conn.execute(text("ANALYZE store.meeting_version"))
    for condition in asked:
        query = text(f"SELECT meeting_id, status, date FROM wirewatch.meetings WHERE {condition}")
        answers = []
        for way in ("enable_seqscan", "enable_indexscan"):
            with engine.begin() as conn:
                conn.execute(text(f"SET LOCAL {way} = off"))
                if way == "enable_indexscan":
                    conn.execute(text("SET LOCAL enable_bitmapscan = off"))
                answers.append(sorted(map(str, conn.execute(query))))
        assert answers[0] == answers[1] != [], condition
