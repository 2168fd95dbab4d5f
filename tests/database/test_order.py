"""Under a backlog, what looks like a change of plan goes before the rest, from its feed entry to its alert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from local_web import Entry, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.configuration.languages import read_words_of_change
from pipeline.meetings.change_words import ChangeWords
from pipeline.settings import CHECKOUT
from pipeline.stages.line import STAGES

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
OFF = "Greek foreign minister cancels visit to Ankara"
LEAD = (
    "The visit of the Greek foreign minister to Ankara, planned for May 20, has been cancelled, the ministry said."
)
OTHERS = 30


def page(title: str, lead: str, number: int) -> Reply:
    filler = "".join(
        f"<p>Officials spoke of figure {number * 7 + n} in the report of the day.</p>" for n in range(8)
    )
    body = f"<article><h1>{title}</h1><p>{lead}</p>{filler}</article>"
    return Reply(f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode())


@pytest.fixture(scope="module")
def words() -> ChangeWords:
    return read_words_of_change(CHECKOUT / "config")


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        (OFF, True),
        ("Lavrov's Ankara trip put off until June", False),  # all its words are short and common
        ("Summit of the Five POSTPONED, sources say", True),
        ("Президент отложил визит в Турцию", True),
        ("Встреча министров перенесена на четверг", True),
        ("Dışişleri Bakanı'nın ziyareti ertelendi", True),
        ("Візит міністра скасовано", True),
        ("Wheat prices rise for a third week", False),
        ("Министр прибыл в Анкару", False),
    ],
)
def test_words_of_change_in_headlines(words: ChangeWords, headline: str, expected: bool) -> None:
    assert words.are_in(headline) is expected


def test_a_call_off_overtakes_a_backlog_in_every_stage(engine: Engine, tmp_path: Path) -> None:
    def waiting(stage: str) -> list[bool]:
        with engine.connect() as conn:
            return list(
                conn.scalars(text("SELECT urgent FROM store.work WHERE stage = :s ORDER BY urgent"), {"s": stage})
            )

    with serve() as web:
        entries = []
        for number in range(OTHERS):
            web.pages[f"/{number}"] = page(
                f"Report {number} of the day", f"Prices rose by {number} percent.", number
            )
            entries.append(
                Entry(web.url(f"/{number}"), format_datetime(NOW - timedelta(hours=2)), f"Report {number}")
            )
        web.pages["/off"], web.pages["/old"] = page(OFF, LEAD, 99), page(OFF, LEAD, 98)
        web.pages["/feed"] = rss([
            *entries,
            Entry(web.url("/off"), format_datetime(NOW), OFF),
            Entry(web.url("/old"), format_datetime(NOW - timedelta(days=9)), OFF),
        ])  # fmt: skip
        made = [source("wire", web.url("/feed"))]
        with stage_context(engine, tmp_path, made, private=web.host, batch=4, requests=4) as ctx:
            assert STAGES["poll"](ctx, NOW).counts["items_urgent"] == 1, "an old entry is no hurry"
            STAGES["fetch"](ctx, NOW)
            asked = [path for path in web.asked if path not in ("/feed", "/robots.txt")]
            assert asked.index("/off") < 4, "it is in the first batch of four"
            assert waiting("process") == [False] * (OTHERS + 1) + [True]

            done: list[int] = []
            object.__setattr__(ctx, "progress", lambda _, rows: (done.append(rows), ctx.stopping.set()))
            STAGES["process"](ctx, NOW)
            assert done == [4], "one batch, then it was to stop"
            assert waiting("link").count(True) == 1, "the call-off is among the four that were read"
            ctx.stopping.clear()
            object.__setattr__(ctx, "progress", None)
            STAGES["link"](ctx, NOW)
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT change FROM store.alert")) == "cancelled"
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'process'")) == OTHERS - 2
