"""Copies become one cluster, whoever links them and in whatever order."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from stored import store_article

from pipeline.dedupe.fingerprint import make_fingerprint
from pipeline.records import Article
from pipeline.stages.copies import place_text
from pipeline.store.articles import Analysis, save_analysis
from pipeline.text.normalise import text_hash, words

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
_VOCABULARY = [f"w{i}" for i in range(3000)]


def dispatch(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=length))


def store(engine: Engine, url: str, body: str, *, published: datetime = NOW) -> int:
    return store_article(engine, url, body, published=published)


def link(engine: Engine, versions: Sequence[int]) -> None:
    for version_id in versions:
        with engine.begin() as conn:
            place_text(conn, version_id, NOW)


def clusters(engine: Engine) -> list[tuple[list[str], str]]:
    """Each cluster as (urls in order, url of the lead)."""
    with engine.connect() as conn:
        rows = conn.execute(
            text("""
                SELECT array_agg(a.url ORDER BY a.url), max(l.url)
                  FROM store.wire_member m JOIN store.article a ON a.id = m.article_id
                  JOIN store.wire_cluster c ON c.id = m.cluster_id AND c.merged_into IS NULL
                  JOIN store.article l ON l.id = c.lead_article_id
                 GROUP BY c.id ORDER BY 1
            """)
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_order_of_arrival_does_not_matter(engine: Engine, order: tuple[int, ...]) -> None:
    whole = dispatch(1)
    parts = whole.split()
    versions = [
        store(engine, "http://a/lead", whole, published=NOW - timedelta(hours=3)),
        store(engine, "http://b/cut", " ".join(parts[:200]), published=NOW - timedelta(hours=2)),
        store(engine, "http://c/more", whole + " " + dispatch(5, 60), published=NOW - timedelta(hours=1)),
        store(engine, "http://d/other", dispatch(2)),
    ]
    link(engine, [versions[i] for i in order])
    assert clusters(engine) == [
        (["http://a/lead", "http://b/cut", "http://c/more"], "http://a/lead"),
        (["http://d/other"], "http://d/other"),
    ]


def test_linking_again_changes_nothing(engine: Engine) -> None:
    versions = [store(engine, f"http://{i}/", dispatch(1)) for i in range(3)]
    link(engine, versions)
    before = clusters(engine)
    link(engine, versions)
    assert clusters(engine) == before == [(["http://0/", "http://1/", "http://2/"], "http://0/")]


def test_old_news_is_not_a_copy_of_new_news(engine: Engine) -> None:
    versions = [
        store(engine, "http://old/", dispatch(1), published=NOW - timedelta(days=10)),
        store(engine, "http://new/", dispatch(1)),
    ]
    link(engine, versions)
    assert len(clusters(engine)) == 2


def test_four_writers_never_split_a_dispatch(engine: Engine) -> None:
    groups = 60
    versions = {
        (group, writer): store(engine, f"http://{writer}/{group}", dispatch(1000 + group, 80))
        for group in range(groups)
        for writer in range(4)
    }
    errors: list[BaseException] = []
    barrier = threading.Barrier(4)

    def worker(writer: int) -> None:
        try:
            for group in range(groups):
                barrier.wait()  # all four copies of a dispatch at the very same moment
                link(engine, [versions[group, writer]])
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=worker, args=(w,)) for w in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = clusters(engine)
    assert len(found) == groups
    assert all(len(urls) == 4 for urls, _ in found)


def test_an_edited_page_is_a_new_version_and_not_a_copy(engine: Engine) -> None:
    first = store(engine, "http://a/", dispatch(1))
    link(engine, [first])
    edited = dispatch(1) + " corrected"
    article = Article("t", edited, NOW, "page", "UTC", "en", 1.0)
    analysis = Analysis(article, text_hash("t", edited), make_fingerprint(words(edited)), (), "1", (), "1")
    with engine.begin() as conn:
        ids = conn.execute(
            text("SELECT article_id, page_id FROM store.article_version WHERE id = :id"), {"id": first}
        ).one()
        second = save_analysis(conn, ids.article_id, ids.page_id, analysis, now=NOW + timedelta(hours=1))
        assert place_text(conn, second, NOW) == "edited"
    assert clusters(engine) == [(["http://a/"], "http://a/")]
