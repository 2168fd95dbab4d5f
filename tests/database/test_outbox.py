"""Delivery from the outbox: tried again, set aside, never lost, and one bad channel does not stop the others."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsdesk
import pytest
import yaml
from local_web import serve
from sqlalchemy import Engine, text
from staging import config_with

from pipeline.alerts.rules import Channel
from pipeline.configuration import load_configuration
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context, run_once

NOTIFY = importlib.import_module(
    "pipeline.stages.notify.notify"
)  # the package has the stage itself under this name
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


def two_more(engine: Engine) -> tuple[int, int]:
    """Two of the deliveries, on the list again."""
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM store.work WHERE stage = 'notify'"))
        conn.execute(
            text("""
                INSERT INTO store.work (stage, subject_id, due_at)
                SELECT 'notify', id, :now FROM store.alert_delivery WHERE channel <> 'file'
            """),
            {"now": NOW},
        )
        first, second = conn.scalars(text("SELECT subject_id FROM store.work WHERE stage = 'notify' ORDER BY 1"))
    return first, second


def test_what_another_notifier_took_over_meanwhile_is_not_sent_again(
    engine: Engine, alerted: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = two_more(engine)
    sent: list[str] = []

    def slowly(channel: Channel, *_: object, **__: object) -> None:
        sent.append(channel.name)
        with engine.begin() as conn:  # as after a channel that kept us waiting for longer than the lease
            conn.execute(text("UPDATE store.work SET lease = 'theirs' WHERE subject_id = :id"), {"id": second})

    monkeypatch.setattr(NOTIFY, "send", slowly)
    tally = STAGES["notify"](alerted, NOW)
    assert len(sent) == 1
    assert tally.counts == {f"{sent[0]}_delivered": 1, "lease_lost": 1}


def test_a_delivery_is_begun_with_a_whole_lease_and_few_wait_for_it(
    engine: Engine, alerted: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_more(engine)
    object.__setattr__(alerted.settings, "lease_s", 45)  # time for one slow channel
    seen: list[tuple[float, int]] = []

    def send(*_: object, **__: object) -> None:
        with engine.begin() as conn:
            longest, leased = conn.execute(
                text("""
                    SELECT extract(epoch FROM max(leased_until) - clock_timestamp()), count(lease) FROM store.work
                     WHERE stage = 'notify'""")
            ).one()
            seen.append((float(longest), leased))
            conn.execute(text("UPDATE store.work SET leased_until = leased_until - interval '20 s'"))

    monkeypatch.setattr(NOTIFY, "send", send)
    STAGES["notify"](alerted, NOW)
    assert [leased for _, leased in seen] == [1, 1]
    object.__setattr__(alerted.settings, "lease_s", 100)  # for several
    two_more(engine)
    STAGES["notify"](alerted, NOW)
    assert min(left for left, _ in seen[2:]) > 90
