"""A change of config/ is noticed, and only a change that a run must begin again for."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pipeline.operate.config_watch import stamp, watched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "languages" / "en").mkdir(parents=True)
    (tmp_path / "languages" / "en" / "verbs.yml").write_text("- visit\n")
    (tmp_path / "alerts.yml").write_text("rules: []\n")
    return tmp_path


def test_a_change_deep_down_is_noticed(folder: Path) -> None:
    with watched(folder, stamp(folder), threading.Event(), every_s=0.01) as changed:
        assert not changed.wait(0.1)
        (folder / "languages" / "en" / "verbs.yml").write_text("- visit\n- call\n")
        assert changed.wait(10)


def test_a_change_between_reading_and_watching_is_noticed(folder: Path) -> None:
    before = stamp(folder)
    (folder / "feeds.yml").write_text("feeds: []\n")
    with watched(folder, before, threading.Event(), every_s=0.01) as changed:
        assert changed.wait(10)


def test_alerts_and_an_editors_files_begin_nothing_again(folder: Path) -> None:
    with watched(folder, stamp(folder), threading.Event(), every_s=0.01) as changed:
        (folder / "alerts.yml").write_text("rules: [all]\n")
        (folder / ".feeds.yml.swp").write_text("x")
        assert not changed.wait(0.2)


def test_the_end_is_noticed_too(folder: Path) -> None:
    ended = threading.Event()
    with watched(folder, stamp(folder), ended, every_s=60) as changed:
        assert not changed.wait(0.1)
        ended.set()
        assert changed.wait(10)
