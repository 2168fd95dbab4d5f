"""Tables of the status that a verb of travelling, meeting or hosting gives, by tense and governing words.

Each language has a table of (name, test, status); the first test that holds decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.meetings.read.clauses import ContextPatterns
from pipeline.meetings.read.stance import Stance
from pipeline.meetings.read.verbs import Predicate
from pipeline.meetings.read.words import Words
from pipeline.records import MeetingStatus


@dataclass(frozen=True, slots=True)
class Case:
    """One verb of a sentence while it is read."""

    words: Words
    predicate: Predicate
    stance: Stance
    headline: bool
    context: ContextPatterns

    def follows_words(self, name: str) -> bool:
        """Whether the words of the language by that name are right before the verb."""
        before = self.words.text[: self.words[self.predicate.first].start]
        return self.context[name].search(before) is not None

    def is_word(self, name: str, word: str) -> bool:
        """Whether a word is one of those of the language by that name."""
        return self.context[name].fullmatch(word) is not None

    @property
    def frame(self) -> str:
        return self.predicate.verb.frame

    @property
    def before(self) -> str:
        """The word before the verb; "" at the beginning."""
        return self.words[self.predicate.first - 1].text if self.predicate.first else ""

    @property
    def passive(self) -> bool:
        """Whether a form of "be" makes it passive."""
        return self.predicate.tag == "past" and self.is_("be", "was")

    @property
    def did_not(self) -> bool:
        """Whether it was expected in the past and did not happen: its day has gone by."""
        return self.stance.negated and (self.is_("did not") or self.predicate.tag in ("past", "did"))

    @property
    def free(self) -> bool:
        """Whether nothing governs the verb."""
        return not self.stance.chain

    @property
    def after_names_alone(self) -> bool:
        """Whether nothing but names comes before "to meet", as in a headline."""
        before = [self.words[at] for at in range(self.predicate.first)]
        named = (word.is_mask or self.is_word("between_names", word.text) for word in before)
        return len(before) > 1 and before[0].is_mask and all(named)

    def is_(self, *effects: str) -> bool:
        """Whether any governing word has one of `effects`."""
        return any(effect in self.stance.chain for effect in effects)


# What a reading can be besides a status: "now" is a fact in the present tense, which a day ahead makes a plan.
Meaning = MeetingStatus | str | None
Row = tuple[str, Callable[[Case], object], Meaning | Callable[[Case], Meaning]]

_THIRD = (2, 3)  # number of the verb in "will P attend", "will the P attend"
OFF = {
    "travel": MeetingStatus.CANCELLED, "visit": MeetingStatus.CANCELLED, "happen": MeetingStatus.CANCELLED,
}  # fmt: skip


def _off(case: Case) -> Meaning:
    """What a denied verb says: a journey or an event is off, a meeting refused."""
    return OFF.get(case.frame, MeetingStatus.DENIED)


def _not_yet(case: Case) -> Meaning:
    """ "did not meet" is a refusal; who did not travel was to do so if a day is named."""
    if case.frame == "happen" and case.is_("did not"):
        return MeetingStatus.CANCELLED
    if case.frame == "travel" and case.is_("did not") and _on_a_day(case):
        return MeetingStatus.CANCELLED
    return None if case.frame in ("travel", "happen", "arrange") else MeetingStatus.DENIED


def _on_a_day(case: Case) -> bool:
    """ "did not travel to Ankara on Wednesday"."""
    behind = range(case.predicate.last + 1, min(case.predicate.last + 6, len(case.words)))
    return any(case.words[at].text == "D" for at in behind)


def _noun_behind(case: Case) -> bool:
    after = case.words[case.predicate.last + 1].text if case.predicate.last + 1 < len(case.words) else ""
    return case.is_word("object_begins", after)


def _several(case: Case) -> bool:
    """Whether the subject is in the plural: "the leaders meet", "Kenya, Uganda meet"."""
    at = case.predicate.first
    if case.is_word("plural_subject", case.before):
        return True
    return (
        at > 2
        and case.before in "PCA"
        and case.is_word("joins_subjects", case.words[at - 2].text)
        and case.words[at - 3].is_mask
    )


def _of_two(case: Case) -> bool:
    """ "Kenyan and Ugandan presidents discuss …": one name for both; "Ruto visit" would be a noun."""
    return case.before == "P" and case.frame in ("meet", "hold", "call")


def _asked(case: Case) -> bool:
    """ "Will Ruto attend the summit?"."""
    return case.free and case.is_word("asks", case.words[0].text) and case.predicate.first in _THIRD


def _going_on(case: Case) -> Meaning:
    """ "Talks are under way"; "preparations are under way for …" names what is prepared."""
    other = case.stance.negated or case.is_word("prepared_for", case.words.text_at(case.predicate.last + 1))
    return None if other else "now"


def _names(case: Case) -> bool:
    """Whether a verb is about a meeting without changing it: "announced a visit"."""
    return case.frame == "names" or (case.frame == "arrange" and not case.passive)


def _named(case: Case) -> bool:
    """Whether the subject is what is announced, confirmed or proposed."""
    return case.frame == "names" and case.passive


_NO_PASSIVE = frozenset({"meet", "call", "travel", "visit"})

ENGLISH: tuple[Row, ...] = (
    ("is a noun", lambda c: c.predicate.tag in ("base", "s") and c.is_word("determiner", c.before), None),
    (
        "is named",
        lambda c: _named(c) and (c.stance.negated or c.is_("to", "will", "real", "uncertain", "would")),
        MeetingStatus.UNCERTAIN,
    ),
    ("is named", lambda c: _named(c) and not c.is_("recollection"), lambda c: c.predicate.verb.effect),
    ("is named", _named, None),
    ("is met", lambda c: c.passive and c.frame in _NO_PASSIVE, None),
    ("names, not", lambda c: _names(c) and c.stance.negated, MeetingStatus.DENIED),
    ("names, perhaps", lambda c: _names(c) and c.is_("uncertain", "likely", "refused"), MeetingStatus.UNCERTAIN),
    ("names", _names, lambda c: c.predicate.verb.effect),
    ("would have", lambda c: c.is_("would") and c.is_("have"), None),
    ("refused", lambda c: c.is_("refused"), MeetingStatus.DENIED),
    ("no plan", lambda c: c.is_("no plan"), MeetingStatus.DENIED),
    ("failed", lambda c: c.is_("failed"), _off),
    ("not yet", lambda c: c.stance.negated and c.is_("have", "recollection") and c.predicate.tag == "past", None),
    (
        "did not",
        lambda c: c.stance.negated and not c.is_("will", "would", "to", "real", "be", "was", "uncertain"),
        _not_yet,
    ),
    ("will not", lambda c: c.stance.negated and c.frame == "arrange", MeetingStatus.DENIED),
    ("will not", lambda c: c.stance.negated, _off),
    ("will he?", _asked, MeetingStatus.UNCERTAIN),
    ("may", lambda c: c.is_("uncertain", "likely"), MeetingStatus.UNCERTAIN),
    (
        "if",
        lambda c: c.predicate.tag in ("s", "base") and c.stance.has("if") and not c.is_("will"),
        MeetingStatus.UNCERTAIN,
    ),
    ("was to", lambda c: c.is_("was", "recollection") and c.is_("to", "real"), "planned"),
    ("had", lambda c: c.is_("recollection"), "planned"),
    (
        "is planned",
        lambda c: c.frame == "arrange" and c.predicate.tag == "past" and c.is_("have"),
        MeetingStatus.SCHEDULED,
    ),
    ("was planned", lambda c: c.frame == "arrange" and c.predicate.tag == "past" and c.is_("was"), "planned"),
    (
        "is planned",
        lambda c: c.frame == "arrange" and c.passive,
        MeetingStatus.SCHEDULED,
    ),
    ("will", lambda c: c.is_("will", "would", "real"), MeetingStatus.SCHEDULED),
    (
        "is to",
        lambda c: c.is_("to") and (c.is_("be") or c.headline or c.after_names_alone),
        MeetingStatus.SCHEDULED,
    ),
    ("to", lambda c: c.is_("to"), None),
    ("is on a visit to", lambda c: c.predicate.verb.lemma.startswith("on a") and not c.stance.negated, "now"),
    ("is under way", lambda c: (c.predicate.tag, c.frame) == ("state", "happen"), _going_on),
    ("was due in", lambda c: c.predicate.tag == "state" and c.is_("was"), "planned"),
    (
        "due in",
        lambda c: c.predicate.tag == "state" and (c.is_("be") or c.headline or c.before in ",PC"),
        MeetingStatus.SCHEDULED,
    ),
    ("state", lambda c: c.predicate.tag == "state", None),
    ("was held", lambda c: c.passive, MeetingStatus.HELD),
    ("held", lambda c: c.predicate.tag == "past", MeetingStatus.HELD),
    (
        "heads to",
        lambda c: c.predicate.tag == "s" and c.predicate.verb.effect == "scheduled",
        MeetingStatus.SCHEDULED,
    ),
    (
        "is held",
        lambda c: (
            c.predicate.tag == "s"
            and (
                c.is_word("subject", c.before)
                or (c.frame not in ("visit", "call") and not c.is_word("noun_before", c.before))
            )
        ),
        "now",
    ),
    (
        "Friday's meeting",
        lambda c: c.predicate.tag == "ing" and c.before == "'s" and c.words[c.predicate.first - 2].is_mask,
        None,
    ),
    (
        "is going",
        lambda c: c.predicate.tag == "ing" and c.frame == "travel" and c.is_("be"),
        MeetingStatus.SCHEDULED,
    ),
    (
        "heading to",
        lambda c: c.predicate.tag == "ing" and c.headline and c.before == "P" and c.frame == "travel",
        MeetingStatus.SCHEDULED,
    ),
    (
        "meeting, in a headline",
        lambda c: c.predicate.tag == "ing" and c.headline and c.before == "P" and c.frame in ("visit", "host"),
        "now",
    ),
    ("was meeting", lambda c: c.predicate.tag == "ing" and c.is_("was"), MeetingStatus.HELD),
    ("is meeting", lambda c: c.predicate.tag == "ing" and c.is_("be"), "now"),
    (
        "after meeting",
        lambda c: c.predicate.tag == "ing" and c.is_word("has_met", c.before) and _noun_behind(c),
        MeetingStatus.HELD,
    ),
    (
        "before meeting",
        lambda c: c.predicate.tag == "ing" and c.is_word("will_meet", c.before) and _noun_behind(c),
        MeetingStatus.SCHEDULED,
    ),
    ("visiting", lambda c: c.predicate.tag == "ing" and c.before == "," and c.frame in ("visit", "host"), "now"),
    ("they meet", lambda c: c.predicate.tag == "base" and c.free and (_several(c) or _of_two(c)), "now"),
)


def reading_of(case: Case, table: tuple[Row, ...]) -> Meaning:
    """A status, "planned" (was planned once), "now" (a fact in the present tense), or None: it says nothing."""
    for _, holds, status in table:
        if holds(case):
            return status(case) if callable(status) else status
    return None
