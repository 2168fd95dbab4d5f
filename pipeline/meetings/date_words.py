"""The words for dates of one language: config/languages/<code>/dates.yml, validated and compiled.

A way to write a date is a short pattern over folded text (lower case, no accents) with slots and macros:

- ``<day>``, ``<month>``, ``<year>``, ``<weekday>``, ``<season>``, ``<number>`` and ``<yy>`` (2025 or 25) are read;
  ``<day2>``, ``<month2>`` and ``<weekday2>`` are the end of a stretch. Any other text is a regular expression.
- ``{word}`` is the macro of that name; ``{month}``, ``{weekday}``, ``{season}`` and ``{count}`` are built in.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from pipeline.language.folding import plain
from pipeline.yaml_file import was_checked

LONGEST = 120  # characters of a pattern that a person still reads
_MACRO = re.compile(r"\{([a-z_]+)\}")
_SLOT = re.compile(r"(?<!\?P)<([a-z]+)(2?)>")
_SLOTS = {
    "day": r"\d{1,2}", "month": "{month}", "year": r"(?:19|20)\d\d", "weekday": "{weekday}", "season": "{season}",
    "number": "{count}", "yy": r"(?:20)?\d\d",
}  # fmt: skip


_UNITS = {
    "relative": ("day", "week", "month", "year"), "count": ("day", "week", "month", "year"),
    "weekday": ("day", "week"), "day": ("month",),
}  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


def _checked(value: object, info: ValidationInfo) -> object:
    """A regular expression must compile once its macros and slots are taken for any text."""
    if isinstance(value, str) and not was_checked(info):
        try:
            re.compile(_SLOT.sub("x", _MACRO.sub("x", value)))
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return value


def _short(value: str) -> str:
    if len(value) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters: divide it, or name a part of it as a macro")
    return value


WordList = Annotated[str, BeforeValidator(_checked), AfterValidator(_short)]

# Which part of a week, month, season or year: "rest" is what is still to come of it
PartOf = Literal[
    "whole", "rest", "early", "mid", "late", "weekend", "half1", "half2", "week1", "week2", "week3", "week4",
    "ten1", "ten2", "ten3", "quarter1", "quarter2", "quarter3", "quarter4",
]  # fmt: skip


class DateRule(_Part):
    """One way to write a date."""

    kind: Literal["day", "month", "year", "season", "weekday", "relative", "count", "none"]
    pattern: WordList
    unit: Literal["day", "week", "month", "year"] | None = None
    offset: int = 0  # of units from today's; of a count: 1 from today on, -1 back
    part: PartOf = "whole"
    direction: Literal["future", "past"] | None = None
    moves: Literal["always", "changed"] | None = (
        None  # from its first day to its last: always, or said of a change
    )
    swapped: bool = False  # of a move: the new day comes first
    either: bool = False  # one of its two days; not stated which

    @model_validator(mode="after")
    def _has_its_unit(self) -> DateRule:
        if self.kind in ("relative", "count") and self.unit is None:
            raise ValueError(f"a {self.kind} date needs a unit")
        if self.unit is not None and self.unit not in _UNITS.get(self.kind, ()):
            raise ValueError(f"a {self.kind} date has no unit {self.unit}")
        return self


class Numerals(_Part):
    """Words for numbers. The lists are in order: 1 to 12, 13 to 19, 20 to 90."""

    numbers: Annotated[tuple[WordList, ...], Field(min_length=12, max_length=12)]
    teens: Annotated[tuple[WordList, ...], Field(min_length=7, max_length=7)]
    tens: Annotated[tuple[WordList, ...], Field(min_length=8, max_length=8)]
    between: WordList  # a ten and its unit
    article: tuple[WordList, ...] = ()  # a number that is an article: "a week ago"
    larger: tuple[WordList, ...] = ()  # right before a number: it is the end of a larger one, or one of two
    fraction: tuple[WordList, ...] = ()  # right before a number, an article too: it is the end of a fraction


class Beside(_Part):
    """Words beside the date of a claim that tell what it is."""

    planned: tuple[WordList, ...] = ()  # ends right before it: the day something was planned for
    planned_after: tuple[WordList, ...] = ()  # starts right after it: the same
    new: tuple[WordList, ...] = ()  # ends right before it: the new day
    new_after: tuple[WordList, ...] = ()
    old: tuple[WordList, ...] = ()  # ends right before it: the old day
    old_after: tuple[WordList, ...] = ()
    owner: tuple[WordList, ...] = ()  # starts right after it: it belongs to the noun behind, "Friday's talks"
    told_of: tuple[WordList, ...] = ()  # between a verb of saying and it: it is what is spoken of, not when


class Shift(_Part):
    """A period by which something is moved: "by <number> weeks"; without a number it is one."""

    unit: Literal["day", "week", "month"]
    pattern: WordList


class FigureOrder(_Part):
    """How "04/10/2025" is read. Prefixes of time zones; where none fits, such a date is not read at all."""

    day_first: tuple[str, ...] = ()
    month_first: tuple[str, ...] = ()


class DateWords(_Part):
    """Everything that is needed to read dates of one language."""

    months: Annotated[tuple[WordList, ...], Field(min_length=12, max_length=12)]
    weekdays: Annotated[tuple[WordList, ...], Field(min_length=7, max_length=7)]  # Monday first
    seasons: Annotated[tuple[WordList, ...], Field(min_length=4, max_length=4)]  # spring first
    numerals: Numerals
    figures: FigureOrder
    clock: tuple[WordList, ...]  # groups: hour, minute, half (am, pm)
    afternoon: WordList = "(?!)"  # the `half` that adds twelve hours
    macros: dict[str, WordList] = {}
    beside: Beside
    shifts: tuple[Shift, ...] = ()
    rules: tuple[DateRule, ...]

    @model_validator(mode="after")
    def _is_usable(self, info: ValidationInfo) -> DateWords:
        if was_checked(info):
            return self
        texts = {f"rule {number}": rule.pattern for number, rule in enumerate(self.rules, start=1)}
        for part in (self.beside, self.numerals):
            for name, value in part.model_dump().items():
                texts |= {f"{name} {at}": text for at, text in enumerate(_listed(value), start=1)}
        texts |= {f"shift {at}": shift.pattern for at, shift in enumerate(self.shifts, start=1)}
        texts |= {f"clock {at}": text for at, text in enumerate(self.clock, start=1)}
        for name, text in texts.items():
            try:
                self.compile(text)
            except (re.error, KeyError, RecursionError) as error:
                raise ValueError(f"{name}: not a pattern with known macros and slots: {error!r}") from error
        return self

    def compile(self, pattern: str) -> re.Pattern[str]:
        """`pattern` with its macros and slots replaced, ready for folded text."""
        return re.compile(plain(self._expand(pattern)))

    def any_of(self, patterns: tuple[str, ...], *, end: bool = False) -> re.Pattern[str]:
        """One pattern for any of `patterns`, which must not be empty; `end`: where the text ends."""
        joined = "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"
        return self.compile(f"(?:{joined})$" if end else joined)

    def _expand(self, pattern: str) -> str:
        used: dict[str, int] = {}

        def slot(match: re.Match[str]) -> str:
            """A group may have one name only: the same slot in another alternative gets underscores."""
            name = match.group(1) + match.group(2)
            used[name] = used.get(name, -1) + 1
            return f"(?P<{name}{'_' * used[name]}>{_SLOTS[match.group(1)]})"

        def expand(text: str) -> str:
            return _MACRO.sub(lambda match: f"(?:{expand(self._macro(match.group(1)))})", text)

        return expand(_SLOT.sub(slot, expand(pattern)))

    def _macro(self, name: str) -> str:
        return self._built_in[name] if name in self._built_in else self.macros[name]

    @cached_property
    def _built_in(self) -> dict[str, str]:
        numerals = self.numerals
        tens = "|".join(numerals.tens)
        articles = re.compile("|".join(numerals.article) or "(?!)")  # "twenty a year ago" is not twenty-one
        words = (word for listed in numerals.numbers[:9] for word in listed.split("|"))
        units = "|".join(word for word in words if not articles.fullmatch(word))
        return {
            "month": "|".join(self.months), "weekday": "|".join(self.weekdays), "season": "|".join(self.seasons),
            "number": "|".join((r"\d{1,2}", *numerals.numbers)), "teens": "|".join(numerals.teens), "tens": tens,
            "count": f"(?:{tens}){numerals.between}(?:{units})|{tens}|{{teens}}|{{number}}",
        }  # fmt: skip


def _listed(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value
