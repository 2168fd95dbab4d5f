"""Read the changes of meetings that verbs express: one engine for every verb and construction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.meetings.language import WordRow
from pipeline.meetings.lexicon import Cue
from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.nouns import FoundCue
from pipeline.meetings.read.plans import FRAMES
from pipeline.meetings.read.stance import Stance, StanceReader, tag_of
from pipeline.meetings.read.verbs import Predicate, VerbTable
from pipeline.meetings.read.words import Words
from pipeline.meetings.statuses import SAME_DAY
from pipeline.meetings.who.spelling import slug
from pipeline.records import MeetingStatus

# What leaves a change open: "may", "is likely to", "должен", "планировал", "refused to", "failed to".
_DOUBTS = frozenset({"uncertain", "likely", "due", "was due", "refused", "failed"})
_RUSSIAN_SIDES = dict.fromkeys(["noun", "doing", "did", "being"], "right")  # by tag; verbs have either
_MOVES = frozenset({MeetingStatus.POSTPONED, MeetingStatus.RESCHEDULED})
_SOONER = "sooner"  # an effect: moved to an earlier day, whether a text names it or not
_OWNED_NEAR = 60  # characters


@dataclass(frozen=True, slots=True)
class _Case:
    """One verb of a sentence while it is read."""

    words: Words
    predicate: Predicate
    stance: Stance
    headline: bool
    keeps_day: bool  # only the hour or the place of the meeting is another


@cache
def _cue(name: str, status: str, side: str, frame: str, kind: str, *, sooner: bool) -> Cue:
    return Cue.model_validate(
        {
            "id": name,
            "status": status,
            "kind": "travel" if frame == "invitation" else kind,
            "pattern": "",
            "object": side,
            "format": "visit" if frame in ("invitation",) else None,
            "scope": "attendance" if frame in ("attend", "act", "presence") else "meeting",
            "formats": ("visit",) if frame == "journey" else (),
            "sooner": sooner,
        }
    )


class Engine:
    """Reads the verbs of one language."""

    def __init__(
        self, language: str, grammar: str, tables: Mapping[str, Iterable[WordRow]], context: ContextPatterns
    ) -> None:
        """`grammar` is the language whose sentences are built alike: "ru" for Ukrainian."""
        self._language = language
        rows = [row for row in tables["verbs"] if row["frame"] not in FRAMES]
        lemmas = {row["lemma"] for row in rows}
        self._verbs = VerbTable(rows, [row for row in tables["forms"] if row["lemma"] in lemmas])
        self._stances = StanceReader(tables["stance"])
        self._context = context
        self._read = {"en": self._english, "ru": self._russian, "tr": self._turkish}[grammar]

    def predicates(self, words: Words) -> list[Predicate]:
        """The verbs of change in a sentence, whatever they say."""
        return list(self._verbs.find(words))

    def find(self, text: str, words: Words, changes: list[Predicate], *, headline: bool) -> list[FoundCue]:
        """Every change in a masked sentence, as a cue at its place; `changes` are its `predicates`."""
        found = []
        for predicate in changes:
            stance = self._stances.read(words, predicate)
            start, end = words[predicate.first].start, words[predicate.last].end
            keeps_day = self._keeps_its_day(text, start, end)
            told = self._read(_Case(words, predicate, stance, headline, keeps_day))
            if told is None or (keeps_day and told[0] not in _MOVES):
                continue
            status, side = (MeetingStatus.SCHEDULED, told[1]) if keeps_day else told
            kind, span = self._kind(predicate, text, start, end)
            name = f"{self._language}.{status}.{slug(predicate.verb.name)}"
            name += f".{SAME_DAY}" if keeps_day else ""
            sooner = predicate.verb.effect == _SOONER
            cue = _cue(name, status, side, predicate.verb.frame, kind, sooner=sooner)
            found.append(FoundCue(cue, *span, stance.effects))
        return found

    def _keeps_its_day(self, text: str, start: int, end: int) -> bool:
        """Whether only the hour or the place of the meeting is another."""
        if self._context["not_moved"].match(text, end) is not None:
            return True
        return self._context["not_moved_before"].search(text, 0, start) is not None

    def _kind(self, predicate: Predicate, text: str, start: int, end: int) -> tuple[str, tuple[int, int]]:
        """The object of a change and its place: a meeting, or an act ("dropped plans to visit")."""
        if predicate.verb.frame == "act":
            return "travel", (start, end)
        if predicate.verb.frame in ("object", "attend"):
            if act := self._context["act_behind"].match(text, end):
                return "travel", (start, act.end())
            if act := self._context["act_before"].search(text[:start]):
                return "travel", (act.start(), end)
        return "change", (start, end)

    # English -----------------------------------------------------------------------------------------------

    def _english(self, case: _Case) -> tuple[str, str] | None:
        tag = tag_of(case.predicate, case.stance)
        if any(holds(self, case, tag) for _, holds in _VETOES):
            return None
        if case.predicate.verb.frame == "presence":
            return self._absence(case)
        return self._status(case), next(side for holds, side in _SIDES if holds(self, case, tag))

    @staticmethod
    def _is_absent(case: _Case) -> bool:
        """ "Declined to attend", "failed to show up", "will not attend"."""
        stance = case.stance
        refused = stance.has("refused") or stance.has("failed")
        return (stance.negated and "real" not in stance.effects[:1]) != refused

    @staticmethod
    def _is_in_phrase(words: Words, predicate: Predicate) -> bool:
        """Whether what is written as a verb follows a word that is no subject: "a Sunday drop"."""
        before = words[predicate.first - 1].text if predicate.first else ""
        return before.isalpha() and not before.endswith("s") and before not in "PCALD" and before != "and"

    def _absence(self, case: _Case) -> tuple[str, str]:
        """ "will not attend", "is not expected to join": who is named stays away."""
        unsure = case.stance.has("uncertain") or case.stance.has("likely")
        return (MeetingStatus.UNCERTAIN if unsure else MeetingStatus.CANCELLED), "right"

    @staticmethod
    def _is_told_of(case: _Case, tag: str) -> bool:
        """Whether the sentence comments on a change that was news before: "blamed for skipping the summit"."""
        chain = case.stance.chain
        return tag in ("ing", "noun") and chain[:1] == ("told of",)

    def _changes_subject(self, case: _Case, tag: str) -> bool:
        """What changes is in front: "was put off", "fell through", "the talks slip to February"."""
        verb, behind = case.predicate.verb, case.predicate.last + 1
        towards = behind < len(case.words) and self._context["towards"].fullmatch(case.words[behind].text)
        passive = (tag == "state" and verb.frame != "attend") or (case.stance.passive and tag == "past")
        return passive or verb.frame in ("subject", "journey") or bool(verb.frame == "dated" and towards)

    def _status(self, case: _Case) -> str:
        predicate, stance, words = case.predicate, case.stance, case.words
        effect = predicate.verb.effect
        if effect == "denied" and stance.has("not"):
            return MeetingStatus.UNCERTAIN
        if not _DOUBTS.isdisjoint(stance.effects):
            return MeetingStatus.UNCERTAIN
        if stance.has("would") and not self._context["reporting"].search(words.text):
            return MeetingStatus.UNCERTAIN
        if stance.has("if") and (predicate.tag in ("fut", "pres") or stance.has("will") or stance.has("would")):
            return MeetingStatus.UNCERTAIN
        if stance.negated:
            return MeetingStatus.CONFIRMED
        if self._is_offer(case):
            return MeetingStatus.DENIED
        return MeetingStatus.RESCHEDULED if effect == _SOONER else effect

    def _is_offer(self, case: _Case) -> bool:
        """ "Snubs a request to meet": what was only offered cannot be called off."""
        end = case.words[case.predicate.last].end
        offer = self._context["offer_behind"].match(case.words.text, end)
        return case.predicate.verb.frame == "attend" and offer is not None

    def _is_aside(self, words: Words, predicate: Predicate) -> bool:
        """Whether it only describes what once happened to the subject of the sentence."""
        before = words[predicate.first - 1].text if predicate.first else ""
        return (
            before == "," and self._context["aside_after"].match(words.text, words[predicate.last].end) is not None
        )

    def _goes_on_to(self, case: _Case) -> bool:
        """Whether a verb of a journey only leads to another verb: "went on to win"."""
        return self._context["to_do"].fullmatch(case.words.text_at(case.predicate.last + 1)) is not None

    def _is_owned(self, words: Words, predicate: Predicate) -> bool:
        """Whether it is a noun that a name owns from a distance: "Ruto's summit snub dismays …"."""
        at = words[predicate.first].start
        return self._context["owned_before"].search(words.text, max(0, at - _OWNED_NEAR), at) is not None

    @staticmethod
    def _by_behind(words: Words, predicate: Predicate) -> bool:
        at = predicate.last + 1
        return at < len(words) and words[at].text == "by"

    @staticmethod
    def _has_new_date(words: Words, predicate: Predicate) -> bool:
        """ "moves talks … to D"."""
        for at in range(predicate.last + 1, min(predicate.last + 12, len(words))):
            if words[at].text in ";:.":
                return False
            if words[at].text == "D" and words[at - 1].text not in ("on", "for"):
                return True
        return False

    # Russian -----------------------------------------------------------------------------------------------

    def _russian(self, case: _Case) -> tuple[str, str] | None:
        predicate, stance = case.predicate, case.stance
        if predicate.verb.frame == "presence":
            return self._absence(case) if stance.negated else None
        if predicate.tag == "attribute":
            return None
        side = "right" if predicate.verb.frame == "attend" else _RUSSIAN_SIDES.get(predicate.tag, "either")
        if predicate.tag == "inf" and not stance.effects:
            return None
        return self._status(case), side

    # Turkish -----------------------------------------------------------------------------------------------

    def _turkish(self, case: _Case) -> tuple[str, str] | None:
        verb, tag = case.predicate.verb, case.predicate.tag
        if verb.frame == "occur":
            if tag in ("not future", "not past", "unable past", "unable future"):
                return MeetingStatus.CANCELLED, "left"
            return None
        if tag in ("before", "was"):
            return None
        if tag in ("able", "if"):
            return MeetingStatus.UNCERTAIN, "left"
        if tag.startswith(("not", "unable")):
            return (MeetingStatus.CONFIRMED, "left") if verb.effect != "denied" else None
        return self._status(case), "left"


# Where the noun of an English change is: the first that holds.
_SIDES: tuple[tuple[Callable[[Engine, _Case, str], bool], str], ...] = (
    (lambda _by, _case, tag: tag == "noun", "right"),
    (lambda by, case, tag: by._changes_subject(case, tag), "left"),
    (lambda _by, case, tag: tag != "past" or bool(case.stance.effects), "right"),
    (lambda _by, case, _tag: case.predicate.verb.frame != "attend", "either"),
    (lambda by, case, _tag: by._by_behind(case.words, case.predicate), "left"),
    (lambda _by, _case, _tag: True, "right"),
)
# Why an English verb of change tells of none here: (name, test).
_VETOES: tuple[tuple[str, Callable[[Engine, _Case, str], bool]], ...] = (
    (
        "no new date",
        lambda by, case, _tag: (
            case.predicate.verb.frame == "dated"
            and not (case.keeps_day or by._has_new_date(case.words, case.predicate))
        ),
    ),
    (
        "an aside",
        lambda by, case, tag: (
            tag == "past" and not case.stance.effects and by._is_aside(case.words, case.predicate)
        ),
    ),
    ("is owned", lambda by, case, tag: tag in ("base", "noun") and by._is_owned(case.words, case.predicate)),
    ("only told of", lambda by, case, tag: by._is_told_of(case, tag)),
    ("is there", lambda by, case, _tag: case.predicate.verb.frame == "presence" and not by._is_absent(case)),
    (
        "goes on to",
        lambda by, case, _tag: case.predicate.verb.frame == "journey" and by._goes_on_to(case),
    ),
    (
        "in a phrase",
        lambda by, case, tag: (
            tag == "base"
            and not (case.stance.effects or case.headline)
            and by._is_in_phrase(case.words, case.predicate)
        ),
    ),
)
