"""config/example.env says what the settings are, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import Settings, load_settings

CONFIG = Path(__file__).resolve().parents[3] / "config"
LINE = re.compile(r"#(WIREWATCH_[A-Z_]+)=(.*)")
# Defaults that depend on the machine; the file shows what they mostly are
OF_THE_MACHINE = {"data_dir", "config_dir", "sql_dir", "workers"}


def entries() -> dict[str, str]:
    lines = (CONFIG / "example.env").read_text(encoding="utf-8").splitlines()
    found = [LINE.fullmatch(line) for line in lines]
    return {match[1].removeprefix("WIREWATCH_").lower(): match[2] for match in found if match}


def test_every_setting_is_there_in_order_with_a_line_of_meaning() -> None:
    assert list(entries()) == list(Settings.model_fields)
    paragraphs = (CONFIG / "example.env").read_text(encoding="utf-8").strip().split("\n\n")[1:]
    assert len(paragraphs) == len(Settings.model_fields)
    for paragraph, field in zip(paragraphs, Settings.model_fields.values(), strict=True):
        assert paragraph.startswith(f"# {field.description}\n"), paragraph


def test_each_number_says_its_default_in_words() -> None:
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | float):
            assert str(field.description).endswith(f"({field.default:g})"), name


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - OF_THE_MACHINE))
def test_the_default_is_the_one_of_the_code(name: str) -> None:
    default = Settings.model_fields[name].default
    assert entries()[name] == ("" if default is None else str(default))


def test_the_lines_are_settings_once_their_mark_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in entries().items():
        if value:
            monkeypatch.setenv(f"WIREWATCH_{name.upper()}", value)
    settings = load_settings()
    assert settings.poll_interval_s == 600
    assert settings.data_dir == Path(".wirewatch")
