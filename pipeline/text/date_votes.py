"""Signals for the moment of publication, compared with each other: which zone a time without one, or with a wrong
one, is in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_SAME_TIME = timedelta(minutes=5)  # feed and page may be written a little apart
_SAME_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)  # zones differ by multiples of it
_FARTHEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment an article has, and where that is known from."""

    at: datetime  # UTC; midnight in `zone` where only the day is known
    source: str  # json_ld, meta, microdata, time, url, title, text, htmldate, feed
    precision: str  # "second", "minute" or "day"
    offset: str  # as stated, "+03:00"; empty where none is stated and the outlet's zone was taken


@dataclass(frozen=True, slots=True)
class Vote:
    """One signal for a moment of publication."""

    dated: Dated
    day: date  # as the signal writes it, regardless of zone
    midnight: bool = False  # 00:00 there: what software writes that knows the day alone

    @property
    def has_time(self) -> bool:
        """Whether it gives a time of day, for comparing with other signals."""
        return self.dated.precision != "day" and not self.midnight

    @property
    def is_shown(self) -> bool:
        """Whether it is a time of day readers see, without a zone."""
        return self.has_time and self.dated.source in ("text", "time", "title") and not self.dated.offset


def offset_of(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")[-6:]


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A time the page calls UTC, and the same clock time read in the outlet's zone."""

    first: datetime
    local: datetime
    feed: datetime | None
    limit: datetime | None
    shown: frozenset[datetime]  # times readers see that name no zone, in the outlet's

    def may_be_local(self) -> bool:
        """Whether the local reading is another moment, and not still to come."""
        return self.local != self.first and not (self.limit and self.local > self.limit)

    def feed_says_local(self) -> bool:
        """The feed says the same less the zone."""
        return self.feed is not None and abs(self.feed - self.local) <= _SAME_TIME < abs(self.feed - self.first)

    def feed_says_utc(self) -> bool:
        """The feed agrees with the label."""
        return self.feed is not None and abs(self.feed - self.first) <= _SAME_TIME

    def line_says_local(self) -> bool:
        """The line readers see has the same clock time."""
        return any(abs(at - self.local) < _SAME_MINUTE for at in self.shown)

    def still_to_come(self) -> bool:
        """The time as labelled is later than now."""
        return self.limit is not None and self.first > self.limit


def local_labelled_utc(
    votes: list[Vote], refused: list[Vote], feed: datetime | None, zone: ZoneInfo, limit: datetime | None
) -> list[Vote]:
    """The votes read in the outlet's zone, where the page calls its local time UTC; else []."""
    every = [*votes, *refused]
    labelled = [vote for vote in every if vote.dated.offset == "+00:00" and vote.dated.precision != "day"]
    if not labelled:
        return []
    first = labelled[0].dated.at
    shown = frozenset(vote.dated.at for vote in votes if vote.is_shown)
    seen = _Labelled(first, first.replace(tzinfo=zone).astimezone(UTC), feed, limit, shown)
    signs = (seen.line_says_local, seen.still_to_come)
    told = seen.feed_says_local() or (not seen.feed_says_utc() and any(sign() for sign in signs))
    if not (seen.may_be_local() and told):
        return []
    return [
        _in_zone(vote, zone) if vote in labelled else vote for vote in every if vote in votes or vote in labelled
    ]


def with_shown_zone(votes: list[Vote], zone: ZoneInfo) -> list[Vote]:
    """The votes with the zone that shows where the page gives one time twice: in UTC, and by readers' clocks.

    Only for outlets whose zone is not known (UTC); two different times are seldom whole quarters of an hour apart.
    """
    labelled = next((vote.dated.at for vote in votes if vote.dated.offset == "+00:00" and vote.has_time), None)
    if labelled is None or labelled.astimezone(zone).utcoffset():
        return votes
    for vote in votes:
        ahead = vote.dated.at.replace(second=0, microsecond=0) - labelled.replace(second=0, microsecond=0)
        if vote.is_shown and ahead and abs(ahead) <= _FARTHEST and not ahead % _QUARTER:
            there = timezone(ahead)
            return [_shown_in(one, there, labelled if one is vote else one.dated.at) for one in votes]
    return votes


def _shown_in(vote: Vote, there: timezone, at: datetime) -> Vote:
    if not vote.has_time or vote.dated.offset not in ("", "+00:00"):
        return vote
    return replace(
        vote,
        dated=replace(vote.dated, at=at, offset=offset_of(at.astimezone(there))),
        day=at.astimezone(there).date(),
    )


def _in_zone(vote: Vote, zone: ZoneInfo) -> Vote:
    at = vote.dated.at.replace(tzinfo=zone).astimezone(UTC)
    return replace(vote, dated=replace(vote.dated, at=at, offset=""))
