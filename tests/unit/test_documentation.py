"""Checks that the documentation matches the program: every command, view and variable, every link and make
target."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from pipeline.cli.app import app
from pipeline.cli.verbs import VERBS
from pipeline.settings import CHECKOUT, Settings
from pipeline.store.server import migrate
from pipeline.store.tables import metadata

PAGES = [
    *(CHECKOUT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md")),
    *sorted((CHECKOUT / "docs").rglob("*.md")),
    CHECKOUT / "config" / "gazetteer" / "README.md",
]
LONGEST_README = 150  # lines: a newcomer reads it in five minutes


def page(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


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


def rows(name: str, pattern: str) -> list[str]:
    """The first cells of a page's tables that match, without backticks."""
    return re.findall(rf"^\| `({pattern})` \|", page(name), re.M)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_no_half_of_a_merge_is_left(path: Path) -> None:
    assert not re.search(r"^(<<<<<<<|=======|>>>>>>>)( |$)", path.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("verb", verbs())
def test_every_command_has_help(verb: str) -> None:
    command: Any = get_command(app)
    for name in verb.split():
        command = command.get_command(None, name)
    assert getattr(command, "help", None)


def test_docs_commands_has_a_row_for_each_command_and_for_nothing_else() -> None:
    assert sorted(rows("docs/commands.md", r"wirewatch [a-z -]+")) == [f"wirewatch {verb}" for verb in verbs()]


def test_docs_sql_has_a_row_for_each_view_and_for_nothing_else() -> None:
    assert sorted(rows("docs/sql.md", r"\w+")) == views()


@pytest.mark.parametrize("view", views())
def test_every_view_has_a_comment(view: str) -> None:
    scripts = "".join(p.read_text(encoding="utf-8") for p in (CHECKOUT / "sql" / "views").glob("*.sql"))
    assert f"COMMENT ON VIEW wirewatch.{view} IS" in scripts


def test_docs_settings_has_a_row_for_each_variable_and_for_nothing_else() -> None:
    known = sorted(f"WIREWATCH_{name.upper()}" for name in Settings.model_fields)
    assert sorted(rows("docs/settings.md", r"WIREWATCH_\w+")) == known


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_docs_settings_gives_the_default_of_each_number(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = re.search(rf"^\| `WIREWATCH_{name.upper()}` \| (.+?) \|", page("docs/settings.md"), re.M)
    assert shown
    if isinstance(default, int | float):
        assert shown.group(1) == f"{default:g}" or shown.group(1) == str(default)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not target.startswith(("http://", "https://", "#")):
            assert (path.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_page_names_a_command_or_make_target_that_does_not_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    known = verbs()
    if path.name != "CHANGELOG.md":  # it may name what went
        for line in re.findall(r"`wirewatch ([a-z][a-z -]*[a-z])", text):
            assert any(f"{line} ".startswith(f"{verb} ") or f"{verb} ".startswith(f"{line} ") for verb in known), (
                line
            )
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.M))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.M)) <= targets


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    readme = page("README.md")
    assert len(readme.splitlines()) <= LONGEST_README
    for path in (CHECKOUT / "docs").glob("*.md"):
        assert f"(docs/{path.name})" in readme


def test_every_folder_the_readme_names_exists() -> None:
    line = re.findall(r"\b(pipeline/[\w/]+)", page("README.md"))
    assert line
    assert [folder for folder in line if not (CHECKOUT / folder).is_dir()] == []


def test_no_lock_file_names_an_address() -> None:
    for lock in Path(CHECKOUT / "requirements").glob("*.txt"):
        assert not re.search(r"://|--(extra-)?index-url|--find-links", lock.read_text(encoding="utf-8")), lock.name


GLOSSARY = page("docs/glossary.md")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(pipeline\.[\w.]+)`", GLOSSARY))))
def test_every_type_of_the_glossary_exists(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert isinstance(getattr(import_module(module), kind), type)


def test_every_table_and_view_of_the_glossary_exists() -> None:
    tables = {f"store.{name}" for name in metadata.tables} | set(metadata.tables)
    assert [name for name in re.findall(r"`(store\.\w+)`", GLOSSARY) if name not in tables] == []
    assert [name for name in re.findall(r"`wirewatch\.(\w+)`", GLOSSARY) if name not in views()] == []


@pytest.mark.parametrize("name", VERBS)
def test_the_table_has_the_first_line_of_each_verbs_help(name: str) -> None:
    group = get_command(app)
    command = group.get_command(typer.Context(group), name)  # type: ignore[attr-defined]
    assert VERBS[name].help == command.help.split("\n\n")[0].replace("\n", " "), "renew pipeline/cli/verbs.py"


def test_the_migrations_are_one_line() -> None:
    """Two that were written side by side and follow the same one are two heads, and no database can be migrated."""
    assert len(migrate.revisions()) == len(list((CHECKOUT / "sql" / "migrations" / "versions").glob("*.py")))


def test_every_test_named_for_a_reported_input_exists() -> None:
    path = ""
    named = re.findall(r"`(tests/[\w/]+\.py)?::(\w+)`", page("docs/reported.md"))
    assert len(named) > 25
    for file, name in named:
        path = file or path
        assert f"def {name}(" in page(path), f"{path}::{name}"
