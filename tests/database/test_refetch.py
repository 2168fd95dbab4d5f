"""Second looks at pages: when, how politely, and what of a changed page makes a version."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from local_web import Entry, LocalWeb, Reply, rss, serve
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.stages.line import STAGES, Context, run_once
from pipeline.store import work
from pipeline.versions.new_version import MAX_OCCURRENCES
from pipeline.versions.refetch_plan import LADDER

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
PARAGRAPHS = (
    "Russian Foreign Minister Grigory Sokolov will visit Istanbul on {day} May for talks with his counterpart.",
    "The two sides intend to discuss grain shipments through the straits, the ministry in Ankara said in a statement.",
    "Experts of both countries had exchanged drafts for several weeks, according to officials who took part in it.",
)


def page(*extra: str, day: int = 28, aside: str = "") -> Reply:
    body = "".join(f"<p>{line.format(day=day)}</p>" for line in (*PARAGRAPHS, *extra))
    return Reply(
        f"<!doctype html><html><head><title>Sokolov to visit Istanbul</title></head><body><aside>{aside}</aside>"
        f"<article><h1>Sokolov to visit Istanbul</h1>{body}</article></body></html>".encode()
    )


class Desk:
    """One feed with one story, and the stages around it."""

    def __init__(self, ctx: Context, web: LocalWeb, engine: Engine) -> None:
        self.ctx, self.web, self.engine = ctx, web, engine

    def show(self, reply: object) -> None:
        self.web.pages["/story.html"] = reply  # type: ignore[assignment]

    def round(self, at: datetime) -> dict[str, dict[str, int]]:
        return {tally.stage: tally.counts for tally in run_once(self.ctx, at)}

    def refetch(self, at: datetime) -> dict[str, int]:
        """Look again and read what was seen."""
        counts = STAGES["refetch"](self.ctx, at).counts
        return counts | STAGES["process"](self.ctx, at).counts

    def due(self, stage: str = "refetch") -> datetime | None:
        with self.engine.connect() as conn:
            return conn.scalar(text("SELECT due_at FROM store.work WHERE stage = :s"), {"s": stage})

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as conn:
            return [tuple(row) for row in conn.execute(text(query))]

    def versions(self) -> int:
        return len(self.rows("SELECT 1 FROM store.article_version"))

    def asked(self) -> int:
        return self.web.asked.count("/story.html")


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with serve() as web:
        yield web


@contextmanager
def a_desk(engine: Engine, tmp_path: Path, web: LocalWeb) -> Iterator[Desk]:
    entry = Entry(web.url("/story.html"), format_datetime(NOW - timedelta(minutes=5)), "Sokolov to visit Istanbul")
    web.pages["/wire.rss"] = rss([entry])
    with stage_context(
        engine, tmp_path, [source("wire", web.url("/wire.rss"), interval_s=86400)], private=web.host
    ) as ctx:
        yield Desk(ctx, web, engine)


@pytest.fixture
def desk(engine: Engine, tmp_path: Path, web: LocalWeb) -> Iterator[Desk]:
    with a_desk(engine, tmp_path, web) as desk:
        yield desk


def test_a_quiet_page_is_looked_at_on_the_ladder_and_then_no_more(desk: Desk) -> None:
    desk.show(page(day=5))  # a meeting that is over makes nobody look
    desk.round(NOW)
    seen = []
    while (due := desk.due()) is not None:
        seen.append(due - NOW)
        assert desk.refetch(due - timedelta(seconds=1)) == {}
        assert desk.refetch(due) == {"unchanged": 1}
    assert tuple(seen) == LADDER
    assert desk.asked() == 1 + len(LADDER)
    assert desk.versions() == 1
    assert desk.rows("SELECT last_seen_at FROM store.article_version") == [(NOW + LADDER[-1],)]


def test_looks_are_conditional_but_no_304_is_believed_for_days(desk: Desk) -> None:
    told: list[str | None] = []

    def reply(request: BaseHTTPRequestHandler) -> Reply:
        told.append(request.headers.get("If-None-Match"))
        if told[-1]:
            return Reply(b"", 304, {"ETag": '"one"'})
        answer = page(day=5)
        return Reply(answer.body, 200, {**answer.headers, "ETag": '"one"'})

    desk.show(reply)
    desk.round(NOW)
    outcomes = [desk.refetch(NOW + age) for age in LADDER]
    assert told == [None, '"one"', '"one"', '"one"', None, None, None]
    assert outcomes[:3] == [{"not_modified": 1}] * 3
    assert desk.versions() == 1


def test_only_a_changed_text_makes_a_version(desk: Desk) -> None:
    desk.show(page(aside="ad 1"))
    desk.round(NOW)
    desk.show(page(aside="ad 2"))
    assert desk.refetch(NOW + LADDER[0]) == {"fetched_again": 1, "text_unchanged": 1}
    desk.show(page(day=29))
    counts = desk.refetch(NOW + LADDER[1])
    assert (counts["text_changed"], desk.versions()) == (1, 2)


def test_the_clock_on_the_page_makes_no_version(desk: Desk) -> None:
    desk.show(page("Last updated 08.05.2031 12:00 GMT"))
    desk.round(NOW)
    desk.show(page("Last updated 08.05.2031 12:15 GMT"))
    assert desk.refetch(NOW + LADDER[0])["text_unchanged"] == 1
    assert desk.versions() == 1
    assert desk.rows("SELECT last_seen_at FROM store.article_version") == [(NOW + LADDER[0],)]


def test_two_texts_in_turns_are_recognised_and_capped(desk: Desk) -> None:
    at = NOW
    desk.show(page("The port was closed at noon, the harbour master said on the telephone."))
    desk.round(NOW)
    for n in range(1, 9):
        at = desk.due() or at
        told = "opened" if n % 2 else "closed"
        desk.show(page(f"The port was {told} at noon, the harbour master said on the telephone."))
        desk.refetch(at)
    assert desk.versions() == 2 * MAX_OCCURRENCES
    (counted,) = desk.rows("SELECT times FROM wirewatch.outcomes WHERE reason = 'flip_flop'")
    assert int(str(counted[0])) >= 2


def test_a_text_that_promises_more_is_looked_at_again_soon(desk: Desk) -> None:
    desk.show(page("This is a developing story, more details to follow.", day=5))
    desk.round(NOW)
    assert desk.due() == NOW + LADDER[0]
    desk.refetch(NOW + LADDER[0])
    assert desk.due() == NOW + timedelta(minutes=30)
    assert desk.rows("SELECT developing FROM wirewatch.articles") == [(True,)]


def test_a_page_about_a_meeting_is_looked_at_when_its_day_is_near(desk: Desk) -> None:
    desk.show(page(day=28))
    desk.round(NOW)
    for age in LADDER[:5]:
        desk.refetch(NOW + age)
    due = desk.due()
    assert due is not None
    assert datetime(2031, 5, 24, 9, tzinfo=UTC) < due < datetime(2031, 5, 25, 12, tzinfo=UTC)


def test_a_missing_page_is_withdrawn_on_the_second_look_and_comes_back(desk: Desk) -> None:
    desk.show(page())
    desk.round(NOW)
    desk.show(Reply(b"", 404))
    first = NOW + LADDER[0]
    assert desk.refetch(first) == {"http_404": 1}
    assert desk.rows("SELECT * FROM store.withdrawal") == []
    second = desk.due()
    assert second == first + timedelta(minutes=15)
    assert desk.refetch(second) == {"withdrawn": 1}
    assert desk.rows("SELECT withdrawn_at, reason FROM wirewatch.withdrawals") == [(second, "http_404")]
    third = desk.due()
    assert third is not None
    assert desk.refetch(third) == {"http_404": 1}  # known by now
    desk.show(page())
    back = desk.due()
    assert back is not None
    assert desk.refetch(back) == {"restored": 1}
    assert desk.rows("SELECT withdrawn_at, restored_at FROM wirewatch.withdrawals") == [(second, back)]
    assert desk.versions() == 1  # nothing was deleted, nothing was doubled
    reasons = dict(desk.rows("SELECT reason, times FROM wirewatch.outcomes WHERE stage = 'fetch'"))
    assert reasons == {"http_404": 3, "page_withdrawn": 1, "page_restored": 1}


def test_gone_is_believed_at_once(desk: Desk) -> None:
    desk.show(page())
    desk.round(NOW)
    desk.show(Reply(b"", 410))
    assert desk.refetch(NOW + LADDER[0]) == {"withdrawn": 1}


def test_a_page_that_leads_home_is_gone_and_the_home_page_is_no_text_of_it(desk: Desk) -> None:
    desk.show(page())
    desk.round(NOW)
    desk.web.pages["/"] = page("The home page lists something else altogether.")
    desk.show(Reply(b"", 302, {"Location": "/"}))
    assert desk.refetch(NOW + LADDER[0]) == {"redirected_home": 1}
    assert desk.refetch(NOW + timedelta(minutes=30)) == {"withdrawn": 1}
    assert desk.versions() == 1


def test_a_page_that_is_not_there_yet_is_asked_for_again(desk: Desk) -> None:
    desk.show(Reply(b"", 404))
    assert desk.round(NOW)["fetch"] == {"http_404": 1}
    desk.show(page())
    due = desk.due()
    assert due == NOW + LADDER[0]
    assert desk.refetch(due)["fetched"] == 1
    assert desk.rows("SELECT * FROM store.withdrawal") == []
    assert desk.rows("SELECT text_source FROM store.article_version ORDER BY number") == [
        ("feed_title",),
        ("page",),
    ]


def test_a_server_in_trouble_withdraws_nothing(desk: Desk) -> None:
    desk.show(page())
    desk.round(NOW)
    desk.show(Reply(b"", 503))
    at = NOW + LADDER[0]
    for _ in range(desk.ctx.settings.max_attempts + 1):
        desk.refetch(at)
        at = desk.due() or at
    assert desk.rows("SELECT * FROM store.withdrawal") == []
    assert desk.due() is not None  # and it is looked at again


def test_a_changed_feed_entry_brings_the_page_forward_as_a_first_look(desk: Desk) -> None:
    desk.show(page())
    desk.round(NOW)
    changed = Entry(desk.web.url("/story.html"), format_datetime(NOW), "Sokolov's visit postponed")
    desk.web.pages["/wire.rss"] = rss([changed])
    desk.show(page("The visit was postponed, the ministry said late in the evening of Thursday."))
    later = NOW + timedelta(days=2)
    tallies = desk.round(later)
    assert tallies["fetch"] == {"fetched_again": 1}
    assert desk.versions() == 2


def test_first_looks_come_first(engine: Engine, desk: Desk, web: LocalWeb) -> None:
    desk.show(page())
    desk.round(NOW)
    due = NOW + LADDER[0]
    with engine.begin() as conn:  # a new article of the same host, announced and not yet fetched
        new = conn.scalar(
            text("""INSERT INTO store.article (url, feed_id, first_seen_at)
                    SELECT :url, id, :now FROM store.feed RETURNING id"""),
            {"url": web.url("/new.html"), "now": due},
        )
        work.add(conn, "fetch", [new], due_at=due)
    assert desk.refetch(due) == {"gave_way": 1}
    assert desk.asked() == 1
    assert desk.refetch(due + timedelta(hours=1, minutes=2)) == {"unchanged": 1}  # but not for ever
    assert [row[0] for row in desk.rows("SELECT subject_id FROM store.work WHERE stage = 'fetch'")] == [new]


def test_a_page_that_was_overtaken_says_nothing_and_is_counted(engine: Engine, desk: Desk) -> None:
    desk.show(page(day=27))
    desk.round(NOW)
    desk.show(page(day=28))
    desk.refetch(NOW + LADDER[0])
    with engine.begin() as conn:
        oldest = conn.scalars(text("SELECT min(id) FROM store.page")).one()
        work.add(conn, "process", [oldest], due_at=NOW)
    assert STAGES["process"](desk.ctx, NOW + LADDER[1]).counts == {"page_overtaken": 1}
    assert desk.versions() == 2
    assert desk.rows("SELECT things FROM wirewatch.outcomes WHERE reason = 'page_overtaken'") == [(1,)]


def test_every_look_is_in_the_log(desk: Desk) -> None:
    desk.show(page(day=5))
    desk.round(NOW)
    for age in LADDER[:2]:
        desk.refetch(NOW + age)
    looks = desk.rows("SELECT fetched_at, stage, outcome, status FROM store.page_fetch ORDER BY id")
    assert looks == [
        (NOW, "fetch", "fetched", 200),
        (NOW + LADDER[0], "refetch", "unchanged", 200),
        (NOW + LADDER[1], "refetch", "unchanged", 200),
    ]
    assert all(a[0] < b[0] for a, b in itertools.pairwise(looks))  # type: ignore[operator]
