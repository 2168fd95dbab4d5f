"""Words of change that became no mention, counted by reason: the database lists what was missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.outcomes import LeadSentences
from pipeline.meetings.read.sentences import Sentence
from pipeline.meetings.statuses import CHANGES
from pipeline.records import MeetingMention, Rejected

_LONGEST_QUOTE = 240
# (how a reason of the reader begins, the word it is counted by)
_WORDS = (
    ("told as history", "change_told_as_history"),
    ("no official meeting", "change_not_official"),
    ("who acts is no official", "change_not_official"),
    ("nobody official", "change_names_nobody"),
    ("what changes is", "change_of_no_meeting"),
    ("no noun", "change_without_a_noun"),
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A word of change beside a party that made no claim."""

    sentence: Sentence
    words: str
    why: str


def counted(
    unread: Iterable[Unread], claims: Iterable[Claim], mentions: Iterable[MeetingMention], lead: LeadSentences
) -> tuple[Rejected, ...]:
    """One reason each for what the lead of an article says of a change; () where a change was read.

    A verb without the noun of a meeting is counted only in the headline: elsewhere most are of other things.
    """
    if any(mention.status in CHANGES for mention in mentions):
        return ()
    found: dict[str, Rejected] = {}
    for one in (one for one in unread if not one.why.startswith("its noun is another")):
        word = next((word for begins, word in _WORDS if one.why.startswith(begins)), "change_unread")
        told = (one.sentence.field, one.sentence.start) in lead
        if told and (word != "change_without_a_noun" or one.sentence.field == "title"):
            found.setdefault(word, Rejected(word, f"{one.why}: {one.words!r} in: {_quoted(one.sentence)}"))
    for claim in claims:
        if claim.status in CHANGES and (claim.sentence.field, claim.sentence.start) in lead:
            sides = " ".join(sorted(claim.countries)) or "none"
            detail = f"{claim.rule} with sides {sides} joined no meeting: {_quoted(claim.sentence)}"
            found.setdefault("change_names_one_side", Rejected("change_names_one_side", detail))
    return tuple(found.values())


def _quoted(sentence: Sentence) -> str:
    return sentence.text[:_LONGEST_QUOTE]
