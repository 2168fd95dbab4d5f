"""A mistake in config/ stops no stage: the last good folder is in force, and the operator hears of it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from staging import config_with, source

from pipeline.configuration.parts import PARTS
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.stages.running.last_good import configuration_in_force

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


def test_a_mistake_keeps_the_last_good_folder_and_alerts_the_operator(engine: Engine, tmp_path: Path) -> None:
    config = config_with(tmp_path, [source("first", "http://f.example/")])
    feeds = config / "feeds.yml"
    good = feeds.read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError):  # nothing was ever accepted
        configuration_in_force(engine, tmp_path / "empty", NOW)
    assert configuration_in_force(engine, config, NOW).refused == ()
    feeds.write_text(good.replace("kind: agency", "kind: agenzy"), encoding="utf-8")
    found = configuration_in_force(engine, config, NOW)
    assert [feed.key for feed in found.feeds] == ["first"]
    assert "feeds.yml" in found.refused[0]
    handed_on = pickle.loads(pickle.dumps(found))  # noqa: S301 - as a page reader gets it
    assert all(getattr(handed_on, part) for part in PARTS), "the folder it was read from is gone"

    settings = load_settings(config_dir=config, data_dir=tmp_path, workers=1)
    with Context(settings, engine, found) as ctx:
        for minutes in (0, 1):
            STAGES["notify"](ctx, NOW + timedelta(minutes=minutes))
    notice = text("SELECT subject, times FROM store.operator_notice WHERE cleared_at IS NULL")
    with engine.connect() as conn:
        assert [tuple(row) for row in conn.execute(notice)] == [("config", 2)]
        assert conn.scalar(text("SELECT count(*) FROM store.alert_delivery")) == 1, "once"

    feeds.write_text(good.replace("key: first", "key: second"), encoding="utf-8")
    assert [feed.key for feed in configuration_in_force(engine, config, NOW + timedelta(hours=1)).feeds] == [
        "second"
    ]
    with engine.connect() as conn:
        assert conn.execute(notice).all() == []
        assert conn.scalar(text("SELECT count(*) FROM store.configuration_snapshot")) == 1


def test_a_part_is_never_read_from_a_folder_that_was_not_checked(engine: Engine, tmp_path: Path) -> None:
    config = config_with(tmp_path, [source("first", "http://f.example/")])
    feeds = config / "feeds.yml"
    configuration_in_force(engine, config, NOW)
    early, late = (configuration_in_force(engine, config, NOW) for _ in range(2))
    assert [feed.key for feed in early.feeds] == ["first"]
    feeds.write_text(feeds.read_text(encoding="utf-8").replace("key: first", "key: second"), encoding="utf-8")
    assert [feed.key for feed in early.feeds] == ["first"]
    with pytest.raises(ConfigurationError, match="was changed while it was read"):
        _ = late.feeds
