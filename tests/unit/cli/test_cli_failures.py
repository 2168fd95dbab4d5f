"""What fails says so: one clear message and an exit code, neither a traceback nor an answer that is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app, main
from pipeline.settings import CHECKOUT


@pytest.fixture
def config_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "config"
    shutil.copytree(CHECKOUT / "config", copy)
    monkeypatch.setenv("WIREWATCH_CONFIG_DIR", str(copy))
    return copy


def failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What `wirewatch WORDS` says on stderr as it fails."""
    monkeypatch.setattr(sys, "argv", ["wirewatch", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (1, "")
    return err


def test_a_cookbook_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WIREWATCH_SQL_DIR", str(tmp_path))
    said = failed(monkeypatch, capsys, "sql")
    assert said == f"error: {tmp_path}/cookbook: expected the recipes of the cookbook, *.sql (found none)\n"


def test_a_file_that_cannot_be_written(
    config_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = config_dir / "nowhere" / "feeds.opml"
    said = failed(monkeypatch, capsys, "feeds", "export-opml", str(there))
    assert said == f"error: {there}: No such file or directory\n"
    shutil.rmtree(config_dir / "schema")
    (config_dir / "schema").touch()
    said = failed(monkeypatch, capsys, "config", "schema", "--write")
    assert said == f"error: {config_dir}/schema: File exists\n"
    (config_dir / "feeds.yml.new").mkdir()
    words = [
        "--key",
        "h",
        "--outlet",
        "H",
        "--language",
        "en",
        "--zone",
        "UTC",
        "--country",
        "TR",
        "--kind",
        "online",
    ]
    said = failed(monkeypatch, capsys, "feeds", "add", "https://h.example/rss", *words)
    assert said == f"error: {config_dir}/feeds.yml.new: Is a directory\n"


def test_an_error_that_is_not_the_systems_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def app() -> None:
        raise TimeoutError("a bug of ours")

    monkeypatch.setattr("pipeline.cli.app.app", app)
    with pytest.raises(TimeoutError, match="a bug of ours"):
        main()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--status", "canceled"), ("scheduled", "cancelled", "at_risk", "lapsed", "'canceled'")),
        (("--country", "ru", "--country", "tx"), ("gazetteer/countries.csv", "'tx'")),
    ],
)
def test_meetings_of_what_no_meeting_can_be(
    words: tuple[str, ...], expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://127.0.0.1:1/nowhere")  # it is not even asked
    result = CliRunner().invoke(app, ["meetings", "list", *words])
    assert (result.exit_code, result.stdout) == (2, "")
    for part in expected:
        assert part in result.stderr
