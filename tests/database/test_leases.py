"""Stages whose rows take long: what is done is saved, what is not begun is given back, what was lost is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staging import source, stage_context
from stored import store_page

from pipeline.errors import ExtractError
from pipeline.records import Tally
from pipeline.stages.line import STAGES, Context
from pipeline.stages.running.context import saving
from pipeline.store import work
from pipeline.store.pages import RawPage

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
TAKE_OVER = text("UPDATE store.work SET lease = 'theirs' WHERE subject_id = :id")


class PageWorkers:
    """In place of the worker processes: finds no article in any page, after what `first` does."""

    def __init__(self, first: Callable[[RawPage], None]) -> None:
        self.first, self.begun = first, list[int]()

    def read(self, pages: Sequence[RawPage]) -> list[ExtractError]:
        for page in pages:
            self.begun.append(page.id)
            self.first(page)
        return [ExtractError("no_article") for _ in pages]

    def close(self) -> None:
        """There is nothing to stop."""


@pytest.fixture
def ctx(engine: Engine, tmp_path: Path) -> Iterator[Context]:
    with stage_context(engine, tmp_path, [source("f", "http://f.example/")], private="", lease_s=4) as ctx:
        yield ctx


def pages_due(engine: Engine, count: int) -> list[int]:
    with engine.begin() as conn:
        ids = [store_page(conn, f"http://f.example/{n}", NOW)[1] for n in range(count)]
        work.add(conn, "process", ids, due_at=NOW)
    return ids


def waiting(engine: Engine) -> set[int]:
    with engine.connect() as conn:
        return set(conn.scalars(text("SELECT subject_id FROM store.work WHERE stage = 'process'")))


def process(ctx: Context, first: Callable[[RawPage], None]) -> tuple[Tally, list[int]]:
    """The stage with such workers; what it counted, and which pages were begun in which order."""
    workers = ctx.__dict__["page_workers"] = PageWorkers(first)
    return STAGES["process"](ctx, NOW), workers.begun


def test_a_page_that_is_read_is_saved_while_the_next_one_takes_its_time(ctx: Context) -> None:
    pages_due(ctx.engine, 3)
    seen: list[int] = []

    def first(page: RawPage) -> None:
        if len(seen) == 2:  # the last one: it goes on until the others are saved
            deadline = time.monotonic() + 10
            while waiting(ctx.engine) != {page.id}:
                assert time.monotonic() < deadline, "the others wait for a page that hangs"
                time.sleep(0.02)
        seen.append(page.id)

    object.__setattr__(ctx.settings, "lease_s", 300)
    tally, _ = process(ctx, first)
    assert tally.counts == {"no_article": 3}


def test_pages_are_begun_early_in_their_lease_or_given_back(ctx: Context) -> None:
    """Otherwise a batch of pages that hang outlives its lease, and another worker does all of it again."""
    ids = pages_due(ctx.engine, 14)
    left: list[float] = []

    def first(page: RawPage) -> None:
        query = text(
            "SELECT extract(epoch FROM leased_until - clock_timestamp()) FROM store.work WHERE subject_id = :id"
        )
        with ctx.engine.connect() as conn:
            left.append(float(conn.execute(query, {"id": page.id}).scalar_one()))
        time.sleep(0.4)

    tally, begun = process(ctx, first)
    assert sorted(begun) == sorted(ids), "each once"
    assert min(left) > 1
    assert tally.counts.pop("given_back") > 0
    assert tally.counts == {"no_article": 14}
    assert waiting(ctx.engine) == set()


def test_texts_are_saved_in_their_order_whichever_is_read_first(ctx: Context) -> None:
    ids = pages_due(ctx.engine, 6)
    object.__setattr__(ctx.settings, "lease_s", 300)
    process(ctx, lambda page: time.sleep(0.3 if page.id == min(ids) else 0))
    with ctx.engine.connect() as conn:
        saved = conn.scalars(text("SELECT subject FROM store.outcome ORDER BY id")).all()
    assert saved == [f"http://f.example/{n}" for n in range(6)]


def test_a_row_that_fails_after_it_was_taken_over_does_not_stop_the_others(ctx: Context) -> None:
    with ctx.engine.begin() as conn:
        work.add(conn, "process", [1, 2], due_at=NOW)
    tally = Tally("process")
    for claimed in work.claim(ctx.engine, "process", now=NOW, batch=2, lease_s=60):
        with saving(ctx, claimed, NOW, tally) as conn:
            if claimed.subject_id == 1:
                with ctx.engine.begin() as theirs:
                    theirs.execute(TAKE_OVER, {"id": 1})
            raise ZeroDivisionError
    assert tally.counts == {"lease_lost": 1, "row_failed": 1}
    with ctx.engine.connect() as conn:
        rows = conn.execute(text("SELECT subject_id, lease, failures FROM store.work ORDER BY 1")).all()
    assert [tuple(row) for row in rows] == [(1, "theirs", 0), (2, None, 1)]
