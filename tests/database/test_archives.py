"""Archives: pages of old files become articles and meetings, go on where they were cut off, and alert no one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staging import source, stage_context

from pipeline.archives.pages import ArchiveRecord
from pipeline.archives.rows import read_jsonl
from pipeline.stages.line import STAGES
from pipeline.stages.maintain import archives
from pipeline.stages.maintain.archives import import_archive

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
PLAN = (
    "Russian Foreign Minister Sergei Lavrov will visit Ankara on 14 September for talks with his Turkish counterpart, "
    "the Russian Foreign Ministry said on Thursday.\nThe two sides intend to discuss grain shipments through the "
    "straits and the repair of a gas terminal near Samsun which was damaged by a storm in February."
)
OFF = (
    "The visit of Russian Foreign Minister Sergei Lavrov to Ankara planned for 14 September has been postponed, the "
    "Turkish Foreign Ministry said on Monday.\nA new date will be agreed through diplomatic channels, a ministry "
    "spokesman told reporters, who added that technical work on the joint statement was continuing."
)


def archive(folder: Path) -> Path:
    rows = [
        {"url": "http://www.f.example/1", "published": "2016-09-01T09:00:00Z", "title": "Lavrov to visit Ankara", "text": PLAN},
        {"url": "http://g.example/2", "published": "2016-09-05T09:00:00Z", "title": "Lavrov's visit postponed", "text": OFF},
        {"url": "http://g.example/3", "published": "2032-01-01", "title": "Of tomorrow", "text": OFF},
        {"url": "ftp://g.example/4", "published": "2016-09-05", "title": "No page", "text": OFF},
    ]  # fmt: skip
    path = folder / "old.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_old_news_is_read_linked_and_dated_and_alerts_no_one(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path)

    def cut_off(of: Path) -> Iterator[ArchiveRecord]:
        yield from list(read_jsonl(of))[:1]
        raise KeyboardInterrupt

    monkeypatch.setattr(archives, "BATCH", 1)
    feeds = [source("f", "http://f.example/feed", outlet="The F")]
    with stage_context(engine, tmp_path, feeds, private="") as ctx:
        with engine.begin() as conn:
            conn.execute(
                text("""
                INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
                VALUES ('f', 'http://f.example/feed', 'The F', '', 'en', 'UTC', 'TR', 'agency', true, now())""")
            )
        with pytest.raises(KeyboardInterrupt):
            import_archive(ctx, path, cut_off, language="en", now=NOW)
        again = import_archive(ctx, path, read_jsonl, language="en", now=NOW)
        assert again.counts == {"pages": 1, "date_in_the_future": 1, "bad_url": 1}
        assert import_archive(ctx, path, read_jsonl, language="en", now=NOW).counts == {"file_known": 1}
        for minutes, stage in enumerate(("process", "link", "notify")):
            STAGES[stage](ctx, NOW + timedelta(minutes=minutes))
    with engine.connect() as conn:
        articles = conn.execute(text("SELECT outlet, published_at::date::text FROM wirewatch.articles ORDER BY 2"))
        assert [tuple(row) for row in articles] == [("The F", "2016-09-01"), ("g.example", "2016-09-05")]
        (meeting,) = conn.execute(text("SELECT status, previous_dates FROM wirewatch.meetings"))
        assert tuple(meeting) == ("postponed", ["2016-09-14"])
        assert conn.scalar(text("SELECT count(*) FROM store.alert_delivery WHERE alert_id IS NOT NULL")) == 0
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage IN ('fetch', 'refetch')")) == 0
        reasons = conn.execute(text("SELECT reason FROM wirewatch.outcomes WHERE stage = 'import' ORDER BY 1"))
        assert [row.reason for row in reasons] == ["bad_url", "date_in_the_future"]
