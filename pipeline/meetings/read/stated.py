"""Find where an article states each fact of a meeting: a sentence that names no day proves none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pipeline.meetings.read.claims import Claim
from pipeline.meetings.read.sentences import Sentence
from pipeline.records import Participant, Place, Span, Stated, When

_Says = Callable[[Claim], bool]


def stated(
    claims: Sequence[Claim], proof: Claim, day: When | None, place: Place | None, people: Sequence[Participant]
) -> tuple[Stated, ...]:
    """The facts that another sentence than the quoted one states: `date`, `place`, or the id of a participant."""
    facts: list[tuple[str, _Says]] = []
    if day is not None:
        facts.append(("date", lambda claim: day in (claim.when, claim.previous)))
    if place is not None:
        facts.append(("place", lambda claim: claim.place == place))
    facts += [(person.id, partial(_names, person.id)) for person in people]
    return tuple(sorted(_elsewhere(facts, claims, proof)))


def _names(person_id: str, claim: Claim) -> bool:
    return any(person_id == person.id for person in claim.people)


def _elsewhere(facts: Sequence[tuple[str, _Says]], claims: Sequence[Claim], proof: Claim) -> Iterator[Stated]:
    for name, says in facts:
        teller = next((claim for claim in (proof, *claims) if says(claim)), proof)
        if teller.sentence != proof.sentence:
            yield name, span_of(teller.sentence)


def span_of(sentence: Sentence) -> Span:
    """Its place in the article."""
    return Span(sentence.field, sentence.start, sentence.end)
