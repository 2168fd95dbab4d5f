"""Place the cue of a Turkish verb of travelling, meeting or hosting: its objects and its noun come before it."""

from __future__ import annotations

import re

from pipeline.meetings.read.plan_ends import EndsTable, PlanSpan, VerbAt

# A goal in the dative, up to four words before a verb of going: "L'ya resmi bir ziyaret icin gidecek".
_GOAL = re.compile(
    r"(?:\b[CLA]'?(?:y[ae]|n[ae]|[ae])|\b(?:ulkeye|ulkemize|baskente|kente|sehre|bolgeye|zirveye|toplantiya))"
    r"(?: [^\s,;:]+){0,5} $"
)
# A guest in the accusative, or who receives in the passive.
_GUEST = re.compile(
    r"(?:\bP'?[yn]?[aeiu]\b|\bP tarafindan\b|\b(?:heyet|mevkidas|meslektas|konu[kg]|temsilci|buyukelci)\w*[iu]\b)"
    r"(?: [^\s,;:]+){0,4} $"
)
_STAYS = re.compile(r"\b[LC]'?n?[dt][ae] $")
_IDIOM = re.compile(r"\b(?:anlamina|meydana|gundeme|haline|karsi karsiya|ustesinden|gozardi|elden) $")
_COMES = re.compile(r"(?:[.,\"]|$| ol)")  # "gelecek." but not "gelecek hafta"
_TALKED_OF = re.compile(r"^\w+[ny][iu] $")
_BREAK = re.compile(r"[.,;:\"]")
_PARTICIPLES = frozenset({"future", "said", "who"})
_SPAN = 90  # characters beside a verb that are looked through for its noun
_OBJECT_WORDS = 6  # between a noun and the verb behind it
_NOUN_WORDS = 4  # between a participle and its noun
_NEAR_WORDS = 2  # between an object and "yapmak"


def _acts(at: VerbAt) -> PlanSpan:
    return PlanSpan(at.start, at.end)


def _meets(at: VerbAt) -> PlanSpan | None:
    noun = _noun(at)
    talked_of = noun is not None and _TALKED_OF.search(at.text[noun[0] : at.start])
    return None if talked_of else PlanSpan(at.start, at.end)  # "ziyareti görüştü": who talks of it need not go


def _is_off(at: VerbAt) -> bool:
    """Who will not come, or could not, need not say where: "gelmeyecek"."""
    return at.case.predicate.tag in ("not future", "unable future", "unable past")


def _goes(at: VerbAt) -> PlanSpan | None:
    lemma = at.case.predicate.verb.lemma
    if lemma == "ol":  # "L'da olacak"
        stays = at.case.predicate.tag.endswith("future") and _STAYS.search(at.text[: at.start])
        return PlanSpan(at.start, at.end) if stays else None
    if _IDIOM.search(at.text[: at.start]):
        return None
    if _is_off(at) or (at.case.predicate.tag == "future" and _COMES.match(at.text, at.end)):
        return PlanSpan(at.start, at.end)
    goal = _GOAL.search(at.text[max(0, at.start - _SPAN) : at.start])
    return PlanSpan(at.start, at.end) if goal else None


def _hosts(at: VerbAt) -> PlanSpan | None:
    guest = _GUEST.search(at.text[max(0, at.start - _SPAN) : at.start])
    received = at.case.predicate.verb.lemma == "kabul et"  # "raporu kabul etti": reports and invitations as well
    return PlanSpan(at.start, at.end) if guest or (not received and _noun(at)) else None


def _noun(at: VerbAt) -> tuple[int, int] | None:
    """The noun of a meeting in front of a verb, in its part between marks."""
    for span in reversed(at.by.spans(at.text, max(0, at.start - _SPAN), at.start)):
        between = at.text[span[1] : at.start]
        if not _BREAK.search(between) and len(between.split()) <= _OBJECT_WORDS:
            return span
    return None


def _joins(at: VerbAt) -> PlanSpan | None:
    if _is_off(at):
        return PlanSpan(at.start, at.end, kind="travel")
    return PlanSpan(at.start, at.end) if _noun(at) else None


def _described(at: VerbAt) -> PlanSpan | None:
    """A participle with the noun behind it: "yapılacak üçlü zirve", "yapması planlanan ziyaret"."""
    if at.case.predicate.tag not in _PARTICIPLES:
        return None
    for span in at.by.spans(at.text, at.end, at.end + _SPAN):
        between = at.text[at.end : span[0]]
        near = not _BREAK.search(between) and len(between.split()) <= _NOUN_WORDS
        return PlanSpan(at.start, span[1], "inside") if near else None
    return None


def _holds(at: VerbAt) -> PlanSpan | None:
    if described := _described(at):
        return described
    noun = _noun(at)
    near = noun is not None and len(at.text[noun[1] : at.start].split()) <= _NEAR_WORDS
    return PlanSpan(at.start, at.end, "left") if near else None


def _happens(at: VerbAt) -> PlanSpan | None:
    if described := _described(at):
        return described
    return None if at.case.predicate.tag == "who" else PlanSpan(at.start, at.end, "left")


TURKISH_ENDS: EndsTable = {
    "travel": _goes, "visit": _acts, "meet": _meets, "call": _acts, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _happens, "names": _happens, "joins": _joins, "nothing": lambda _: None,
}  # fmt: skip
