"""Rows of made-up news for every table that grows, in proportion: the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
import xxhash
import zstandard

from pipeline.dedupe.fingerprint import make_fingerprint
from tests.bench.bulk import Rows
from tests.bench.store_texts import MEETING, MadeText, Writer

OUTLETS = 200
PER_DAY = 20_000
_STATUSES = ("scheduled", "confirmed", "postponed", "rescheduled", "cancelled")
_CHANGES = {"postponed", "rescheduled", "cancelled"}
_PEOPLE = [
    {"id": "per:ru.sokolov", "name": "Grigory Sokolov", "country": "RU", "office": "off:RU.FM", "role": "visitor"},
    {"id": "per:tr.aydinoglu", "name": "Kemal Aydinoglu", "country": "TR", "office": "off:TR.FM", "role": "host"},
]
_WHO = "participants participant_ids countries place_name place_country place_is_city format edtf earliest latest"
_COLUMN_NAMES = {
    "article": "id url feed_id first_seen_at",
    "article_address": "address article_id how first_seen_at",
    "feed_item": (
        "id feed_id identity article_id url title summary content_html published_at first_seen_at last_seen_at"
    ),
    "page": "id article_id final_url status headers body_hash size fetched_at",
    "page_body": "page_id fetched_at body",
    "page_fetch": "article_id fetched_at stage outcome status bytes elapsed_ms detail",
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
        f"id version_id number status {_WHO} quote quote_field quote_start quote_end rules confidence"
        " attribution rules_version"
    ),
    "meeting_evidence": "mention_id meeting_id score linked_at",
    "meeting_version": (
        f"id meeting_id number sequence status {_WHO} previous change proof_mention_id recorded_at flags"
    ),
    "alert": "id meeting_id sequence change meeting_version_id mention_id key payload created_at",
}
_COLUMNS = {table: names.split() for table, names in _COLUMN_NAMES.items()}


class MadeNews:
    """Articles one after the other from `begin` on, twenty thousand a day, with all that is known of them."""

    def __init__(self, begin: datetime, seed: int) -> None:
        self._begin = begin
        self._seed = seed
        self._writer = Writer(seed)
        self._markup = self._boilerplate()
        # Making them is dear and is not what is measured: a few, their keys changed for each article.
        self._prints = [
            make_fingerprint(made.body, made.title, made.language)
            for made in self._writer.write(200, np.random.default_rng(seed))
        ]

    def rows(self, first: int, count: int) -> Rows:
        """Everything of `count` articles, the first of which has the number `first`."""
        rows = Rows(_COLUMNS)
        chance = np.random.default_rng([self._seed, first])
        for number, written in enumerate(self._writer.write(count, chance), start=first):
            self._add(rows.put, number, written)
        return rows

    def _add(self, put: Callable[..., None], n: int, written: MadeText) -> None:
        outlet = 1 + n % OUTLETS
        at = self._begin + timedelta(seconds=86_400 * n / PER_DAY)
        url = f"http://outlet{outlet}.example/{n}"
        is_copy = n > 10 and n % 3 == 0
        cluster = n - 2 if is_copy else n  # of an article that is no copy
        page = f"<html>{self._markup[outlet % len(self._markup)]}<p>{written.body}</p></html>".encode()
        found = self._prints[n % len(self._prints)]
        shift = xxhash.xxh3_64_intdigest(url.encode()) >> 1
        digest = xxhash.xxh3_128_digest(written.body.encode())

        put("article", n, url, outlet, at)
        put("article_address", url.removeprefix("http://"), n, "feed", at)
        put("feed_item", n, outlet, url, n, url, written.title, "", "", at, at, at)
        packed = zstandard.ZstdCompressor(level=6).compress(page)
        put("page", n, n, url, 200, "{}", digest, len(page), at)
        put("page_body", n, at, packed)
        for minutes in (0, 15, 60):
            put("page_fetch", n, at + timedelta(minutes=minutes), "fetch", "fetched", 200, len(page), 100, "")
        put(
            "article_version", n, n, 1, n, written.title, written.body, "", at, "json_ld", "UTC", written.language,
            0.99, "bench", digest, at, at,
        )  # fmt: skip
        put(
            "fingerprint", n, at, n, outlet, 1, found.scheme, found.tokens, digest,
            tuple(sorted(key ^ shift for key in found.keys)), found.words, found.blocks,
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

    def _add_mention(self, put: Callable[..., None], n: int, written: MadeText, at: datetime, url: str) -> None:
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
        chance = np.random.default_rng(self._seed + 1)
        made = []
        for _ in range(10):
            picked = chance.integers(len(words), size=1_200).tolist()
            made.append("".join(f'<div class="{words[i]}">{words[i]}</div>' for i in picked)[:20_000])
        return made
