"""A month of Airflow on one machine: tables cleaned daily, logs bounded and aged, nothing waits."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.operate.housekeeping import KEEP, Housekeeping, remove_old, rotate

START = datetime(2031, 5, 1, tzinfo=UTC)


def task_log(folder: Path, written: datetime) -> Path:
    path = folder / "tasks" / f"run_id={written:%Y-%m-%d}" / "attempt=1.log"
    path.parent.mkdir(parents=True)
    path.write_text("x" * 1000)
    os.utime(path, (written.timestamp(), written.timestamp()))
    return path


def test_a_month_keeps_two_weeks(tmp_path: Path) -> None:
    said: list[str] = []
    cleaner = [
        sys.executable,
        "-c",
        "import sys; open(sys.argv[1], 'a').write(sys.argv[3] + '\\n')",
        str(tmp_path / "asked"),
    ]
    keeper = Housekeeping(cleaner, os.environ, tmp_path / "logs", said.append)
    (tmp_path / "logs").mkdir()
    kept = []
    for day in range(30):
        now = START + timedelta(days=day)
        kept.append(task_log(tmp_path / "logs", now))
        keeper.tick(now)
        if keeper._cleaning:
            keeper._cleaning.wait()
    keeper.tick(now + timedelta(minutes=1))
    assert [path.exists() for path in kept] == [day >= 30 - 1 - KEEP.days for day in range(30)]
    asked = (tmp_path / "asked").read_text().split()
    assert len(asked) == 29, "once a day, beginning a day after the start"
    assert asked[-1] == (START + timedelta(days=29) - KEEP).isoformat()
    assert len(said) == 29


def test_a_failed_cleaning_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Housekeeping([sys.executable, "-c", "raise SystemExit(3)"], os.environ, tmp_path, said.append)
    keeper.tick(START)
    keeper.tick(START + timedelta(days=1))
    assert keeper._cleaning
    keeper._cleaning.wait()
    keeper.tick(START + timedelta(days=1, seconds=5))
    assert "ended with code 3" in said[-1]


def test_a_big_log_is_set_aside_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "scheduler.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"old line\n" * 100)
        rotate(tmp_path, limit=500)
        writer.write(b"new line\n")
    assert log.read_bytes() == b"new line\n"
    assert (tmp_path / "scheduler.log.1").read_bytes() == b"old line\n" * 100


def test_empty_folders_go_and_component_logs_stay(tmp_path: Path) -> None:
    old = task_log(tmp_path, START)
    (tmp_path / "scheduler.log").write_text("x")
    os.utime(tmp_path / "scheduler.log", (0, 0))
    assert remove_old(tmp_path, before=START + timedelta(seconds=1)) == 1
    assert not old.parent.exists()
    assert (tmp_path / "scheduler.log").exists()
