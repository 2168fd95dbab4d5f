"""Every feed with its health and its last fourteen days, worst first: for Today's line and the Feeds page."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup
from sqlalchemy import text

from pipeline.site.desk import DeskRow, View
from pipeline.site.pictures.small import spark

DAYS = 14
_WORST = ("failing", "gone", "silent", "empty", "never polled", "no items yet", "moved", "ok", "off")
_FEEDS = text("""
    SELECT h.key, h.outlet, h.url, h.health, h.errors_in_a_row, h.failing_since, h.last_error, h.moved_to,
           h.last_polled_at, h.last_new_item_at, h.silent_from, h.next_poll_at, h.next_poll_why, h.polls_last_day,
           coalesce(d.counts, '{}') AS counts
      FROM wirewatch.feed_health h
      LEFT JOIN (SELECT feed, jsonb_object_agg(back, items) AS counts
                   FROM (SELECT s.feed, floor(extract(epoch FROM :end - s.seen_at) / 86400)::int
                                AS back, count(*) AS items
                           FROM wirewatch.feed_sightings s
                          WHERE s.what = 'new' AND s.seen_at > CAST(:end AS timestamptz) - interval '14 days'
                            AND s.seen_at <= CAST(:end AS timestamptz)
                          GROUP BY 1, 2) days
                  GROUP BY feed) d ON d.feed = h.key
""")


def rhythm(v: View) -> list[DeskRow]:
    """Feeds with `counts` (oldest day first) and `usual` items a day, the ill ones first."""
    midnight = (v.d.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = v.desk.rows(_FEEDS, end=midnight)
    for number, row in enumerate(rows):
        counts = [int(row["counts"].get(str(back), 0)) for back in reversed(range(DAYS))]
        row["number"], row["counts"], row["total"] = number, counts, sum(counts)
        first = next((place for place, count in enumerate(counts) if count), DAYS)
        row["usual"] = sum(counts) / (DAYS - first) if first < DAYS else 0.0
    return sorted(rows, key=lambda row: (_WORST.index(row["health"]), -row["total"], row["outlet"]))


def spark_of(v: View, row: DeskRow) -> Markup:
    """The last days of one feed as a picture; drawn for the feeds that are shown, which on Today are five."""
    days = sum(count > 0 for count in row["counts"])
    label = v.t("spark_label", outlet=row["outlet"], n=row["total"], days=days)
    ill = row["health"] == "silent"
    return Markup(spark(row["counts"], row["usual"], uid=f"s{row['number']}", label=label, ill=ill))  # noqa: S704 - drawn here
