"""Make the mention of a meeting from what its claims say together: status, days, sides, the sentence to quote."""

from __future__ import annotations

from datetime import date

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.group import ClaimGroup
from pipeline.meetings.read.stated import span_of, stated
from pipeline.meetings.statuses import CHANGES, FUTURE
from pipeline.meetings.when.ranges import closest, disjoint
from pipeline.records import MeetingMention, MeetingStatus, Quote, When

LeadSentences = frozenset[tuple[str, int]]  # (field, start) of the sentences that tell the news

_OFF = frozenset({MeetingStatus.CANCELLED, MeetingStatus.DENIED})


def mention_of(group: ClaimGroup, lead: LeadSentences, today: date) -> MeetingMention | None:
    """The mention of a meeting; None where its claims say nothing of whether it takes place."""
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
    if dated := _dated(group, changes, moved, claims):
        return MeetingStatus.RESCHEDULED, dated
    if moved or group.promised:
        return MeetingStatus.POSTPONED, moved or group.promised[:1]
    return MeetingStatus.CANCELLED, [
        claim for claim in claims if claim.status in CHANGES and not claim.aside
    ] or changes


def _dated(group: ClaimGroup, changes: list[Claim], moved: list[Claim], claims: list[Claim]) -> list[Claim]:
    """The claims that give the new date: those of the move, a plan told after it, a plan in the same sentence."""
    return (
        [claim for claim in moved if claim.when or claim.sooner]
        or [claim for claim in claims if _is_new_plan(group, claim, moved)]
        or [claim for claim in claims if any(_is_other_day(claim, change) for change in changes)]
    )


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


def _is_other_day(plan: Claim, change: Claim) -> bool:
    """ "He will not come tomorrow but on Friday": one sentence takes a day away and gives another."""
    if plan.status not in FUTURE or plan.sentence is not change.sentence:
        return False
    return bool(plan.when and change.previous and disjoint(plan.when, change.previous))


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
