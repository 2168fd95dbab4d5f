"""Read one YAML file into a pydantic model and report all its mistakes at once."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import ConfigurationError
from pipeline.yaml_file.append import append
from pipeline.yaml_file.cross_check import mistakes, unique
from pipeline.yaml_file.document import compose, faults, plain, read_text
from pipeline.yaml_file.explain import explain, locate
from pipeline.yaml_file.models import LanguageCode, StrictModel

__all__ = [
    "LanguageCode",
    "StrictModel",
    "append",
    "line_in",
    "line_of",
    "load",
    "mistakes",
    "parse",
    "read_text",
    "unique",
]

M = TypeVar("M", bound=BaseModel)


def load(path: Path, model: type[M], *, root: Path | None = None) -> M:
    """Read `path` as a `model`. Messages name the file relative to `root` (default: the file's own folder).

    Raises:
        ConfigurationError: one problem a mistake, in the order of the file:
            ``file:line: where: what was expected (got …)``.
    """
    name = path.relative_to(root or path.parent).as_posix()
    return parse(read_text(path, name), model, name=name)


def parse(text: str, model: type[M], *, name: str) -> M:
    """Read YAML `text` as a `model`; `name` identifies the file in messages.

    Raises:
        ConfigurationError: as `load` does.
    """
    node = compose(text, name)
    found = sorted(faults(node))  # with two equal keys the intended one is unknown: report only these
    if not found:
        try:
            return model.model_validate(plain(node))
        except ValidationError as error:
            found = explain(error, node, model)
    raise ConfigurationError([f"{name}:{line}: {message}" for line, message in found])


def line_of(path: Path, loc: tuple[int | str, ...]) -> int:
    """Line of one entry in a file that was read without mistakes, for messages about what it means."""
    return line_in(read_text(path, path.name), loc)


def line_in(text: str, loc: tuple[int | str, ...]) -> int:
    """The same for a text that is at hand."""
    line, _ = locate(compose(text, "text"), loc)
    return line
