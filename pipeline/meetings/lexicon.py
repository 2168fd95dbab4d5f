"""The words of one language: config/meetings/<language>.yml, validated and compiled.

Patterns are regular expressions over *masked* text: folded (lower case, no accents), each name replaced by one
capital letter: ``P`` a person or office, ``C`` a country, ``A`` its adjective, ``L`` a city, ``D`` a date.
``{word}`` in a pattern is the macro of that name.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, model_validator

from pipeline.language.folding import plain
from pipeline.records import MeetingStatus
from pipeline.yaml_file import was_checked

_BUILT_IN = "noun"
_MACRO = re.compile(r"\{([a-z_]+)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _checked(value: object, info: ValidationInfo) -> object:
    """A regular expression must compile once its macros are taken for any text; a list is its alternatives."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(value)
    if isinstance(value, str) and not was_checked(info):
        try:
            re.compile(_MACRO.sub("x", value))
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return value


_TEXT_OR_LIST: dict[str, object] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Pattern = Annotated[str, BeforeValidator(_checked), WithJsonSchema(_TEXT_OR_LIST)]


class Cue(_Part):
    """Words that say something of a meeting."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_.]+$")
    status: MeetingStatus | Literal["planned", "new_date"]
    kind: Literal["travel", "meet", "host", "occur", "change", "noun"]
    pattern: Pattern
    object: Literal["left", "right", "either", "none"] = "none"  # the place of the noun of a change
    format: Literal["visit", "talks", "summit", "meeting", "call"] | None = None
    formats: tuple[str, ...] = ()  # which nouns a change applies to; empty: all
    headline: bool = False  # only in headlines
    past: bool = False  # of a change: the day it names has gone by
    anchored: bool = False  # in running text it counts only with a day or a place of its own
    within: bool = False  # if its own phrase names a party, no other party belongs to it
    present: bool = False  # in the present tense: with a future day it is a plan
    sooner: bool = False  # of a change: to an earlier day, named or not
    passing: bool = False  # a noun phrase that only names a meeting
    scope: Literal["meeting", "attendance"] = "meeting"  # attendance: only who stays away changes, it goes on


class ContextWords(_Part):
    """Words around a cue that change what it says."""

    barrier: Pattern  # ends a clause
    background: Pattern  # begins what is not about the cue: topics
    background_end: Pattern  # ends it again
    reason: Pattern  # begins a clause that is not about the cue: reasons, earlier events
    reason_end: Pattern  # ends it again
    cause: Pattern  # in the clause of a change: its reason begins (in Turkish: ends) with it
    cause_end: Pattern  # ends the reason
    asked_by: Pattern  # ends right before at whose request it changed
    done_by: Pattern  # ends right before who changed it, in the passive
    passive: Pattern  # in the words of a change: its subject is not who makes it
    reporting: Pattern  # verbs and nouns of saying
    anonymous: Pattern  # in words of saying: an anonymous source
    official: Pattern  # in words of saying: an official source
    media: Pattern  # in words of saying: other media do
    speaker: Pattern  # a party that only speaks: matched from P on
    reacts: Pattern  # behind a country: what it says or does about a meeting of others
    hedge: Pattern  # before what reads like a fact: it is a condition
    by_phone: Pattern  # near a verb of meeting: it is a call
    conditional: Pattern  # in an undated plan: it waits for something
    plan_doubt: Pattern  # before a plan: it is not stated as a plan
    unsaid: Pattern  # before a change, in its clause: it is not stated as a fact
    unsaid_after: Pattern  # after a change, in its clause: the same
    denied_after: Pattern = "(?!)"  # right behind a verb: it is denied
    would: Pattern  # before a change: it is only considered, unless it is a quotation
    reaffirmed: Pattern  # in the clause of a plan: the old plan is confirmed
    moved: Pattern  # in a dated plan: its day is a new one
    ahead: Pattern  # anywhere in the clause: it is about the future
    pronoun: Pattern  # means the one person named before it in the sentence
    history: Pattern  # anywhere in the clause: it was so once
    past_perfect: Pattern  # anywhere in the clause: it is in the past, unless it is a quotation
    not_head: Pattern  # ends right before a noun that is not what the change is about
    not_head_after: Pattern  # starts right after such a noun
    before_place: Pattern  # ends right before a place
    goal: Pattern  # starts right after the goal of a journey in a language of cases
    after_place: Pattern  # starts right after a place
    before_side: Pattern  # ends right before a country that is a party
    after_side: Pattern  # starts right after such a country
    topic_after: Pattern = "(?!)"  # right behind a country: it belongs to what the meeting is about
    offer_behind: Pattern = "(?!)"  # behind who is snubbed: it is only an offer to meet
    sends_after: Pattern = "(?!)"  # behind a leader: up to whom he sends, who alone is there
    ordered_by: Pattern = "(?!)"  # ends right before whose orders another carries out
    mediates_before: Pattern = "(?!)"  # ends right before who only brings the sides together
    mediates_after: Pattern = "(?!)"  # starts right after such a country
    topic_before: Pattern  # ends right before who is only what the meeting, or its end, is about
    not_side_before: Pattern  # ends right before a country that is no party
    not_side_after: Pattern  # starts right after a country that is no party
    aside_after: Pattern  # after a change between commas: "…, postponed last week, will be held"
    other_actor: Pattern  # right after an adjective of country: who acts is no official
    other_owned: Pattern = "(?!)"  # right after a country: the same
    not_moved: Pattern  # right after a change: only its place or hour is another
    owned_before: Pattern = "(?!)"  # ends right before a change that is a noun a name owns: "P's summit snub"
    in_place: Pattern = "(?!)"  # right after a verb of joining: where, "joined P for talks in L"
    in_city: Pattern = "(?!)"  # right after a passive verb of hosting: where
    held_there: Pattern = "(?!)"  # right after a city that only lends its name: "the Oslo talks of …"
    side_list: Pattern  # all that parts two countries of one list
    not_moved_before: Pattern  # ends right before a change: the same
    act_before: Pattern  # ends right before a change: it is of an act
    act_behind: Pattern  # right after a change: it is of an act, "cancelled plans to visit", "refused to meet"
    acts_after: Pattern  # starts right after a capital that means its government
    after_capital: Pattern  # starts right after a capital that means its government
    locative: Pattern  # starts right after a place in a language of cases: no party
    relative: Pattern  # begins a relative clause about the party before it
    attribute: Pattern  # ends right before a change that only names its noun: "the postponed visit"
    plans: Pattern  # allowed between a change and its noun
    object_break: Pattern  # not allowed between a change and its noun
    open_object: Pattern  # right after a change: it is about what follows, known or not (before it in Turkish)
    actor: Pattern  # ends right before a change: its author
    unknown_object: Pattern  # right after such a change: it is about what follows
    it: Pattern  # right before "will take place": means a meeting
    anaphora: Pattern  # "the meeting", "he": the party is named before
    governs: Pattern = "(?!)"  # ends a change: the noun behind it is its own, "the postponement of"
    no_object: Pattern = "(?!)"  # right behind a change: no object follows
    acts_before: Pattern = "(?!)"  # from a noun to a change: a clause about the noun, "a visit he has cancelled"
    it_before: Pattern = "(?!)"  # ends right before a change: the pronoun it is about
    it_behind: Pattern = "(?!)"  # right behind a change: the same
    frame_before: Pattern  # ends right before a body: it names what meets
    frame_after: Pattern  # right behind a body: the same
    owns_after: Pattern = "(?!)"  # right behind a place: something there is meant
    beside_before: Pattern = " "  # all there is between a place and the words of its meeting
    deputy_comes: Pattern = "(?!)"  # another speaks for who stays away: even a meeting of two goes on
    there: Pattern = "(?!)"  # in the clause of a journey: its goal is the place named last before
    announces_from: Pattern = "(?!)"  # at the start of a sentence, up to the capital whose officials say it
    between_names: Pattern = "(?!)"  # the words between the names of a subject
    subject: Pattern = "(?!)"  # a word that is a subject, or ends one
    plural_subject: Pattern = "(?!)"  # a subject of several: "leaders"
    object_begins: Pattern = "(?!)"  # the first word that names who is met
    determiner: Pattern = "(?!)"  # the word in front of a noun that is written as a verb is
    asks: Pattern = "(?!)"  # the first word of a question about a plan
    towards: Pattern = "(?!)"  # the word behind a verb that moves its subject: "slips to"
    source_at_end: Pattern = r"(?:, | [–-] )([CL])$"  # at the end of a headline: who says so, as its group
    travels_behind: Pattern = r" \w+(?: \w+)? "  # behind a country: its delegation, or a verb and its object
    goes_on: Pattern = ", $"  # between who reacts and a verb: the verb is theirs as well
    holds_talks: Pattern = "(?!)"  # the words of holding talks with those who are at home somewhere
    there_behind: Pattern = "(?!)"  # right behind them: the place
    goal_behind: Pattern = "(?!)"  # right behind a verb of visiting: a goal that has no name
    met_behind: Pattern = "(?!)"  # right behind a verb of meeting: people meet, or somewhere
    guest_behind: Pattern = "(?!)"  # right behind a verb of receiving: a guest
    guest_before: Pattern = "(?!)"  # ends right before a verb of receiving: a guest
    goal_before: Pattern = "(?!)"  # ends right before a verb of travelling: its goal
    stays_before: Pattern = "(?!)"  # ends right before a verb of being: it is at a place
    comes_behind: Pattern = ""  # right behind a form that may be an adjective: it is a verb
    idiom_before: Pattern = "(?!)"  # ends right before a verb of travelling: it means no journey
    named_goal_behind: Pattern = "(?!)"  # behind a verb of travelling: its goal by name
    does_behind: Pattern = "(?!)"  # right behind "going to": another verb, and no place
    place_behind: Pattern = "(?!)"  # right behind who is invited: where to
    whom_behind: Pattern = "(?!)"  # right behind a verb of calling: who is called
    impersonal: Pattern = "(?!)"  # a verb of receiving that has no subject: "it was decided"
    reflexive: Pattern = "(?!)"  # a lemma that means to be done, not to do
    prepared_for: Pattern = "(?!)"  # the word between what is under way and the meeting it prepares
    has_met: Pattern = "(?!)"  # the word before "meeting P", which has happened
    will_meet: Pattern = "(?!)"  # the word before "meeting P", which is to come
    noun_before: Pattern = "(?!)"  # the word before a noun that is written as a verb in the present is
    joins_subjects: Pattern = "(?!)"  # the word or mark between two subjects
    to_do: Pattern = "(?!)"  # behind a verb of a journey: the verb that it leads to
    anything_before: Pattern = "(?!)"  # ends right before a verb of happening: anything may be meant
    talks_noun: Pattern = "(?!)"  # at a verb of meeting: it is a noun
    talked_of: Pattern = "(?!)"  # from a noun to a verb of meeting: the noun is what is talked about
    not_yet_before: Pattern = "(?!)"  # ends right before a denied verb: it may still come
    whether_before: Pattern = "(?!)"  # ends right before a denied verb: "whether or not"
    owners: Pattern  # ends right before the noun of a meeting: its parties
    partners: Pattern  # starts right after the noun of a meeting: its parties
    undergoes: Pattern  # starts right after it: an unknown verb says what became of it
    former: Pattern  # before a title: no longer in office


class PlanEnd(_Part):
    """One row of the order of words around a verb of a plan: conditions, all optional, and where its cue is."""

    form: tuple[str, ...] = ()  # of the verb: tags of forms.csv
    lemma: tuple[str, ...] = ()
    particle: tuple[str, ...] = ()
    word: str = ""  # the context words that the verb itself is one of
    before: str = ""  # the context words right before it
    behind: str = ""  # the context words right behind it
    noun_before: int = 0  # a noun of a meeting is before it, with so many words between
    test: Literal["", "abroad", "guest", "negated", "object", "passive", "sure", "talked_of", "whom"] = ""
    within: int = 0  # words between the verb and the noun behind it
    place: Literal[
        "none",
        "verb",
        "verb, a journey",
        "verb, noun left",
        "verb, noun on either side",
        "verb to object",
        "verb to object, noun inside",
        "verb to noun",
        "verb to noun, noun inside",
        "noun, comma, verb",
    ]

    @property
    def words(self) -> tuple[str, str, str]:
        """The names of the context words it looks for."""
        return self.word, self.before, self.behind


class Lexicon(_Part):
    """Everything the reader knows of one language."""

    language: str = Field(pattern=r"^[a-z]{2}$")
    grammar: Literal["en", "ru", "tr"]  # the language whose sentences are built alike
    order: Literal["svo", "sov"]
    home: str | None = None  # the country of an office named without one
    not_of_home: Pattern = "(?!)"  # surnames that none of that country has: theirs is not known
    abbreviations: frozenset[str] = frozenset()
    not_names: Pattern  # capitalised words that end a name
    openers: Pattern  # words that begin a sentence before a name and are not a given name
    several: Pattern  # in a title: it is in the plural
    title_left: Pattern  # between a country and the office after it
    title_right: Pattern  # between an office and the country after it
    joined: Pattern  # between two parties of one list
    macros: dict[str, Pattern]
    nouns: dict[Literal["visit", "talks", "summit", "meeting", "call"], Pattern]
    two_sided: Pattern = "(?!)"  # nouns that are a meeting only where two sides are named: "commission", "dinner"
    sub_events: Pattern  # parts of a meeting, whose fate is not the meeting's
    other_objects: Pattern  # what else can be cancelled
    abroad: Pattern  # goals of a journey that are no country: regions, summits of many
    comments: Pattern  # a line after which readers speak
    teasers: Pattern  # begins a line that only points to other news
    triggers: Pattern  # an article without any of these is not read at all
    cues: tuple[Cue, ...]
    context: ContextWords
    plan_ends: dict[str, tuple[PlanEnd, ...]]  # by frame; the first row that fits decides

    @model_validator(mode="after")
    def _is_usable(self, info: ValidationInfo) -> Lexicon:
        if was_checked(info):
            return self
        ids = [cue.id for cue in self.cues]
        if len(ids) != len(set(ids)):
            raise ValueError("cue ids must be unique")
        if foreign := [cue for cue in ids if not cue.startswith(f"{self.language}.")]:
            raise ValueError(f"cue ids must begin with {self.language}., not {foreign[0]}")
        named = {name for rows in self.plan_ends.values() for row in rows for name in row.words if name}
        if unknown := sorted(named - set(type(self.context).model_fields)):
            raise ValueError(f"plan_ends: expected names of context words (got {', '.join(unknown)})")
        texts = {f"cue {cue.id}": cue.pattern for cue in self.cues}
        texts |= {f"context {name}": text for name, text in self.context.model_dump().items()}
        for name, text in texts.items():
            try:
                self.compile(text)
            except (re.error, KeyError, RecursionError) as error:
                raise ValueError(f"{name}: not a pattern with known macros: {error!r}") from error
        return self

    def compile(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
        """`pattern` with its macros replaced, ready for masked text."""
        return re.compile(plain(self._expand(pattern)), flags)

    def _expand(self, pattern: str) -> str:
        return _MACRO.sub(lambda match: f"(?:{self._expand(self._macro(match.group(1)))})", pattern)

    def _macro(self, name: str) -> str:
        return "|".join(self.nouns.values()) if name == _BUILT_IN else self.macros[name]
