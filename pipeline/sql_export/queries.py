"""The cookbook: real questions, each a file of SQL that opens with the question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigurationError


@dataclass(frozen=True)
class Recipe:
    """A question and the statement that answers it. `name` is the file's name without `.sql`."""

    name: str
    question: str
    statement: str


def cookbook(folder: Path) -> tuple[Recipe, ...]:
    """Every recipe, by name.

    Raises:
        ConfigurationError: no recipe, or a file does not open with its question as a comment.
    """
    recipes, problems = [], []
    for path in sorted(folder.glob("*.sql")):
        statement = path.read_text(encoding="utf-8")
        first = statement.split("\n", 1)[0]
        if not first.startswith("-- ") or not first.endswith("?"):
            problems.append(f"{path}:1: expected the question as a comment, such as: -- Who announced first?")
        recipes.append(Recipe(path.stem, first.removeprefix("-- "), statement))
    if not recipes:
        problems.append(f"{folder}: expected the recipes of the cookbook, *.sql (found none)")
    if problems:
        raise ConfigurationError(problems)
    return tuple(recipes)


def find(recipes: tuple[Recipe, ...], name: str) -> Recipe:
    """The recipe of that name, or the only one whose name contains it.

    Raises:
        ConfigurationError: no recipe of that name, or several.
    """
    exact = [recipe for recipe in recipes if recipe.name == name]
    near = exact or [recipe for recipe in recipes if name in recipe.name]
    if len(near) != 1:
        known = ", ".join(recipe.name for recipe in near or recipes)
        raise ConfigurationError(
            [f"{name}: {'several recipes match' if near else 'no such recipe'}; one of: {known}"]
        )
    return near[0]
