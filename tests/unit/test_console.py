"""What the command prints: machine-readable where it says so, harmless where text comes from outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.cli.console import fail, print_json, printable
from pipeline.cli.tables import print_table


def test_json_is_what_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"urn": "urn:id:123", "text": "[bold]Görüşme[/bold] :warning: " + "x" * 300}
    print_json(value | {"at": datetime(2031, 5, 8, tzinfo=UTC)})
    printed = json.loads(capsys.readouterr().out)
    assert printed == value | {"at": "2031-05-08T00:00:00+00:00"}


def test_tables_and_errors_cannot_drive_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["title"], [["\x1b[31mVisit\x9b2J [bold]off[/bold] :id:"]])
    fail("config/feeds.yml:15: " + "y" * 200 + "\x1b]0;z\x07")
    out, err = capsys.readouterr()
    assert "[31mVisit2J [bold]off[/bold] :id:" in out
    assert printable(out + err) == out + err
    assert err.count("\n") == 1  # one problem is one line, however long
