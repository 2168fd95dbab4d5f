"""Full-text search over article versions: what is indexed, per language, without any extension.

Texts are indexed with their letters folded, so that "erdogan" finds Erdoğan and "istanbul" İstanbul. Turkish is
stemmed before folding as well, because its stemmer needs the dots. Russian words are kept unstemmed too: the
stemmer takes the end of a surname for an ending ("Лавров" becomes "лавр").
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, BigInteger, Column, Computed, Index, Integer, MetaData, Table, event
from sqlalchemy.dialects.postgresql import TSVECTOR

from pipeline.store.tables.columns import metadata, moment, strings

INDEXED_CHARACTERS = 100_000  # of a body; a tsvector holds one megabyte

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION store.folded(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := lower(replace(replace(value, 'İ', 'i'), 'I', 'i'));
    letter text;
BEGIN
    -- translate() goes through its whole list for every character: replace() takes the letters that are frequent,
    -- and translate() the others, where any occurs.
    FOREACH letter IN ARRAY ARRAY['ё', '''', '’', 'ʼ', '`', 'ı', 'ş', 'ğ', 'ç', 'ö', 'ü'] LOOP
        folded := replace(folded, letter, translate(letter, 'ё''’ʼ`ışğçöü', 'е    isgcou'));
    END LOOP;
    IF folded ~ '[âàáäãåćčêèéëîìíïñńôòóõøûùúůśšýÿźżž]' THEN
        RETURN translate(folded, 'âàáäãåćčêèéëîìíïñńôòóõøûùúůśšýÿźżž',
                                 'aaaaaacceeeeiiiinnooooouuuussyyzzz');
    END IF;
    RETURN folded;
END
$$;
CREATE OR REPLACE FUNCTION store.lexemes(language text, value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE language
           WHEN 'en' THEN to_tsvector('english'::regconfig, store.folded(value))
           WHEN 'ru' THEN to_tsvector('russian'::regconfig, store.folded(value))
                       || to_tsvector('simple'::regconfig, store.folded(value))
           WHEN 'tr' THEN to_tsvector('turkish'::regconfig, lower(translate(value, 'İI', 'iı')))
                       || to_tsvector('simple'::regconfig, store.folded(value))
           ELSE to_tsvector('simple'::regconfig, store.folded(value)) END
$$;
CREATE OR REPLACE FUNCTION store.searchable(language text, title text, body text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT setweight(store.lexemes(language, title), 'A')
        || setweight(store.lexemes(language, left(body, {INDEXED_CHARACTERS})), 'D')
$$;
"""


phrase_index = Table(  # its indexes and functions are made when an archive is large: see store/phrase_pairs.py
    "phrase_index",
    metadata,
    Column(
        "id", Integer, primary_key=True, autoincrement=False, comment="ends the names of its index and function"
    ),
    strings("words"),
    Column("texts", BigInteger, nullable=False, comment="about how many there were"),
    moment("built_at"),
)


def search_column() -> Column[Any]:
    """The indexed form of an article version, kept by the database itself."""
    return Column("search", TSVECTOR, Computed("store.searchable(language, title, body)", persisted=True))


def search_index() -> Index:
    """A pending list would make every search scan it."""
    return Index(None, "search", postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def create_functions_first(metadata: MetaData) -> None:
    """Where tables are made from the models, and not by migrations, the functions have to be there."""
    functions = DDL(FUNCTIONS.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(metadata, "before_create", functions)
