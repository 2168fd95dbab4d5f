"""A database filled as years of news would fill it, by COPY: every table that grows, in proportion."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import xxhash
import zstandard
from sqlalchemy import Engine, text

from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.evaluate.store_texts import MEETING, MadeText, Writer
from pipeline.store.weeks import ensure_weeks

OUTLETS = 200
PER_DAY = 20_000
CHUNK = 2_000
DEFER_INDEX = 50_000  # articles: more are stored first and indexed then
_STATUSES = ("scheduled", "confirmed", "postponed", "rescheduled", "cancelled")
_CHANGES = {"postponed", "rescheduled", "cancelled"}
_PEOPLE = [
    {"id": "per:ru.sokolov", "name": "Grigory Sokolov", "country": "RU", "office": "off:RU.FM", "role": "visitor"},
    {"id": "per:tr.aydinoglu", "name": "Kemal Aydinoglu", "country": "TR", "office": "off:TR.FM", "role": "host"},
]
_DEFERRED = {
    "ix_article_version_search": "ON store.article_version USING gin (search) WITH (fastupdate = off)",
    "ix_fingerprint_keys": "ON store.fingerprint USING gin (keys) WITH (fastupdate = off)",
}
_FEEDS = text("""
    INSERT INTO store.feed (key, url, outlet, title, language, zone, country, kind, enabled, created_at)
    SELECT 'f' || n, 'http://outlet' || n || '.example/rss', 'Outlet ' || n, '', 'en', 'UTC',
           (ARRAY['GB', 'RU', 'TR', 'US'])[1 + n % 4], CASE WHEN n % 20 = 0 THEN 'agency' ELSE 'newspaper' END,
           true, now()
      FROM generate_series(1, :outlets) n
""")
# Identity columns that were filled by hand must not give the same numbers again.
_SEQUENCES = text("""
    SELECT setval(pg_get_serial_sequence('store.' || t, 'id'), :last)
      FROM unnest(CAST(:tables AS text[])) t
""")

Rows = dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]


@dataclass
class Filler:
    """Fills one database up to any size, again and again."""

    engine: Engine
    now: datetime
    most: int
    seed: int = 20260101

    def __post_init__(self) -> None:
        self.stored = 0
        self.writing_s = 0.0  # in the server; making texts and fingerprints is no part of it
        self._writer = Writer(self.seed)
        self._chance = np.random.default_rng(self.seed + 1)
        self._begin = self.now - timedelta(days=self.most / PER_DAY)
        self._markup = self._boilerplate()
        with self.engine.begin() as conn:
            conn.execute(_FEEDS, {"outlets": OUTLETS})
            ensure_weeks(conn, self._begin, self.now + timedelta(days=14))

    @property
    def words(self) -> dict[str, list[str]]:
        """The words of the texts, by language, most frequent first."""
        return self._writer.words

    def fill(self, size: int) -> None:
        """Store articles up to `size`, index them, and let the planner know."""
        defer = size - self.stored > DEFER_INDEX
        if defer:
            self._execute(*(f"DROP INDEX store.{name}" for name in _DEFERRED))
        while self.stored < size:
            self._chunk(min(CHUNK, size - self.stored))
        begun = time.perf_counter()
        if defer:
            self._execute(*(f"CREATE INDEX {name} {what}" for name, what in _DEFERRED.items()))
        tables = [
            "article",
            "page",
            "article_version",
            "feed_item",
            "meeting",
            "meeting_version",
            "meeting_mention",
        ]
        with self.engine.begin() as conn:
            conn.execute(_SEQUENCES, {"tables": [*tables, "alert"], "last": 10 * self.stored + 10})
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
        self.writing_s += time.perf_counter() - begun

    def _execute(self, *statements: str) -> None:
        with self.engine.begin() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)

    def _chunk(self, count: int) -> None:
        made = list(self._writer.write(count))
        first = self.stored + 1
        rows: Rows = _article_rows()
        for number, written in enumerate(made, start=first):
            self._add(rows, number, written)
        begun = time.perf_counter()
        with self.engine.begin() as conn:
            # What is stored is consistent by construction; its foreign keys are not looked up one by one.
            conn.execute(text("SET LOCAL session_replication_role = replica"))
            cursor = conn.connection.cursor()
            for table, (columns, values) in rows.items():
                lines = "".join("\t".join(map(_field, row)) + "\n" for row in values)
                cursor.copy_expert(f"COPY store.{table} ({', '.join(columns)}) FROM STDIN", io.StringIO(lines))
        self.writing_s += time.perf_counter() - begun
        self.stored += count

    def _add(self, rows: Rows, n: int, written: MadeText) -> None:
        outlet = 1 + n % OUTLETS
        at = self._begin + timedelta(seconds=86_400 * n / PER_DAY)
        url = f"http://outlet{outlet}.example/{n}"
        is_copy = n > 10 and n % 3 == 0
        cluster = n - 1 - (n - 1) % 3 if is_copy else n
        cluster = cluster if cluster >= 1 else n
        page = f"<html>{self._markup[outlet % len(self._markup)]}<p>{written.body}</p></html>".encode()
        found = make_fingerprint(written.body, written.title, written.language)
        digest = xxhash.xxh3_128_digest(written.body.encode())

        def put(table: str, *values: object) -> None:
            rows[table][1].append(values)

        put("article", n, url, outlet, at)
        put("article_address", url.removeprefix("http://"), n, "feed", at)
        put("feed_item", n, outlet, url, n, url, written.title, "", "", at, at, at)
        packed = zstandard.ZstdCompressor(level=6).compress(page)
        put("page", n, n, url, 200, "{}", packed, digest, len(page), at)
        for minutes in (0, 15, 60):
            put("look", n, at + timedelta(minutes=minutes), "fetch", "fetched", 200, len(page), 100, "")
        put(
            "article_version", n, n, 1, n, written.title, written.body, "", at, "json_ld", "UTC", written.language,
            0.99, "bench", digest, at, at,
        )  # fmt: skip
        put(
            "fingerprint", n, at, n, outlet, 1, found.scheme, found.tokens, found.exact, found.keys, found.words,
            found.blocks,
        )  # fmt: skip
        if cluster == n:
            put("wire_cluster", n, n, at)
        put(
            "wire_member", n, cluster, n, "lead" if cluster == n else "near", None if cluster == n else cluster, at
        )
        if n % 7 == 0:
            put("topic_tag", n, "russia-turkey", 3.0, "[]", "bench", at)
        if n % 10 == 0:
            put("outcome", "process", "short_text", outlet, n, url, "", 1, at, at)
        if n % 20 == 1:
            self._add_mention(put, n, written, at, url)

    def _add_mention(self, put: Any, n: int, written: MadeText, at: datetime, url: str) -> None:
        """Five reports, one after the other, are of one meeting."""
        meeting, step = divmod(n // 20, len(_STATUSES))
        meeting += 1
        status = _STATUSES[step]
        day = (at + timedelta(days=7 + meeting % 40)).date()
        who = (
            json.dumps(_PEOPLE),
            ("per:ru.sokolov", "per:tr.aydinoglu"),
            ("RU", "TR"),
            "Istanbul",
            "TR",
            True,
            "visit",
        )
        quote = MEETING[written.language]
        put(
            "meeting_mention", n, n, 1, status, *who, day, day, day, quote, "body", 0, len(quote), ("bench",), 0.9,
            "", "bench",
        )  # fmt: skip
        if step == 0:
            put("meeting", meeting, f"{meeting}@wirewatch", at, at)
            put("meeting_block", f"pair:{meeting % 400}", at.year * 12 + at.month, meeting)
        put("meeting_evidence", n, meeting, 0.9, at)
        change = status if status in _CHANGES else None
        put(
            "meeting_version", n, meeting, step + 1, max(step - 1, 0), status, *who, day, day, day, "[]", change,
            n, at, (),
        )  # fmt: skip
        if change:
            payload = {"url": url, "quote": quote, "change": change, "participants": ["Grigory Sokolov"]}
            put("alert", n, meeting, step - 1, change, n, n, f"{meeting}/{step}/{change}", json.dumps(payload), at)

    def _boilerplate(self) -> Sequence[str]:
        """What surrounds the text on a page: ten layouts of 20 kB."""
        words = self._writer.words["en"]
        made = []
        for _ in range(10):
            picked = self._chance.integers(len(words), size=1_200).tolist()
            made.append("".join(f'<div class="{words[i]}">{words[i]}</div>' for i in picked)[:20_000])
        return made


def _article_rows() -> Rows:
    who = (
        "participants participant_ids countries place_name place_country place_is_city format edtf earliest latest"
    )
    columns = {
        "article": "id url feed_id first_seen_at",
        "article_address": "address article_id how first_seen_at",
        "feed_item": (
            "id feed_id identity article_id url title summary content_html published_at first_seen_at last_seen_at"
        ),
        "page": "id article_id final_url status headers body body_hash size fetched_at",
        "look": "article_id looked_at stage outcome status bytes elapsed_ms detail",
        "article_version": (
            "id article_id number page_id title body byline published_at published_source zone language"
            " language_confidence extractor text_hash first_seen_at last_seen_at"
        ),
        "fingerprint": ("version_id published_at article_id feed_id number scheme tokens exact keys words blocks"),
        "wire_cluster": "id lead_article_id created_at",
        "wire_member": "article_id cluster_id version_id kind matched_version_id joined_at",
        "topic_tag": "version_id topic score spans rules_version recorded_at",
        "outcome": "stage reason feed_id article_id subject detail times first_at last_at",
        "meeting": "id uid created_at last_said_at",
        "meeting_block": "party month meeting_id",
        "meeting_mention": (
            f"id version_id number status {who} quote quote_field quote_start quote_end rules confidence"
            " attribution rules_version"
        ),
        "meeting_evidence": "mention_id meeting_id score linked_at",
        "meeting_version": (
            f"id meeting_id number sequence status {who} previous change proof_mention_id recorded_at flags"
        ),
        "alert": "id meeting_id sequence change meeting_version_id mention_id key payload created_at",
    }
    return {table: (tuple(names.split()), []) for table, names in columns.items()}


def _field(value: object) -> str:
    """One value as COPY reads it."""
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    if isinstance(value, tuple):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
