"""Why labelled meetings are not read: what the reader made of the sentence a label quotes, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.meetings.read.reader import ExplainedSentence, MeetingReader
from pipeline.meetings.statuses import CHANGES
from tests.evaluation.meetings_data import Label
from tests.evaluation.meetings_match import Matched
from tests.evaluation.report import Cell, Figures

_KINDS = ("change", "plan or held", "refusal or doubt")
_COLUMNS = ("half", "cause", *_KINDS)


def missed_by_cause(matched: Iterable[Matched], reader: MeetingReader) -> Figures:
    """How many meetings of each kind were missed for which cause, by half, the most frequent first."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in matched:
        sentences = reader.explain(one.text.article) if one.missed else []
        for label in one.missed:
            counts.setdefault((one.text.half, _cause(label, sentences)), Counter())[_kind(label)] += 1
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1].total(), item[0][1]))
    rows: list[tuple[Cell, ...]] = [
        (half, cause, *(kinds[kind] for kind in _KINDS)) for (half, cause), kinds in ordered
    ]
    return Figures("Missed meetings by cause", _COLUMNS, tuple(rows))


def _kind(label: Label) -> str:
    if label.status in CHANGES:
        return "change"
    return "refusal or doubt" if label.status in ("denied", "uncertain") else "plan or held"


def _cause(label: Label, sentences: Iterable[ExplainedSentence]) -> str:
    """What happened to the sentence that a label quotes."""
    quote = " ".join(label.quote.split())
    told = [(" ".join(sentence.text.split()), sentence) for sentence in sentences]
    sentence = next((one for text, one in told if quote in text or text in quote), None)
    if sentence is None:
        return "its quote crosses sentences"
    if not sentence.names:
        return "no name in its sentence is known"
    claims = [step.claim for step in sentence.steps if step.claim is not None]
    if any(claim.is_complete and claim.status != "planned" for claim in claims):
        return "read, and taken for another meeting of the text, or with other sides"
    if claims:
        return "only one side is known"
    if not sentence.steps:
        return "no verb or noun of a meeting is known in its sentence"
    return sentence.steps[0].why_not
