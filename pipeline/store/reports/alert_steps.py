"""The way of an alert in moments: published, listed, fetched, read, alerted, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, text

_STEPS = text("""
    SELECT al.key, a.url, d.channel,
           v.published_at AS published,
           (SELECT min(i.first_seen_at) FROM store.feed_item i WHERE i.article_id = a.id) AS listed,
           p.fetched_at AS fetched,
           v.first_seen_at AS read,
           al.created_at AS alerted,
           d.delivered_at AS delivered
      FROM store.alert_delivery d
      JOIN store.alert al ON al.id = d.alert_id
      JOIN store.meeting_mention m ON m.id = al.mention_id
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = v.article_id
      LEFT JOIN store.page p ON p.id = v.page_id
     WHERE d.delivered_at = :at
     ORDER BY d.id
     LIMIT 100
""")


@dataclass(frozen=True, slots=True)
class AlertSteps:
    """One delivery; each moment is when the step began. no `published` where the page names no time."""

    key: str
    url: str
    channel: str
    published: datetime | None
    listed: datetime | None
    fetched: datetime | None
    read: datetime
    alerted: datetime
    delivered: datetime

    def legs(self) -> Sequence[tuple[str, datetime, datetime]]:
        """(name, begin, end) of each step whose both ends are known and in order."""
        moments = [
            ("poll", self.published),
            ("fetch", self.listed),
            ("process", self.fetched),
            ("link", self.read),
            ("notify", self.alerted),
            ("", self.delivered),
        ]
        known = [(name, at) for name, at in moments if at is not None]
        return [(name, begin, end) for (name, begin), (_, end) in pairwise(known) if begin <= end]


def delivered_at(conn: Connection, at: datetime) -> list[AlertSteps]:
    """Deliveries of the run of `notify` that began at `at`; a hundred at most."""
    return [AlertSteps(**row._mapping) for row in conn.execute(_STEPS, {"at": at})]
