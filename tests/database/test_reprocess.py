"""Kept pages read by better rules: shown first, applied as new versions, told to nobody, and the same when repeated."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import newsdesk
import pytest
from local_web import serve
from sqlalchemy import Engine, text
from staging import config_with
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.configuration import load_configuration
from pipeline.errors import ReprocessError
from pipeline.records import Findings
from pipeline.settings import load_settings
from pipeline.stages.line import Context, run_once
from pipeline.stages.maintain.reprocess import Differences, ReprocessStage, reprocess
from pipeline.store.articles import save_findings

LATER = newsdesk.NOW + timedelta(hours=2)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = datetime(2040, 1, 1, tzinfo=UTC)
TABLES = (
    "article_version",
    "topic_tag",
    "meeting_mention",
    "meeting_version",
    "alert",
    "alert_delivery",
    "work",
    "meeting_evidence",
)


@contextmanager
def context(
    engine: Engine, folder: Path, *, feeds: list[dict[str, object]], private: str, deaf: bool, batch: int = 50
) -> Iterator[Context]:
    """`deaf`: with rules that do not know the words for putting something off."""
    folder.mkdir()
    config = config_with(folder, feeds)
    if deaf:
        verbs = config / "languages" / "en" / "verbs.csv"
        rows_kept = [row for row in verbs.read_text("utf-8").splitlines() if row.split(",")[1:2] != ["postponed"]]
        verbs.write_text("\n".join(rows_kept) + "\n", "utf-8")
    settings = load_settings(
        config_dir=config,
        data_dir=folder / "data",
        allow_private=private,
        workers=1,
        host_delay_s=0,
        poll_interval_s=30,
        batch=batch,
    )
    with Context(settings, engine, load_configuration(config)) as ctx:
        yield ctx


@pytest.fixture
def ctx(engine: Engine, tmp_path: Path) -> Iterator[Context]:
    """The newsdesk's stories as read by deaf rules; the context has the real ones."""
    with serve() as web:
        feeds = newsdesk.put_up(web)
        with context(engine, tmp_path / "then", feeds=feeds, private=web.host, deaf=True) as deaf:
            run_once(deaf, newsdesk.NOW)
        with context(engine, tmp_path / "now", feeds=feeds, private=web.host, deaf=False, batch=2) as ctx:
            yield ctx


def state(engine: Engine) -> dict[str, object]:
    with engine.connect() as conn:
        query = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM store.{} t"
        return {name: conn.scalar(text(query.format(name))) for name in TABLES}


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(query))]


def test_better_rules_are_shown_first_then_applied_and_told_to_nobody(ctx: Context) -> None:
    engine = ctx.engine
    assert rows(engine, "SELECT status FROM wirewatch.meetings") == [("scheduled",)]
    before, delivered = (
        state(engine),
        rows(engine, "SELECT * FROM store.alert_delivery WHERE alert_id IS NOT NULL"),
    )

    shown = reprocess(ctx, LATER, since=SINCE, until=UNTIL, dry_run=True)
    assert state(engine) == before, "a dry run changes nothing"
    assert shown.tally.counts["mention_gained"] >= 4  # one for each copy
    assert [alert["change"] for alert in shown.alerts] == ["postponed"]
    (meeting,) = shown.meetings.values()
    assert (meeting["old_status"], meeting["status"]) == ("scheduled", "postponed")

    done = reprocess(ctx, LATER, since=SINCE, until=UNTIL)
    same = ("versions", "mention_gained", "mention_lost", "meetings_changed", "alerts_recorded", "pages_read")
    assert {k: done.tally.counts.get(k) for k in same} == {k: shown.tally.counts.get(k) for k in same}
    assert rows(engine, "SELECT status FROM wirewatch.meetings") == [("postponed",)]
    assert rows(engine, "SELECT change, payload ->> 'recorded_only' FROM store.alert") == [("postponed", "true")]
    assert rows(engine, "SELECT * FROM store.alert_delivery WHERE alert_id IS NOT NULL") == delivered == []

    # Every new reading stands beside the old one and speaks for the same moment.
    assert rows(
        engine, "SELECT DISTINCT number, reprocessed_at IS NOT NULL FROM store.article_version ORDER BY 1"
    ) == [
        (1, False),
        (2, True),
    ]
    assert rows(engine, "SELECT max(last_said_at) < '2031-05-08 09:00Z' FROM store.meeting") == [(True,)]

    settled = state(engine)
    again = reprocess(ctx, LATER, since=SINCE, until=UNTIL)
    assert again.texts == []
    assert state(engine) == settled, "nothing is left for a second run"

    # Neither does the ordinary run tell anybody afterwards.
    run_once(ctx, LATER + timedelta(minutes=5))
    assert rows(engine, "SELECT change FROM store.alert") == [("postponed",)]
    assert rows(engine, "SELECT * FROM store.alert_delivery WHERE alert_id IS NOT NULL") == []


def told(found: Differences) -> tuple[object, ...]:
    """Everything a run reports, but for numbers that the next row will have anyway."""
    alerts = [{name: alert[name] for name in ("change", "key")} for alert in found.alerts]
    return found.tally.counts, found.texts, found.meetings, alerts


@pytest.mark.parametrize("stage", ["process", "link"])
def test_a_dry_run_in_batches_foretells_the_run_exactly(ctx: Context, stage: ReprocessStage) -> None:
    if stage == "link":
        reprocess(ctx, LATER, since=SINCE, until=UNTIL)
    before = state(ctx.engine)
    shown = reprocess(ctx, LATER, since=SINCE, until=UNTIL, stage=stage, dry_run=True)
    assert state(ctx.engine) == before
    done = reprocess(ctx, LATER, since=SINCE, until=UNTIL, stage=stage)
    assert told(shown) == told(done)


def test_a_dry_run_keeps_no_more_than_a_batch_in_memory(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Differences may be as many as the pages of a year."""
    alive: list[int] = []

    def save(*args: Any, **options: Any) -> int:
        alive.append(sum(isinstance(thing, Findings) for thing in gc.get_objects()))
        return save_findings(*args, **options)

    monkeypatch.setattr("pipeline.stages.maintain.reprocess.save_findings", save)
    with ctx.engine.begin() as conn:  # so that many pages differ
        conn.execute(text("SET LOCAL wirewatch.retention = 'on'"))
        conn.execute(text("DELETE FROM store.topic_tag"))
    with replace(ctx, settings=ctx.settings.model_copy(update={"batch": 1})) as one_by_one:
        reprocess(one_by_one, LATER, since=SINCE, until=UNTIL, dry_run=True)
    assert len(alive) >= 8
    assert max(alive) <= 4


def test_the_verb_shows_then_applies_then_finds_nothing(ctx: Context, database_url: str) -> None:
    def run(*options: str) -> str:
        result = CliRunner().invoke(
            app,
            ["reprocess", "--since", "2020-01-01", "--until", "2040-01-01", *options],
            env={
                "WIREWATCH_DATABASE_URL": database_url,
                "WIREWATCH_CONFIG_DIR": str(ctx.settings.config_dir),
                "WIREWATCH_DATA_DIR": str(ctx.settings.data_dir),
                "WIREWATCH_WORKERS": "1",
            },
        )
        assert result.exit_code == 0, result.output
        return result.stdout

    before = state(ctx.engine)
    shown = run("--dry-run")
    assert state(ctx.engine) == before
    assert re.search(r"scheduled \S+ → postponed –", shown)
    assert "1 alert, recorded and not delivered" in shown
    assert "Nothing was changed" in shown
    done = json.loads(run("--json"))
    assert done["dry_run"] is False
    assert [alert["change"] for alert in done["alerts"]] == ["postponed"]
    assert rows(ctx.engine, "SELECT status FROM wirewatch.meetings") == [("postponed",)]
    assert json.loads(run("--json"))["texts"] == []


def test_an_alert_that_was_delivered_is_not_sent_again(ctx: Context) -> None:
    """The rules of today read the sentence as those of then did; only a tag is new."""
    engine = ctx.engine
    reprocess(ctx, LATER, since=SINCE, until=UNTIL)
    alerts = rows(engine, "SELECT id, key FROM store.alert")
    with engine.begin() as conn:
        conn.execute(text("SET LOCAL wirewatch.retention = 'on'"))
        conn.execute(text("DELETE FROM store.topic_tag"))
    found = reprocess(ctx, LATER + timedelta(hours=1), since=SINCE, until=UNTIL)
    assert found.tally.counts["tag_gained"] >= 4
    assert found.tally.counts.get("mention_gained", 0) == 0
    assert found.alerts == []
    assert rows(engine, "SELECT id, key FROM store.alert") == alerts


def test_linking_anew_changes_nothing_where_the_rules_are_the_same(ctx: Context) -> None:
    reprocess(ctx, LATER, since=SINCE, until=UNTIL)
    before = state(ctx.engine)
    found = reprocess(ctx, LATER, since=SINCE, until=UNTIL, stage="link")
    assert found.tally.counts["reports_linked"] >= 8
    assert (found.meetings, found.alerts) == ({}, [])
    assert state(ctx.engine) == before


def test_one_feed_alone_a_page_without_bytes_and_what_cannot_be_asked(ctx: Context) -> None:
    with ctx.engine.begin() as conn:
        conn.execute(text("DELETE FROM store.page_body WHERE page_id = (SELECT min(id) FROM store.page)"))
    whole = reprocess(ctx, LATER, since=SINCE, until=UNTIL, dry_run=True).tally.counts
    assert (whole["page_let_go"], whole["pages_read"]) == (1, 27)
    one = reprocess(ctx, LATER, since=SINCE, until=UNTIL, feed=newsdesk.OUTLETS[1], dry_run=True).tally.counts
    assert one["page_let_go"] + one["pages_read"] == 7
    with pytest.raises(ReprocessError, match="no feed nobody"):
        reprocess(ctx, LATER, since=SINCE, feed="nobody")
    with pytest.raises(ReprocessError, match="there is no time between"):
        reprocess(ctx, LATER, since=UNTIL, until=SINCE)
