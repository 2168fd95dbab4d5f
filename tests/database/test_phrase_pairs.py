"""Phrases of frequent words by the index of their pairs: the rows are those that every text says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from stored import store_article

from pipeline.store import phrase_pairs

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
WORDS = {
    "en": ["minister", "talks", "of", "the", "grain", "corridor", "visits", "Ankara", "in", "May"],
    "ru": ["министр", "переговоры", "о", "зерновом", "коридоре", "визит", "в", "Анкару", "Лаврова"],
    "tr": ["bakan", "görüşme", "tahıl", "koridoru", "Ankara", "ziyareti", "için", "mayıs", "ertelendi"],
}
TEXTS = 240
_TEXTS = text("""
    WITH said AS (SELECT said, n FROM unnest(CAST(:said AS text[])) WITH ORDINALITY s (said, n)),
         a AS (INSERT INTO store.article (url, feed_id, first_seen_at)
               SELECT 'http://f.example/' || n, feed_id, first_seen_at FROM said, store.article RETURNING id, url)
    INSERT INTO store.article_version (article_id, number, page_id, title, body, byline, published_at,
           published_source, zone, language, language_confidence, extractor, text_hash, first_seen_at, last_seen_at)
    SELECT a.id, 1, page_id, '', said, '', published_at + n * interval '1 minute', published_source,
           zone, (ARRAY['en', 'ru', 'tr'])[1 + (n - 1) % 3], 1, extractor, 'h', first_seen_at, last_seen_at
      FROM store.article_version, said JOIN a ON a.url = 'http://f.example/' || n
""")
_PLAIN = text("""
    SELECT v.published_at FROM store.article_version v WHERE v.search @@ wirewatch.search_query(:query, v.language)
""")
_FOUND = text("SELECT published_at FROM wirewatch.search(:query, max_rows => :most)")


@pytest.fixture
def archive(engine: Engine) -> Iterator[Connection]:
    """Texts of few words in all orders, whose pairs are indexed as those of a large archive are."""
    chance = np.random.default_rng(7)
    store_article(engine, "http://f.example/first", "Nothing at all.", title="", language="de", published=NOW)
    said = [" ".join(chance.choice(WORDS[["en", "ru", "tr"][n % 3]], size=6).tolist()) for n in range(TEXTS)]
    with engine.begin() as conn:
        conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
        conn.execute(_TEXTS, {"said": said})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("ANALYZE store.article_version")
        words = phrase_pairs.frequent_words(conn)
        assert {"minist", "переговор", "ziyareti"} <= set(words)
        phrase_pairs.build(conn, 1, words, TEXTS, NOW)
        yield conn


def test_generated_phrases_find_what_the_plain_index_finds(archive: Connection) -> None:
    phrase = st.one_of(
        *(
            st.lists(st.sampled_from(words), min_size=2, max_size=4).map(lambda said: f'"{" ".join(said)}"')
            for words in WORDS.values()
        )
    )
    beginning = phrase.map(lambda said: f'{said[:-3]}*"')
    query = st.lists(
        st.one_of(phrase, beginning, phrase.map("-{}".format), st.sampled_from(["or", "Ankara", "-talks"])),
        min_size=1,
        max_size=3,
    ).map(" ".join)

    @settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(query)
    def same(asked: str) -> None:
        if not archive.scalar(text("SELECT numnode(wirewatch.search_query(:q, 'en')) > 0"), {"q": asked}):
            return
        plain = sorted(archive.scalars(_PLAIN, {"query": asked}))
        assert sorted(archive.scalars(_FOUND, {"query": asked, "most": TEXTS + 1})) == plain

    same()


ASKED = {
    ('"minister talks"', "en"): "@>",
    ('"talks of the grain"', "en"): "",  # two words lie between: such pairs are not indexed
    ('"talks of grain"', "en"): "@>",
    ('"tahıl koridoru"', "tr"): "&&",  # with its stem, or without
    ('"minister zeppelin"', "en"): "",
    ('"minister talks" or visits', "en"): "",
    ("minister talks", "en"): "",
    ('-"minister talks" ankara', "en"): "",
    ('"minister tal*"', "en"): "",  # the beginning of a word is none
}


def test_which_phrases_ask_the_pairs(archive: Connection) -> None:
    condition = text("SELECT store.pair_condition(:query, :language)")
    said = {key: archive.scalar(condition, {"query": key[0], "language": key[1]}) or "" for key in ASKED}
    assert {key: next((sign for sign in ("@>", "&&") if sign in one), "") for key, one in said.items()} == ASKED


def test_it_is_built_once_the_archive_is_large(
    engine: Engine, archive: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not phrase_pairs.renew(engine, NOW)  # too few texts
    monkeypatch.setattr(phrase_pairs, "LEAST_TEXTS", 10)
    assert not phrase_pairs.renew(engine, NOW)  # it has not grown since
    archive.exec_driver_sql("UPDATE store.phrase_index SET texts = 20")
    assert phrase_pairs.renew(engine, NOW)
    assert archive.scalars(
        text("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_phrase_pairs%' ORDER BY 1")
    ).all() == [
        "ix_phrase_pairs_1",  # a search may still be asking it
        "ix_phrase_pairs_2",
    ]
    assert not phrase_pairs.renew(engine, NOW)
    assert archive.scalars(text("SELECT proname FROM pg_proc WHERE proname ~ 'phrase_pairs_[0-9]'")).all() == [
        "phrase_pairs_2"
    ]


def test_a_cut_off_build_is_replaced(engine: Engine, archive: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase_pairs, "LEAST_TEXTS", 10)
    archive.exec_driver_sql("DELETE FROM store.phrase_index")  # killed before it said so
    assert phrase_pairs.renew(engine, NOW)
    assert archive.scalar(text("SELECT id FROM store.phrase_index")) == 1
