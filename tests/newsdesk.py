"""A small story in copies, for the tests that break things: a visit announced, copied, extended, then postponed."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from local_web import Entry, LocalWeb, Reply, rss
from sqlalchemy import Engine, text

START = datetime(2031, 5, 6, 9, tzinfo=UTC)
NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
OUTLETS = ("nordic-wire", "bosphorus-daily", "gulf-observer", "black-sea-post")

ANNOUNCED = (
    "Russian Foreign Minister Grigory Sokolov will visit Istanbul on 14 May for talks with his Turkish counterpart, "
    "the Russian Foreign Ministry said on Tuesday.",
    "The two sides intend to discuss grain shipments through the straits and the repair of a gas terminal near Samsun "
    "which was damaged by a storm in February.",
    "Officials in Ankara said that preparatory consultations had been under way for several weeks and that experts of "
    "both countries had exchanged drafts of a joint statement.",
    "Trade between the two countries grew by a tenth last year, according to customs figures published in March.",
    "The ministry added that a working group on tourism would convene separately in the autumn.",
)
POSTPONED = (
    "The visit of Russian Foreign Minister Grigory Sokolov to Istanbul planned for 14 May has been postponed, "
    "the Turkish Foreign Ministry said on Thursday.",
    "A new date will be agreed through diplomatic channels, a ministry spokesman told reporters in Ankara.",
    "He said technical work on the joint statement was continuing and denied that the gas terminal was the reason.",
    "Grain traders in Samsun said shipments had not been affected so far and that the port was working as usual.",
)
OTHER = (
    "The municipality of Samsun opened a new tram line on Wednesday that links the port with the university.",
    "Line {n} is eleven kilometres long and has {n} stops; the mayor said it would carry {n} thousand people a day.",
    "Shop owners along avenue number {n} complained about two years of building work and lost custom.",
)


def put_up(web: LocalWeb) -> list[dict[str, object]]:
    """Serve four outlets with seven articles each; returns their entries for feeds.yml."""
    feeds: list[dict[str, object]] = []
    for o, outlet in enumerate(OUTLETS):
        entries = []
        for n in range(7):
            path = f"/{outlet}/{n}.html"
            title, paragraphs, age = _story(n, o)
            web.pages[path] = _page(title, paragraphs)
            published = format_datetime(START + timedelta(hours=age, minutes=7 * o + n))
            entries.append(Entry(web.url(path), published, title=title))
        web.pages[f"/{outlet}.rss"] = rss(entries)
        feeds.append(
            {
                "key": outlet,
                "url": web.url(f"/{outlet}.rss"),
                "outlet": outlet.replace("-", " ").title(),
                "language": "en",
                "zone": "UTC",
                "country": "INT",
                "kind": "newspaper",
            }
        )
    return feeds


def _story(n: int, outlet: int) -> tuple[str, tuple[str, ...], int]:
    """Title, paragraphs and age in hours: two copied dispatches, the rest local news."""
    if n == 0:
        cut = ANNOUNCED if outlet == 0 else ANNOUNCED[: 5 - outlet + 1]
        return "Sokolov to visit Istanbul on 14 May", cut, 0
    if n == 1:
        return "Sokolov's visit to Istanbul postponed", POSTPONED, 46
    return f"Tram line {n} opens", tuple(line.format(n=10 * n + outlet) for line in OTHER), 20 + n


def _page(title: str, paragraphs: tuple[str, ...]) -> Reply:
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    return Reply(
        f"<!doctype html><html><head><title>{html.escape(title)}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{html.escape(title)}</h1>{body}</article></body></html>".encode()
    )


def snapshot(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Everything that must come out the same, without the numbers the database makes up."""
    queries = {
        "articles": "SELECT url, versions, title, body, published_at, language, topics FROM wirewatch.articles",
        # The kind of a copy is what it is to the one it came in by, and which that was is a matter of luck.
        "copies": """SELECT array_agg(url ORDER BY url), array_agg(kind = 'lead' ORDER BY url)
                       FROM wirewatch.copies GROUP BY dispatch_id""",
        "mentions": """SELECT a.url, m.number, m.status, m.participant_ids, m.edtf, m.quote
                         FROM store.meeting_mention m JOIN store.article_version v ON v.id = m.version_id
                         JOIN store.article a ON a.id = v.article_id""",
        "meetings": """SELECT status, participants, countries, place, date, previous_dates, sequence, reports, witnesses
                         FROM wirewatch.meetings""",
        "evidence": """SELECT m.quote, a.url, n.sequence
                         FROM store.meeting_evidence e JOIN store.meeting_mention m ON m.id = e.mention_id
                         JOIN store.article_version v ON v.id = m.version_id
                         JOIN store.article a ON a.id = v.article_id
                         JOIN wirewatch.meetings n ON n.meeting_id = e.meeting_id""",
        # An alert quotes the copy that was there first, and that is a matter of luck: its dispatch is not.
        "alerts": """SELECT change, sequence, old_date, new_date, deliveries::text,
                            ARRAY(SELECT c.url FROM wirewatch.copies c
                                    JOIN wirewatch.copies quoted ON quoted.dispatch_id = c.dispatch_id
                                   WHERE quoted.url = al.url ORDER BY c.url),
                            EXISTS (SELECT FROM store.meeting_mention m
                                      JOIN store.article_version v ON v.id = m.version_id
                                      JOIN store.article a ON a.id = v.article_id
                                     WHERE a.url = al.url AND m.quote = al.quote)
                       FROM wirewatch.alerts al""",
        # Feeds are always polled again and pages looked at again; whether a plan that was soon off is still to be woken
        # on its day is a matter of luck. Of anything else nothing may be left over.
        "work": "SELECT stage, count(*) FROM store.work WHERE stage NOT IN ('poll', 'refetch', 'lapse') GROUP BY stage",
        "fetches": """SELECT a.url, w.due_at, w.failures
                      FROM store.work w JOIN store.article a ON a.id = w.subject_id WHERE w.stage = 'refetch'""",
        "outcomes": "SELECT stage, reason, things FROM wirewatch.outcomes",
    }
    with engine.connect() as conn:
        return {
            name: sorted((tuple(row) for row in conn.execute(text(query))), key=repr)
            for name, query in queries.items()
        }
