"""Find the origin of a dispatch: the agency that wrote it, those it retells, those that are merely quoted.

"ANKARA (Reuters) -" says who wrote the text. "A source told AFP" says who spoke to AFP, but not who wrote the
text. Every answer carries the words that support it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.dedupe.agencies import ANY, NEEDS_CONTEXT, agency_of, names_an_agency, with_agencies
from pipeline.dedupe.furniture import Piece, Sort, strip_furniture
from pipeline.language.words import FromWords, filled, pattern, spelled
from pipeline.records import Origin, Span

SURE = 0.8  # from this confidence on, two texts of one agency may count as one voice
_MENTION = with_agencies(r"(?<![\w@.]){any agency}(?![\w@])")
_PERSONAL_CREDIT = pattern(r"\b{personal credit}", re.S)
_UNNAMED = pattern(r"\b{unnamed agencies}\b")
_IN_DATELINE = re.compile(r"[/(]\s?([^/()]{2,40}?)\s?[/)]\W*$")
_FIRST_WORDS = 600  # code points at the start in which an article names the agency it retells


def _told(use: str) -> FromWords[tuple[re.Pattern[str], ...]]:
    return FromWords(
        lambda words: tuple(
            re.compile(filled(spelled(row).replace("{agency}", f"(?P<agency>{ANY()})"), words))
            for row in words.rows(use)
        )
    )


# The article retells what the agency wrote.
_RETOLD = _told("retold")
# The agency spoke with the quoted person.
_SPOKEN_TO = _told("told an agency")
_BY_PIECE = {Sort.DATELINE: ("dateline", 0.97), Sort.BYLINE: ("byline", 0.9), Sort.CREDIT: ("credit_line", 0.9)}


def find_origins(title: str, body: str, byline: str = "") -> tuple[Origin, ...]:
    """Every agency an article names, the most certain first; one entry for each agency and role."""
    found: dict[tuple[str, str], Origin] = {}
    for origin in _all(title, body, byline):
        key = origin.agency, origin.role
        if key not in found or found[key].confidence < origin.confidence:
            found[key] = origin
    written = {origin.agency for origin in found.values() if origin.role == "origin"}
    # The author of the text also cites itself: that adds nothing.
    kept = [origin for (agency, role), origin in found.items() if role == "origin" or agency not in written]
    return tuple(sorted(kept, key=lambda origin: (-origin.confidence, origin.span.start, origin.agency)))


def sure_origin(origins: tuple[Origin, ...]) -> str | None:
    """The one agency that certainly wrote the dispatch; None if no agency did, or more than one."""
    sure = {o.agency for o in origins if o.role == "origin" and o.confidence >= SURE}
    return sure.pop() if len(sure) == 1 else None


def _all(title: str, body: str, byline: str) -> Iterator[Origin]:
    for piece in strip_furniture(title, body).pieces:
        yield from _from_piece(piece)
    for match in _MENTION().finditer(byline):
        if agency := agency_of(match.group()):
            yield Origin(agency, "origin", "byline_field", 0.9, byline, Span("title", 0, len(title)))
    yield from _from_sentences(body)


def _from_piece(piece: Piece) -> Iterator[Origin]:
    if piece.sort not in _BY_PIECE:
        return
    rule, confidence = _BY_PIECE[piece.sort]
    if piece.span.field == "title":  # "… – Reuters" over another outlet's text: the agency is its source
        rule, role, confidence = "title_tail", "credited", 0.6
    else:
        role = "origin"
    named = False
    for match in _MENTION().finditer(piece.text):
        if agency := agency_of(match.group()):
            named = True
            yield Origin(agency, role, rule, confidence, piece.text, piece.span)
    if not named and piece.sort == Sort.DATELINE and (unknown := _IN_DATELINE.search(piece.text)):
        yield Origin(unknown.group(1), "origin", "dateline_of_unknown", 0.85, piece.text, piece.span)
    if named or piece.sort != Sort.CREDIT:
        return
    if _PERSONAL_CREDIT().search(piece.text):  # the form Reuters signs in
        yield Origin("Reuters", "origin", "personal_credit", 0.7, piece.text, piece.span)
    elif _UNNAMED().search(piece.text):
        yield Origin("agencies", "credited", "agencies_contributed", 0.6, piece.text, piece.span)


def _from_sentences(body: str) -> Iterator[Origin]:
    if not names_an_agency(body):  # most texts name none, and the patterns are slow
        return
    for told in _SPOKEN_TO():
        for match in told.finditer(body):
            yield from _cited(match, "quoted", "spoken_to", 0.8, body)
    for told in _RETOLD():
        for match in told.finditer(body):
            early = match.start() < _FIRST_WORDS
            yield from _cited(
                match,
                "credited" if early else "quoted",
                "retold" if early else "cited",
                0.7 if early else 0.6,
                body,
            )


def _cited(match: re.Match[str], role: str, rule: str, confidence: float, body: str) -> Iterator[Origin]:
    spelling = match.group("agency")
    begin, end = match.span("agency")
    whole = not (body[begin - 1 : begin].isalnum() or (body[end : end + 1].isalpha()))
    agency = agency_of(spelling)
    if agency is None or not whole or (spelling in NEEDS_CONTEXT() and role == "quoted" and rule == "cited"):
        return
    yield Origin(agency, role, rule, confidence, match.group(), Span("body", match.start(), match.end()))
