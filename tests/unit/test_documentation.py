"""Docs that cannot lie: every verb, variable and view stands in the README, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipeline.cli.app import app
from pipeline.settings import CHECKOUT, Settings

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def verbs() -> list[str]:
    """Every command as typed: "poll", "db start", …"""
    found = []

    def walk(command: Any, path: tuple[str, ...]) -> None:
        if not hasattr(command, "list_commands"):
            found.append(" ".join(path))
            return
        for name in command.list_commands(None):
            walk(command.get_command(None, name), (*path, name))

    walk(get_command(app), ())
    return sorted(found)


def views() -> list[str]:
    scripts = (path.read_text(encoding="utf-8") for path in sorted((CHECKOUT / "sql" / "views").glob("*.sql")))
    return sorted({name for script in scripts for name in re.findall(r"VIEW wirewatch\.(\w+)", script)})


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_is_in_the_readme_and_has_help(verb: str) -> None:
    assert f"`wirewatch {verb}" in README
    command: Any = get_command(app)
    for name in verb.split():
        command = command.get_command(None, name)
    assert getattr(command, "help", None)


@pytest.mark.parametrize("view", views())
def test_every_view_is_in_the_readme_and_has_a_comment(view: str) -> None:
    assert f"`{view}`" in README
    scripts = "".join(p.read_text(encoding="utf-8") for p in (CHECKOUT / "sql" / "views").glob("*.sql"))
    assert f"COMMENT ON VIEW wirewatch.{view} IS" in scripts


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_variable_is_in_the_readme(name: str) -> None:
    assert f"`WIREWATCH_{name.upper()}`" in README


def test_the_readme_names_no_verb_that_does_not_exist() -> None:
    known = verbs()
    for line in re.findall(r"`wirewatch ([a-z][a-z -]*[a-z])", README):
        assert any(line == verb or line.startswith(f"{verb} ") for verb in known), line


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= targets


def test_no_lock_file_names_an_address() -> None:
    for lock in Path(CHECKOUT / "requirements").glob("*.txt"):
        assert not re.search(r"://|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8")), lock.name
