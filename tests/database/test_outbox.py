"""Delivery from the outbox: tried again, set aside, never lost, and one bad channel does not stop the others."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsdesk
import pytest
import yaml
from local_web import serve
from sqlalchemy import Engine, text
from staging import config_with

from pipeline.configuration import load_configuration
from pipeline.settings import load_settings
from pipeline.stages import STAGES, Context, run_once

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
CHANNELS = {
    "channels": [
        {"name": "down", "kind": "webhook", "url": "http://127.0.0.1:9/hook"},
        {"name": "unknown", "kind": "apprise", "url": "nosuchservice://x"},
        {"name": "file", "kind": "file"},
    ],
    "rules": [{"name": "all", "channels": ["down", "unknown", "file"]}],
}


@pytest.fixture
def alerted(engine: Engine, tmp_path: Path) -> Context:
    """A context whose one alert has been tried once on each channel."""
    with serve() as web:
        folder = config_with(tmp_path, newsdesk.put_up(web))
        (folder / "alerts.yml").write_text(yaml.safe_dump(CHANNELS))
        settings = load_settings(
            config_dir=folder, data_dir=tmp_path, allow_private=web.host, workers=1, host_delay_s=0
        )
        with Context(settings, engine, load_configuration(folder)) as ctx:
            run_once(ctx, NOW)
    return ctx


def states(engine: Engine) -> dict[str, tuple[str, int]]:
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT channel, state, attempts FROM store.alert_delivery"))
        return {row.channel: (row.state, row.attempts) for row in rows}


def test_one_bad_channel_does_not_stop_the_others(engine: Engine, alerted: Context) -> None:
    assert states(engine) == {"down": ("pending", 1), "unknown": ("dead", 1), "file": ("delivered", 1)}
    with engine.connect() as conn:
        dead = conn.execute(
            text("SELECT reason, subject FROM wirewatch.outcome_details WHERE stage = 'notify'")
        ).one()
        deliveries = conn.scalar(text("SELECT deliveries FROM wirewatch.alerts"))
    assert dead.reason == "delivery_dead"
    assert dead.subject.startswith("unknown ")
    assert deliveries == {"down": "pending", "unknown": "dead", "file": "delivered"}


def test_what_failed_is_tried_later_and_what_was_delivered_is_not_sent_again(
    engine: Engine, alerted: Context, tmp_path: Path
) -> None:
    STAGES["notify"](alerted, NOW)
    assert states(engine)["down"] == ("pending", 1)  # its time has not come
    STAGES["notify"](alerted, NOW + timedelta(minutes=1))
    assert states(engine)["down"] == ("pending", 2)
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == 1


def test_a_channel_that_never_answers_ends_where_people_see_it(engine: Engine, alerted: Context) -> None:
    for hours in range(1, 15):
        STAGES["notify"](alerted, NOW + timedelta(hours=2 * hours))
    assert states(engine)["down"] == ("dead", 10)
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM store.work WHERE stage = 'notify'")) == 0
        assert conn.scalar(text("SELECT things FROM wirewatch.outcomes WHERE reason = 'delivery_dead'")) == 2


def test_a_delivery_cut_short_is_sent_again_under_the_same_key(
    engine: Engine, alerted: Context, tmp_path: Path
) -> None:
    with engine.begin() as conn:  # as if the process had died between sending and saying so
        conn.execute(text("UPDATE store.alert_delivery SET state = 'pending' WHERE channel = 'file'"))
        conn.execute(
            text("""
                INSERT INTO store.work (stage, subject_id, due_at)
                SELECT 'notify', id, :now FROM store.alert_delivery WHERE channel = 'file'
            """),
            {"now": NOW},
        )
    STAGES["notify"](alerted, NOW)
    keys = [json.loads(line)["key"] for line in (tmp_path / "alerts.jsonl").read_text().splitlines()]
    assert len(keys) == 2
    assert len(set(keys)) == 1
