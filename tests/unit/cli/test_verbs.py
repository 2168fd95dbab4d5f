"""The help of the command needs none of its verbs (their texts: tests/unit/test_documentation.py)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.cli.verbs import RENAMED, VERBS

LIGHT = """
import sys
from pipeline.cli.app import app
from typer.testing import CliRunner
result = CliRunner().invoke(app, {arguments})
assert result.exit_code == 0, result.output
print(*sorted(name for name in {heavy} if name in sys.modules))
"""


def test_the_help_lists_every_verb() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for name in VERBS:
        assert f" {name} " in result.stdout


def test_a_verb_still_has_its_own_help() -> None:
    result = CliRunner().invoke(app, ["why", "--help"])
    assert "After the word meeting" in result.stdout


def test_an_old_name_works_and_says_the_new_one() -> None:
    for old, new in RENAMED.items():
        result = CliRunner().invoke(app, [old, "--help"])
        assert result.exit_code == 0
        assert f"`wirewatch {old}` is now `wirewatch {new}`" in result.stderr
        assert f" {old} " not in CliRunner().invoke(app, ["--help"]).stdout


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (
            ["--help"],
            ["sqlalchemy", "pydantic", "structlog", "aiohttp", "trafilatura", "lxml", "pipeline.settings"],
        ),
        (["meetings", "list", "--help"], ["alembic", "aiohttp", "trafilatura", "lxml", "pipeline.stages.line"]),
    ],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], heavy: list[str]) -> None:
    code = LIGHT.format(arguments=arguments, heavy=heavy)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == []
