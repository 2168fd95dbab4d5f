"""One article, one mention per meeting: put the claims of its sentences together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.group import ClaimGroup
from pipeline.meetings.read.outcomes import LeadSentences, mention_of
from pipeline.meetings.statuses import CHANGES
from pipeline.meetings.who.persons import same_person
from pipeline.records import MeetingMention, MeetingStatus

Pairs = Mapping[tuple[str, int], frozenset[str]]  # by (field, start): the countries named last before a sentence

_LEAD_SENTENCES = 3
_MET = frozenset({MeetingStatus.HELD, MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class NamedCountries:
    """The countries an article names, which complete what names one side only."""

    headline: frozenset[str]  # or the first sentence, where the headline names none
    lead: frozenset[str]  # the headline and the first sentences
    before: Pairs  # those named last before each sentence


def fuse(
    claims: list[Claim], lead: LeadSentences, today: date, named: NamedCountries
) -> tuple[MeetingMention, ...]:
    """Fuse the claims of one article, in the order of its text, into mentions.

    `lead` holds (field, start) of the headline and the first sentences, which carry the news.
    """
    groups: list[ClaimGroup] = []
    incomplete: list[int] = []
    for number, claim in enumerate(claims):
        if claim.is_complete and claim.status not in ("new_date", "planned"):
            _home(groups, claim, today).add(claim, number)
        else:
            incomplete.append(number)
    for number in incomplete:
        _complete(groups, claims, number, today, named)
    mentions = [mention_of(group, lead, today) for group in groups]
    return tuple(mention for mention in mentions if mention is not None)


def _home(groups: list[ClaimGroup], claim: Claim, today: date) -> ClaimGroup:
    """The group of a claim that names its sides; a new one where none fits."""
    group = next((group for group in groups if group.fits(claim, today)), None)
    if group is None:
        group = ClaimGroup(countries=claim.countries)
        groups.append(group)
    return group


def _complete(
    groups: list[ClaimGroup], claims: list[Claim], number: int, today: date, named: NamedCountries
) -> None:
    """Add an incomplete claim to the meeting it means: a known one, the plan before it, or a completed one."""
    claim = claims[number]
    meant = _meant(groups, claim, number, today)
    if meant is None and (plan := _plan_before(claims, number)) is not None:
        meant = ClaimGroup()
        meant.add(claims[plan], plan)
        groups.append(meant)
    elif meant is None and (sides := _sides_of(named, claim)) is not None:
        claim = replace(claim, countries=sides)
        meant = _home(groups, claim, today)
    if meant is not None and claim.status == "new_date":
        meant.promised.append(claim)
    elif meant is not None:
        meant.add(claims[number], number)


def _plan_before(claims: list[Claim], number: int) -> int | None:
    """ "The minister was due in Ankara on Friday, but the trip was cancelled": the plan such a change is of."""
    change = claims[number]
    if change.status not in CHANGES or not change.anaphora:
        return None
    plans = [at for at, claim in enumerate(claims) if claim.status == "planned" and _is_plan_of(claim, change)]
    return max(plans, key=lambda at: claims[at].sentence.start, default=None)


def _is_plan_of(plan: Claim, change: Claim) -> bool:
    told = plan.is_complete and change.countries <= plan.countries
    same = all(any(same_person(person, known) for known in plan.people) for person in change.people)
    before = plan.sentence.field == change.sentence.field and plan.sentence.start <= change.sentence.start
    return told and same and before


def _sides_of(named: NamedCountries, claim: Claim) -> frozenset[str] | None:
    """Both sides of a claim that names one: the other is of the headline, of the lead, or named last."""
    for others in (named.headline, named.lead):
        if _is_completed_by(others, claim):
            return others | claim.countries
    return _pair_of(named.before, claim)


def _is_completed_by(named: frozenset[str], claim: Claim) -> bool:
    """ "The president cancelled his visit": to the one other country named."""
    decided = claim.status in CHANGES or claim.status == MeetingStatus.DENIED
    meets = claim.status in _MET and bool(claim.people) and claim.has_pronoun and not claim.passing
    told = isinstance(claim.status, MeetingStatus) and (claim.format == "visit" or decided or meets)
    sides = (len(named | claim.countries), len(claim.countries)) == (2, 1)
    acts = bool(claim.people) or (decided and (claim.sentence.field == "title" or claim.anaphora))
    whole = claim.scope == "meeting" or claim.status == MeetingStatus.DENIED
    return all((told, sides, acts, whole, claim.format != "call"))


def _pair_of(pairs: Pairs, claim: Claim) -> frozenset[str] | None:
    """ "Iran and Oman had agreed to meet. The talks have been called off": the two sides named last before.

    Who does not "go there" leaves out the country named last.
    """
    pair = pairs.get((claim.sentence.field, claim.sentence.start), frozenset())
    if claim.there and len(pair | claim.countries) == len("AB"):
        return pair | claim.countries
    told = (claim.status in CHANGES, claim.scope, claim.format == "call") == (True, "meeting", False)
    return pair if all((told, claim.anaphora, claim.countries <= pair, len(pair) == len("AB"))) else None


def _meant(groups: list[ClaimGroup], claim: Claim, number: int, today: date) -> ClaimGroup | None:
    """The meeting of an incomplete claim: that of its people or sides, else the last one named."""
    before = [group for group in groups if min(group.numbers) < number]
    nearest = max(before, key=lambda group: max(at for at in group.numbers if at < number), default=None)
    named = next((group for group in groups if _is_named(group, claim, today, is_nearest=group is nearest)), None)
    if named is not None or not _points_back(claim):
        return named
    if nearest is None and claim.sentence.field == "title":
        in_order = sorted(groups, key=lambda group: (claim.status in CHANGES) != group.is_changed)
        nearest = next(iter(in_order), None)
    fits = nearest is not None and claim.countries <= nearest.countries and nearest.allows(claim, today)
    return nearest if fits else None


def _is_named(group: ClaimGroup, claim: Claim, today: date, *, is_nearest: bool) -> bool:
    """Whether the people of a claim, or its sides where it names no person, are those of a meeting."""
    if claim.people:
        return group.has_people_of(claim, is_nearest=is_nearest) and group.allows(claim, today)
    return claim.is_complete and claim.countries <= group.countries


def _points_back(claim: Claim) -> bool:
    """Whether a claim without people means a meeting named before it."""
    if claim.people or claim.format == "call":
        return False
    return claim.anaphora or claim.status in ("new_date", "planned")


def lead_of(sentences: list[tuple[str, int]]) -> LeadSentences:
    """The headline and the first sentences of the body, of all (field, start) in order."""
    body = [key for key in sentences if key[0] == "body"][:_LEAD_SENTENCES]
    return frozenset(body + [key for key in sentences if key[0] == "title"])
