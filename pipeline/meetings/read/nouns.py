"""The noun a cue is about: a cancelled what, and which visit "will take place"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.folding import fold
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns, MaskedSpan

_OBJECT_WORDS = 7  # the longest noun phrase between a verb and its noun
_DAYS = re.compile(r" [^\W\d_A-Z]{1,8} D\b")  # "postponed until Thursday a visit"
_BODIES = {"body summit": "summit", "body ceremony": "meeting"}  # what a body's meeting is
_ONLY_NAMES = re.compile(r"(?:[ –-]|[PCAL](?:'s)?)*")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun at [start, end) of masked text that a cue may be about."""

    start: int
    end: int
    format: str  # or "sub" (part of a meeting), "other" (no meeting)

    @property
    def is_meeting(self) -> bool:
        """Whether it names a meeting itself."""
        return self.format not in ("sub", "other")

    @property
    def is_body(self) -> bool:
        """Whether it names the group that meets, and so a meeting only if a participant stays away."""
        return self.format in _BODIES


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue where it was found in masked text."""

    cue: Cue
    start: int
    end: int

    @property
    def span(self) -> MaskedSpan:
        """Its place."""
        return self.start, self.end


class NounReader:
    """Finds nouns of meetings, and the one a cue refers to, by the rules of one language."""

    def __init__(self, language: Language, context: ContextPatterns) -> None:
        lexicon = language.lexicon
        self._svo = lexicon.order == "svo"
        self._context = context
        bodies = self._bodies_of(language)
        kinds = [("other", lexicon.other_objects), ("sub", lexicon.sub_events), *lexicon.nouns.items()]
        kinds += [(kind, names) for kind, names in bodies if kind != "body many"]
        many = [names for kind, names in bodies if kind != "body ceremony"]
        self._many = lexicon.compile(rf"\b(?:{'|'.join(many)})")
        self._nouns = tuple((name, lexicon.compile(rf"\b(?:{pattern})\b")) for name, pattern in kinds)

    @staticmethod
    def _bodies_of(language: Language) -> list[tuple[str, str]]:
        names: dict[str, list[str]] = {}
        for row in language.tables["bodies"]:
            names.setdefault(f"body {row['kind']}", []).append(re.escape(fold(row["name"])))
        return [(kind, "|".join(found)) for kind, found in names.items()]

    def meets_many(self, text: str, start: int, end: int) -> bool:
        """Whether a part of a text names a meeting of many, or one that is abroad by its name."""
        return self._many.search(text, start, end) is not None

    def find(self, text: str, cues: list[FoundCue]) -> list[Noun]:
        """The nouns of a sentence in order; if two overlap, the kind listed first wins.

        The "visit" of "will visit" does not count.
        """
        verbs = [cue.span for cue in cues if cue.cue.kind == "travel"]
        nouns: list[Noun] = []
        for name, pattern in self._nouns:
            for match in pattern.finditer(text):
                is_verb = any(start <= match.start() and match.end() <= end for start, end in verbs)
                if not is_verb and not any(
                    match.start() < noun.end and noun.start < match.end() for noun in nouns
                ):
                    nouns.append(Noun(match.start(), match.end(), name))
        return sorted(nouns, key=lambda noun: noun.start)

    def head(self, found: FoundCue, text: str, nouns: list[Noun]) -> Noun | None:
        """The noun `found` is about; None where it needs none or has none."""
        cue = found.cue
        away = cue.scope == "attendance"
        nouns = [
            noun
            for noun in nouns
            if not noun.is_body or (cue.kind == "change" and (away or noun.format == "body summit"))
        ]
        if cue.kind == "noun":
            inside = [noun for noun in nouns if found.start <= noun.start and noun.end <= found.end]
            return inside[-1] if inside else None
        if cue.kind not in ("change", "occur"):
            return None
        if cue.object in ("right", "either"):
            inside = [noun for noun in nouns if found.start <= noun.start and noun.end <= found.end]
            if inside and cue.pattern:  # a verb of verbs.csv is no noun: "did not show up", "withdrawal from"
                return inside[0]
            noun = next((noun for noun in nouns if noun.start >= found.end), None)
            if noun is not None and self._is_object(text[found.end : noun.start]):
                return None if self._context["not_head_after"].match(text, noun.end) else noun
        if cue.object == "right" or (cue.object == "either" and self._has_other_object(text, found)):
            return None
        head = self._subject(text, found.start, nouns)
        if head is not None and cue.kind == "change" and not self._svo:
            between = text[head.end : found.start]
            return None if self._context["open_object"].search(between) else head
        return head

    def _has_other_object(self, text: str, found: FoundCue) -> bool:
        """Whether a change is about something behind it that is no meeting: "Moscow cancelled wheat quotas"."""
        if self._context["open_object"].match(text, found.end):
            return True
        acts = found.cue.kind == "change" and self._context["actor"].search(text[: found.start])
        return bool(acts) and self._context["unknown_object"].match(text, found.end) is not None

    def is_about_meeting(self, found: FoundCue, head: Noun | None, text: str) -> bool:
        """Whether the cue says something of a meeting, given its noun."""
        cue = found.cue
        if head is None and cue.kind == "occur":
            return self._context["it"].search(text[: found.start]) is not None
        if head is None:
            return cue.kind in ("travel", "meet", "host", "noun")
        if not head.is_meeting or (cue.formats and head.format not in cue.formats):
            return False
        return not (cue.kind == "change" and self._is_attribute(text, found, head))

    def _is_attribute(self, text: str, found: FoundCue, head: Noun) -> bool:
        """ "The postponed visit" identifies a visit by an earlier change."""
        if head.start < found.end or not _ONLY_NAMES.fullmatch(text, found.end, head.start):
            return False
        return self._context["attribute"].search(text[: found.start]) is not None

    def _is_object(self, between: str) -> bool:
        """Whether only the words of one noun phrase are between a change and its noun."""
        between = _DAYS.sub("", between)
        if self._context["plans"].search(between):
            return True
        return len(between.split()) <= _OBJECT_WORDS and not self._context["object_break"].search(between)

    def _subject(self, text: str, at: int, nouns: list[Noun]) -> Noun | None:
        """The head of the subject left of `at`: leftmost that no preposition governs (nearest in Turkish)."""
        start = 0
        for barrier in self._context["barrier"].finditer(text, 0, at):
            start = barrier.end()
        left = [noun for noun in nouns if start <= noun.start and noun.end <= at]
        heads = [noun for noun in left if not self._is_governed(text, start, noun)]
        if not heads:
            return None
        return heads[0] if self._svo else heads[-1]

    def _is_governed(self, text: str, start: int, noun: Noun) -> bool:
        before = text[start : noun.start]
        if self._context["plans"].search(before):
            return False
        return (
            self._context["not_head"].search(before) is not None
            or self._context["not_head_after"].match(text, noun.end) is not None
        )


def format_of(found: FoundCue, head: Noun | None, nouns: list[Noun]) -> str:
    """The format the words name: by the cue, by its noun, or by a noun soon after it."""
    if found.cue.format:
        return found.cue.format
    if head is not None:
        return _BODIES.get(head.format, head.format)
    if found.cue.kind == "travel":
        return "visit"
    near = (noun.format for noun in nouns if found.start <= noun.start < found.end + 60 and noun.is_meeting)
    return next(near, "meeting")
