"""The noun a cue is about: a cancelled what, and which visit "will take place"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.language.folding import fold
from pipeline.language.prefilter import Prefilter
from pipeline.meetings.language import Language
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns, MaskedSpan

_TAKEN, _TAKEN_BY_MEETING = 1, 2
_OBJECT_WORDS = 7  # the longest noun phrase between a verb and its noun
_DAYS = re.compile(r" [^\W\d_A-Z]{1,8} D\b|^ [^\W\d_A-Z]{1,3} L\b(?= )")  # "postponed until Thursday a visit"
TWO_SIDED = "two sided"  # a noun that is a meeting only where two sides are named: "dinner", "commission"
_BODIES = {"body summit": "summit", "body ceremony": "meeting"}  # what a body's meeting is
_FORMATS = {**_BODIES, TWO_SIDED: "meeting"}
_QUOTED = re.compile(r" [\"'«“](?=[^\"'»”]*$)")  # the mark that opens in front of a noun: cancelled "peace talks"
_COMPOUND = re.compile(r"[ -](?:[^\W_A-Z]+[ -]){0,2}")  # between the words of one noun
_ASIDE = re.compile(r" – [^–;:.]{2,90} – (?:[^\W\d_]+ ){0,2}$")  # "the talks – with the UN there – were cancelled"
_OWN = re.compile(r"(?: [^\W\d_]+)? ")  # at most one word between a noun and the verb that is its own
_ONLY_NAMES = re.compile(r"(?:[ –-]|[PCAL](?:'s)?)*")


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun at [start, end) of masked text that a cue may be about."""

    start: int
    end: int
    format: str  # or "sub" (part of a meeting), "other" (no meeting), TWO_SIDED

    @property
    def is_meeting(self) -> bool:
        """Whether it names a meeting itself."""
        return self.format not in ("sub", "other", TWO_SIDED)

    @property
    def is_body(self) -> bool:
        """Whether it names the group that meets, and so a meeting only if a participant stays away."""
        return self.format in _BODIES


_Found = tuple[bool, Noun | None]
_OPEN: _Found = (False, None)


@dataclass(frozen=True, slots=True)
class FoundCue:
    """A cue where it was found in masked text."""

    cue: Cue
    start: int
    end: int
    stance: tuple[str, ...] = ()  # effects of the words that govern its verb, for people: "uncertain", "not"

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
        kinds.append((TWO_SIDED, lexicon.two_sided))
        many = [names for kind, names in bodies if kind != "body ceremony"]
        self._many = lexicon.compile(rf"\b(?:{'|'.join(many)})")
        self._nouns = tuple((name, lexicon.compile(rf"\b(?:{pattern})\b")) for name, pattern in kinds)
        self._prefilter = Prefilter([pattern for _, pattern in self._nouns])

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

        The "visit" of "will visit" does not count. A "joint session" is one of two sides, not any session.
        """
        taken = bytearray(len(text))  # by characters: _TAKEN, or _TAKEN_BY_MEETING
        for cue in cues:
            if cue.cue.kind == "travel":
                taken[cue.start : cue.end] = bytes([_TAKEN_BY_MEETING]) * (cue.end - cue.start)
        nouns: list[Noun] = []
        for number in self._prefilter.possible(text):
            name, pattern = self._nouns[number]
            for match in pattern.finditer(text):
                start, end = match.span()
                over = max(taken[start:end], default=0)
                if over and (name != TWO_SIDED or over == _TAKEN_BY_MEETING):
                    continue
                if over:
                    nouns = [noun for noun in nouns if noun.end <= start or end <= noun.start]
                noun = Noun(start, end, name)
                nouns.append(noun)
                taken[start:end] = bytes([_TAKEN_BY_MEETING if noun.is_meeting else _TAKEN]) * (end - start)
        return sorted(nouns, key=lambda noun: noun.start)

    def head(self, found: FoundCue, text: str, nouns: list[Noun]) -> Noun | None:
        """The noun `found` is about; None where it needs none or has none."""
        away = found.cue.scope == "attendance"
        change = found.cue.kind == "change"
        nouns = [
            noun
            for noun, behind in itertools.zip_longest(nouns, nouns[1:])
            if not noun.is_body
            or (change and (away or noun.format == "body summit") and not _owns(noun, behind, text))
        ]
        if found.cue.kind == "noun":
            inside = _inside(found, nouns)
            return inside[-1] if inside else None
        if found.cue.kind not in ("change", "occur"):
            return None
        for find in _HEADS[found.cue.object]:
            decided, head = find(self, found, text, nouns)
            if decided:
                return head
        return None

    # Where the noun of a verb may be: (whether this settles it, the noun or None)

    def _within(self, found: FoundCue, _text: str, nouns: list[Noun]) -> _Found:
        """In the words of the cue; a verb of verbs.csv is no noun: "did not show up", "withdrawal from"."""
        inside = _inside(found, nouns) if found.cue.pattern else []
        return (True, inside[0]) if inside else _OPEN

    def _behind(self, found: FoundCue, text: str, nouns: list[Noun]) -> _Found:
        """The object behind a verb: "cancelled his visit"."""
        noun = next((noun for noun in nouns if noun.start >= found.end), None)
        if noun is None or not self._is_object(text[found.end : noun.start]):
            return _OPEN
        return True, None if self._context["not_head_after"].match(text, noun.end) else noun

    def _before_actor(self, found: FoundCue, text: str, nouns: list[Noun]) -> _Found:
        """ "A visit the minister has now postponed": right before who acts, with no object behind the verb."""
        if found.cue.kind != "change" or not self._context["no_object"].match(text, found.end):
            return _OPEN
        acts = self._context["acts_before"].search(text[: found.start])
        noun = next((noun for noun in nouns if acts and noun.end == acts.start()), None)
        return (True, noun) if noun is not None else _OPEN

    def _of_pronoun(self, found: FoundCue, text: str, nouns: list[Noun]) -> _Found:
        """ "The talks were due on Monday, but at his request it was put off": the meeting named before it."""
        before = self._context["it_before"].search(text[: found.start])
        pronoun = before or self._context["it_behind"].match(text, found.end)
        if found.cue.kind != "change" or found.cue.scope == "attendance" or pronoun is None:
            return _OPEN
        named = [noun for noun in nouns if noun.end <= found.start and noun.is_meeting]
        return (True, named[-1]) if named else _OPEN

    def _nothing_else(self, found: FoundCue, text: str, _nouns: list[Noun]) -> _Found:
        return (True, None) if self._has_other_object(text, found) else _OPEN

    def _as_subject(self, found: FoundCue, text: str, nouns: list[Noun]) -> _Found:
        head = self._subject(text, found.start, nouns)
        if head is not None and found.cue.kind == "change" and not self._svo:
            between = text[head.end : found.start]
            return True, None if self._context["open_object"].search(between) else head
        return (True, head) if head is not None else _OPEN

    def _has_other_object(self, text: str, found: FoundCue) -> bool:
        """Whether a change is about something behind it that is no meeting: "Moscow cancelled wheat quotas"."""
        if self._context["open_object"].match(text, found.end):
            return True
        acts = found.cue.kind == "change" and self._context["actor"].search(text[: found.start])
        return bool(acts) and self._context["unknown_object"].match(text, found.end) is not None

    def why_no_meeting(self, found: FoundCue, head: Noun | None, text: str) -> str | None:
        """Why a cue says nothing of a meeting, given its noun; None where it does."""
        return next((reason for reason, holds in _NO_MEETING if holds(self, found, head, text)), None)

    def _lacks_noun(self, found: FoundCue, head: Noun | None, text: str) -> bool:
        if head is not None or found.cue.kind in ("travel", "meet", "host", "noun"):
            return False
        return found.cue.kind != "occur" or self._context["it"].search(text[: found.start]) is None

    def _is_attribute(self, text: str, found: FoundCue, head: Noun) -> bool:
        """ "The postponed visit" identifies a visit by an earlier change; "the postponement of" tells of one."""
        if head.start < found.end or not _ONLY_NAMES.fullmatch(text, found.end, head.start):
            return False
        if self._context["governs"].search(text[: found.end]):
            return False
        return self._context["attribute"].search(text[: found.start]) is not None

    def _is_object(self, between: str) -> bool:
        """Whether only the words of one noun phrase are between a change and its noun, quoted or not."""
        between = _QUOTED.sub(" ", _DAYS.sub("", between))
        if self._context["plans"].search(between):
            return True
        return len(between.split()) <= _OBJECT_WORDS and not self._context["object_break"].search(between)

    def _subject(self, text: str, at: int, nouns: list[Noun]) -> Noun | None:
        """The head of the subject left of `at`: leftmost that no preposition governs (nearest in Turkish)."""
        aside = _ASIDE.search(text, 0, at)
        at = aside.start() if aside else at
        start = 0
        for barrier in self._context["barrier"].finditer(text, 0, at):
            start = barrier.end()
        left = [noun for noun in nouns if start <= noun.start and noun.end <= at]
        heads = [noun for noun in left if not self._is_governed(text, start, noun)]
        if not heads:
            return None
        return heads[0] if self._svo and not self._has_own(text, heads, at) else heads[-1]

    @staticmethod
    def _has_own(text: str, heads: list[Noun], at: int) -> bool:
        """Whether the noun right before a verb is its own: "the talks ran late, dinner was moved"."""
        apart = "," in text[heads[0].end : heads[-1].start]
        return apart and not heads[-1].is_meeting and _OWN.fullmatch(text, heads[-1].end, at) is not None

    def _is_governed(self, text: str, start: int, noun: Noun) -> bool:
        before = text[start : noun.start]
        if self._context["plans"].search(before):
            return False
        return (
            self._context["not_head"].search(before) is not None
            or self._context["not_head_after"].match(text, noun.end) is not None
        )


def _owns(body: Noun, behind: Noun | None, text: str) -> bool:
    """ "Mercosur trade deal" is no meeting of Mercosur."""
    other = behind is not None and behind.format == "other"
    return other and _COMPOUND.fullmatch(text[body.end : behind.start if behind else None]) is not None


def _inside(found: FoundCue, nouns: list[Noun]) -> list[Noun]:
    return [noun for noun in nouns if found.start <= noun.start and noun.end <= found.end]


def format_of(found: FoundCue, head: Noun | None, nouns: list[Noun]) -> str:
    """The format the words name: by the cue, by its noun, or by a noun soon after it."""
    if found.cue.format:
        return found.cue.format
    if head is not None:
        return _FORMATS.get(head.format, head.format)
    if found.cue.kind == "travel":
        return "visit"
    near = (noun.format for noun in nouns if found.start <= noun.start < found.end + 60 and noun.is_meeting)
    return next(near, "meeting")


# Where the noun is looked for, by the side of the verb it is on: the first that settles it.
_Finder = Callable[[NounReader, FoundCue, str, list[Noun]], _Found]
_RIGHT = (NounReader._within, NounReader._behind, NounReader._before_actor, NounReader._of_pronoun)
_HEADS: dict[str, tuple[_Finder, ...]] = {
    "right": _RIGHT,
    "either": (*_RIGHT, NounReader._nothing_else, NounReader._as_subject),
    "left": (NounReader._as_subject, NounReader._of_pronoun),
    "none": (NounReader._as_subject,),
}
# Why a cue is about no meeting: the first that holds. Nouns that are parts of one, or no meeting, are named apart.
_NO_MEETING: tuple[tuple[str, Callable[[NounReader, FoundCue, Noun | None, str], object]], ...] = (
    ("no noun of a meeting belongs to it", NounReader._lacks_noun),
    ("what changes is only a part of a meeting", lambda _b, _f, head, _t: head and head.format == "sub"),
    ("what changes is no meeting", lambda _b, _f, head, _t: head and head.format == "other"),
    (
        "it does not say so of this kind of meeting",
        lambda _b, found, head, _t: head and found.cue.formats and head.format not in found.cue.formats,
    ),
    (
        "it only names the meeting by an earlier change",
        lambda by, found, head, text: head and found.cue.kind == "change" and by._is_attribute(text, found, head),
    ),
)
