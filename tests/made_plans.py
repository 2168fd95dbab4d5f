"""A corpus made by rule: plans of ministers who exist nowhere, what became of each, and the reports that tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from newsroom_desk import NOW, mention
from sqlalchemy import Engine
from stored import store_article

from pipeline.records import MeetingMention, Participant, Place, When

FATES = ("held", "cancelled", "postponed", "rescheduled", "unreported")
PAIRS = (("RU", "TR", "Izmir"), ("IR", "TR", "Bursa"), ("AZ", "RU", "Kazan"), ("IR", "AZ", "Ganja"))
_SYLLABLES = ("bar", "kel", "mon", "dit", "lup", "zar", "vik")
_ANNOUNCED_BY, _TOLD_BY = 4, 3  # outlets


@dataclass(frozen=True)
class Plan:
    """One planned visit: `day` was announced first, its fate was told `notice` days before (held: on the day)."""

    number: int

    @property
    def guest(self) -> str:
        return PAIRS[self.number % len(PAIRS)][0]

    @property
    def host(self) -> str:
        return PAIRS[self.number % len(PAIRS)][1]

    @property
    def city(self) -> str:
        return PAIRS[self.number % len(PAIRS)][2]

    @property
    def countries(self) -> list[str]:
        return sorted((self.guest, self.host))

    @property
    def fate(self) -> str:
        return FATES[self.number % len(FATES)]

    @property
    def notice(self) -> int:
        return 0 if self.fate == "held" else 2 + self.number % 3

    @property
    def announced(self) -> datetime:
        return NOW + timedelta(days=self.number // 4, minutes=self.number % 4)

    @property
    def day(self) -> date:
        return self.announced.date() + timedelta(12)

    @property
    def new_day(self) -> date:
        return self.day + timedelta(20)

    @property
    def told(self) -> datetime:
        return self.announced + timedelta(days=12 - self.notice, hours=3)

    @property
    def people(self) -> tuple[Participant, ...]:
        guest, host = _surname(self.number), _surname(self.number + 60)
        return (
            Participant(f"per:{self.guest.lower()}.{guest}", guest.title(), self.guest, None, "visitor"),
            Participant(f"per:{self.host.lower()}.{host}", host.title(), self.host, None, "host"),
        )

    def reports(self) -> list[tuple[datetime, str, MeetingMention]]:
        """(published, address, what it says), in order."""
        found = [
            (self.announced + timedelta(hours=n), self._url("plan", n), self._said("scheduled", self.day))
            for n in range(_ANNOUNCED_BY)
        ]
        if self.fate != "unreported":
            said = self._fate()
            found += [(self.told + timedelta(hours=n), self._url("fate", n), said) for n in range(_TOLD_BY)]
        return found

    def _fate(self) -> MeetingMention:
        if self.fate == "rescheduled":
            return self._said("rescheduled", self.new_day, self.day)
        return self._said(self.fate, None if self.fate == "postponed" else self.day, None)

    def _said(self, status: str, when: date | None, moved_from: date | None = None) -> MeetingMention:
        said = mention(
            status,
            _when(when),
            moved_from=_when(moved_from),
            people=self.people,
            place=Place(self.city, self.host, True),
        )
        return replace(said, countries=tuple(self.countries))

    def _url(self, what: str, number: int) -> str:
        return f"http://outlet{number}.example/{what}/{self.number}"


def _surname(number: int) -> str:
    """A name like no other: spelling variants of one are taken for one person."""
    first, second = divmod(number, len(_SYLLABLES))
    third = (2 * number + first) % len(_SYLLABLES)
    return (
        _SYLLABLES[second]
        + _SYLLABLES[third]
        + ("os", "ad", "ut", "em", "if")[first % 5]
        + ("", "rok", "nel", "gas")[first // 5]
    )


def _when(day: date | None) -> When | None:
    return None if day is None else When(day.isoformat(), day, day)


def store(engine: Engine, plans: list[Plan]) -> datetime:
    """Put all reports into the database, ready to be linked; returns the moment of the last."""
    everything = sorted((report for plan in plans for report in plan.reports()), key=lambda report: report[:2])
    for number, (published, url, said) in enumerate(everything):
        body = " ".join(f"w{number}x{i}" for i in range(40))
        store_article(engine, url, body, published=published, mentions=(said,), title=f"Text {number}")
    return everything[-1][0]
