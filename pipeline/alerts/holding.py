"""Send times: now, or at the end of a mute, quiet hours, a group's window or a digest's hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.alerts.dates import bounds
from pipeline.alerts.watches import Digest, Grouped, Quiet, Watch, clock
from pipeline.records import Notice

HOUR = timedelta(hours=1)
WITNESS_PATIENCE = timedelta(days=3)
WITNESS_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that waits."""

    until: datetime
    why: str  # muted, quiet, group, digest, rate, witnesses


@dataclass(frozen=True, slots=True)
class Lately:
    """What a receiver got of a watch before."""

    in_last_hour: int = 0
    oldest_in_hour: datetime | None = None
    of_this_meeting: datetime | None = None  # when the last message about this meeting went out
    muted_until: datetime | None = None  # by hand, in the database


def held(notice: Notice, watch: Watch, severity: str, lately: Lately, now: datetime) -> Held | None:
    """Until when an alert waits, and why; None where it goes at once."""
    if (muted := _latest(watch.mute_until, lately.muted_until)) is not None and muted > now:
        return Held(muted, "muted")
    if notice.independent < watch.min_witnesses and now - notice.created_at < WITNESS_PATIENCE:
        return Held(now + WITNESS_AGAIN, "witnesses")
    if isinstance(watch.send, Digest):
        return Held(digest_at(watch.send, now), "digest")  # its own hour is never held by quiet hours
    if watch.quiet and not _is_urgent(notice, severity, watch.quiet, now):
        end = quiet_end(watch.quiet, now)
        if end is not None:
            return Held(end, "quiet")
    if isinstance(watch.send, Grouped) and lately.of_this_meeting is not None:
        window_end = lately.of_this_meeting + watch.send.window
        if window_end > now:
            return Held(window_end, "group")
    if watch.per_hour is not None and lately.in_last_hour >= watch.per_hour and lately.oldest_in_hour is not None:
        return Held(lately.oldest_in_hour + HOUR, "rate")
    return None


def digest_at(send: Digest, now: datetime) -> datetime:
    """The next moment a digest is due: the full hour, or the local time of the day."""
    if send.digest == "hourly":
        return (now.astimezone(UTC) + HOUR).replace(minute=0, second=0, microsecond=0)
    return next_local(send.digest, send.zone, now)


def next_local(wall: str, zone: str, now: datetime) -> datetime:
    """The next moment the clock on the wall shows `wall`: today's or tomorrow's, never 24 hours later.

    An hour that a change of clocks leaves out is the first moment after; one that comes twice is the first.
    """
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    moments = (_at(today + timedelta(days=days), wall, here) for days in (0, 1, 2))
    return next(moment for moment in moments if moment > now)


def quiet_end(quiet: Quiet, now: datetime) -> datetime | None:
    """When the quiet hours that hold now are over; None outside of them. They may cross midnight."""
    here = ZoneInfo(quiet.zone)
    wall = now.astimezone(here).time().replace(tzinfo=None)
    start, end = clock(quiet.start), clock(quiet.end)
    inside = start <= wall < end if start < end else wall >= start or wall < end
    return next_local(quiet.end, quiet.zone, now) if inside else None


def _at(day: date, wall: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock(wall), zone).astimezone(UTC)


def _is_urgent(notice: Notice, severity: str, quiet: Quiet, now: datetime) -> bool:
    """What is not held by quiet hours: a severity that passes, and a meeting that would be over by their end."""
    if quiet.passes == "high" and severity == "high":
        return True
    days = [bounds(d) for d in (notice.old_date, notice.new_date) if d]
    here = now.astimezone(ZoneInfo(quiet.zone)).date()
    return any(b.first is not None and here <= b.first <= here + timedelta(days=1) for b in days)


def _latest(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return max(known, default=None)
