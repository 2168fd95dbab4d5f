"""Search in three languages: forms of words, accents, phrases, beginnings; and a snippet in the text's own letters."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from stored import store_article

NOW = datetime(2031, 5, 8, 9, tzinfo=UTC)
TEXTS = {
    "en": (
        "Sokolov to visit Istanbul",
        "Ministers are discussing the grain corridor. President Aydınoğlu's aides said no more.",
    ),
    "ru": ("Визит отложен", "Встреча министров, намеченная на май, отложена: её проведут в Стамбуле осенью."),
    "tr": (
        "Görüşme ertelendi",
        "İSTANBUL - Dışişleri Bakanı Aydınoğlu'nun görüşmeleri ertelendi, yeni tarih açıklanacak.",
    ),
    "de": ("Treffen verschoben", "Das Gespräch der Außenminister in Ankara fällt aus."),
}


class NothingWanted(Exception):  # noqa: N818
    """The answer to a query without any word that is indexed."""


@pytest.fixture
def texts(engine: Engine) -> Iterator[Connection]:
    for number, (language, (title, body)) in enumerate(TEXTS.items()):
        store_article(
            engine,
            f"http://f.example/{language}",
            body,
            title=title,
            language=language,
            published=NOW + timedelta(hours=number),
        )
    with engine.connect() as connection:
        yield connection


def found(connection: Connection, query: str, **options: object) -> set[str]:
    names = "".join(f", {name} => :{name}" for name in options)
    statement = text(f"SELECT language FROM wirewatch.search(:query{names})")
    try:
        return set(connection.scalars(statement, {"query": query, **options}))
    except DBAPIError as error:
        connection.rollback()
        if "nothing to search for" in str(error.orig):
            raise NothingWanted from error
        raise


@pytest.mark.parametrize(
    ("query", "languages"),
    [
        ("discuss corridors", {"en"}),
        ("министр встречи", {"ru"}),
        ("ее стамбул", {"ru"}),
        ("görüşme", {"tr"}),
        ("gorusme", {"tr"}),
        ("aydinoglu", {"en", "tr"}),
        ("Aydınoğlu", {"en", "tr"}),
        ("istanbul", {"en", "tr"}),
        ("ISTANBUL", {"en", "tr"}),
        ("İstanbul -visit", {"tr"}),
        ('"grain corridor"', {"en"}),
        ('"corridor grain"', set()),
        ("ertel*", {"tr"}),
        ("отлож*", {"ru"}),
        ("aussen* or gespräch", {"de"}),
        ("gespräch", {"de"}),
        ("visit or отложен or Ankara", {"en", "ru", "de"}),
        ("nothing of the kind anywhere", set()),
    ],
)
def test_what_is_found(query: str, languages: set[str], texts: Connection) -> None:
    assert found(texts, query) == languages


def test_limits(texts: Connection) -> None:
    assert found(texts, "istanbul", in_language="tr") == {"tr"}
    assert found(texts, "istanbul", since=NOW + timedelta(minutes=90)) == {"tr"}
    assert found(texts, "istanbul", until=NOW + timedelta(minutes=90)) == {"en"}
    assert len(found(texts, "istanbul", max_rows=1)) == 1
    assert found(texts, "istanbul", since=None, until=None) == {"en", "tr"}


def test_a_rare_word_is_found_behind_thousands_of_newer_texts(engine: Engine, texts: Connection) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("""
            INSERT INTO store.article_version (article_id, number, page_id, title, body, byline, published_at,
                   published_source, zone, language, language_confidence, extractor, text_hash, first_seen_at, last_seen_at)
            SELECT -n, 1, page_id, 'Newer', 'Ministers of nowhere.', '', published_at + n * interval '1 minute',
                   published_source, zone, language, 1, extractor, 'h', first_seen_at, last_seen_at
              FROM store.article_version, generate_series(1, 2500) n WHERE language = 'tr'""")
    assert found(texts, "ertelendi tarih") == {"tr"}
    assert found(texts, "istanbul") == {"en", "tr"}


def test_a_hit_in_the_title_comes_first(texts: Connection) -> None:
    assert texts.scalars(text("SELECT language FROM wirewatch.search('istanbul')")).first() == "en"


@pytest.mark.parametrize(
    ("query", "snippet"),
    [
        ("aydinoglu", "President [Aydınoğlu]'s aides"),
        ("министры", "Встреча [министров], намеченная"),
        ("gorusmeleri", "Aydınoğlu'nun [görüşmeleri] ertelendi"),
    ],
)
def test_the_snippet_shows_the_words_in_their_own_letters(query: str, snippet: str, texts: Connection) -> None:
    assert any(
        snippet in found for found in texts.scalars(text("SELECT snippet FROM wirewatch.search(:q)"), {"q": query})
    )


def test_a_search_for_nothing_says_so(texts: Connection) -> None:
    with pytest.raises(NothingWanted):
        found(texts, "?! -")


def test_only_the_newest_text_is_searched(engine: Engine, texts: Connection) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("""
            INSERT INTO store.article_version (article_id, number, page_id, title, body, byline, published_at,
                   published_source, zone, language, language_confidence, extractor, text_hash, first_seen_at, last_seen_at)
            SELECT article_id, 2, page_id, title, 'Nothing about that city.', byline, published_at, published_source,
                   zone, language, language_confidence, extractor, 'other', first_seen_at, last_seen_at
              FROM store.article_version WHERE language = 'tr'""")
    assert found(texts, "ertelendi tarih") == set()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40))
def test_folding_keeps_every_length(engine: Engine, value: str) -> None:
    with engine.connect() as connection:
        assert len(connection.scalar(text("SELECT store.folded(:v)"), {"v": value})) == len(value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30))
def test_no_query_breaks_it(texts: Connection, value: str) -> None:
    with contextlib.suppress(NothingWanted):
        found(texts, value)
