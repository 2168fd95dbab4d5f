"""Read one YAML file into a pydantic model and report all its mistakes at once."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError, ValidationInfo

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
    "was_checked",
]

M = TypeVar("M", bound=BaseModel)
_CHECKED = "checked"  # the key of the context of a validation


def load(path: Path, model: type[M], *, root: Path | None = None, checked: bool = False) -> M:
    """Read `path` as a `model`. Messages name the file relative to `root` (default: the file's own folder).

    `checked`: the same text was read without mistakes before, so that slow checks may be left out (`was_checked`).

    Raises:
        ConfigurationError: one problem a mistake, in the order of the file:
            ``file:line: where: what was expected (got …)``.
    """
    name = path.relative_to(root or path.parent).as_posix()
    return parse(read_text(path, name), model, name=name, checked=checked)


def parse(text: str, model: type[M], *, name: str, checked: bool = False) -> M:
    """Read YAML `text` as a `model`; `name` identifies the file in messages; `checked` as for `load`.

    Raises:
        ConfigurationError: as `load` does.
    """
    node = compose(text, name)
    found = sorted(faults(node))  # with two equal keys the intended one is unknown: report only these
    if not found:
        try:
            return model.model_validate(plain(node), context={_CHECKED: checked})
        except ValidationError as error:
            found = explain(error, node, model)
    raise ConfigurationError([f"{name}:{line}: {message}" for line, message in found])


def was_checked(info: ValidationInfo) -> bool:
    """For the validators of a model: whether the text was read without mistakes before."""
    return bool((info.context or {}).get(_CHECKED))


def line_of(path: Path, loc: tuple[int | str, ...]) -> int:
    """Line of one entry in a file that was read without mistakes, for messages about what it means."""
    return line_in(read_text(path, path.name), loc)


def line_in(text: str, loc: tuple[int | str, ...]) -> int:
    """The same for a text that is at hand."""
    line, _ = locate(compose(text, "text"), loc)
    return line
