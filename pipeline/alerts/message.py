"""The content of a message in one language, before any format: labels and values, all text inert.

Lines are "label: value", so that no name has to be declined and nothing is put together from parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pipeline.alerts.dates import in_words, moment
from pipeline.alerts.movement import was_and_now
from pipeline.alerts.outside import host_of, link, outside
from pipeline.alerts.parties import person_name, person_with_office, place_of, side_of
from pipeline.alerts.style import Style
from pipeline.alerts.words import MessageWords
from pipeline.records import Notice, SourceReport
from pipeline.web_client.domains import speaks_for

_TITLE, _REASON, _OUTLET, _BEFORE = 160, 160, 60, 300  # characters shown of each
_SOURCES = 5


@dataclass(frozen=True, slots=True)
class Sending:
    """What is known of this try, beside the alert itself."""

    watch: str = ""
    attempt: int = 1
    repeated: bool = False  # an earlier try may have arrived
    first_tried: datetime | None = None  # set where it is late
    resent: bool = False
    severity: str = ""
    site: str = ""  # address of the pages, without a slash at the end; "" where they have none
    also: tuple[str, ...] = ()  # older changes of this meeting that this message covers


@dataclass(frozen=True, slots=True)
class Source:
    """One line of the list of reports."""

    outlet: str
    host: str
    url: str
    when: str
    copy_of: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to be put into any format. Every text is one inert line; addresses are http(s) or ""."""

    words: MessageWords
    kind: str
    word: str  # POSTPONED
    correction: str  # "" or CORRECTION: this replaces message …
    banners: tuple[str, ...]
    format: str  # Visit
    number: int
    people: str  # who, for the title
    place: str
    was: str  # "" where the change has no before
    now: str
    who: tuple[str, ...]
    where: str
    said_by: str
    reason: str
    initiator: str  # who called it off or moved it
    before: str  # the text before a silent edit, else ""
    quote: str  # without its marks
    quote_language: str
    outlet: str
    host: str
    when: str
    title: str
    url: str
    reports: str
    against: tuple[str, ...]
    stands: str
    page: str
    command: str
    watch: str
    key: str
    confidence: int  # per cent
    sources: tuple[Source, ...] = field(default=())

    @property
    def subject(self) -> str:
        """One line: POSTPONED: İlker Işıklı, Miron Velsky · Velengrad · Fri 4 Dec 2026 → no new date [#12]."""
        head = f"{self.word}: {self.people}" + (f" · {self.place}" if self.place else "")
        prefix = f"{self.words.labels.correction}: " if self.correction else ""
        return f"{prefix}{head} · {self.change} [#{self.number}]"

    @property
    def change(self) -> str:
        """Fri 4 Dec 2026 → no new date; the day alone where nothing moved."""
        return f"{self.was} → {self.now}" if self.was else self.now

    def rows(self) -> list[tuple[str, str]]:
        """The lines between the title and the quote, as (label, value)."""
        labels = self.words.labels
        moved = [(labels.was, self.was), (labels.now, self.now)] if self.was else [(labels.when, self.now)]
        found = [
            *moved,
            (labels.who, "; ".join(self.who)),
            (labels.where, self.where),
            (labels.said_by, self.said_by),
            (labels.initiator, self.initiator),
            (labels.reason, self.words.quoted(self.reason) if self.reason else ""),
            (labels.text_before, self.words.quoted(self.before) if self.before else ""),
        ]
        return [(label, value) for label, value in found if value]

    def standing(self) -> list[tuple[str, str]]:
        """The lines below the quote: who else says so, what contradicts it, the current state."""
        labels = self.words.labels
        against = "; ".join(self.against) or labels.nothing
        return [(labels.reports, self.reports), (labels.against, against), (labels.stands, self.stands)]


def compose(notice: Notice, style: Style, sending: Sending = Sending(), *, most: int = 600) -> Message:
    """The message of an alert; its quote has at most `most` characters (0: no quote)."""
    words, names = style.words, style.names
    proof = notice.proof
    was, now = was_and_now(notice, style)
    place = place_of(notice, style)
    return Message(
        words=words,
        kind=notice.kind,
        word=words.kinds.get(notice.kind, notice.kind),  # type: ignore[call-overload]
        correction=_correction(notice, words),
        banners=_banners(sending, style),
        format=words.formats.get(notice.format, notice.format),
        number=notice.meeting_id,
        people=", ".join(person_name(p, style) for p in notice.participants)
        or "-".join(names.name(f"cty:{c}", words.language, c) for c in notice.countries),
        place=place,
        was=was,
        now=now,
        who=tuple(person_with_office(p, style) for p in notice.participants)
        or tuple(names.name(f"cty:{c}", words.language, c) for c in notice.countries),
        where=f"{place} ({notice.place.country})" if notice.place and notice.place.country else place,
        said_by=_said_by(notice, style),
        reason=outside(proof.reason, _REASON),
        initiator=_initiator(notice, style),
        before=outside(proof.before, min(most, _BEFORE)) if most else "",
        quote=outside(proof.quote, most) if most else "",
        quote_language=proof.language,
        outlet=_outlet(notice, words),
        host=host_of(proof.url),
        when=_when(notice, style),
        title=outside(proof.title, _TITLE),
        url=link(proof.url),
        reports=_counts(notice, words),
        against=tuple(_opposed(report, notice, style) for report in notice.against[:_SOURCES]),
        stands=stands(notice, words),
        page=f"{sending.site}/meetings/{notice.meeting_id}" if sending.site else "",
        command=f"wirewatch meetings show {notice.meeting_id}",
        watch=sending.watch,
        key=notice.key,
        confidence=round(proof.confidence * 100),
        sources=tuple(_source(report, style) for report in notice.sources[:_SOURCES]),
    )


def stands(notice: Notice, words: MessageWords) -> str:
    """The state of the meeting in words: postponed, no new date."""
    now = notice.now
    flags = [words.statuses[f] for f in ("withdrawn", "lapsed", "contested", "at_risk") if f in now.flags]
    status = words.statuses.get(now.status, now.status)
    if now.status != "cancelled" and "attendance" in now.flags:
        flags.append(words.became["will_not_attend"])
    said = ", ".join(dict.fromkeys([status, *flags])) if "withdrawn" not in now.flags else flags[0]
    if now.edtf:
        return f"{said}, {in_words(now.edtf, words, clock=now.clock)}"
    return f"{said}, {words.became['postponed' if now.status == 'postponed' else 'date_set']}"


def _outlet(notice: Notice, words: MessageWords) -> str:
    """Whose page it is, and whose feed listed it where that is another outlet."""
    proof = notice.proof
    listed = outside(proof.outlet, _OUTLET)
    its_own = speaks_for(proof.listed_in, proof.url)
    return listed if its_own else f"{outside(host_of(proof.url))}, {words.labels.listed_by} {listed}"


def _when(notice: Notice, style: Style) -> str:
    """When it says it was published, and when it was first seen where that is another day."""
    proof = notice.proof
    published = moment(proof.published_at, style.words, style.zone)
    if proof.first_seen is None:
        return published
    return f"{published}, {style.words.labels.first_seen} {moment(proof.first_seen, style.words, style.zone)}"


def _counts(notice: Notice, words: MessageWords) -> str:
    """Reports and their independent sources; and how many of those say otherwise, where some do."""
    labels = words.labels
    said = f"{notice.reports} · {labels.independent}: {notice.independent}"
    return (
        f"{said}, {labels.against.lower()}: {notice.independent_against}" if notice.independent_against else said
    )


def _initiator(notice: Notice, style: Style) -> str:
    """The name of who called it off or moved it; "" where the text does not say."""
    by = notice.proof.initiator
    known = next((p for p in notice.participants if p.id == by), None)
    if known is not None:
        return person_name(known, style)
    kind, _, code = by.partition(":")
    return style.names.name(by, style.words.language, code) if kind == "cty" else ""


def _correction(notice: Notice, words: MessageWords) -> str:
    if not notice.amends:
        return ""
    labels = words.labels
    verb = labels.takes_back if notice.kind == "retracted" else labels.replaces
    return f"{verb} {notice.amends}"


def _banners(sending: Sending, style: Style) -> tuple[str, ...]:
    labels = style.words.labels
    late = f"{labels.late} {moment(sending.first_tried, style.words, style.zone)}" if sending.first_tried else ""
    also = f"{labels.also}: {'; '.join(sending.also)}" if sending.also else ""
    said = (labels.repeated if sending.repeated else "", labels.resent if sending.resent else "", late, also)
    return tuple(filter(None, said))


def _said_by(notice: Notice, style: Style) -> str:
    """The words of the text that say who says so, with the side and what kind of voice it is."""
    voice, _, said = notice.proof.attribution.partition(": ")
    shown = outside(said, _REASON)
    if not shown:
        return ""
    words = style.words
    country = style.names.side(said, notice.countries)
    side = words.sides[side_of(country, notice)] if country else ""  # type: ignore[index]
    kind = words.voices.get(voice, "")  # type: ignore[call-overload]
    named = style.names.name(f"cty:{country}", words.language, country) if country else ""
    beside = ", ".join(filter(None, (named, side, kind)))
    text = words.quoted(shown)
    return f"{text} ({beside})" if beside else text


def _opposed(report: SourceReport, notice: Notice, style: Style) -> str:
    words = style.words
    says = words.says.get(report.status, report.status)
    before = report.published_at <= notice.proof.published_at
    order = words.labels.before_the_proof if before else words.labels.after_the_proof
    return f"{outside(report.outlet, _OUTLET)}, {moment(report.published_at, words, style.zone)}: {says} ({order})"


def _source(report: SourceReport, style: Style) -> Source:
    return Source(
        outside(report.outlet, _OUTLET),
        host_of(report.url),
        link(report.url),
        moment(report.published_at, style.words, style.zone),
        outside(report.copy_of, _OUTLET) if report.copy_of else "",
    )
