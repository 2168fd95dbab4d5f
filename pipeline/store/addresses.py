"""One article per page: all addresses it was seen under, and the tombstones of addresses to ignore.

Addresses are compared by their key (pipeline.feeds.urls.address_key), which the caller passes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.dialects.postgresql import insert as upsert

from pipeline.store import work
from pipeline.store.tables import article, article_address, article_version, feed_item, tombstone

# The test for tombstones is inside the INSERT, so that the two are atomic.
_CREATE = text("""
    INSERT INTO store.article (url, feed_id, first_seen_at)
    SELECT wanted.url, :feed_id, :now
      FROM unnest(:urls, :keys) AS wanted (url, key)
     WHERE NOT EXISTS (SELECT FROM store.tombstone t WHERE t.address = wanted.key)
     ORDER BY wanted.url
        ON CONFLICT DO NOTHING
 RETURNING id
""").bindparams(bindparam("urls", type_=ARRAY(TEXT)), bindparam("keys", type_=ARRAY(TEXT)))

_LISTED_TOGETHER = text("""
    SELECT EXISTS (
        SELECT FROM store.feed_item one JOIN store.feed_item other ON other.feed_id = one.feed_id
         WHERE one.article_id = :one AND other.article_id = :other
           AND one.first_seen_at <= other.last_seen_at AND other.first_seen_at <= one.last_seen_at)
""")


def ensure_articles(conn: Connection, feed_id: int, urls: Mapping[str, str], *, now: datetime) -> dict[str, int]:
    """The article of each key of `urls` (key → address to fetch); new ones are put on the fetch list.

    Buried keys have none.
    """
    buried = set(conn.scalars(select(tombstone.c.address).where(tombstone.c.address.in_(list(urls)))))
    known = {key: owner for key, owner in _owners(conn, list(urls)).items() if key not in buried}
    # The same order in every process: two feeds with the same dispatches must not deadlock.
    missing = sorted(set(urls) - set(known) - buried)
    if not missing:
        return known
    wanted = {"urls": [urls[key] for key in missing], "keys": missing}
    created = set(conn.scalars(_CREATE, wanted | {"feed_id": feed_id, "now": now}))
    by_url = {
        row.url: row.id
        for row in conn.execute(select(article.c.url, article.c.id).where(article.c.url.in_(wanted["urls"])))
    }
    rows = [
        {"address": key, "article_id": by_url[urls[key]], "how": "feed", "first_seen_at": now}
        for key in missing
        if urls[key] in by_url
    ]
    if rows:
        conn.execute(upsert(article_address).on_conflict_do_nothing(), rows)
    known |= _owners(conn, missing)
    # Another feed brought the same page under another spelling at the same moment: its article is kept.
    late = created - set(known.values())
    if late:
        conn.execute(delete(article).where(article.c.id.in_(late)))
    work.add(conn, "fetch", sorted(created - late), due_at=now)
    return known


def settle_address(conn: Connection, article_id: int, key: str, how: str, *, now: datetime) -> int:
    """Note that an article is also known by `key`, as its page says (`how`: redirect, canonical, og).

    Returns the article the address belongs to. Where that is another one, and this one has no text yet, they are
    one: what feeds said of this one is moved there and article.same_as points to it.
    """
    row = {"address": key, "article_id": article_id, "how": how, "first_seen_at": now}
    conn.execute(upsert(article_address).values(row).on_conflict_do_nothing())
    owner = _owners(conn, [key])[key]
    if owner == article_id or conn.scalar(select(exists().where(article_version.c.article_id == article_id))):
        return article_id
    for table in (feed_item, article_address):
        conn.execute(update(table).where(table.c.article_id == article_id).values(article_id=owner))
    conn.execute(update(article).where(article.c.id == article_id).values(same_as=owner))
    return owner


def listed_together(conn: Connection, one: int, other: int) -> bool:
    """True if a feed listed both articles at the same time: their outlet treats them as two."""
    return bool(conn.scalar(_LISTED_TOGETHER, {"one": one, "other": other}))


def article_for(conn: Connection, key: str) -> int | None:
    """The article known by this key."""
    return _owners(conn, [key]).get(key)


def bury(conn: Connection, key: str, reason: str, *, now: datetime) -> int | None:
    """Never save or fetch this address again; returns its article. What is kept stays."""
    owner = article_for(conn, key)
    rows = [{"address": one, "reason": reason, "buried_at": now} for one in _spellings(conn, key, owner)]
    conn.execute(upsert(tombstone).on_conflict_do_nothing(), rows)
    if owner is not None:
        for stage in ("fetch", "refetch"):
            work.drop(conn, stage, owner)
    return owner


def unbury(conn: Connection, key: str, *, now: datetime) -> int | None:
    """Take in this address again; its article, where there is one, is fetched at once and returned."""
    owner = article_for(conn, key)
    conn.execute(delete(tombstone).where(tombstone.c.address.in_(_spellings(conn, key, owner))))
    if owner is not None:
        work.add(conn, "fetch", [owner], due_at=now)
    return owner


def _spellings(conn: Connection, key: str, owner: int | None) -> list[str]:
    """The address, and all other addresses of its article."""
    known = conn.scalars(select(article_address.c.address).where(article_address.c.article_id == owner))
    return sorted({key, *known})


def _owners(conn: Connection, keys: list[str]) -> dict[str, int]:
    found = select(article_address.c.address, article_address.c.article_id).where(
        article_address.c.address.in_(keys)
    )
    return {row.address: row.article_id for row in conn.execute(found)}
