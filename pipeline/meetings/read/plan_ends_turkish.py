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
_TALKS = re.compile(r"gorusmelerin\b")  # a noun, no verb
_TALKED_OF = re.compile(r"^\w+[ny][iu] $")
_PARTICIPLES = frozenset({"future", "said", "who"})
_SPAN = 90  # characters beside a verb that are looked through for its noun
# Words between a noun and a verb: an object, a noun behind a participle, the object of "yapmak"
_SIX = re.compile(r"(?: [^\s.,;:\"]+){0,6} ")
_FOUR = re.compile(r"(?: [^\s.,;:\"]+){0,4} ")
_TWO = re.compile(r"(?: [^\s.,;:\"]+){0,2} ")


def _acts(at: VerbAt) -> PlanSpan:
    return PlanSpan(at.start, at.end)


def _meets(at: VerbAt) -> PlanSpan | None:
    noun = _noun(at, _SIX) or (at.start, at.start)
    talks = _TALKS.match(at.text, at.start) or _TALKED_OF.search(at.text[noun[0] : at.start])
    return None if talks else PlanSpan(at.start, at.end)  # "ziyareti görüştü": who talks of it need not go


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
    return PlanSpan(at.start, at.end) if guest or (not received and _noun(at, _SIX)) else None


def _noun(at: VerbAt, most: re.Pattern[str]) -> tuple[int, int] | None:
    """The last noun of a meeting in front of a verb, with `most` words between."""
    spans = reversed(at.by.spans(at.text, max(0, at.start - _SPAN), at.start))
    return next((span for span in spans if most.fullmatch(at.text, span[1], at.start)), None)


def _joins(at: VerbAt) -> PlanSpan | None:
    if _is_off(at):
        return PlanSpan(at.start, at.end, kind="travel")
    return PlanSpan(at.start, at.end) if _noun(at, _SIX) else None


def _described(at: VerbAt) -> PlanSpan | None:
    """A participle with the noun behind it: "yapılacak üçlü zirve", "yapması planlanan ziyaret"."""
    near = [
        span
        for span in at.by.spans(at.text, at.end, at.end + _SPAN)[:1]
        if _FOUR.fullmatch(at.text, at.end, span[0])
    ]
    is_participle = at.case.predicate.tag in _PARTICIPLES
    return PlanSpan(at.start, near[0][1], "inside") if near and is_participle else None


def _holds(at: VerbAt) -> PlanSpan | None:
    left = PlanSpan(at.start, at.end, "left") if _noun(at, _TWO) else None
    return _described(at) or left


def _happens(at: VerbAt) -> PlanSpan | None:
    if described := _described(at):
        return described
    return None if at.case.predicate.tag == "who" else PlanSpan(at.start, at.end, "left")


TURKISH_ENDS: EndsTable = {
    "travel": _goes, "visit": _acts, "meet": _meets, "call": _acts, "hold": _holds, "host": _hosts,
    "happen": _happens, "arrange": _happens, "names": _happens, "joins": _joins, "nothing": lambda _: None,
}  # fmt: skip
