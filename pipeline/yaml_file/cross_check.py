"""Checks between the entries of a file, reported at the line of the entry at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from pipeline.yaml_file.explain import Loc


def unique(*names: str, key: Callable[[str], str] = str) -> WrapValidator:
    """Validator of a list whose entries may not share the value of any of the fields `names`.

    It also checks entries with other mistakes, so that all mistakes are reported together. Values are compared
    after `key`.
    """

    def check(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        errors: list[InitErrorDetails] = []
        result: Any = None
        try:
            result = handler(value)
        except ValidationError as error:
            errors.extend(_again(details) for details in error.errors(include_url=False))
        if isinstance(value, Sequence) and not isinstance(value, str):
            errors.extend(_repeats(value, names, key))
        if errors:
            raise ValidationError.from_exception_data("list", errors)
        return result

    return WrapValidator(check)


def mistakes(found: Iterable[tuple[Loc, str, Any]]) -> ValidationError:
    """The error of a model validator for mistakes between entries: (place below the model, message, value)."""
    return ValidationError.from_exception_data("mistakes", [_mistake(*one) for one in found])


def _repeats(
    entries: Sequence[Any], names: tuple[str, ...], key: Callable[[str], str]
) -> Iterator[InitErrorDetails]:
    for name in names:
        first: dict[str, int] = {}
        for index, entry in enumerate(entries):
            value = entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)
            if not isinstance(value, str):
                continue
            seen = first.setdefault(key(value), index)
            if seen != index:
                message = f"expected a unique value, entry {seen + 1} has it already"
                yield _mistake((index, name), message, value)


def _again(details: ErrorDetails) -> InitErrorDetails:
    """Convert an error that pydantic reported to the form in which it accepts errors."""
    context = details.get("ctx")
    return _mistake(details["loc"], details["msg"], details["input"], kind=details["type"], context=context)


def _mistake(
    loc: Loc, message: str, value: Any, *, kind: str = "mistake", context: dict[str, Any] | None = None
) -> InitErrorDetails:
    text: Any = message  # PydanticCustomError is typed for literal strings only; it takes any
    name: Any = kind
    return InitErrorDetails(type=PydanticCustomError(name, text, context), loc=loc, input=value)
