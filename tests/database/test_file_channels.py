"""Two machines, one database: a channel of kind file has one file, on the machine that delivered to it first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from newsroom_desk import NOW, Desk, day, mention
from sqlalchemy import Engine
from staging import config_with, source
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.configuration import Configuration, load_configuration
from pipeline.records import Place
from pipeline.settings import load_settings
from pipeline.stages.line import STAGES, Context
from pipeline.stages.running.machine import make_mark, mark_of
from pipeline.store import work

AWAY = "SELECT subject, detail FROM store.operator_notice WHERE cause = 'channel_away' AND cleared_at IS NULL"
LATER = NOW + timedelta(hours=24)
ALERTS = {
    "channels": [{"name": "record", "kind": "file"}, {"name": "office", "kind": "console"}],
    "operator": {"channels": ["office"]},
    "watches": [{"name": "all", "channels": ["record"]}],
}


class Machine:
    """A data folder of its own on the common database."""

    def __init__(self, engine: Engine, folder: Path, configuration: Configuration) -> None:
        self.folder = folder
        settings = load_settings(config_dir=configuration.folder, data_dir=folder, workers=1)
        self.ctx = Context(settings, engine, configuration)

    def notify(self, minutes: float = 0) -> dict[str, int]:
        return STAGES["notify"](self.ctx, LATER + timedelta(minutes=minutes)).counts

    def lines(self) -> list[str]:
        path = self.folder / "alerts.jsonl"
        return [json.loads(line)["key"] for line in path.read_text().splitlines()] if path.exists() else []


class Newsroom(Desk):
    """Two machines; alerts are raised through the context of the first."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.config = config_with(folder, [source("f", "http://f.example/")])
        (self.config / "alerts.yml").write_text(yaml.safe_dump(ALERTS))
        read = load_configuration(self.config)
        self.one, self.two = (Machine(engine, folder / name, read) for name in ("one", "two"))
        super().__init__(self.one.ctx)

    def cancel(self, number: int) -> None:
        quote = f"The {number} May visit is off."
        place = Place(f"City {number}", "TR", True)  # two cities are two meetings
        self.report(24, mention("cancelled", day(number), quote=quote, place=place))


@pytest.fixture
def newsroom(engine: Engine, tmp_path: Path) -> Iterator[Newsroom]:
    desk = Newsroom(engine, tmp_path)
    yield desk
    for machine in (desk.one, desk.two):
        machine.ctx.close()


def test_another_machine_leaves_the_channel_to_the_one_that_has_its_file(newsroom: Newsroom) -> None:
    newsroom.cancel(8)
    assert newsroom.one.notify()["record_delivered"] == 1
    newsroom.cancel(18)
    refused = newsroom.two.notify()
    assert (refused["left_to_another_machine"], refused.get("record_delivered")) == (1, None)
    (row,) = newsroom.rows(
        "SELECT times, detail FROM wirewatch.outcome_details WHERE reason = 'left_to_another_machine'"
    )
    assert (row.times, str(newsroom.one.folder) in row.detail) == (1, True)

    assert "left_to_another_machine" not in newsroom.two.notify(1), "it is not asked a second time"
    mine, theirs = (
        work.next_due(newsroom.one.ctx.engine, ["notify"], machine=m.ctx.machine)
        for m in (newsroom.one, newsroom.two)
    )
    assert (mine is not None, theirs) == (True, None), "a machine that may not have it does not wake for it"
    assert newsroom.one.notify(1)["record_delivered"] == 1
    assert len(newsroom.one.lines()) == 2
    assert newsroom.two.lines() == []


def test_an_absent_machine_is_said_and_its_channel_can_be_moved(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    newsroom.cancel(8)
    newsroom.one.notify()
    newsroom.cancel(18)
    newsroom.two.notify(1)
    assert "channel_away" not in newsroom.two.notify(9)
    told = newsroom.two.notify(12)
    assert told["channel_away"] == 1
    assert told["office_delivered"] == 1, "the operator hears of it at once, through another channel"
    (open_,) = newsroom.rows(AWAY)
    assert open_.subject == "record"
    assert "1 messages wait for it; where it is gone for good: wirewatch alerts move record" in open_.detail

    for name, value in (
        ("DATABASE_URL", database_url), ("CONFIG_DIR", newsroom.config), ("DATA_DIR", newsroom.two.folder)
    ):  # fmt: skip
        monkeypatch.setenv(f"WIREWATCH_{name}", str(value))
    refused = CliRunner().invoke(app, ["alerts", "test", "record"])
    assert (refused.exit_code, "wirewatch alerts move record" in refused.output) == (1, True)
    moved = CliRunner().invoke(app, ["alerts", "move", "record"])
    assert (moved.exit_code, "1 messages come along" in moved.output) == (0, True)
    assert newsroom.two.notify(13)["record_delivered"] == 1
    assert len(newsroom.two.lines()) == 1
    newsroom.cancel(28)
    assert newsroom.one.notify(14)["left_to_another_machine"] == 1, "the machine that came back writes nothing"
    assert newsroom.two.notify(15)["record_delivered"] == 1
    assert newsroom.rows(AWAY) == []


def test_a_channel_that_is_no_file_any_more_is_free_for_every_machine(newsroom: Newsroom) -> None:
    newsroom.cancel(8)
    newsroom.one.notify()
    newsroom.cancel(18)
    newsroom.two.notify(1)
    channels = [{"name": "record", "kind": "console"}, ALERTS["channels"][1]]
    (newsroom.config / "alerts.yml").write_text(yaml.safe_dump({**ALERTS, "channels": channels}))
    newsroom.two.notify(3)  # reads the file again, and accepts it at its next look
    counts = newsroom.two.notify(5)
    assert (counts["configuration_accepted"], counts["record_delivered"]) == (1, 1)


def test_a_folder_keeps_its_mark_and_shares_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert mark_of(folder) is None
    mark = make_mark(folder)
    assert [make_mark(folder), mark_of(folder)] == [mark, mark]
    assert (folder / "machine").stat().st_mode & 0o077 == 0
    assert [path.name for path in folder.iterdir()] == ["machine"]
    assert make_mark(tmp_path / "other") != mark
