"""One article, one mention per meeting: put the claims of its sentences together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.group import ClaimGroup
from pipeline.meetings.read.stated import span_of, stated
from pipeline.meetings.statuses import CHANGES, FUTURE
from pipeline.meetings.when.ranges import closest, disjoint
from pipeline.meetings.who.persons import same_person
from pipeline.records import MeetingMention, MeetingStatus, Quote, When

LeadSentences = frozenset[tuple[str, int]]  # (field, start) of the sentences that tell the news
Pairs = Mapping[tuple[str, int], frozenset[str]]  # by (field, start): the countries named last before a sentence

_LEAD_SENTENCES = 3
_MET = frozenset({MeetingStatus.HELD, MeetingStatus.SCHEDULED, MeetingStatus.CONFIRMED})
_OFF = frozenset({MeetingStatus.CANCELLED, MeetingStatus.DENIED})


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
    mentions = [_mention(group, lead, today) for group in groups]
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


def _mention(group: ClaimGroup, lead: LeadSentences, today: date) -> MeetingMention | None:
    told = _status(group, lead)
    if told is None:
        return None
    status, proofs = told
    proof = _best(proofs, lead)
    when, previous = _dates(group, status, proofs, today)
    if status == MeetingStatus.RESCHEDULED and when is None and not any(claim.sooner for claim in proofs):
        status = MeetingStatus.POSTPONED
    rules = dict.fromkeys(claim.rule for claim in (*group.claims, *group.promised))
    claims = [claim for claim in group.claims if claim.status != "planned"]
    kind = _format(claims)
    place = None if kind == "call" else group.place  # who is on the telephone is nowhere: the place is the topic's
    told_of = [proof, *proofs, *claims] if status in CHANGES | _OFF else []  # a change, the proof first
    return MeetingMention(
        status=status,
        participants=tuple(group.people),
        countries=tuple(sorted(_countries(group, kind))),
        place=place,
        when=when,
        previous_when=previous if previous != when else None,
        format=kind,
        quote=_quote(proof),
        rules=tuple(rules),
        confidence=round(min(0.95, proof.confidence + 0.05 * (len(claims) - 1)), 2),
        attribution=next((claim.attribution for claim in claims if claim.attribution), ""),
        scope=proof.scope if status in _OFF else "meeting",
        reason=next((claim.reason for claim in told_of if claim.reason), ""),
        initiator=next((claim.initiator for claim in told_of if claim.initiator), ""),
        series=group.series.name,
        series_number=group.series.number,
        stated=stated(group.claims, proof, when or previous, place, group.people),
    )


def _countries(group: ClaimGroup, kind: str) -> frozenset[str]:
    """The states that are its sides, and the EU; a body only where no state is.

    People telephone with people: a further country is what they spoke of.
    """
    of_people = frozenset(person.country for person in group.people if person.country)
    sides = of_people if kind == "call" and len(of_people) > 1 else group.countries
    return frozenset(filter(_is_state, sides)) or sides


def _is_state(code: str) -> bool:
    """Whether a code is that of a country or of the EU, not of a body ("NATO", "IAEA")."""
    return len(code) == len("TR") and code != "UN"


def _status(group: ClaimGroup, lead: LeadSentences) -> tuple[MeetingStatus, list[Claim]] | None:
    """What the article says of a meeting, and the claims that say so."""
    claims = group.told
    first = [claim for claim in claims if (claim.sentence.field, claim.sentence.start) in lead] or claims
    changes = [claim for claim in first if claim.status in CHANGES]
    if any(claim.status not in CHANGES and not claim.aside for claim in first):
        changes = [claim for claim in changes if not claim.aside]
    if changes and not _is_contradicted(changes[0], claims):
        return _change(group, changes, claims)
    told = [MeetingStatus(claim.status) for claim in first if claim.status not in CHANGES]
    if not told:
        return None
    status = MeetingStatus.HELD if MeetingStatus.HELD in told else told[0]
    return status, [claim for claim in claims if claim.status == status]


def _is_contradicted(change: Claim, claims: list[Claim]) -> bool:
    """The article denies the change it reports, in words as explicit, and not in its headline."""
    denials = [claim for claim in claims if claim.rule.endswith((".not_changed", ".goes_ahead"))]
    explicit = any(claim.is_complete or not change.is_complete for claim in denials)
    return explicit and change.sentence.field != "title"


def _change(group: ClaimGroup, changes: list[Claim], claims: list[Claim]) -> tuple[MeetingStatus, list[Claim]]:
    """The change an article reports: a new date makes it rescheduled, a promised one postponed."""
    moved = [claim for claim in claims if claim.status in CHANGES and claim.status != MeetingStatus.CANCELLED]
    dated = [claim for claim in moved if claim.when or claim.sooner] or [
        claim for claim in claims if _is_new_plan(group, claim, moved)
    ]
    if dated:
        return MeetingStatus.RESCHEDULED, dated
    if moved or group.promised:
        return MeetingStatus.POSTPONED, moved or group.promised[:1]
    return MeetingStatus.CANCELLED, [
        claim for claim in claims if claim.status in CHANGES and not claim.aside
    ] or changes


def _is_new_plan(group: ClaimGroup, claim: Claim, moved: list[Claim]) -> bool:
    """ "The visit was postponed. It will take place on 20 October": after the change, with another day."""
    if not moved or claim.status not in FUTURE or claim.when is None or not claim.anaphora:
        return False
    if claim.is_complete and claim.sentence is not moved[0].sentence:
        return False
    old = [
        known.previous or known.when
        for known in group.claims
        if known is not claim and (known.previous or known.when)
    ]
    after = group.claims.index(claim) > group.claims.index(moved[0])
    return after and all(disjoint(claim.when, when) for when in old)


def _best(claims: list[Claim], lead: LeadSentences) -> Claim:
    """The claim to quote: of the body, with its sides, of the lead, then what says most of who, when and where."""

    def rank(claim: Claim) -> tuple[bool, bool, bool, int]:
        sentence = claim.sentence
        said = len(claim.people) + sum(map(bool, (claim.when or claim.previous, claim.place)))
        is_title = sentence.field == "title"
        return is_title, not claim.is_complete, (sentence.field, sentence.start) not in lead, -said

    return min(claims, key=rank)


def _dates(
    group: ClaimGroup, status: MeetingStatus, proofs: list[Claim], today: date
) -> tuple[When | None, When | None]:
    """The day of a meeting, and the one it was moved away from."""
    old = [claim.previous for claim in group.claims if claim.previous]
    if status in CHANGES:
        return _dates_of_change(group, status, proofs, old)
    if status == MeetingStatus.DENIED:  # what is off has no day, only one it was planned for
        return None, closest(old) or group.when
    if group.when:
        return group.when, None
    planned = [when for when in old if when.latest >= today]
    return next(iter(planned), None) if status != MeetingStatus.HELD else None, None


def _dates_of_change(
    group: ClaimGroup, status: MeetingStatus, proofs: list[Claim], old: list[When]
) -> tuple[When | None, When | None]:
    dated = [(claim, claim.when) for claim in group.claims if claim.when]
    plans = [when for claim, when in dated if claim.status not in CHANGES]
    if status != MeetingStatus.RESCHEDULED:
        return None, closest(old or plans)
    moves = CHANGES - {MeetingStatus.CANCELLED}
    moved = [when for claim, when in dated if claim.status in moves] or [
        when for claim, when in dated if claim in proofs
    ]
    return next(iter(moved), None), closest(old or [when for when in plans if when not in moved])


def _format(claims: list[Claim]) -> str:
    formats = [claim.format for claim in claims]
    for name in ("call", "summit", "visit"):
        if name in formats:
            return name
    return formats[0] if formats else "meeting"


def _quote(claim: Claim) -> Quote:
    return Quote(claim.sentence.text, span_of(claim.sentence))


def lead_of(sentences: list[tuple[str, int]]) -> LeadSentences:
    """The headline and the first sentences of the body, of all (field, start) in order."""
    body = [key for key in sentences if key[0] == "body"][:_LEAD_SENTENCES]
    return frozenset(body + [key for key in sentences if key[0] == "title"])
