"""A site is asked for robots.txt once a day, not with every page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsdesk
from local_web import serve
from sqlalchemy import Engine
from staging import stage_context

from pipeline.stages.line import run_once
from pipeline.store.robots import load_robots

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)


def test_robots_txt_is_remembered_for_a_day(engine: Engine, tmp_path: Path) -> None:
    with serve() as web:
        feeds = newsdesk.put_up(web)
        for folder, now in (("a", NOW), ("b", NOW + timedelta(hours=2)), ("c", NOW + timedelta(hours=25))):
            (tmp_path / folder).mkdir()
            with stage_context(engine, tmp_path / folder, feeds, private=web.host, batch=5) as ctx:
                run_once(ctx, now)
        assert web.asked.count("/robots.txt") == 2
        with engine.connect() as conn:
            note = load_robots(conn)[f"http://{web.host}"]
        assert (note.body, note.fetched_at) == ("", NOW + timedelta(hours=25))
